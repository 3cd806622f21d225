# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""MuJoCo as compiled code sees it: the same memory, the same functions."""

import mujoco
import numpy as np
import pytest
from numba import njit

from kinesis_ros.core.compiled import native

PENDULUM = """
<mujoco><worldbody><body><joint name="hinge" axis="0 1 0"/><geom size="0.1" pos="0.5 0 0"/>
</body></worldbody><actuator><motor joint="hinge"/></actuator></mujoco>
"""


@pytest.fixture
def pendulum() -> tuple[mujoco.MjModel, mujoco.MjData]:
    model = mujoco.MjModel.from_xml_string(PENDULUM)
    return model, mujoco.MjData(model)


def test_a_view_shares_the_memory_of_its_data(
    pendulum: tuple[mujoco.MjModel, mujoco.MjData],
) -> None:
    _, data = pendulum
    view = native.view(data)
    view.qpos[0] = 0.25
    data.ctrl[0] = 3.0
    assert data.qpos[0] == 0.25
    assert view.ctrl[0] == 3.0


def test_a_view_rebuilt_from_addresses_is_the_same_memory(
    pendulum: tuple[mujoco.MjModel, mujoco.MjData],
) -> None:
    @njit
    def scale(table: np.ndarray) -> int:
        view = native.view_at(table)
        for i in range(view.qpos.shape[0]):
            view.qpos[i] *= 2.0
        return view.xpos.shape[0]

    model, data = pendulum
    data.qpos[0] = 0.25
    assert scale(native.addresses(data)) == 3 * model.nbody
    assert data.qpos[0] == 0.5


@pytest.mark.parametrize("field", native.DataView._fields)
def test_every_array_of_a_view_has_the_type_that_compiled_code_expects(
    pendulum: tuple[mujoco.MjModel, mujoco.MjData], field: str
) -> None:
    _, data = pendulum
    array = getattr(native.view(data), field)
    integers = ("moment_rownnz", "moment_rowadr", "moment_colind")
    assert array.dtype == (np.int32 if field in integers else np.float64)
    assert np.shares_memory(array, getattr(data, field)) or array.size == 0


def test_compiled_code_calls_mujocos_own_functions(
    pendulum: tuple[mujoco.MjModel, mujoco.MjData],
) -> None:
    step, reset = native.mj_step, native.mj_reset_data

    @njit
    def advance(model: int, data: int) -> None:
        reset(model, data)
        for _ in range(10):
            step(model, data)

    model, ours = pendulum
    theirs = mujoco.MjData(model)
    ours.qpos[0] = 1.0
    advance(model._address, ours._address)
    mujoco.mj_step(model, theirs, 10)
    assert ours.qpos[0] == theirs.qpos[0] != 0.0
