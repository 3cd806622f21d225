# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Be where a clip is."""

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from kinesis_ros.core.motion import Clip
from kinesis_ros.core.rollout import ClipReference
from kinesis_ros.gym.environment import BodyEnv, BodyOptions, Info, refuse_unknown
from kinesis_training.clips import generated_clips
from kinesis_training.environment import NO_RANDOMISATION, ImitationConfig
from kinesis_training.environment.compiled_task import imitation_reward, offset_bonus

# The task of training without what makes it harder: noise, pushes, bodies that differ.
PLAIN_TASK = ImitationConfig(
    push_rate=0.0, initial_noise=0.0, first_frame_share=0.0, randomisation=NO_RANDOMISATION
)
_LEAST_LEFT = 20  # frames of a clip that are still to come when an episode begins


@functools.cache
def default_clips() -> tuple[Clip, ...]:
    """A few walks of the motion generator, 5 s each."""
    return tuple(generated_clips(4, 5.0, seed=0, kinds=("walk",)))


class ClipEnv(BodyEnv):
    """Be where a clip is, frame by frame: `kinesis_ros/Imitation-v0`.

    An episode begins in a random frame of a random clip, the body in the clip's pose (reference
    state initialisation, Peng et al. 2018). `terminated` also: the seven key bodies have lost the
    clip; `truncated` also: the clip is over. The reward is the one of this project's training,
    `kinesis_training.environment.compiled_task.imitation_reward`, 0 to 1 with the bonus for small
    set-point offsets, less effort_weight * effort. The info holds

    | key | |
    | --- | --- |
    | `clip` | name of the clip |
    | `frame` | of the clip, where the body should be |
    | `distance` | mean distance of the key bodies from there [m] |

    `reset(options={"clip": "gen_walk_000", "frame": 0})` chooses them; without a frame, a random
    one.

    Args:
        clips: to imitate; None: a few generated walks.
        termination_distance: the clip is lost beyond this mean distance of the key bodies [m].
        options: of every environment, see `BodyEnv`.
    """

    def __init__(
        self,
        clips: Sequence[Clip] | None = None,
        termination_distance: float = PLAIN_TASK.termination_distance,
        **options: Unpack[BodyOptions],
    ) -> None:
        self._clips = {clip.name: clip for clip in clips or default_clips()}
        self._clip, self._first = next(iter(self._clips.values())), 0
        super().__init__(ClipReference(self._clip), **options)
        self._termination_distance = termination_distance

    def _choose(self, options: dict[str, Any]) -> None:
        refuse_unknown(options, "clip", "frame")
        names = list(self._clips)
        name = options.get("clip") or names[int(self.np_random.integers(len(names)))]
        if name not in self._clips:
            raise ValueError(f"there is no clip '{name}'; there are: {', '.join(names)}")
        self._clip = self._clips[name]
        frames = len(self._clip.states)
        first = self.np_random.integers(max(1, frames - _LEAST_LEFT))
        self._first = int(options.get("frame", first))
        if not 0 <= self._first < frames - 1:
            raise ValueError(f"frame {self._first} of '{name}' is not one of 0 to {frames - 2}")
        rest = dataclasses.replace(
            self._clip, states=self._clip.states[self._first :], dynamics=None
        )
        self.lockstep.reference = ClipReference(rest)

    def _reward(self, action: np.ndarray, target: np.ndarray) -> float:
        bonus = offset_bonus(action) if self.contract.control == "coordinated" else 0.0
        return imitation_reward(self.lockstep.state, target)[1] + bonus

    def _lost(self, target: np.ndarray) -> bool:
        return not imitation_reward(self.lockstep.state, target)[0] < self._termination_distance

    def _over(self) -> bool:
        return self._frame() >= len(self._clip.states) - 1

    def _tell(self) -> Info:
        target = self._clip.states[self._frame()]
        distance = float(imitation_reward(self.lockstep.state, target)[0])
        return {"clip": self._clip.name, "frame": self._frame(), "distance": distance}

    def _frame(self) -> int:
        return self._first + self.lockstep.frame
