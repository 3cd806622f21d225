# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Metabolic power: rest costs, activity costs more, and energy is not given back."""

import numpy as np
import pytest

from kinesis_ros.core.body import load_body
from kinesis_ros.core.muscles.hill import muscle_parameters
from kinesis_ros.core.muscles.metabolism import Metabolism, MetabolismConfig, MusclePower

BODY = load_body("legs80")
MUSCLES = muscle_parameters(BODY.model)


@pytest.fixture(scope="module")
def metabolism() -> Metabolism:
    return Metabolism(BODY)


def power(
    metabolism: Metabolism, activity: float, speed: float = 0.0, length: float = 1.0
) -> MusclePower:
    """All muscles alike: activation 0..1, lengthening [optimal lengths/s], length."""
    row = np.full((1, len(BODY.muscles)), activity)
    lengths = (MUSCLES.origin + length * MUSCLES.optimal)[None]
    velocity = (speed * MUSCLES.optimal)[None]
    tension = activity * MUSCLES.peak_force[None]
    return metabolism.muscle_power(row, row, lengths, velocity, tension)


def test_a_resting_muscle_takes_its_least_heat(metabolism: Metabolism) -> None:
    np.testing.assert_allclose(power(metabolism, 0.0).total[0], 1.0 * metabolism.muscle_mass)
    assert metabolism.basal_power == pytest.approx(1.2 * BODY.model.body_mass.sum())


def test_more_activation_costs_more(metabolism: Metabolism) -> None:
    costs = np.array([power(metabolism, a).total[0] for a in np.linspace(0.05, 1.0, 20)])
    assert (np.diff(costs, axis=0) > 0.0).all()


def test_heat_and_work_of_an_isometric_muscle_are_as_published(metabolism: Metabolism) -> None:
    full = power(metabolism, 1.0)
    # Half slow, half fast, fully active at the optimal length: 86.5 + 92.5 W/kg and no work.
    np.testing.assert_allclose(full.activation[0], 86.5 * metabolism.muscle_mass)
    np.testing.assert_allclose(full.maintenance[0], 92.5 * metabolism.muscle_mass)
    np.testing.assert_allclose(full.total[0], 179.0 * metabolism.muscle_mass)
    assert not full.work.any()


def test_shortening_costs_more_than_holding_and_holding_more_than_giving_way(
    metabolism: Metabolism,
) -> None:
    shortening, holding, lengthening = (power(metabolism, 0.5, v).total for v in (-1.0, 0.0, 1.0))
    assert (shortening > holding).all()
    assert (holding > lengthening).all()


def test_no_muscle_gives_energy_back(metabolism: Metabolism) -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        activity, speed, length = rng.uniform((0.0, -5.0, 0.4), (1.0, 5.0, 1.6))
        assert (power(metabolism, activity, speed, length).total >= 0.0).all()


def test_muscle_mass_follows_from_volume_and_density() -> None:
    strong = Metabolism(BODY, MetabolismConfig(specific_tension=0.5e6)).muscle_mass
    np.testing.assert_allclose(2.0 * strong, Metabolism(BODY).muscle_mass)
    soleus = BODY.muscles.index("soleus_r")
    area = MUSCLES.peak_force[soleus] / 0.5e6
    assert strong[soleus] == pytest.approx(1059.7 * area * MUSCLES.optimal[soleus])


@pytest.mark.parametrize(
    "options", [{"specific_tension": 0.0}, {"slow_share": 1.1}, {"least_heat": -1.0}]
)
def test_impossible_tissue_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must"):
        MetabolismConfig(**options)
