# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The corpus: clips packed into one array, and the fixed split by source clip."""

import dataclasses
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kinesis_ros.core.motion import Clip, ClipError, is_validation
from kinesis_ros.core.motion.clip import MIRRORED
from kinesis_training.fitting import walking_kinetics

GENERATOR = "motion generator"  # how the source of clips begins that it made


SEGMENT = 30  # frames, a second
_TAIL = 20  # frames at the end of a clip in which no episode begins


class Segments(NamedTuple):
    """Seconds of clips, one after the other."""

    clip: np.ndarray  # (segments,)
    first: np.ndarray  # (segments,) frame of the clip
    size: np.ndarray  # (segments,) frames in which an episode may begin
    offset: np.ndarray  # (clips,) first segment of each clip
    number: np.ndarray  # (clips,) of segments

    def at(self, clip: np.ndarray, frame: np.ndarray) -> np.ndarray:
        """Segment in which a frame of a clip lies; the last one holds the clip's end."""
        return self.offset[clip] + np.minimum(frame // SEGMENT, self.number[clip] - 1)

    def and_next(self, values: np.ndarray) -> np.ndarray:
        """Mean of the values (segments,) of each segment and the one after it in its clip."""
        last = self.offset + self.number - 1
        following = np.roll(values, -1)
        following[last] = values[last]
        return 0.5 * (values + following)


class Balls(NamedTuple):
    """The balls that are kicked in a corpus."""

    of_frame: np.ndarray  # (all frames,) the latest ball that was laid there; -1: none yet
    table: np.ndarray  # (balls, 4) frame of the corpus in which it is met, x, y [m], aim [rad]


@dataclasses.dataclass(frozen=True)
class Corpus:
    """Clips laid end to end, as compiled code wants them.

    Attributes:
        names: of the clips.
        states: (all frames, STATE_SIZE) kinematic states.
        starts: (clips,) first frame of each clip.
        lengths: (clips,) frames of each clip.
        kicks: of each clip, (kicks, 5), see `core.clip.Clip`.
        captured: (clips,) whether somebody moved like this; the others are generated.
        kinetics: (all frames, KINETICS_SIZE) that are wanted, see `fitting.people_kinetics`.
    """

    names: tuple[str, ...]
    states: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    kicks: tuple[np.ndarray, ...]
    captured: np.ndarray
    kinetics: np.ndarray

    @classmethod
    def of(cls, clips: Sequence[Clip]) -> "Corpus":
        """Pack clips.

        Raises:
            ValueError: there is none.
        """
        if not clips:
            raise ValueError("a corpus needs at least one clip")
        lengths = np.array([len(clip.states) for clip in clips], dtype=np.int64)
        return cls(
            names=tuple(clip.name for clip in clips),
            states=np.concatenate([clip.states for clip in clips]),
            starts=np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64),
            lengths=lengths,
            kicks=tuple(clip.kicks for clip in clips),
            captured=np.array([not is_generated(clip) for clip in clips]),
            kinetics=np.concatenate([walking_kinetics(clip) for clip in clips]),
        )

    def segments(self) -> "Segments":
        """The clips cut into seconds, where episodes may begin."""
        beginnings = np.maximum(1, self.lengths - _TAIL)
        counts = -(-beginnings // SEGMENT)
        clip = np.repeat(np.arange(len(self.names)), counts)
        offset = np.concatenate([[0], np.cumsum(counts)[:-1]])
        first = SEGMENT * (np.arange(len(clip)) - offset[clip])
        size = np.minimum(SEGMENT, beginnings[clip] - first)
        return Segments(clip, first, size, offset, counts)

    def usual_starts(self, least_captured: float = 0.0) -> np.ndarray:
        """How probably an episode begins in each segment (segments,), by their lengths.

        Args:
            least_captured: share of the episodes that begin in captured clips at least, if there
                are any and others beside them.
        """
        segments = self.segments()
        probability = segments.size / segments.size.sum()
        captured = self.captured[segments.clip]
        share = probability[captured].sum()
        if 0.0 < share < least_captured:
            probability[captured] *= least_captured / share
            probability[~captured] *= (1.0 - least_captured) / (1.0 - share)
        return probability

    def part(self, chosen: np.ndarray) -> "Corpus":
        """Some of the clips, by their indices (clips,)."""
        ends = self.starts + self.lengths
        rows = [np.arange(int(self.starts[i]), int(ends[i])) for i in chosen]
        frames, lengths = np.concatenate(rows), self.lengths[chosen]
        return Corpus(
            names=tuple(self.names[i] for i in chosen),
            states=self.states[frames],
            starts=np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64),
            lengths=lengths,
            kicks=tuple(self.kicks[i] for i in chosen),
            captured=self.captured[chosen],
            kinetics=self.kinetics[frames],
        )

    @property
    def has_kicks(self) -> bool:
        """Whether a ball is kicked in any clip."""
        return any(len(kicks) for kicks in self.kicks)

    def balls(self) -> "Balls":
        """All balls that are kicked."""
        rows, of_frame = [], np.full(len(self.states), -1)
        for start, length, kicks in zip(self.starts, self.lengths, self.kicks, strict=True):
            for begin, met, x, y, aim in kicks:
                of_frame[start + int(begin) : start + length] = len(rows)
                rows.append((start + met, x, y, aim))
        return Balls(of_frame, np.array(rows, dtype=float).reshape(-1, 4))

    def checksum(self) -> str:
        """SHA-256 over names and states: says which data a policy was trained on."""
        digest = hashlib.sha256("\n".join(self.names).encode())
        digest.update(np.ascontiguousarray(self.states, dtype=np.float32).tobytes())
        return digest.hexdigest()


def load_clips(folder: Path, labels: Sequence[str] = ()) -> list[Clip]:
    """Load all clips of `folder`, sorted by name; with `labels`, only those kinds.

    Raises:
        ClipError: the folder does not exist, holds no clip, or none with these labels.
    """
    if not folder.is_dir():
        raise ClipError(f"clip folder '{folder}' does not exist; make it with `kinesis import`")
    clips = [Clip.load(path) for path in sorted(folder.glob("*.npz"))]
    if not clips:
        raise ClipError(f"clip folder '{folder}' holds no .npz clip; fill it with `kinesis import`")
    chosen = [clip for clip in clips if not labels or clip.label in labels]
    if not chosen:
        present = ", ".join(sorted({clip.label for clip in clips}))
        raise ClipError(f"no clip in '{folder}' is labelled {', '.join(labels)}; it has: {present}")
    return chosen


def is_generated(clip: Clip) -> bool:
    """Whether the motion generator made the clip: it was not captured from anybody."""
    return clip.source.startswith(GENERATOR)


def split(clips: Sequence[Clip]) -> tuple[list[Clip], list[Clip]]:
    """Training and validation clips."""
    train = [clip for clip in clips if not is_validation(clip.name)]
    return train, [clip for clip in clips if is_validation(clip.name)]


def with_mirrored(clips: Sequence[Clip]) -> list[Clip]:
    """The clips, each followed by its mirror image."""
    return [twin for clip in clips for twin in (clip, clip.mirrored())]


def without_twins(corpus: Corpus) -> tuple[Corpus, np.ndarray]:
    """The clips without mirror images, and where (clips,) each clip or its original is in them."""
    names = [name.removesuffix(MIRRORED) for name in corpus.names]
    originals = {name: i for i, name in reversed(list(enumerate(names)))}
    order = sorted(originals.values())
    place = {names[index]: at for at, index in enumerate(order)}
    return corpus.part(np.array(order)), np.array([place[name] for name in names])
