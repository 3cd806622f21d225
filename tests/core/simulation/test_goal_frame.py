# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The goal that is drawn is the one that the ball bounces off."""

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import load_body
from kinesis_ros.core.simulation import frame_bars, net_lines
from urdf_mjcf.penalty import NET


@pytest.fixture(scope="module")
def placed() -> tuple[mujoco.MjModel, mujoco.MjData]:
    model = load_body("legs80", "penalty").model
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    return model, data


def test_posts_and_bar_are_the_simulations(placed: tuple[mujoco.MjModel, mujoco.MjData]) -> None:
    model, data = placed
    names = ("goal_post_left", "goal_crossbar", "goal_post_right")
    for name, (begin, end) in zip(names, frame_bars(), strict=True):
        geom = model.geom(name).id
        half = data.geom_xmat[geom].reshape(3, 3)[:, 2] * model.geom_size[geom, 1]
        found = sorted((data.geom_xpos[geom] + sign * half).tolist() for sign in (-1.0, 1.0))
        np.testing.assert_allclose(found, sorted([begin.tolist(), end.tolist()]), atol=1e-9)


def test_the_net_hangs_between_the_frame_and_the_plane_that_stops_the_ball(
    placed: tuple[mujoco.MjModel, mujoco.MjData],
) -> None:
    model, data = placed
    ends, bars = net_lines().reshape(-1, 3), frame_bars().reshape(-1, 3)
    net = model.geom(NET).id
    for axis in (1, 2):
        assert ends[:, axis].min() == pytest.approx(bars[:, axis].min())
        assert ends[:, axis].max() == pytest.approx(bars[:, axis].max())
    assert ends[:, 0].min() == pytest.approx(bars[0, 0])
    assert ends[:, 0].max() == pytest.approx(data.geom_xpos[net, 0])


def test_no_thread_is_drawn_twice_or_inside_the_frame() -> None:
    lines, bars = (
        {tuple(sorted(map(tuple, line))) for line in found.round(6).tolist()}
        for found in (net_lines(), frame_bars())
    )
    assert len(lines) == len(net_lines())
    assert not lines & bars
