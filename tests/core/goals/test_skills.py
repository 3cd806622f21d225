# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Every kind of step has a skill, is said in words, and is carried out on the reference."""

import numpy as np
import pytest
from bodiless import Ground

from kinesis_ros.core.goals.skills import SKILLS, skill_for
from kinesis_ros.core.language import understand
from kinesis_ros.core.plans import (
    CAPABILITIES,
    Capabilities,
    GoalError,
    GoalState,
    Plan,
    PlanStep,
    SideToSide,
)


def kinds(base: type) -> set[type]:
    """The classes that extend a class and are extended by none."""
    below = base.__subclasses__()
    return {base} if not below else set().union(*map(kinds, below))


def test_every_kind_of_step_has_a_skill() -> None:
    assert kinds(PlanStep) == set(SKILLS)


def test_a_skill_carries_out_its_step() -> None:
    step = SideToSide()
    assert skill_for(step, CAPABILITIES).step is step


@pytest.mark.parametrize(
    ("sentence", "duration", "width"),
    [
        ("step from side to side", 9.6, 0.6),
        ("shuffle side to side for ten seconds", 10.0, 0.6),
        ("step side to side three times", 14.4, 0.6),
        ("step from one side to the other side for 5 s", 5.0, 0.6),
    ],
)
def test_stepping_from_side_to_side_is_understood(
    sentence: str, duration: float, width: float
) -> None:
    (step,) = understand(sentence, 1.1).steps
    assert isinstance(step, SideToSide)
    assert step.duration == pytest.approx(duration)
    assert step.width == pytest.approx(width)


def test_what_it_cannot_do_is_refused_with_the_reason() -> None:
    plan = Plan("warm up", (SideToSide(width=9.0),))
    with pytest.raises(GoalError, match="more than 3 m wide"):
        plan.check(CAPABILITIES)
    with pytest.raises(GoalError, match="sideways yet"):
        Plan("warm up", (SideToSide(),)).check(Capabilities(lateral=0.0))
    with pytest.raises(ValueError, match="width"):
        SideToSide(width=0.0)


def test_stepping_from_side_to_side_ends_in_the_middle(ground: Ground) -> None:
    walk = ground.carry_out(Plan("warm up", (SideToSide(duration=9.0, width=0.8),)))
    assert walk.events[-1].state is GoalState.SUCCEEDED
    y = walk.states[:, 1]
    assert y.max() == pytest.approx(0.4, abs=0.12)
    assert y.min() == pytest.approx(-0.4, abs=0.12)
    assert np.hypot(*walk.states[-1, :2]) < 0.12
    assert 9.0 < len(walk.states) / 30.0 < 16.0
