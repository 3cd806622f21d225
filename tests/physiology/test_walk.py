# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A walk of the body, measured: mirrored it is the same, turned it is the same."""

import dataclasses

import numpy as np
import pytest

from kinesis_ros.core.body import Body, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.muscles import mirror_muscles
from kinesis_ros.core.rollout import GoalReference, Rollout
from kinesis_ros.core.rollout.samples import Samples
from kinesis_ros.physiology.cycles import WalkCycles
from kinesis_ros.physiology.people import People
from kinesis_ros.physiology.walk import WalkMeasures, measure

BODY = load_body("legs80")
SETTLING = 3.0  # [s]


@pytest.fixture(scope="module")
def samples() -> Samples:
    samples = Rollout.load(GoalReference("walk forward at 1.1 m/s")).run(9.0, sampled=True).samples
    assert samples is not None
    return samples


def measured(samples: Samples, fell_at: float | None = None) -> WalkMeasures:
    walk = measure("walk", WalkCycles(samples, BODY, SETTLING, fell_at), People.load(), 1.1, None)
    assert walk is not None
    return walk


def mirrored(samples: Samples, body: Body) -> Samples:
    """The same walk seen in a mirror."""
    muscles, joints = mirror_muscles(body.muscles), np.roll(np.arange(14), 7)
    aside, place = np.array([1.0, -1.0, 1.0]), np.array([1.0, -1.0])
    return dataclasses.replace(
        samples,
        state=ks.mirror(samples.state),
        trunk=samples.trunk * np.array([1.0, -1.0, 1.0, -1.0]),
        centre_of_mass=samples.centre_of_mass * aside,
        ankle=samples.ankle[:, ::-1] * aside,
        ground_force=samples.ground_force[:, ::-1] * aside,
        centre_of_pressure=samples.centre_of_pressure[:, ::-1] * place,
        joint_moment=samples.joint_moment[:, joints],
        **{
            name: getattr(samples, name)[:, muscles]
            for name in (
                *("activation", "excitation", "muscle_length"),
                *("muscle_velocity", "muscle_tension"),
            )
        },
    )


def turned(samples: Samples, angle: float) -> Samples:
    """The same walk in another direction."""
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    about = np.array([np.cos(angle / 2), np.sin(angle / 2)])
    w, x, y, z = samples.trunk.T
    trunk = [
        about[0] * w - about[1] * z,
        about[0] * x - about[1] * y,
        about[0] * y + about[1] * x,
        about[0] * z + about[1] * w,
    ]
    return dataclasses.replace(
        samples,
        state=ks.transform(samples.state, angle, np.zeros(3)),
        trunk=np.column_stack(trunk),
        centre_of_mass=samples.centre_of_mass @ turn.T,
        ankle=samples.ankle @ turn.T,
        ground_force=samples.ground_force @ turn.T,
        centre_of_pressure=samples.centre_of_pressure @ turn[:2, :2].T,
    )


def assert_alike(one: object, other: object, where: str = "") -> None:
    """Compare nested plain data, numbers within a hundredth of a percent."""
    if isinstance(one, dict):
        assert isinstance(other, dict)
        assert one.keys() == other.keys()
        for key in one:
            assert_alike(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list):
        assert isinstance(other, list)
        for i, pair in enumerate(zip(one, other, strict=True)):
            assert_alike(*pair, f"{where}[{i}]")
    elif isinstance(one, float):
        assert other == pytest.approx(one, rel=1e-4, abs=1e-6), where
    else:
        assert one == other, where


def test_a_mirrored_walk_measures_the_same(samples: Samples) -> None:
    walk = measured(samples).as_json()
    assert_alike(walk, measured(mirrored(samples, BODY)).as_json())


def test_a_turned_walk_measures_the_same(samples: Samples) -> None:
    walk = measured(samples).as_json()
    assert_alike(walk, measured(turned(samples, 2.0)).as_json())


def test_figures_of_a_walk_are_of_a_walk(samples: Samples) -> None:
    walk = measured(samples)
    assert walk.speed == pytest.approx(1.1, abs=0.05)
    assert walk.cycles >= 6
    assert 0.9 < walk.strides.stride_time < 1.4
    assert 0.55 < walk.strides.stance < 0.75
    assert walk.strides.double_support == pytest.approx(2.0 * walk.strides.stance - 1.0, abs=0.03)
    assert walk.strides.step_width is not None
    assert 0.02 < walk.strides.step_width < 0.25
    assert walk.comparison.angles["hip_flexion"].r is not None
    assert walk.comparison.angles["hip_flexion"].r > 0.9
    assert 1.2 < walk.effort.cost_of_transport < 30.0
    terms = walk.effort.cost_terms
    assert sum(terms.values()) == pytest.approx(walk.effort.cost_of_transport)
    assert terms["rules"] >= 0.0


def test_the_mean_force_over_a_cycle_carries_half_the_body(samples: Samples) -> None:
    up = measured(samples).curves["force_up"][0]
    assert up[:-1].mean() == pytest.approx(0.5, abs=0.02)
    assert measured(samples).curves["force_fore"][0][:-1].mean() == pytest.approx(0.0, abs=0.02)


def test_cycles_of_the_start_and_of_a_fall_do_not_count(samples: Samples) -> None:
    walk = WalkCycles(samples, BODY, SETTLING, fell_at=7.0)
    for foot in walk.feet:
        assert foot.cycles.start.min() >= SETTLING
        assert foot.cycles.end.max() <= 6.0
    assert measure("", WalkCycles(samples, BODY, 8.9), People.load(), 1.1, None) is None
