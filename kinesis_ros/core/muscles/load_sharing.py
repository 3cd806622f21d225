# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The load-sharing problem, solved exactly in the space of the joints.

    minimise over low <= a <= high:   sum_j w_j (t_j - sum_i m_ji a_i)^2 + sum_i e_i a_i^2

Where it is least, a_i = clip(sum_j m_ji y_j / e_i, low_i, high_i) with y_j = w_j (t_j - (m a)_j),
one number per joint. Those y are where the gradient of a convex, piecewise quadratic function
vanishes,

    F_j(y) = y_j / w_j + (m a(y))_j - t_j,

and Newton's method on it ends with the exact solution as soon as no muscle changes between its
bounds and the inside (a semismooth Newton method, Qi & Sun 1993). A line search along each step
makes it safe from any start.
"""

from typing import NamedTuple

import numpy as np

from kinesis_ros.core.compiled import njit

MOST_ITERATIONS = 200  # usual are 2 to 4 while walking, 5 to 30 from a cold start
_CLOSE = 1e-9  # of the torques' size: rounding may keep a muscle flipping at its bound
_FLAT = 0.1  # of the slope at the start: the line search need not be more exact
_MOST_TRIALS = 40


class Sharing(NamedTuple):
    """Which muscle loads which joints, and the prices; constants of one body."""

    span_count: np.ndarray  # (num_muscles,) joints that a muscle spans
    span: np.ndarray  # (num_muscles, max span) their indices, ascending
    weight: np.ndarray  # (num_joints,) of a squared torque error [1/(N m)^2]
    effort: np.ndarray  # (num_muscles,) price of squared activation
    envelope: np.ndarray  # (num_joints,) first joint that shares muscles with this or one between


class SharingScratch(NamedTuple):
    """Scratch space; `price` is carried over as the start of the next solution."""

    price: np.ndarray  # (num_joints,) y: the weighted torque error
    drive: np.ndarray  # (num_muscles,) sum_j m_ji y_j
    change: np.ndarray  # (num_muscles,) of the drive along the Newton step
    step: np.ndarray  # (num_joints,)
    factor: np.ndarray  # (num_joints, num_joints) Cholesky factor within the envelope


def sharing_scratch(num_muscles: int, num_joints: int) -> SharingScratch:
    """Scratch space for a body."""
    return SharingScratch(
        price=np.zeros(num_joints),
        drive=np.zeros(num_muscles),
        change=np.zeros(num_muscles),
        step=np.zeros(num_joints),
        factor=np.zeros((num_joints, num_joints)),
    )


def envelope_of(span_count: np.ndarray, span: np.ndarray, num_joints: int) -> np.ndarray:
    """The leftmost column (num_joints,) of each row of the Newton matrix that is not zero."""
    first = np.arange(num_joints)
    for count, joints in zip(span_count, span, strict=True):
        for joint in joints[:count]:
            first[joint] = min(first[joint], joints[:count].min())
    return first


@njit(cache=True, nogil=True)
def solve(
    sharing: Sharing,
    moment: np.ndarray,
    target: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    scratch: SharingScratch,
    activation: np.ndarray,
    residual: np.ndarray,
) -> int:
    """Solve the problem above.

    Args:
        sharing: constants of the body.
        moment: (num_muscles, max span) torque per unit activation [N m].
        target: (num_joints,) torques that activation is to make [N m].
        low: (num_muscles,) lowest activations.
        high: (num_muscles,) highest activations.
        scratch: the previous solution and scratch space.
        activation: (num_muscles,) output.
        residual: (num_joints,) output: target minus realised torque [N m].

    Returns:
        Number of Newton steps.
    """
    count, span, weight, effort = sharing.span_count, sharing.span, sharing.weight, sharing.effort
    price, drive = scratch.price, scratch.drive
    step, change, factor = scratch.step, scratch.change, scratch.factor
    _project(count, span, moment, price, drive)
    steps = 0
    while steps < MOST_ITERATIONS:
        size = _assemble(
            count, span, moment, target, low, high, weight, effort, sharing.envelope,
            price, drive, factor, step,
        )  # fmt: skip
        if size <= _CLOSE:
            break
        steps += 1
        slope = _newton_step(sharing.envelope, factor, step)
        _project(count, span, moment, step, change)
        last = _same_pieces(effort, low, high, drive, change)
        length = 1.0
        if not last:
            length = _line_search(
                weight, target, effort, low, high, price, drive, step, change, slope
            )
        for j in range(price.shape[0]):
            price[j] += length * step[j]
        for i in range(drive.shape[0]):
            drive[i] += length * change[i]
        if last:
            break
    _realise(count, span, moment, target, low, high, effort, drive, activation, residual)
    return steps


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc"})
def _project(
    count: np.ndarray, span: np.ndarray, moment: np.ndarray, joints: np.ndarray, out: np.ndarray
) -> None:
    """Write sum_j m_ji joints_j of every muscle."""
    for i in range(out.shape[0]):
        total = 0.0
        for k in range(count[i]):
            total += moment[i, k] * joints[span[i, k]]
        out[i] = total


@njit(cache=True, nogil=True)
def _assemble(
    count: np.ndarray,
    span: np.ndarray,
    moment: np.ndarray,
    target: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    weight: np.ndarray,
    effort: np.ndarray,
    envelope: np.ndarray,
    price: np.ndarray,
    drive: np.ndarray,
    matrix: np.ndarray,
    negative: np.ndarray,
) -> float:
    """Write the Newton matrix (lower triangle) and -F; returns F's size relative to the torques."""
    num_joints = price.shape[0]
    for j in range(num_joints):
        for k in range(envelope[j], j):
            matrix[j, k] = 0.0
        matrix[j, j] = 1.0 / weight[j]
        negative[j] = target[j] - price[j] / weight[j]
    for i in range(drive.shape[0]):
        share = drive[i] / effort[i]
        inside = low[i] < share < high[i]
        activation = min(max(share, low[i]), high[i])
        for k in range(count[i]):
            row = span[i, k]
            negative[row] -= moment[i, k] * activation
            if inside:
                scaled = moment[i, k] / effort[i]
                for other in range(k + 1):
                    matrix[row, span[i, other]] += scaled * moment[i, other]
    size, largest = 0.0, 1.0
    for j in range(num_joints):
        size = max(size, abs(negative[j]))
        largest = max(largest, abs(target[j]))
    return size / largest


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc"})
def _newton_step(envelope: np.ndarray, matrix: np.ndarray, step: np.ndarray) -> float:
    """Factorise `matrix` in place (Cholesky within its envelope) and solve for the step.

    Args:
        envelope: (num_joints,) first column of each row that is not zero.
        matrix: lower triangle, positive definite.
        step: -F, replaced by the step.

    Returns:
        F times the step: the slope of the function along it, negative.
    """
    n = step.shape[0]
    slope = 0.0
    for j in range(n):
        first = envelope[j]
        for k in range(first, j):
            total = matrix[j, k]
            for m in range(max(first, envelope[k]), k):
                total -= matrix[j, m] * matrix[k, m]
            matrix[j, k] = total * matrix[k, k]
        diagonal, value = matrix[j, j], step[j]
        for m in range(first, j):
            diagonal -= matrix[j, m] * matrix[j, m]
            value -= matrix[j, m] * step[m]
        matrix[j, j] = 1.0 / np.sqrt(diagonal)  # kept as its inverse
        step[j] = value * matrix[j, j]
        slope -= step[j] * step[j]
    for j in range(n - 1, -1, -1):
        step[j] *= matrix[j, j]
        for m in range(envelope[j], j):
            step[m] -= matrix[j, m] * step[j]
    return slope


@njit(cache=True, nogil=True)
def _line_search(
    weight: np.ndarray,
    target: np.ndarray,
    effort: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    price: np.ndarray,
    drive: np.ndarray,
    step: np.ndarray,
    change: np.ndarray,
    slope: float,
) -> float:
    """How much of the step to take: all of it, or as far as the function falls.

    Its slope along the step rises steadily. Where it has become positive at the end, the place
    where it passes zero is enclosed (regula falsi and bisection in turn), and the last place where
    the function still fell is taken.
    """
    near, near_slope = 0.0, slope
    far, far_slope = 1.0, _slope(1.0, weight, target, effort, low, high, price, drive, step, change)
    if far_slope <= 0.0:
        return 1.0
    for trial in range(_MOST_TRIALS):
        share = 0.5 if trial % 2 else near_slope / (near_slope - far_slope)
        length = near + min(max(share, 0.02), 0.98) * (far - near)
        here = _slope(length, weight, target, effort, low, high, price, drive, step, change)
        if here > 0.0:
            far, far_slope = length, here
        else:
            near, near_slope = length, here
            if here >= _FLAT * slope:
                break
    return near if near > 0.0 else far


@njit(cache=True, nogil=True)
def _slope(
    length: float,
    weight: np.ndarray,
    target: np.ndarray,
    effort: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    price: np.ndarray,
    drive: np.ndarray,
    step: np.ndarray,
    change: np.ndarray,
) -> float:
    """F(price + length step) times the step."""
    total = 0.0
    for j in range(price.shape[0]):
        total += step[j] * ((price[j] + length * step[j]) / weight[j] - target[j])
    for i in range(drive.shape[0]):
        share = (drive[i] + length * change[i]) / effort[i]
        total += change[i] * min(max(share, low[i]), high[i])
    return total


@njit(cache=True, nogil=True)
def _same_pieces(
    effort: np.ndarray, low: np.ndarray, high: np.ndarray, drive: np.ndarray, change: np.ndarray
) -> bool:
    """Whether no muscle changes between its bounds and the inside along the whole step."""
    for i in range(drive.shape[0]):
        before, after = drive[i] / effort[i], (drive[i] + change[i]) / effort[i]
        if (before <= low[i]) != (after <= low[i]) or (before >= high[i]) != (after >= high[i]):
            return False
    return True


@njit(cache=True, nogil=True)
def _realise(
    count: np.ndarray,
    span: np.ndarray,
    moment: np.ndarray,
    target: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    effort: np.ndarray,
    drive: np.ndarray,
    activation: np.ndarray,
    residual: np.ndarray,
) -> None:
    """Write the activations and what they leave open."""
    residual[:] = target
    for i in range(activation.shape[0]):
        activation[i] = min(max(drive[i] / effort[i], low[i]), high[i])
        for k in range(count[i]):
            residual[span[i, k]] -= moment[i, k] * activation[i]
