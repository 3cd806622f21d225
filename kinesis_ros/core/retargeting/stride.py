# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Whether the root's path fits the feet: its scale, another unit, or a treadmill under it."""

import dataclasses

import numpy as np

from kinesis_ros.core.retargeting.body_motion import BodyMotion, Legs

_LOW = 0.03  # [m] over the floor, in which a point of a sole carries the body
_ON_FLOOR = 20.0  # percentile of the height of the lowest point: the floor
_PIECE = (
    0.5  # [s] about a step, over which velocities are averaged: feet roll, and are captured badly
)
_LEAST_WAY = 0.1  # [m/s] of the feet under the body, below which nobody walks
_SURE = 0.6  # share of the feet's motion that a scaled path explains
_FITS = (0.25, 2.2)  # factors that captured feet may seem to have; other units are further off
_LEAST_BELT = 0.25  # [m/s]
_ALL_OF_IT = 0.6  # share of the feet's speed under the body that the floor has
_STEADY = 0.5  # share of the belt's speed by which a step may differ from it
_MOSTLY = 0.7  # of the steps


@dataclasses.dataclass(frozen=True)
class StrideFit:
    """How the feet on which the body stands move, step by step.

    A foot that carries the body stands still: with v the root's velocity and u the foot's
    relative to it, v + u = 0. Where the path is in another unit, s v + u = 0 with some factor s;
    on a treadmill u is the belt's velocity and v is nothing.

    Attributes:
        factor: s that fits best.
        explained: share of u that -s v explains, 1 for a path that fits but for its scale.
        belt: speed at which the feet go back over the floor, median of the steps [m/s].
        is_belt: they nearly all do, at one speed, and it is most of their speed under the body.
    """

    factor: float
    explained: float
    belt: float
    is_belt: bool

    @property
    def is_scaled(self) -> bool:
        """Whether the feet tell the scale of the path."""
        return self.explained > _SURE

    def doubts(self) -> tuple[str, ...]:
        """What speaks against the root's path, as flags."""
        if self.is_scaled and not _FITS[0] < self.factor < _FITS[1]:
            return (
                f"the feet fit a path {self.factor:.3g} times as long as the root's: is it in "
                "another unit than the bones?",
            )
        if self.is_belt:
            return (
                f"no foot stands still, they go back at {self.belt:.2f} m/s: a treadmill, or a "
                "motion in place (--treadmill)",
            )
        return ()


def fit_stride(legs: Legs, motion: BodyMotion) -> StrideFit:
    """Fit the root's path to the feet on which the body stands."""
    root, relative = _by_step(legs, motion)
    if len(root) < 2:
        return StrideFit(1.0, 0.0, 0.0, False)
    path, feet = float(np.sum(root**2)), float(np.sum(relative**2))
    factor, explained = 1.0, 0.0
    if path > 0.0 and feet > len(root) * _LEAST_WAY**2:
        factor = -float(np.sum(root * relative)) / path
        explained = 1.0 - float(np.sum((factor * root + relative) ** 2)) / feet
    back = -(root + relative)[:, 0]
    belt = float(np.median(back))
    speed = float(np.median(np.linalg.norm(relative, axis=1)))
    steady = float(np.mean(np.abs(back - belt) < _STEADY * abs(belt)))
    is_belt = belt > max(_LEAST_BELT, _ALL_OF_IT * speed) and steady > _MOSTLY
    return StrideFit(factor, explained, belt, is_belt)


def moved_on(motion: BodyMotion, speed: float) -> BodyMotion:
    """The motion over a floor that stands still, instead of a belt that runs at `speed` [m/s]."""
    time = np.arange(len(motion.position)) / motion.rate
    position = motion.position.copy()
    position[:, :2] += speed * time[:, None] * _ahead(motion)
    return dataclasses.replace(motion, position=position)


def _by_step(legs: Legs, motion: BodyMotion) -> tuple[np.ndarray, np.ndarray]:
    """Velocities (steps, 2) of the root and of standing soles relative to it, forward and left.

    They are means and medians over pieces of half a second; pieces in which nobody stands are
    left out.
    """
    points = np.moveaxis(legs.sole_points(motion), 0, 1).reshape(len(motion.position), -1, 3)
    lowest = points[..., 2].min(axis=1)
    stands = points[..., 2] < np.percentile(lowest, _ON_FLOOR) + _LOW  # (frames, points)
    stands[[0, -1]] = False  # one-sided differences
    root = np.gradient(motion.position[:, :2], 1.0 / motion.rate, axis=0)
    soles = np.gradient(points[..., :2], 1.0 / motion.rate, axis=0) - root[:, None]
    heading = np.arctan2(motion.pelvis[:, 1, 0], motion.pelvis[:, 0, 0])
    root, soles = _turned(root[:, None], heading)[:, 0], _turned(soles, heading)
    size = max(3, round(_PIECE * motion.rate))
    pieces = [slice(start, start + size) for start in range(0, len(root), size)]
    pieces = [piece for piece in pieces if stands[piece].any(axis=1).sum() >= 3]
    mean = [root[piece][stands[piece].any(axis=1)].mean(axis=0) for piece in pieces]
    median = [np.median(soles[piece][stands[piece]], axis=0) for piece in pieces]
    return np.reshape(mean, (-1, 2)), np.reshape(median, (-1, 2))


def _turned(vectors: np.ndarray, heading: np.ndarray) -> np.ndarray:
    """Vectors (frames, n, 2) of the world, forward and left of a heading (frames,)."""
    cosine, sine = np.cos(heading)[:, None], np.sin(heading)[:, None]
    x, y = vectors[..., 0], vectors[..., 1]
    return np.stack([cosine * x + sine * y, cosine * y - sine * x], axis=-1)


def _ahead(motion: BodyMotion) -> np.ndarray:
    """Horizontal unit vector (2,) in which the body faces, on average."""
    ahead = motion.pelvis[:, :2, 0].mean(axis=0)
    return ahead / max(float(np.linalg.norm(ahead)), 1e-9)
