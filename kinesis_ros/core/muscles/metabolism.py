# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Metabolic power of muscles after Bhargava, Pandy & Anderson (J Biomech 37:81-88, 2004).

Per muscle of mass m, slow share s, excitation u, activation a, length l (of the optimal), fibre
velocity v (shortening negative), tension F, and the tension G that it would have isometrically:

    activation   A = m (40 s sin(pi u / 2) + 133 (1 - s) (1 - cos(pi u / 2)))
    maintenance  M = m g(l) (74 s sin(pi a / 2) + 111 (1 - s) (1 - cos(pi a / 2)))
    shortening   S = -(0.16 G + 0.18 F) v when it shortens, -0.157 F v when it lengthens
    work         W = -F v

g is 0.5 up to half the optimal length, 1 at it, 0 from 1.5 times on. Muscles do not give energy
back: heat A + M + S is at least 1 W per kg of muscle and no muscle's sum is negative. The rest of
the body takes 1.2 W/kg. Constants and these two rules are those of OpenSim's
Bhargava2004SmoothedMuscleMetabolics, unsmoothed; the decay of the activation heat is left out
there as well. m = density x optimal length x peak force / specific tension.
"""

import dataclasses

import numpy as np

from kinesis_ros.core.body import Body
from kinesis_ros.core.muscles.hill import active_force_length_of, muscle_parameters


@dataclasses.dataclass(frozen=True)
class MetabolismConfig:
    """What the model needs to know about muscle tissue.

    Attributes:
        specific_tension: peak force per cross-section [Pa].
        density: [kg/m^3].
        slow_share: of slow-twitch fibres, 0..1, the same in every muscle.
        least_heat: of every muscle [W/kg].
        basal: power of all that is not muscle activity, per body mass [W/kg].
    """

    specific_tension: float = 0.25e6
    density: float = 1059.7
    slow_share: float = 0.5
    least_heat: float = 1.0
    basal: float = 1.2

    def __post_init__(self) -> None:
        if not (self.specific_tension > 0.0 and self.density > 0.0):
            raise ValueError("specific tension and density must be positive")
        if not 0.0 <= self.slow_share <= 1.0:
            raise ValueError(f"slow_share must be 0 to 1, it is {self.slow_share}")
        if self.least_heat < 0.0 or self.basal < 0.0:
            raise ValueError("least_heat and basal must not be negative")


@dataclasses.dataclass(frozen=True)
class MusclePower:
    """Terms of the muscles' power, each (rows, num_muscles) [W]; see the module.

    Attributes:
        activation: heat A.
        maintenance: heat M.
        shortening: heat S; negative when a muscle is stretched.
        work: W; negative when a muscle is stretched.
        total: what the muscle takes, after the two rules; never negative.
    """

    activation: np.ndarray
    maintenance: np.ndarray
    shortening: np.ndarray
    work: np.ndarray
    total: np.ndarray


class Metabolism:
    """Metabolic power of a body.

    Attributes:
        muscle_mass: (num_muscles,) [kg].
        body_mass: [kg].

    Args:
        body: with muscles.
        config: of the tissue.
    """

    def __init__(self, body: Body, config: MetabolismConfig | None = None) -> None:
        self._config = config or MetabolismConfig()
        self._muscles = muscles = muscle_parameters(body.model)
        area = muscles.peak_force / self._config.specific_tension
        self.muscle_mass = self._config.density * area * muscles.optimal
        self.body_mass = float(body.model.body_mass.sum())

    def muscle_power(
        self,
        excitation: np.ndarray,
        activation: np.ndarray,
        length: np.ndarray,
        velocity: np.ndarray,
        tension: np.ndarray,
    ) -> MusclePower:
        """Power of every muscle.

        Args:
            excitation: (rows, num_muscles) 0..1.
            activation: (rows, num_muscles) 0..1.
            length: (rows, num_muscles) musculotendon lengths [m]; tendons are rigid.
            velocity: (rows, num_muscles) lengthening speeds [m/s].
            tension: (rows, num_muscles) [N].
        """
        config, muscles = self._config, self._muscles
        slow, fast = config.slow_share, 1.0 - config.slow_share
        normalised = (length - muscles.origin) / muscles.optimal
        isometric = muscles.peak_force * activation * active_force_length_of(muscles, normalised)
        heat = 40.0 * slow * _slow(excitation) + 133.0 * fast * _fast(excitation)
        kept = 74.0 * slow * _slow(activation) + 111.0 * fast * _fast(activation)
        kept *= np.interp(normalised, (0.5, 1.0, 1.5), (0.5, 1.0, 0.0))
        shortens = velocity < 0.0
        force = np.where(shortens, 0.16 * isometric + 0.18 * tension, 0.157 * tension)
        activating, maintaining = self.muscle_mass * heat, self.muscle_mass * kept
        shortening, work = -force * velocity, -tension * velocity
        warm = np.maximum(
            activating + maintaining + shortening, config.least_heat * self.muscle_mass
        )
        total = np.maximum(warm + work, 0.0)
        return MusclePower(activating, maintaining, shortening, work, total)

    @property
    def basal_power(self) -> float:
        """Of all that is not muscle activity [W]."""
        return self._config.basal * self.body_mass


def _slow(activity: np.ndarray) -> np.ndarray:
    """Share of the slow fibres that are recruited."""
    return np.sin(0.5 * np.pi * activity)


def _fast(activity: np.ndarray) -> np.ndarray:
    """Share of the fast fibres that are recruited."""
    return 1.0 - np.cos(0.5 * np.pi * activity)
