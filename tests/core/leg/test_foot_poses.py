# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Poses of feet: what leads from one to another one."""

import numpy as np
import pytest

from kinesis_ros.core.leg.foot_poses import difference, displaced
from kinesis_ros.core.leg.kinematics import euler_matrix


def test_a_difference_of_foot_poses_leads_from_one_to_the_other() -> None:
    rng = np.random.default_rng(2)
    for base, other in rng.normal(scale=0.5, size=(50, 2, 7)):
        base[4] += 1.2  # a sole that faces backward
        pose = displaced(base, other)
        again = displaced(base, difference(pose, base))
        assert again[[0, 1, 2, 6]] == pytest.approx(pose[[0, 1, 2, 6]], abs=1e-12)
        assert euler_matrix(*again[3:6]) == pytest.approx(euler_matrix(*pose[3:6]), abs=1e-9)
