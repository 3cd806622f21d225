# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Generated clips: references of the motion generator under random commands, to train on.

The body tracks the generator when somebody says "walk forward", so its policy has to know the
generator's gaits as well as the recorded ones.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.clip import Clip
from kinesis_ros.core.generator import MotionGenerator
from kinesis_training.corpus import GENERATOR
from kinesis_training.schedules import KINDS, Schedule

# How many of the clips are of each kind, if all are wanted.
SHARES = {
    "walk": 0.32,
    "run": 0.18,
    "backward": 0.1,
    "sideways": 0.1,
    "turn_in_place": 0.06,
    "start_stop": 0.14,
    "stand": 0.02,
    "mixed": 0.08,
}
_LEAD_IN = 2  # pieces of the schedule at most that are over when a clip begins


def generated_clips(
    count: int,
    seconds: float,
    seed: int,
    generator: MotionGenerator | None = None,
    kinds: Sequence[str] = (),
) -> list[Clip]:
    """Make clips, the same ones for the same arguments; a clip's label is its kind.

    Args:
        count: of clips, shared among the kinds by `SHARES`.
        seconds: length of each [s].
        seed: of the commands.
        generator: default: the shipped one.
        kinds: of motion, of `KINDS`; empty: all.

    Raises:
        ValueError: a kind does not exist.
    """
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ValueError(f"kind '{unknown[0]}' does not exist; choose among {', '.join(KINDS)}")
    generator = generator or MotionGenerator.load()
    return [
        Clip(
            name=f"gen_{kind}_{i:03d}",
            label=kind,
            states=_record(generator, kind, seconds, np.random.default_rng([seed, i])),
            source=f"{GENERATOR}, seed {seed}",
            licence="Apache-2.0",
        )
        for i, kind in enumerate(_shared_out(count, kinds or list(KINDS)))
    ]


def write_clips(clips: Sequence[Clip], folder: Path) -> None:
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


def _record(
    generator: MotionGenerator, kind: str, seconds: float, random: np.random.Generator
) -> np.ndarray:
    """States (frames, STATE_SIZE) of one clip, often entered while the body moves."""
    generator.reset(heading=float(random.uniform(-np.pi, np.pi)))
    schedule = KINDS[kind](random)
    if kind != "start_stop":
        for _ in range(int(random.integers(0, _LEAD_IN + 1))):
            _play(generator, schedule)
    states = [generator.now]
    frames = round(seconds * CONTROL_RATE) + 1
    while len(states) < frames:
        states += _play(generator, schedule)
    return np.array(states[:frames])


def _play(generator: MotionGenerator, schedule: Schedule) -> list[np.ndarray]:
    duration, command = next(schedule)
    generator.command(*command)
    return [generator.advance() for _ in range(round(duration * CONTROL_RATE))]
