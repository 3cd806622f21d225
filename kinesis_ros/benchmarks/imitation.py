# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Imitation of clips by the protocol of KINESIS: one attempt per clip, from its first frame."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.policy import PolicySession
from kinesis_ros.core.rollout import ClipReference, Rollout, key_distance
from kinesis_ros.core.simulation import Simulation

PROTOCOL = (
    "one attempt per clip from frame 0, deterministic policy; success: the mean distance of "
    "pelvis, tibiae, tali and toes never exceeds 0.5 m (strict: 0.15 m); coverage: frames "
    "survived / frames; mpjpe: mean distance over bodies and frames until termination"
)
SUCCESS_DISTANCE = 0.5  # [m]
STRICT_DISTANCE = 0.15  # [m]


@dataclasses.dataclass(frozen=True)
class ClipResult:
    """How one clip went.

    Attributes:
        file: where the clip came from.
        label: kind of motion.
        duration_s: of the clip [s].
        coverage: frames survived / frames, 0..1.
        success: finished within 0.5 m.
        success_strict: finished within 0.15 m.
        mpjpe_mm: mean body-position error until termination [mm].
        expert_weights: mean weight of every expert.
    """

    file: str
    label: str
    duration_s: float
    coverage: float
    success: bool
    success_strict: bool
    mpjpe_mm: float
    expert_weights: tuple[float, ...]


@dataclasses.dataclass(frozen=True)
class ImitationSummary:
    """Means over clips.

    Attributes:
        n: number of clips.
        success: share that finished within 0.5 m.
        success_strict: share that finished within 0.15 m.
        coverage: mean coverage.
        mpjpe_mm: mean of the clips' errors [mm].
        expert_weights: mean weight of every expert.
    """

    n: int
    success: float
    success_strict: float
    coverage: float
    mpjpe_mm: float
    expert_weights: tuple[float, ...]


def imitate(simulation: Simulation, policy: PolicySession, clip: Clip) -> ClipResult:
    """Let the body imitate one clip from its first frame."""
    rollout = Rollout(simulation, policy, ClipReference(clip))
    last = len(clip.states) - 1
    distances: list[float] = []
    weights: list[np.ndarray] = []
    for _ in range(last):
        step = rollout.step()
        weights.append(step.output.expert_weights)
        distances.append(float(key_distance(step.state, step.reference)))
        if not distances[-1] <= SUCCESS_DISTANCE:
            break
    survived = sum(distance <= SUCCESS_DISTANCE for distance in distances)
    return ClipResult(
        file=clip.source or clip.name,
        label=clip.label,
        duration_s=last / CONTROL_RATE,
        coverage=survived / last,
        success=survived == last,
        success_strict=survived == last and max(distances) <= STRICT_DISTANCE,
        mpjpe_mm=1000.0 * float(np.mean(distances)),
        expert_weights=tuple(np.mean(weights, axis=0).tolist()),
    )


def summarise(results: Sequence[ClipResult]) -> ImitationSummary:
    """Means over clips, each clip counting the same."""
    return ImitationSummary(
        n=len(results),
        success=float(np.mean([r.success for r in results])),
        success_strict=float(np.mean([r.success_strict for r in results])),
        coverage=float(np.mean([r.coverage for r in results])),
        mpjpe_mm=float(np.mean([r.mpjpe_mm for r in results])),
        expert_weights=tuple(np.mean([r.expert_weights for r in results], axis=0).tolist()),
    )


def by_label(results: Sequence[ClipResult]) -> dict[str, ImitationSummary]:
    """Means over the clips of each kind, and which experts act in it."""
    labels = sorted({result.label for result in results})
    return {label: summarise([r for r in results if r.label == label]) for label in labels}
