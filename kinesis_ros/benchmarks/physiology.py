# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Physiology: walks at several speeds, or of clips, beside the walks of people."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans import Move, Plan
from kinesis_ros.core.policy import PolicySession
from kinesis_ros.core.rollout import ClipReference, GoalReference, Reference, Rollout
from kinesis_ros.core.simulation import Simulation
from kinesis_ros.physiology.cycles import WalkCycles
from kinesis_ros.physiology.people import FASTEST_WALK, People
from kinesis_ros.physiology.walk import WalkMeasures, measure

PROTOCOL = (
    "sampled at the physics' 150 Hz; cycles from a foot's strike to its next one (vertical force "
    "above 5% of the weight, phases shorter than 0.1 s are chatter), 101 points, mean over the "
    "cycles of both legs, the left one mirrored, without those that begin in the first 4 s (of "
    "clips: 1 s) or end within 1 s of a fall; Pearson's r at zero lag with the mean curves of "
    "people, activation with electromyogram; EMG: mean over nine muscles; moments by the body "
    "mass, OpenSim's signs; cost of transport after Bhargava 2004, basal included"
)
SPEEDS = (0.8, 1.1, 1.4, 2.5)  # [m/s]
DURATION = 24.0  # [s] of a walk from standing
_SETTLING, _CLIP_SETTLING = 4.0, 1.0  # [s]


@dataclasses.dataclass(frozen=True)
class Unmeasured:
    """A walk without a whole gait cycle.

    Attributes:
        name: of the walk.
        fell_at: time of the fall [s].
    """

    name: str
    fell_at: float | None


@dataclasses.dataclass(frozen=True)
class Summary:
    """Means over the walks; runs do not count.

    Attributes:
        walks: that were measured.
        falls: of all.
        emg_r: mean over the walks of the mean over nine muscles.
        moments_r: by name.
        angles_r: by name.
        grf_r: by direction.
        cost_of_transport: [J/kg/m].
        mean_square_activation: over muscles and time.
        impact_peak: [body weights].
        first_5_percent: [body weights].
        least_knee_in_stance: [deg].
    """

    walks: int
    falls: int
    emg_r: float | None
    moments_r: dict[str, float | None]
    angles_r: dict[str, float | None]
    grf_r: dict[str, float | None]
    cost_of_transport: float | None
    mean_square_activation: float | None
    impact_peak: float | None
    first_5_percent: float | None
    least_knee_in_stance: float | None


class Laboratory:
    """Lets one body walk and measures it.

    Args:
        simulation: of the body.
        policy: that drives it.
        people: to hold it against.
    """

    def __init__(self, simulation: Simulation, policy: PolicySession, people: People) -> None:
        self._simulation, self._policy, self._people = simulation, policy, people
        self._goals = GoalReference()

    def walk_at(self, speed: float, duration: float = DURATION) -> WalkMeasures | Unmeasured:
        """Walk or run straight ahead from standing at a speed [m/s], for a duration [s].

        Raises:
            GoalError: the body cannot go at this speed.
        """
        rollout = Rollout(self._simulation, self._policy, self._goals)
        self._goals.take(Plan(f"{speed:g} m/s", (Move(Velocity(speed)),)))
        return self._measure(rollout, f"{speed:g} m/s", speed, duration, _SETTLING)

    def follow(self, clip: Clip) -> WalkMeasures | Unmeasured:
        """Imitate a clip."""
        reference: Reference = ClipReference(clip)
        rollout = Rollout(self._simulation, self._policy, reference)
        return self._measure(rollout, clip.name, None, clip.duration, _CLIP_SETTLING)

    def _measure(
        self, rollout: Rollout, name: str, wanted: float | None, duration: float, settling: float
    ) -> WalkMeasures | Unmeasured:
        samples = rollout.run(duration, sampled=True).samples
        assert samples is not None
        cycles = WalkCycles(samples, self._simulation.body, settling, rollout.fell_at)
        found = measure(name, cycles, self._people, wanted, rollout.fell_at)
        return found or Unmeasured(name, rollout.fell_at)


def summarise(walks: Sequence[WalkMeasures | Unmeasured]) -> Summary:
    """Means over the walks that have whole cycles."""
    measured = [walk for walk in walks if isinstance(walk, WalkMeasures)]
    slow = [walk for walk in measured if (walk.wanted_speed or walk.speed) <= FASTEST_WALK]
    compared = [walk.comparison for walk in slow]
    return Summary(
        walks=len(slow),
        falls=sum(walk.fell_at is not None for walk in walks),
        emg_r=_mean([c.emg.mean_r for c in compared]),
        moments_r=_means([{k: v.r for k, v in c.moments.items()} for c in compared]),
        angles_r=_means([{k: v.r for k, v in c.angles.items()} for c in compared]),
        grf_r=_means([{k: v.r for k, v in c.grf.items()} for c in compared]),
        cost_of_transport=_mean([walk.effort.cost_of_transport for walk in slow]),
        mean_square_activation=_mean([walk.effort.mean_square_activation for walk in slow]),
        impact_peak=_mean([walk.impact.impact_peak for walk in slow]),
        first_5_percent=_mean([walk.stance_force.first_5_percent for walk in slow]),
        least_knee_in_stance=_mean([walk.strides.least_knee_in_stance for walk in slow]),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _means(rows: Sequence[dict[str, float | None]]) -> dict[str, float | None]:
    return {name: _mean([row[name] for row in rows]) for name in (rows[0] if rows else {})}
