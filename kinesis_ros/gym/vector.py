# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Many bodies that imitate clips in compiled code, a few threads: what training runs on."""

import dataclasses
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from kinesis_ros.core.body import CONTROL_RATE, load_body
from kinesis_ros.core.motion import Clip
from kinesis_ros.gym.contract import ACTION_SCALE, Contract
from kinesis_ros.gym.environment import Info, refuse_unknown
from kinesis_ros.gym.imitation import PLAIN_TASK, default_clips
from kinesis_training.clips import Corpus
from kinesis_training.environment import ImitationConfig, ImitationEnv
from urdf_mjcf.registry import DEFAULT_BODY


class ImitationVectorEnv(VectorEnv):
    """`num_envs` bodies in the task of `ClipEnv`, coordinated.

    `gymnasium.make_vec("kinesis_ros/Imitation-v0", num_envs=32)` makes it.

    Observations, actions and rewards are those of `ClipEnv`. A body whose episode ended begins the
    next one in the same step (`AutoresetMode.SAME_STEP`); the info holds

    | key | |
    | --- | --- |
    | `distance` | (num_envs,) mean distance of the key bodies from the clip in this step [m] |
    | `effort` | (num_envs,) mean squared activation |
    | `clip` | (num_envs,) names |
    | `frame` | (num_envs,) of the clip |
    | `final_obs` | (num_envs,) last observation where an episode ended, else None |
    | `_final_obs` | (num_envs,) which ended |

    of the steps that have been made, as gymnasium has it in this mode. Nothing is pictured.

    Example:
        >>> import gymnasium
        >>> import kinesis_ros.gym
        >>> envs = gymnasium.make_vec("kinesis_ros/Imitation-v0", num_envs=7)
        >>> observations, infos = envs.reset(seed=0)
        >>> step = envs.step(envs.action_space.sample())
        >>> observations.shape, step[1].shape
        ((7, 152), (7,))
        >>> envs.close()

    Args:
        num_envs: number of bodies.
        clips: to imitate; None: a few generated walks.
        body: one of `BODY_NAMES`.
        config: the task with noise, pushes and bodies that differ; None: that of `ClipEnv`.
        workers: threads.
        max_episode_steps: then an episode is truncated, whatever the config says.

    Raises:
        ValueError: the config has another action scale than policies.
    """

    metadata: ClassVar[dict[str, Any]] = {  # type: ignore[misc] gymnasium has it by instance
        "autoreset_mode": AutoresetMode.SAME_STEP,
        "render_modes": [],
        "render_fps": round(CONTROL_RATE),
    }

    def __init__(
        self,
        num_envs: int = 32,
        clips: Sequence[Clip] | None = None,
        body: str = DEFAULT_BODY,
        config: ImitationConfig | None = None,
        workers: int = 2,
        max_episode_steps: int = PLAIN_TASK.episode_frames,
    ) -> None:
        config = dataclasses.replace(config or PLAIN_TASK, episode_frames=max_episode_steps)
        if config.action_scale != ACTION_SCALE:
            raise ValueError(f"action_scale must be {ACTION_SCALE}, it is {config.action_scale}")
        contract = Contract(load_body(body), "coordinated")
        corpus = Corpus.of(clips or default_clips())
        self.num_envs = num_envs
        self.single_observation_space = contract.observation_space
        self.single_action_space = contract.action_space
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._names = np.array(corpus.names)
        self._env = ImitationEnv(contract.body, corpus, config, num_envs=num_envs, workers=workers)
        self._env.seed(int(self.np_random.integers(2**32)))

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, Info]:
        """Begin an episode of every body; there are no options."""
        super().reset(seed=seed)
        refuse_unknown(options or {})
        if seed is not None:
            self._env.seed(seed)
        return self._env.reset(), {}

    def step(
        self, actions: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, Info]:
        """Let one control step of all bodies pass."""
        space = self.single_action_space
        out = self._env.step(np.clip(actions, space.low, space.high))
        info: Info = {
            "distance": out.distance.copy(),
            "effort": out.effort.copy(),
            "clip": self._names[out.clip],
            "frame": out.frame.copy(),
        }
        if out.ended.any():
            final = np.full(self.num_envs, None, dtype=object)
            for i in np.flatnonzero(out.ended):
                final[i] = out.final_observation[i].copy()
            info |= {"final_obs": final, "_final_obs": out.ended.copy()}
        truncated = out.ended & ~out.failed
        return out.observation.copy(), out.reward.copy(), out.failed.copy(), truncated, info

    def close_extras(self, **options: Any) -> None:  # noqa: ANN401 gymnasium's
        """Stop the worker threads."""
        self._env.close()
