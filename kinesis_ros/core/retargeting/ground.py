# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Feet on the floor: a level one, the root's height, and feet that neither slide nor sink in."""

import dataclasses

import numpy as np
from scipy.ndimage import binary_erosion, gaussian_filter1d, maximum_filter1d, uniform_filter1d
from scipy.optimize import least_squares
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting.body_motion import BodyMotion, Legs
from kinesis_ros.core.retargeting.leg_fit import LegTarget, fit_leg, foot_axes
from kinesis_ros.core.retargeting.smoothing import low_pass

CONTACT_HEIGHT = 0.03  # [m] of a sole point above the floor
CONTACT_SPEED = 0.5  # [m/s]
_HEIGHT_PERCENTILE = 65.0  # of the heights that put the standing foot on the floor
_MIN_CONTACT_FRAMES = 3
_STEP_FRAMES = 15  # of one stance, whose heights are not independent of each other
_HEIGHT_NOISE = 0.005  # [m] of standing feet on a level floor
_SLOPE_SPREAD = 0.01  # standard deviation of the slopes of captured floors
_STRIDE_SPREAD = 0.1  # standard deviation of how far legs of one length differ in stride
_SLIDE_NOISE = 0.03  # [m/s] mean speed that a planted foot seems to have
_BENDS = ("hip_flexion", "knee_angle")
_BEYOND = np.radians(5.0)
_EDGE = 1  # frame at either end of a stance that a filter mixes with the swing
_MAX_SLIDE = 0.06  # [m] larger corrections mean that the contact was none
_MAX_LIFT = 0.12  # [m]
_TOLERATED = 0.008  # [m] of a sole below the floor
_FIRMNESS = 20.0  # [1/m] of planted feet
_CUTOFF = 7.5  # [Hz]


def level_floor(legs: Legs, motion: BodyMotion) -> BodyMotion:
    """Turn the motion so that the floor under the standing feet is level.

    A capture volume's vertical is often off by a degree, which is centimetres over a room. The
    slope is a robust fit of a plane to the heights of the standing feet with a prior at level,
    so a walk along a line says nothing about the slope across it.
    """
    spots, _ = _standing_spots(legs, motion)
    if len(spots) < _MIN_CONTACT_FRAMES:
        return motion
    middle = spots.mean(axis=0)
    offset = spots - middle

    def misfit(plane: np.ndarray) -> np.ndarray:
        height = offset[:, 2] - plane[0] - offset[:, :2] @ plane[1:]
        return height / _HEIGHT_NOISE

    def misfit_with_prior(plane: np.ndarray) -> np.ndarray:
        # Soft l1 by hand: the prior must not be robust.
        data = np.sqrt(2.0 * (np.sqrt(1.0 + misfit(plane) ** 2) - 1.0) / _STEP_FRAMES)
        return np.concatenate([data, plane[1:] / _SLOPE_SPREAD])

    slope = least_squares(misfit_with_prior, np.zeros(3)).x[1:]
    level = Rotation.align_vectors([[0.0, 0.0, 1.0]], [[-slope[0], -slope[1], 1.0]])[0].as_matrix()
    position = (motion.position - middle) @ level.T + middle
    return dataclasses.replace(motion, position=position, pelvis=level @ motion.pelvis)


def set_height(legs: Legs, motion: BodyMotion) -> BodyMotion:
    """Add one constant to the root's height, so that the lowest foot touches in contact."""
    spots, lowest = _standing_spots(legs, motion)
    standing = spots[:, 2] if len(spots) >= _MIN_CONTACT_FRAMES else lowest
    position = motion.position.copy()
    position[:, 2] += np.percentile(-standing, _HEIGHT_PERCENTILE)
    return dataclasses.replace(motion, position=position)


def _standing_spots(legs: Legs, motion: BodyMotion) -> tuple[np.ndarray, np.ndarray]:
    """Where the lower foot stands when it is slow, (n, 3), and its height in all (frames,)."""
    points = legs.sole_points(motion)
    frames = np.arange(points.shape[1])
    foot = points[..., 2].min(axis=2).argmin(axis=0)
    lowest = points[foot, frames, :, 2].min(axis=1)
    centres = points.mean(axis=2)
    move = np.asarray(np.gradient(centres, 1.0 / motion.rate, axis=1))
    slow = np.linalg.norm(move[foot, frames], axis=1) < CONTACT_SPEED
    spots = np.column_stack([centres[foot, frames, :2], lowest])
    follows = _legs_follow(legs, motion)
    if slow[follows].sum() >= _MIN_CONTACT_FRAMES:
        slow &= follows
    return spots[slow], lowest


def _legs_follow(legs: Legs, motion: BodyMotion) -> np.ndarray:
    """Frames in which no leg is bent beyond what the model's bends.

    Beyond that, as in a deep squat, the feet of the model are lower than the source's: such
    frames say nothing about the height of the floor.
    """
    beyond = np.zeros(motion.angles.shape, dtype=bool)
    for chain in legs.chains:
        low, high = chain.limits.T
        asked = motion.wanted[:, chain.columns]
        beyond[:, chain.columns] = (asked < low - _BEYOND) | (asked > high + _BEYOND)
    bends = [i for i, name in enumerate(ks.LEG_JOINTS) if name.startswith(_BENDS)]
    return np.logical_not(beyond[:, bends].any(axis=1))


def set_stride(legs: Legs, motion: BodyMotion) -> BodyMotion:
    """Scale the root's path so that standing feet slide least; a factor near 1.

    For sources that do not tell how long their legs are. With v the root's velocity and u the
    foot's relative to it, the factor s minimises sum |s v + u|^2 over the standing feet, with
    a prior at 1.
    """
    # Heel and toes together: a foot that rolls moves on although it does not slide.
    stands = np.all(contacts(legs, motion), axis=1)  # (2, frames)
    stands = np.array([binary_erosion(side, iterations=_EDGE) for side in stands])
    soles = legs.sole_points(motion).mean(axis=2)[..., :2]
    root = np.gradient(motion.position[:, :2], 1.0 / motion.rate, axis=0)
    relative = np.gradient(soles, 1.0 / motion.rate, axis=1) - root
    weight = stands.sum() * (_SLIDE_NOISE / _STRIDE_SPREAD) ** 2
    moved = np.sum(stands[..., None] * root**2) + weight
    if moved <= 0.0:
        return motion
    factor = (weight - np.sum(stands[..., None] * root * relative)) / moved
    position = motion.position * [factor, factor, 1.0]
    return dataclasses.replace(motion, position=position)


def contacts(legs: Legs, motion: BodyMotion) -> np.ndarray:
    """Whether heel and toes of each foot stand, (2 feet, 2 ends, frames)."""
    points = legs.sole_points(motion)
    heel = legs.heel_points
    ends = []
    for foot in points:
        for part in (foot[:, :heel], foot[:, heel:]):
            centre = part.mean(axis=1)
            speed = np.linalg.norm(np.gradient(centre, 1.0 / motion.rate, axis=0), axis=1)
            stands = (part[..., 2].min(axis=1) < CONTACT_HEIGHT) & (speed < CONTACT_SPEED)
            ends.append(_without_short_runs(stands))
    return np.array(ends).reshape(2, 2, -1)


def plant(legs: Legs, motion: BodyMotion) -> BodyMotion:
    """Hold the feet still and on the floor while they stand, and out of it while they swing."""
    planted = _moved_feet(legs, motion)
    # Where a knee or ankle bends no further the legs cannot lift the feet: then the root does.
    sunk = -legs.sole_points(planted)[..., 2].min(axis=(0, 2)) - _TOLERATED
    if sunk.max() > 0.0:
        lift = gaussian_filter1d(maximum_filter1d(np.maximum(sunk, 0.0), 5), 2.0)
        position = motion.position + lift[:, None] * [0.0, 0.0, 1.0]
        planted = _moved_feet(legs, dataclasses.replace(motion, position=position))
    return planted


def _moved_feet(legs: Legs, motion: BodyMotion) -> BodyMotion:
    points = legs.sole_points(motion)
    stands = contacts(legs, motion)
    angles = motion.angles.copy()
    for side, (chain, pose) in enumerate(zip(legs.chains, legs.poses(motion), strict=True)):
        shift = foot_shift(points[side], stands[side], legs.heel_points)
        ankle_b = pose.position[:, 2] + np.einsum("fji,fj->fi", motion.pelvis, shift)
        target = same_foot(legs, motion, side, ankle_b)
        angles[:, chain.columns] = fit_leg(chain, target)
    # The joint angles jump a little where a contact begins; this takes it out again.
    angles = low_pass(angles, motion.rate, _CUTOFF)
    return dataclasses.replace(motion, angles=angles)


def foot_shift(points: np.ndarray, stands: np.ndarray, heel_points: int) -> np.ndarray:
    """Displacement (frames, 3) [m] of a foot that stops it in stance and lifts it off the floor.

    Args:
        points: (frames, points, 3) of the sole; the first `heel_points` are the heel's.
        stands: (2, frames) contact of heel and toes.
        heel_points: number of the heel's points.
    """
    ends = np.stack([points[:, :heel_points].mean(axis=1), points[:, heel_points:].mean(axis=1)])
    weight = uniform_filter1d(stands.astype(float), 3, axis=1)
    total = weight.sum(axis=0)
    share = weight / np.maximum(total, 1e-9)
    moves = np.diff(ends[..., :2], axis=1, prepend=ends[:, :1, :2])
    slide = np.einsum("ef,efi->fi", share, moves) * (total > 0.0)[:, None]
    shift = np.zeros((len(points), 3))
    shift[:, :2] = _stance_shift(slide, total > 0.0)
    lowest = points[..., 2].min(axis=1)
    standing = np.minimum(total, 1.0)
    # In stance down to the floor or up to it; in swing only up.
    vertical = np.where(lowest < 0.0, -lowest, -lowest * standing)
    smooth = gaussian_filter1d(vertical, 1.0)
    shift[:, 2] = np.where(lowest < 0.0, np.maximum(smooth, -lowest), smooth)
    size = np.linalg.norm(shift[:, :2], axis=1, keepdims=True)
    shift[:, :2] *= np.minimum(1.0, _MAX_SLIDE / np.maximum(size, 1e-9))
    shift[:, 2] = np.clip(shift[:, 2], -_MAX_SLIDE, _MAX_LIFT)
    return shift


def _stance_shift(slide: np.ndarray, standing: np.ndarray) -> np.ndarray:
    """Undo the slide of each stance about its middle, and pass smoothly through the swings."""
    shift = np.zeros(slide.shape)
    known = np.zeros(len(slide), dtype=bool)
    for start, stop in runs(standing):
        path = -np.cumsum(slide[start:stop], axis=0)
        shift[start:stop] = path - 0.5 * (path.max(axis=0) + path.min(axis=0))
        known[start:stop] = True
    if not known.any():
        return shift
    for start, stop in runs(~known):
        before = shift[start - 1] if start > 0 else shift[stop]
        after = shift[stop] if stop < len(shift) else before
        part = np.linspace(0.0, 1.0, stop - start + 2)[1:-1, None]
        blend = part * part * (3.0 - 2.0 * part)
        shift[start:stop] = before + blend * (after - before)
    return shift


def same_foot(legs: Legs, motion: BodyMotion, side: int, ankle_b: np.ndarray) -> LegTarget:
    """The leg as it is, with its ankle elsewhere."""
    chain = legs.chains[side]
    angles = motion.angles[:, chain.columns]
    pose = chain.pose(angles)
    forward, up = foot_axes(chain, pose)
    foot = np.stack([forward, np.cross(up, forward), up], axis=2)
    thigh = pose.position[:, 1] - pose.position[:, 0]
    shank = pose.position[:, 2] - pose.position[:, 1]
    thigh /= np.linalg.norm(thigh, axis=1, keepdims=True)
    shank /= np.linalg.norm(shank, axis=1, keepdims=True)
    return LegTarget(thigh, shank, foot, angles.copy(), ankle_b, _FIRMNESS)


def runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """Half-open intervals in which `flags` (frames,) holds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _without_short_runs(flags: np.ndarray) -> np.ndarray:
    kept = flags.copy()
    for start, stop in runs(flags):
        if stop - start < _MIN_CONTACT_FRAMES:
            kept[start:stop] = False
    return kept
