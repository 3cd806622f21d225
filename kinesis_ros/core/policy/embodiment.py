# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How a body is simulated for a policy, beyond its name: what the policy was trained with."""

import dataclasses
from typing import Any

from kinesis_ros.core.muscles import CoordinationConfig
from urdf_mjcf.registry import STIFF_CONTACT_TIME


@dataclasses.dataclass(frozen=True)
class Embodiment:
    """Part of a policy's contract. The defaults are those of policies that do not name it.

    Attributes:
        coordination: how wanted torques are shared among the muscles.
        foot_contact_time: time constant of the contact between foot and floor [s].
    """

    coordination: CoordinationConfig = dataclasses.field(default_factory=CoordinationConfig)
    foot_contact_time: float = STIFF_CONTACT_TIME

    def __post_init__(self) -> None:
        if not 0.0 < self.foot_contact_time < 1.0:
            raise ValueError(
                f"foot_contact_time must be between 0 and 1 s, it is {self.foot_contact_time}"
            )

    @classmethod
    def read(cls, fields: dict[str, Any]) -> "Embodiment":
        """From the dictionary that `dataclasses.asdict` makes.

        Raises:
            TypeError: a field is unknown.
            ValueError: a value is out of range.
        """
        others = {name: value for name, value in fields.items() if name != "coordination"}
        return cls(CoordinationConfig(**fields["coordination"]), **others)
