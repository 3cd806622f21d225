# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which policy is shipped for which body, and that each one walks."""

import numpy as np
import pytest

from kinesis_ros.core.body import load_body
from kinesis_ros.core.policy import CONTROLS, PolicyContractError, PolicySession, default_policy
from kinesis_ros.core.rollout import GoalReference, Rollout
from urdf_mjcf.registry import BODY_NAMES


@pytest.mark.parametrize("control", CONTROLS)
def test_the_shipped_policies_walk(control: str) -> None:
    rollout = Rollout.load(GoalReference("walk forward"), control=control)
    walked = rollout.run(8.0)
    assert walked.fell_at is None
    assert walked.state[-1, 0] > 5.0
    weights = walked.expert_weights
    assert weights is not None
    assert weights.shape[1] >= 3
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize("body", BODY_NAMES)
def test_every_body_has_set_points_and_only_its_own_excitations(body: str) -> None:
    PolicySession.load(default_policy(body), load_body(body), "coordinated")
    if body == "legs80":
        PolicySession.load(default_policy(body, "direct"), load_body(body), "direct")
        return
    with pytest.raises(PolicyContractError, match=f"no direct policy is shipped for body '{body}'"):
        default_policy(body, "direct")


def test_a_policy_for_another_body_and_control_is_refused_for_both() -> None:
    with pytest.raises(PolicyContractError) as caught:
        PolicySession.load(default_policy("legs80", "direct"), load_body("full416"), "coordinated")
    assert "coordinated was asked for" in str(caught.value)
    assert "it has 80 muscles, body full416 has 416" in str(caught.value)
