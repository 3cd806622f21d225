# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Quality of service in bags, in the words of rosbag2's metadata of version 9 (Jazzy, Kilted)."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import yaml

_SECOND = 1_000_000_000  # [ns]
FOREVER = 0x7FFF_FFFF_FFFF_FFFF  # [ns]

# rosbag2's numbers up to metadata version 8, with which older bags may come.
_WORDS = {
    "history": ("system_default", "keep_last", "keep_all", "unknown"),
    "reliability": ("system_default", "reliable", "best_effort", "unknown", "best_available"),
    "durability": ("system_default", "transient_local", "volatile", "unknown", "best_available"),
    "liveliness": ("system_default", "automatic", "manual_by_node", "manual_by_topic", "unknown"),
}


@dataclasses.dataclass(frozen=True)
class Qos:
    """What one publisher of a recorded topic offered.

    Attributes:
        history: 'keep_last', 'keep_all' or 'unknown', as it is for publishers of other processes.
        depth: of the history.
        reliability: 'reliable' or 'best_effort'.
        durability: 'transient_local' or 'volatile'.
        liveliness: 'automatic' or 'manual_by_topic'.
        deadline: between two messages [ns].
        lifespan: of a message [ns].
        liveliness_lease_duration: of a publisher that says nothing [ns].
    """

    history: str = "unknown"
    depth: int = 0
    reliability: str = "reliable"
    durability: str = "volatile"
    liveliness: str = "automatic"
    deadline: int = FOREVER
    lifespan: int = FOREVER
    liveliness_lease_duration: int = FOREVER


def dump(profiles: Sequence[Qos]) -> str:
    """Write profiles as YAML (JSON, which is YAML too)."""
    return json.dumps([_as_yaml(profile) for profile in profiles])


def load(text: str) -> tuple[Qos, ...]:
    """Read profiles of any version; what is not there keeps its default.

    Raises:
        ValueError: it is no YAML, or not of profiles.
    """
    try:
        rows = yaml.safe_load(text) or []
        return tuple(_of_yaml(row) for row in rows)
    except (yaml.YAMLError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise ValueError(f"offered_qos_profiles cannot be read: {error}") from error


def _as_yaml(profile: Qos) -> dict[str, Any]:
    times = ("deadline", "lifespan", "liveliness_lease_duration")
    fields = dataclasses.asdict(profile)
    for name in times:
        seconds, nanoseconds = divmod(fields[name], _SECOND)
        fields[name] = {"sec": seconds, "nsec": nanoseconds}
    return {**fields, "avoid_ros_namespace_conventions": False}


def _of_yaml(row: dict[str, Any]) -> Qos:
    values: dict[str, Any] = {}
    for field in dataclasses.fields(Qos):
        value = row.get(field.name)
        if isinstance(value, dict):
            value = min(int(value["sec"]) * _SECOND + int(value["nsec"]), FOREVER)
        elif field.name in _WORDS and isinstance(value, int):
            value = _WORDS[field.name][value]
        if value is not None:
            values[field.name] = value
    return Qos(**values)
