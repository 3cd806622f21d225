# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Generated clips: references of the motion generator under random commands, to train on.

The body tracks the generator when somebody says "walk forward", so its policy has to know the
generator's gait as well as the recorded one.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.clip import Clip
from kinesis_ros.core.generator import MotionGenerator
from kinesis_training.corpus import GENERATED

_TOP_SPEED = 1.5  # [m/s]
_TOP_TURN_RATE = 1.5  # [rad/s]
_TOP_LATERAL = 1.2  # [m/s^2] speed times turn rate
_STEADY_SHARE = 0.15  # clips of one long straight walk
_STARTING_SHARE = 0.25  # clips of nothing but starts and stops: the hardest frames, and few
_WINDING_SHARE = 0.3  # clips of one bend after the other
_STEADY_SPEED = (1.0, 1.4)  # [m/s]
_PIECE = (1.5, 4.0)  # [s] of a random schedule

Piece = tuple[float, float, float]  # duration [s], speed [m/s], turn rate [rad/s]


def generated_clips(
    count: int, seconds: float, seed: int, generator: MotionGenerator | None = None
) -> list[Clip]:
    """Make `count` clips of `seconds` [s] each, the same ones for the same seed.

    Some walk straight at one natural speed, some start and stop again and again, some wind along
    tight bends, the others follow random schedules of walking, turning and standing.
    """
    generator = generator or MotionGenerator.load()
    return [
        Clip(
            name=f"gen_{i:03d}",
            label=GENERATED,
            states=_record(generator, seconds, np.random.default_rng([seed, i])),
            source=f"motion generator, seed {seed}",
            licence="Apache-2.0",
        )
        for i in range(count)
    ]


def write_clips(clips: Sequence[Clip], folder: Path) -> None:
    """Save `clips` as npz files, made with their folder if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for clip in clips:
        clip.save(folder / f"{clip.name}.npz")


def _record(generator: MotionGenerator, seconds: float, random: np.random.Generator) -> np.ndarray:
    generator.reset(heading=float(random.uniform(-np.pi, np.pi)))
    frames = round(seconds * CONTROL_RATE) + 1
    states: list[np.ndarray] = []
    lead_in, pieces = _schedule(random)
    for duration, speed, turn_rate in lead_in:
        generator.command(speed, turn_rate)
        for _ in range(round(duration * CONTROL_RATE)):
            generator.advance()
    states.append(generator.now)
    for duration, speed, turn_rate in pieces:
        generator.command(speed, turn_rate)
        for _ in range(round(duration * CONTROL_RATE)):
            states.append(generator.advance())
            if len(states) == frames:
                return np.array(states)
    raise AssertionError("schedules are endless")


def _schedule(random: np.random.Generator) -> tuple[list[Piece], Iterator[Piece]]:
    """Commands before the clip begins, and the endless ones of the clip."""
    kind = random.random()
    if kind < _STEADY_SHARE:
        return _steady(random)
    if kind < _STEADY_SHARE + _STARTING_SHARE:
        return _starting(random)
    if kind < _STEADY_SHARE + _STARTING_SHARE + _WINDING_SHARE:
        return _winding(random)
    return _varied(random)


def _starting(random: np.random.Generator) -> tuple[list[Piece], Iterator[Piece]]:
    """Stand, walk a few steps, stand, and so on."""

    def pieces() -> Iterator[Piece]:
        while True:
            yield float(random.uniform(0.3, 1.5)), 0.0, 0.0
            turn_rate = float(random.choice([0.0, random.uniform(-0.5, 0.5)]))
            yield float(random.uniform(1.5, 3.5)), float(random.uniform(0.4, 1.4)), turn_rate

    return [], pieces()


def _steady(random: np.random.Generator) -> tuple[list[Piece], Iterator[Piece]]:
    """A straight walk at one speed, with or without its start."""
    speed = float(random.uniform(*_STEADY_SPEED))
    warm = float(random.uniform(3.0, 5.0)) if random.random() < 0.5 else 0.0
    return [(warm, speed, 0.0)], iter(lambda: (10.0, speed, 0.0), None)


def _winding(random: np.random.Generator) -> tuple[list[Piece], Iterator[Piece]]:
    """Bends of any tightness at speeds at which people turn, with straight pieces between."""

    def pieces() -> Iterator[Piece]:
        while True:
            speed = float(random.uniform(0.4, 1.2))
            if random.random() < 0.25:
                yield float(random.uniform(0.5, 2.0)), speed, 0.0
            yield float(random.uniform(0.7, 3.0)), speed, _turn_rate(random, speed)

    endless = pieces()
    return [next(endless)], endless


def _varied(random: np.random.Generator) -> tuple[list[Piece], Iterator[Piece]]:
    """A random schedule, often entered while it walks."""

    def pieces() -> Iterator[Piece]:
        while True:
            yield (float(random.uniform(*_PIECE)), *_random_command(random))

    endless = pieces()
    lead_in = [next(endless) for _ in range(int(random.integers(0, 3)))]
    return lead_in, endless


def _random_command(random: np.random.Generator) -> tuple[float, float]:
    kind = random.choice(["stand", "spot", "straight", "curve"], p=[0.2, 0.08, 0.36, 0.36])
    if kind == "stand":
        return 0.0, 0.0
    if kind == "spot":
        return 0.0, float(random.uniform(-_TOP_TURN_RATE, _TOP_TURN_RATE))
    speed = float(random.uniform(0.1, _TOP_SPEED))
    if kind == "straight":
        return speed, 0.0
    return speed, _turn_rate(random, speed)


def _turn_rate(random: np.random.Generator, speed: float) -> float:
    most = min(_TOP_TURN_RATE, _TOP_LATERAL / speed)
    return float(random.uniform(-most, most))
