# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the floor does to each foot: a wrench on the whole body divided between its soles.

In single support the foot that stands takes all. In double support the trailing foot hands over to
the leading one as a smooth function of time, the smooth transition assumption (Ren, Jones and
Howard 2008), as far as pressure within both soles allows it.
"""

import dataclasses
from collections.abc import Iterator

import numpy as np
from scipy.optimize import nnls

from kinesis_ros.core.dynamics.inverse import centre_of_pressure

TOUCHING = 0.03  # [m] height of a point of a standing sole that may press on the floor
FRICTION = 0.8  # between shoes and floor
_LEAST = 0.02  # of the largest vertical force, below that a foot carries nothing
_SHARE_WEIGHT = 0.01  # [m] of a foot's share of the load against the centre of pressure
_LIFTED = 0.02  # weight of load on a point of the sole, per TOUCHING of height
_EVEN = 1e-3  # weight of an even load on the points of a sole


@dataclasses.dataclass(frozen=True)
class FloorForces:
    """Of the floor on right and left foot, over frames.

    Attributes:
        force: (frames, 2, 3) in the world [N].
        pressure: (frames, 2, 2) centre of pressure in the world [m]; in the air the nearest value
            of that foot is held.
        twist: (frames, 2) moment about the vertical through the centre of pressure [N m].
        points: (frames, 2, points) vertical force on each point of the soles [N].
        residual: (frames, 6) what is missing to the wanted wrench about the middle of the feet:
            force [N], moment [N m].
    """

    force: np.ndarray
    pressure: np.ndarray
    twist: np.ndarray
    points: np.ndarray
    residual: np.ndarray


def divide(
    wrench: np.ndarray, soles: np.ndarray, stands: np.ndarray, forward: np.ndarray
) -> FloorForces:
    """Divide a wrench between the feet.

    Args:
        wrench: (frames, 6) that the body needs, in the world about its origin.
        soles: (2, frames, points, 3) points of the soles in the world [m].
        stands: (2, frames) whether each foot stands.
        forward: (frames, 2) unit vector over the floor in which the body faces.
    """
    frames, points = soles.shape[1:3]
    share = transition(stands)
    loads = np.zeros((frames, 2, points))
    for i in range(frames):
        loads[i] = _loads(wrench[i], soles[:, i], stands[:, i], share[i])
    vertical = loads.sum(axis=2)
    pressure = _held(
        np.einsum("fsp,sfpi->fsi", loads, soles[..., :2]), vertical, soles[..., :2].mean(axis=2)
    )
    force = np.zeros((frames, 2, 3))
    force[..., 2] = vertical
    force[..., :2] = _along_floor(wrench[:, :2], vertical, stands, forward)
    total = vertical.sum(axis=1, keepdims=True)
    part = np.divide(vertical, total, out=np.zeros_like(vertical), where=total > 0.0)
    middle = soles.mean(axis=(0, 2)) * [1.0, 1.0, 0.0]
    wanted = np.concatenate(
        [wrench[:, :3], wrench[:, 3:] - np.cross(middle, wrench[:, :3])], axis=1
    )
    given = np.zeros((frames, 6))
    given[:, :3] = force.sum(axis=1)
    arms = np.concatenate([pressure, np.zeros((frames, 2, 1))], axis=2) - middle[:, None]
    given[:, 3:] = np.cross(arms, force).sum(axis=1)
    twist = part * (wanted[:, 5] - given[:, 5])[:, None]
    given[:, 5] += twist.sum(axis=1)
    return FloorForces(force, pressure, twist, loads, wanted - given)


def transition(stands: np.ndarray) -> np.ndarray:
    """Share (frames, 2) of the load that each foot carries, from the times of contact alone.

    With x the share of a double support that is over, the trailing foot carries exp(-(2 x)^3).

    Args:
        stands: (2, frames).
    """
    share = stands.T.astype(float)
    for support in _double_supports(stands):
        trailing = np.exp(-((2.0 * support.over) ** 3))
        if support.trailing is None:
            trailing[:] = 0.5
        side = support.trailing or 0
        share[support.frames, side] = trailing
        share[support.frames, 1 - side] = 1.0 - trailing
    return share


@dataclasses.dataclass(frozen=True)
class _DoubleSupport:
    """Both feet on the floor.

    Attributes:
        frames: of it.
        over: (frames,) share of it that is over, above 0 and below 1.
        trailing: the foot that leaves; None: neither does.
    """

    frames: slice
    over: np.ndarray
    trailing: int | None


def _double_supports(stands: np.ndarray) -> Iterator[_DoubleSupport]:
    frames = stands.shape[1]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], stands.all(axis=0).astype(int), [0]])))
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        before = int(np.argmax(stands[:, start - 1])) if start > 0 else None
        after = int(np.argmax(stands[:, stop])) if stop < frames else None
        over = np.arange(1, stop - start + 1) / (stop - start + 1.0)
        if before is None or before == after:  # at the clip's start, or a foot that only taps
            trailing = None if after is None or before is not None else 1 - after
        else:
            trailing = before
        yield _DoubleSupport(slice(start, stop), over, trailing)


def _loads(
    wrench: np.ndarray, soles: np.ndarray, stands: np.ndarray, share: np.ndarray
) -> np.ndarray:
    """Vertical forces (2, points) [N] on the points of the soles (2, points, 3)."""
    loads = np.zeros(soles.shape[:2])
    weight = wrench[2]
    if weight <= 0.0 or not stands.any():
        return loads
    height = np.maximum(soles[..., 2], 0.0)
    lowest = height.min(axis=1, keepdims=True)
    usable = stands[:, None] & (height - lowest < TOUCHING)
    side, point = np.nonzero(usable)
    place = soles[side, point, :2]
    middle = place.mean(axis=0)
    target = centre_of_pressure(wrench) - middle
    count = len(place)
    rows = [np.ones(count) * 1e3, *(place - middle).T / 0.01]
    values = [1e3, *(target / 0.01)]
    if stands.all():
        rows.append((side == 0) * (_SHARE_WEIGHT / 0.01))
        values.append(share[0] * _SHARE_WEIGHT / 0.01)
    lift = _EVEN + _LIFTED * (height - lowest)[side, point] / TOUCHING
    matrix = np.concatenate([np.array(rows), np.diag(lift / 0.01)])
    solution, _ = nnls(matrix, np.concatenate([values, lift / 0.01 / count]))
    loads[side, point] = solution * weight
    return loads


def _along_floor(
    wanted: np.ndarray, vertical: np.ndarray, stands: np.ndarray, forward: np.ndarray
) -> np.ndarray:
    """Forces along the floor (frames, 2, 2), each within the friction of its foot.

    In double support the trailing foot goes on to push as it did when the other one landed: forward
    first harder, then less, by k e^(-(2 x - 2/3)^2) - k e^(-16/9) x with k = e^(4/9), and across by
    e^(-(2 x)^3). The leading foot brakes what is too much.
    """
    total = vertical.sum(axis=1, keepdims=True)
    part = np.divide(vertical, total, out=np.zeros_like(vertical), where=total > 0.0)
    force = part[..., None] * wanted[:, None]
    first = np.exp(4.0 / 9.0)
    last = first * np.exp(-16.0 / 9.0)
    for support in _double_supports(stands):
        start = support.frames.start
        if support.trailing is None or start == 0:
            continue
        over = support.over
        push = first * np.exp(-((2.0 * over - 2.0 / 3.0) ** 2)) - last * over
        ahead = (wanted[start - 1] @ forward[start - 1]) * forward[start - 1]
        across = np.exp(-((2.0 * over) ** 3))
        trailing = push[:, None] * ahead + across[:, None] * (wanted[start - 1] - ahead)
        force[support.frames, support.trailing] = trailing
        force[support.frames, 1 - support.trailing] = wanted[support.frames] - trailing
    most = FRICTION * vertical
    force = _within(force, most)
    for _ in range(3):  # what one foot cannot hold the other one takes
        missing = wanted - force.sum(axis=1)
        force = _within(force + 0.5 * missing[:, None] * (vertical > 0.0)[..., None], most)
    return force


def _within(force: np.ndarray, most: np.ndarray) -> np.ndarray:
    size = np.linalg.norm(force, axis=-1)
    scale = np.minimum(1.0, most / np.maximum(size, 1e-9))
    return force * scale[..., None]


def _held(sums: np.ndarray, vertical: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Centres of pressure (frames, 2, 2); where a foot carries nothing, the nearest one."""
    pressure = np.array(np.swapaxes(centres, 0, 1))
    frames = np.arange(len(sums))
    for side in range(2):
        carries = vertical[:, side] > _LEAST * max(float(vertical.max()), 1e-9)
        known = np.flatnonzero(carries)
        if not len(known):
            continue
        at = sums[known, side] / vertical[known, side, None]
        after = np.clip(np.searchsorted(known, frames), 0, len(known) - 1)
        before = np.maximum(after - 1, 0)
        nearer = np.abs(known[before] - frames) < np.abs(known[after] - frames)
        pressure[:, side] = at[np.where(nearer, before, after)]
    return pressure
