# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Hill-type muscle curves and activation dynamics, vectorised over muscles.

They are MuJoCo's own (mju_muscleGain, mju_muscleBias, mju_muscleDynamics), rewritten so that
compiled code evaluates all muscles at once. A test holds them equal to rounding.
"""

from collections.abc import Sequence
from typing import NamedTuple

import mujoco
import numpy as np

from kinesis_ros.core.compiled import njit


class MuscleParameters(NamedTuple):
    """Constants of every muscle, each (num_muscles,).

    A normalised fibre length is (musculotendon length - origin) / optimal.
    """

    origin: np.ndarray  # [m] musculotendon length at normalised length 0, active curves
    optimal: np.ndarray  # [m] optimal fibre length, active curves
    peak_force: np.ndarray  # [N]
    lmin: np.ndarray  # shortest active normalised length
    lmax: np.ndarray  # longest active normalised length
    vmax: np.ndarray  # [optimal lengths/s] fastest shortening
    fvmax: np.ndarray  # eccentric plateau, in peak forces
    passive_origin: np.ndarray  # [m] as origin, passive curve
    passive_optimal: np.ndarray  # [m]
    passive_peak: np.ndarray  # [N]
    passive_lmax: np.ndarray
    passive_fpmax: np.ndarray  # passive force at passive_lmax, in peak forces
    rise_time: np.ndarray  # [s] time constant of activation
    fall_time: np.ndarray  # [s] time constant of deactivation


def muscle_parameters(model: mujoco.MjModel) -> MuscleParameters:
    """Read the constants of all muscles of `model`.

    Raises:
        ValueError: an actuator is not a muscle, or one has smoothed activation dynamics.
    """
    for i in range(model.nu):
        name = model.actuator(i).name
        if model.actuator_dyntype[i] != mujoco.mjtDyn.mjDYN_MUSCLE:
            raise ValueError(f"actuator '{name}' is not a muscle")
        if model.actuator_dynprm[i, 2] != 0.0:
            raise ValueError(f"muscle '{name}' has smoothed activation, which is not supported")
    gain, bias = model.actuator_gainprm, model.actuator_biasprm
    shortest, longest = model.actuator_lengthrange.T
    optimal = (longest - shortest) / (gain[:, 1] - gain[:, 0])
    passive_optimal = (longest - shortest) / (bias[:, 1] - bias[:, 0])
    return MuscleParameters(
        origin=shortest - gain[:, 0] * optimal,
        optimal=optimal,
        peak_force=_peak_force(gain, model.actuator_acc0),
        lmin=gain[:, 4].copy(),
        lmax=gain[:, 5].copy(),
        vmax=gain[:, 6].copy(),
        fvmax=gain[:, 8].copy(),
        passive_origin=shortest - bias[:, 0] * passive_optimal,
        passive_optimal=passive_optimal,
        passive_peak=_peak_force(bias, model.actuator_acc0),
        passive_lmax=bias[:, 5].copy(),
        passive_fpmax=bias[:, 7].copy(),
        rise_time=model.actuator_dynprm[:, 0].copy(),
        fall_time=model.actuator_dynprm[:, 1].copy(),
    )


def _peak_force(parameters: np.ndarray, acc0: np.ndarray) -> np.ndarray:
    force, scale = parameters[:, 2], parameters[:, 3]
    return np.where(force < 0.0, scale / np.maximum(acc0, 1e-15), force)


@njit(cache=True, nogil=True)
def active_force_length(length: float, lmin: float, lmax: float) -> float:
    """Active force in peak forces at a normalised fibre length."""
    a, b = 0.5 * (lmin + 1.0), 0.5 * (1.0 + lmax)
    if length < lmin or length > lmax:
        return 0.0
    if length <= a:
        x = (length - lmin) / (a - lmin)
        return 0.5 * x * x
    if length <= 1.0:
        x = (1.0 - length) / (1.0 - a)
        return 1.0 - 0.5 * x * x
    if length <= b:
        x = (length - 1.0) / (b - 1.0)
        return 1.0 - 0.5 * x * x
    x = (lmax - length) / (lmax - b)
    return 0.5 * x * x


@njit(cache=True, nogil=True)
def active_force_length_of(parameters: MuscleParameters, length: np.ndarray) -> np.ndarray:
    """Active force in peak forces of every muscle, for normalised lengths (rows, num_muscles)."""
    force = np.empty_like(length)
    for row in range(length.shape[0]):
        for i in range(length.shape[1]):
            force[row, i] = active_force_length(
                length[row, i], parameters.lmin[i], parameters.lmax[i]
            )
    return force


@njit(cache=True, nogil=True)
def force_velocity(velocity: float, fvmax: float) -> float:
    """Force factor at a fibre velocity in units of the fastest shortening (negative)."""
    plateau = fvmax - 1.0
    if velocity <= -1.0:
        return 0.0
    if velocity <= 0.0:
        return (velocity + 1.0) ** 2
    if velocity <= plateau:
        return fvmax - (plateau - velocity) ** 2 / plateau
    return fvmax


@njit(cache=True, nogil=True)
def passive_force_length(length: float, lmax: float, fpmax: float) -> float:
    """Passive force in peak forces at a normalised fibre length."""
    b = 0.5 * (1.0 + lmax)
    if length <= 1.0:
        return 0.0
    if length <= b:
        x = (length - 1.0) / (b - 1.0)
        return fpmax * 0.5 * x * x
    x = (length - b) / (b - 1.0)
    return fpmax * (0.5 + x)


@njit(cache=True, nogil=True)
def muscle_forces(
    parameters: MuscleParameters,
    length: np.ndarray,
    velocity: np.ndarray,
    gain: np.ndarray,
    passive: np.ndarray,
) -> None:
    """Write force = gain * activation + passive of every muscle [N]; tension is negative.

    Args:
        parameters: constants.
        length: (num_muscles,) musculotendon lengths [m].
        velocity: (num_muscles,) lengthening speeds [m/s].
        gain: (num_muscles,) output, active force at full activation.
        passive: (num_muscles,) output, force at zero activation.
    """
    p = parameters
    for i in range(length.shape[0]):
        normalised = (length[i] - p.origin[i]) / p.optimal[i]
        speed = velocity[i] / (p.optimal[i] * p.vmax[i])
        gain[i] = (
            -p.peak_force[i]
            * active_force_length(normalised, p.lmin[i], p.lmax[i])
            * force_velocity(speed, p.fvmax[i])
        )
        stretched = (length[i] - p.passive_origin[i]) / p.passive_optimal[i]
        passive[i] = -p.passive_peak[i] * passive_force_length(
            stretched, p.passive_lmax[i], p.passive_fpmax[i]
        )


@njit(cache=True, nogil=True)
def activation_rate(excitation: float, activation: float, rise: float, fall: float) -> float:
    """Time derivative of activation [1/s]: first order, slower when relaxing (Millard 2013)."""
    clipped = min(max(activation, 0.0), 1.0)
    target = min(max(excitation, 0.0), 1.0)
    scale = 0.5 + 1.5 * clipped
    if target > activation:
        return (target - activation) / (rise * scale)
    return (target - activation) * scale / fall


@njit(cache=True, nogil=True)
def reachable_activation(
    activation: float, rise: float, fall: float, timestep: float
) -> tuple[float, float]:
    """Lowest and highest activation that one explicit Euler step of `timestep` [s] can reach."""
    low = activation + timestep * activation_rate(0.0, activation, rise, fall)
    high = activation + timestep * activation_rate(1.0, activation, rise, fall)
    return max(low, 0.0), min(high, 1.0)


@njit(cache=True, nogil=True)
def excitation_for(
    wanted: float, activation: float, rise: float, fall: float, timestep: float
) -> float:
    """Excitation that takes `activation` to `wanted` in one Euler step of `timestep` [s]."""
    scale = 0.5 + 1.5 * min(max(activation, 0.0), 1.0)
    constant = rise * scale if wanted > activation else fall / scale
    return min(max(activation + (wanted - activation) * constant / timestep, 0.0), 1.0)


def mirror_muscles(names: Sequence[str]) -> np.ndarray:
    """(muscles,) index of every muscle's counterpart on the other side.

    Sides are told by the end of the name, `_r` or nothing against `_l`; a muscle without a
    counterpart is its own.
    """
    index = {name: i for i, name in enumerate(names)}

    def counterpart(name: str) -> int:
        base = name.removesuffix("_r").removesuffix("_l")
        others = (f"{base}_r", base) if name.endswith("_l") else (f"{base}_l",)
        return next((index[other] for other in others if other in index), index[name])

    return np.array([counterpart(name) for name in names])
