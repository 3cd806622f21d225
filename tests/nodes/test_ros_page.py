# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""docs/ros.md lists the topics and services of the nodes, with their quality of service."""

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import rclpy
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile
from rclpy.utilities import try_shutdown

from kinesis_ros.nodes import qos
from kinesis_ros.nodes.goal_node import GoalNode
from kinesis_ros.nodes.policy_node import PolicyNode
from kinesis_ros.nodes.sim_node import SimNode

PAGE = Path(__file__).parents[2] / "docs" / "ros.md"
# Of every node, and therefore on no page.
COMMON = ("/parameter_events", "/rosout")
WATCHED = "watching"  # how viewer_node reads, whatever is published
PROFILES = {name.lower(): p for name, p in vars(qos).items() if isinstance(p, QoSProfile)}


class Row(NamedTuple):
    """By whom a topic is published and read, and its profile's name."""

    writers: tuple[str, ...]
    readers: tuple[str, ...]
    profile: str


def documented(heading: str) -> Iterator[list[str]]:
    """Cells of the table in the page that begins with a heading."""
    text = PAGE.read_text(encoding="utf-8")
    for line in text[text.index(heading) :].partition("\n\n")[0].splitlines()[2:]:
        yield [cell.strip().strip("`") for cell in line.split("|")[1:-1]]


def named(cell: str) -> tuple[str, ...]:
    """Our nodes among those of a cell; anybody else may be named as well."""
    return tuple(sorted(name for name in re.split(r", ", cell) if name.endswith("_node")))


def short(kind: Any) -> str:  # noqa: ANN401 a class of messages or services
    """Type of messages or services as the page writes it, e.g. std_msgs/String."""
    return f"{kind.__module__.partition('.')[0]}/{kind.__name__}"


def local(name: str) -> str:
    """A name without our namespace."""
    return name.removeprefix("/kinesis/")


def profile_of(settings: QoSProfile) -> str:
    """A name of the profile with these settings; the first one of those that are equal."""
    asked = ("depth", "durability", "reliability")
    same = [
        name
        for name, profile in PROFILES.items()
        if all(getattr(profile, key) == getattr(settings, key) for key in asked)
    ]
    return same[0]


def alike(name: str) -> str:
    """The name that `profile_of` gives to profiles equal to the named one."""
    return profile_of(PROFILES[name])


def node(kind: Callable[[], Any], **values: bool | str) -> Any:  # noqa: ANN401 what `kind` makes
    """A node of ours, in our namespace."""
    overrides = [Parameter(name, value=value) for name, value in values.items()]
    made = Node.__init__

    def started(self: Node, name: str, **others: object) -> None:
        made(self, name, namespace="kinesis", parameter_overrides=overrides, **others)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Node, "__init__", started)
        return kind()


@dataclasses.dataclass
class Declared:
    """What nodes declare.

    Attributes:
        publishers: of a topic and type: the node's profile by its name.
        subscriptions: likewise.
        services: names, types, nodes.
    """

    publishers: dict[tuple[str, str], dict[str, str]]
    subscriptions: dict[tuple[str, str], dict[str, str]]
    services: set[tuple[str, str, str]]

    def look_at(self, nodes: Sequence[Node]) -> None:
        """Note what the nodes declare."""
        for each in nodes:
            name = each.get_name()
            for what, found in (
                (each.publishers, self.publishers),
                (each.subscriptions, self.subscriptions),
            ):
                for end in what:
                    if (topic := local(end.topic_name)) not in COMMON:
                        profiles = found.setdefault((topic, short(end.msg_type)), {})
                        profiles[name] = profile_of(end.qos_profile)
            self.services |= {
                (local(service.srv_name), short(service.srv_type), name)
                for service in each.services
                if name not in service.srv_name  # those that every node has
            }


def graphs() -> Iterator[list[Node]]:
    """The nodes with all options that bring topics of their own; a topic has one type at a time."""
    viewer_node = pytest.importorskip("kinesis_ros.nodes.viewer_node", reason="viser is missing")
    for control, scene, stamped in (
        ("coordinated", "penalty_keeper", False),
        ("direct", "none", True),
    ):
        rclpy.init()
        viewer = node(viewer_node.ViewerNode, cmd_vel_stamped=stamped)
        viewer._listen_live()
        nodes = [
            node(SimNode, control=control, scene=scene),
            node(PolicyNode, control=control),
            node(GoalNode, cmd_vel_stamped=stamped),
            viewer,
        ]
        yield nodes
        viewer.viewer.close()
        for each in nodes:
            each.destroy_node()
        try_shutdown()


@pytest.fixture(scope="module")
def declared() -> Declared:
    declared = Declared({}, {}, set())
    for nodes in graphs():
        declared.look_at(nodes)
    return declared


def test_the_page_lists_the_topics_of_the_nodes(declared: Declared) -> None:
    writers, readers = declared.publishers, declared.subscriptions
    page = {
        (topic, kind): Row(named(fro), named(to), profile)
        for topic, kind, fro, to, profile, _ in documented("| topic | type |")
        if not kind.startswith("tf2_msgs/")  # only a ROS installation has them
    }
    assert page.keys() == {key for key in (*writers, *readers) if not key[1].startswith("tf2_")}
    for key, row in page.items():
        assert row.writers == tuple(sorted(writers.get(key, ()))), key
        assert row.readers == tuple(sorted(readers.get(key, ()))), key
        used = {*writers.get(key, {}).values(), *readers.get(key, {}).values()}
        assert used - {alike(WATCHED)} == {alike(row.profile)}, key


def test_the_page_lists_the_services_of_the_nodes(declared: Declared) -> None:
    listed = {(name, kind, where) for name, kind, where, _ in documented("| service | type |")}
    assert listed == declared.services
