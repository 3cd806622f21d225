# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where a plan leads, reckoned without a body."""

from collections.abc import Iterable

from kinesis_ros.core.plans.step import Place, PlanStep


def ends_of(steps: Iterable[PlanStep]) -> Place:
    """The place after steps that begin at the origin, facing x."""
    place = Place()
    for step in steps:
        place = step.leads_to(place)
    return place
