# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Hard-negative mining by the second: episodes begin where much is failed soon after."""

import dataclasses

import numpy as np
import torch
from torch import Tensor

from kinesis_training.clips.corpus import SEGMENT
from kinesis_training.environment import ImitationEnv
from kinesis_training.parallel import ALONE, Ranks

_WORTH_MOST = 0.5  # [1/s] failure rate of the segments that are worth most


@dataclasses.dataclass(frozen=True)
class MiningConfig:
    """Where episodes begin.

    Attributes:
        hard_share: how much of it goes by failures (0: by length only).
        failure_memory: share of what was seen before that counts in the next iteration.
        least_captured: share of it that is motion capture at least, before failures count: there
            is far less of it than of generated references.
    """

    hard_share: float = 0.6
    failure_memory: float = 0.99
    least_captured: float = 0.4


class Mining:
    """Begins episodes most often where bodies fail after two seconds.

    What is lost at once teaches little yet.

    Args:
        env: whose episodes.
        config: options.
        ranks: whose bodies count.
    """

    def __init__(self, env: ImitationEnv, config: MiningConfig, ranks: Ranks = ALONE) -> None:
        self._env, self._config, self._ranks = env, config, ranks
        self._usual_starts = env.corpus.usual_starts(config.least_captured)
        self._played = np.zeros(len(env.segments.clip))  # [s], the past counts less and less
        self._failed = np.zeros(len(env.segments.clip))

    def note(self, clip: np.ndarray, frame: np.ndarray, failed: np.ndarray) -> None:
        """Take into account what was seen.

        Args:
            clip: (...) that was imitated.
            frame: (...) of it.
            failed: (...) whether the body failed there.
        """
        segments, keep = self._env.segments, self._config.failure_memory
        segment = segments.at(clip, frame)
        count = len(segments.clip)
        seen = [np.bincount(each.ravel(), minlength=count) for each in (segment, segment[failed])]
        steps, failures = self._ranks.total(torch.from_numpy(np.array(seen))).numpy()
        self._played = keep * self._played + steps / SEGMENT
        self._failed = keep * self._failed + failures
        usual = self._failed.sum() / self._played.sum()
        rate = segments.and_next((self._failed + usual) / (self._played + 1.0))
        worth = rate / (1.0 + (rate / _WORTH_MOST) ** 2)
        usual_starts, share = self._usual_starts, self._config.hard_share
        hard = usual_starts * (worth + 1e-4)
        self._env.set_start_probability((1.0 - share) * usual_starts + share * hard / hard.sum())

    def content(self) -> dict[str, Tensor]:
        """What a checkpoint has to hold."""
        return {"played": torch.from_numpy(self._played), "failed": torch.from_numpy(self._failed)}

    def restore(self, saved: dict[str, Tensor]) -> None:
        """Undo `content`."""
        self._played, self._failed = saved["played"].numpy().copy(), saved["failed"].numpy().copy()
