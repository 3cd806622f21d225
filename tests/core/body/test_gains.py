# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Set-point gains by joint name."""

import numpy as np

from kinesis_ros.core.body import Body
from kinesis_ros.core.body.gains import DAMPING_TIME, gains_for


def test_left_and_right_joints_have_the_same_gains(any_body: Body) -> None:
    right = [name for name in any_body.joints if name.endswith("_r")]
    left = [f"{name[:-2]}_l" for name in right]
    for ours, theirs in zip(
        vars(gains_for(right)).values(), vars(gains_for(left)).values(), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_gains_are_positive_and_damping_follows_stiffness(any_body: Body) -> None:
    gains = any_body.gains
    for values in vars(gains).values():
        assert values.shape == (len(any_body.joints),)
        assert (values > 0.0).all()
    np.testing.assert_allclose(gains.damping, DAMPING_TIME * gains.stiffness)


def test_gains_do_not_depend_on_the_other_joints_asked_for(any_body: Body) -> None:
    for i, name in enumerate(any_body.joints):
        assert gains_for([name]).stiffness[0] == any_body.gains.stiffness[i]
