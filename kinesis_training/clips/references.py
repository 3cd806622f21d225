# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Generated clips: references of the motion generator under random commands, to train on.

The body tracks the generator when somebody says "walk forward" or clicks on a place, so its policy
has to know the generator's gaits, and what goals make of them, as well as the recorded ones.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans import GoTo, Plan
from kinesis_ros.core.retargeting import Retargeter
from kinesis_ros.core.retargeting.body_motion import BodyMotion
from kinesis_ros.core.rollout import GoalReference, ReferenceWalker
from kinesis_training.clips import schedules
from kinesis_training.clips.corpus import GENERATOR
from kinesis_training.clips.kick_references import record_kicks
from kinesis_training.clips.schedules import Random, Schedule

# How many of the clips are of each kind, if all are wanted.
SHARES = {
    "walk": 0.16,
    "run": 0.08,
    "jog": 0.06,
    "backward": 0.06,
    "reversed_walk": 0.1,
    "sideways": 0.08,
    "turn_in_place": 0.06,
    "start_stop": 0.08,
    "stand": 0.02,
    "mixed": 0.06,
    "drive": 0.1,
    "place": 0.08,
    "kick": 0.06,
}
KINDS = tuple(SHARES)
_WINDING_SHARE = 0.5  # of the walks played backwards: bend after bend
_PACES = 0.9, 1.5  # at which these are played: people turn faster on their heels than the generator
_LEAD_IN = 2  # pieces of the schedule at most that are over when a clip begins
_LONGEST_LEAD_IN = 4.0  # of driving [s]
_NEAR, _FAR, _FAR_SHARE = 2.0, 8.0, 0.2  # places are this far at most [m]
_SPEEDS = 0.9, 1.5  # at most, to a place [m/s]
_FACING_SHARE = 0.2  # of the places where the heading in the end is wanted as well
_ARRIVED_SHARE = 0.7  # of the walks to a place; the others are preempted by the next place
_ARRIVAL, _PACE = 5.0, 1.25  # time that is given to a walk [s], and what each metre adds [s/m]


def generated_clips(
    count: int,
    seconds: float,
    seed: int,
    generator: MotionGenerator | None = None,
    kinds: Sequence[str] = (),
    only: slice = slice(None),
) -> Iterator[Clip]:
    """Make clips one by one, the same ones for the same arguments; a clip's label is its kind.

    Args:
        count: of clips, shared among the kinds by `SHARES`.
        seconds: length of each [s].
        seed: of the commands.
        generator: default: the shipped one.
        kinds: of motion, of `KINDS`; empty: all.
        only: which of the clips; others make the rest.

    Raises:
        ValueError: a kind does not exist.
    """
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ValueError(f"kind '{unknown[0]}' does not exist; choose one of {', '.join(KINDS)}")
    shared_out = _shared_out(count, kinds or list(KINDS))
    numbered = list(enumerate(shared_out))[only]
    return _generate(numbered, seconds, seed, generator or MotionGenerator.load())


def _generate(
    numbered: Iterable[tuple[int, str]], seconds: float, seed: int, generator: MotionGenerator
) -> Iterator[Clip]:
    retargeter = Retargeter()
    for i, kind in numbered:
        random = np.random.default_rng([seed, i])
        if kind == "kick":  # as it is: a smoothed foot would miss the ball
            states, kicks = record_kicks(generator, seconds, random)
        elif kind == "stand":  # as it is: at rest, which a fitted path never quite is
            states, kicks = _RECORDERS[kind](generator, seconds, random), np.zeros((0, 5))
        else:
            states = retargeter.carried(_RECORDERS[kind](generator, seconds, random))
            kicks = np.zeros((0, 5))
        name, source = f"gen_{kind}_{i:03d}", f"{GENERATOR}, seed {seed}"
        asked = retargeter.consistency.dynamics(BodyMotion.of(states))
        yield Clip(name, kind, states, source, "Apache-2.0", kicks, asked)


def write_clips(clips: Iterable[Clip], folder: Path) -> None:
    """Save `clips` as npz files, made with their folder if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for clip in clips:
        clip.save(folder / f"{clip.name}.npz")


def _shared_out(count: int, kinds: Sequence[str]) -> list[str]:
    """The kind of each of `count` clips: whoever lacks most of its share is next."""
    total = sum(SHARES[kind] for kind in kinds)
    given = dict.fromkeys(kinds, 0)
    for i in range(count):
        lack = {kind: (i + 1) * SHARES[kind] / total - given[kind] for kind in kinds}
        given[max(lack, key=lambda kind: lack[kind])] += 1
    return [kind for kind in given for _ in range(given[kind])]


Recorder = Callable[[MotionGenerator, float, Random], np.ndarray]


def _recorder(commands: Callable[[Random], Schedule]) -> Recorder:
    """Records states (frames, STATE_SIZE) of a schedule, often entered while the body moves."""

    def record(generator: MotionGenerator, seconds: float, random: Random) -> np.ndarray:
        generator.reset(heading=float(random.uniform(-np.pi, np.pi)))
        schedule = commands(random)
        if commands is not schedules.start_stop:
            for _ in range(int(random.integers(0, _LEAD_IN + 1))):
                _play(generator, schedule)
        states = [generator.now]
        frames = round(seconds * CONTROL_RATE) + 1
        while len(states) < frames:
            states += _play(generator, schedule)
        return np.array(states[:frames])

    return record


def _play(generator: MotionGenerator, schedule: Schedule) -> list[np.ndarray]:
    duration, command = next(schedule)
    generator.command(*command)
    return [generator.advance() for _ in range(round(duration * CONTROL_RATE))]


def _reversed_walk(generator: MotionGenerator, seconds: float, random: Random) -> np.ndarray:
    """States (frames, STATE_SIZE) of a walk played backwards: faster than the generator's own."""
    if random.random() >= _WINDING_SHARE:
        return _backwards(_recorder(schedules.walk)(generator, seconds, random)).states
    pace = float(random.uniform(*_PACES))
    played = _recorder(schedules.winding)(generator, (seconds + 0.1) * pace, random)
    return _backwards(played).at_pace(pace).states[: round(seconds * CONTROL_RATE) + 1]


def _backwards(states: np.ndarray) -> Clip:
    return Clip("walk", "reversed_walk", states).reversed()


def _driven(generator: MotionGenerator, seconds: float, random: Random) -> np.ndarray:
    """States (frames, STATE_SIZE) of what velocity commands make of somebody's driving."""
    walker = ReferenceWalker(GoalReference(generator=generator))
    wanted = schedules.drive(random)
    states = [walker.reference.start]
    begin = int(random.integers(0, round(_LONGEST_LEAD_IN * CONTROL_RATE)))
    frames = begin + round(seconds * CONTROL_RATE) + 1
    while len(states) < frames:
        duration, velocity = next(wanted)
        for _ in range(round(duration * CONTROL_RATE)):
            walker.reference.drive(*velocity)
            states.append(walker.step())
    return np.array(states[begin:frames])


def _walk_to_places(generator: MotionGenerator, seconds: float, random: Random) -> np.ndarray:
    """States (frames, STATE_SIZE) of walks to random places, as goals make them."""
    walker = ReferenceWalker(GoalReference(generator=generator))
    states = [walker.reference.start]
    frames = round(seconds * CONTROL_RATE) + 1
    while len(states) < frames:
        reach = _FAR if random.random() < _FAR_SHARE else _NEAR
        off = random.uniform(-reach, reach, 2)
        x, y = states[-1][ks.GROUND_POSITION] + off
        heading = float(random.uniform(-np.pi, np.pi)) if random.random() < _FACING_SHARE else None
        speed = float(random.uniform(*_SPEEDS))
        goal = GoTo(float(x), float(y), heading, speed=speed)
        walker.reference.take(Plan("a place", (goal,)))
        given = _ARRIVAL + _PACE * float(np.hypot(*off))
        arrives = random.random() < _ARRIVED_SHARE
        duration = given if arrives else float(random.uniform(1.0, given))
        states += [walker.step() for _ in range(round(duration * CONTROL_RATE))]
    return np.array(states[:frames])


_RECORDERS: dict[str, Recorder] = {
    **{kind: _recorder(commands) for kind, commands in schedules.SCHEDULES.items()},
    "drive": _driven,
    "place": _walk_to_places,
    "reversed_walk": _reversed_walk,
}
