# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How the body walks beside how people walk: electromyography, moments, forces, energy.

quantities (one name each) -> cycles (samples as curves over the gait cycle) -> agreement (how
alike curves are), loading and figures (of a walk) -> walk, which is the door; people and
people_figures are what it is held against.
"""

from kinesis_ros.physiology.cycles import WalkCycles
from kinesis_ros.physiology.people import People, PeopleError
from kinesis_ros.physiology.walk import WalkMeasures, measure

__all__ = [
    "People",
    "PeopleError",
    "WalkCycles",
    "WalkMeasures",
    "measure",
]
