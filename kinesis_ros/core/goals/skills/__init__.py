# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Skills: how the steps of plans are carried out, one class and one file a kind.

`skill_for` finds the skill of a step; docs/add-a-goal.md says how to add one.
"""

from collections.abc import Callable
from typing import Any

from kinesis_ros.core.goals.skills.go_to import GoToSkill
from kinesis_ros.core.goals.skills.kick import KickSkill
from kinesis_ros.core.goals.skills.play import PlaySkill
from kinesis_ros.core.goals.skills.side_to_side import SideToSideSkill
from kinesis_ros.core.goals.skills.skill import Skill, Start
from kinesis_ros.core.goals.skills.stand import StandSkill
from kinesis_ros.core.goals.skills.turn import TurnSkill
from kinesis_ros.core.goals.skills.walk import WalkSkill
from kinesis_ros.core.plans import Capabilities, GoTo, Kick, Move, PlanStep, Play, SideToSide, Stand


def _moving(step: Move, able: Capabilities) -> Skill[Move]:
    return TurnSkill(step, able) if step.turns_in_place else WalkSkill(step, able)


SKILLS: dict[type[PlanStep], Callable[[Any, Capabilities], Skill[Any]]] = {
    Move: _moving,
    Stand: StandSkill,
    GoTo: GoToSkill,
    Kick: KickSkill,
    Play: PlaySkill,
    SideToSide: SideToSideSkill,
}


def skill_for(step: PlanStep, able: Capabilities) -> Skill[Any]:
    """The skill that carries out a step."""
    return SKILLS[type(step)](step, able)


__all__ = ["SKILLS", "Skill", "Start", "skill_for"]
