# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Bodies and random states of them, for laws that hold for every body and state."""

from collections.abc import Callable

import mujoco
import numpy as np
import pytest
from bodiless import Ground

from kinesis_ros.core.body import Body, load_body
from kinesis_ros.core.body import kinematic_state as ks
from urdf_mjcf.registry import BODY_NAMES


@pytest.fixture(scope="session")
def ground() -> Ground:
    """A floor that plans are carried out on, without a body."""
    return Ground()


@pytest.fixture(params=BODY_NAMES)
def any_body(request: pytest.FixtureRequest) -> Body:
    """Each of the bodies in turn."""
    return load_body(request.param)


@pytest.fixture
def put_anywhere() -> Callable[[Body, np.random.Generator], mujoco.MjData]:
    """Put a body into a random state in the air: joints within their limits, moving, active."""

    def put(body: Body, rng: np.random.Generator) -> mujoco.MjData:
        model = body.model
        data = mujoco.MjData(model)
        ranges = np.array([model.joint(name).range for name in body.joints])
        data.qpos[:3] = 0.0, 0.0, 2.0
        data.qpos[3:7] = random_quaternions(rng, 1)[0]
        data.qpos[body.joint_qpos] = rng.uniform(*ranges.T)
        data.qvel[:] = 0.0
        data.qvel[:6] = rng.normal(size=6)
        data.qvel[body.joint_dofs] = rng.normal(scale=2.0, size=len(body.joints))
        body.couplings.complete(data.qpos)
        body.couplings.complete_velocity(data.qpos, data.qvel)
        if body.muscles:
            data.act[:] = rng.uniform(0.0, 0.6, size=model.na)
        mujoco.mj_forward(model, data)
        return data

    return put


@pytest.fixture
def random_states() -> Callable[[np.random.Generator, int], np.ndarray]:
    """Kinematic states (count, STATE_SIZE) with any numbers and unit quaternions."""

    def draw(rng: np.random.Generator, count: int) -> np.ndarray:
        states = rng.normal(size=(count, ks.STATE_SIZE))
        states[:, ks.QUATERNION] = random_quaternions(rng, count)
        return states

    return draw


def random_quaternions(rng: np.random.Generator, count: int) -> np.ndarray:
    quaternions = rng.normal(size=(count, 4))
    return quaternions / np.linalg.norm(quaternions, axis=1, keepdims=True)
