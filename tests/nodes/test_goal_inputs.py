# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Whatever comes on the topics of goal_node: it says what was wrong and goes on as before."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import rclpy
from builtin_interfaces.msg import Duration
from diagnostic_msgs.msg import DiagnosticStatus
from geometry_msgs.msg import PointStamped, PoseStamped, Twist
from rclpy.executors import SingleThreadedExecutor
from rclpy.serialization import serialize_message
from rclpy.utilities import try_shutdown
from standing_fakes import GlidingGenerator
from std_msgs.msg import String
from trajectory_msgs.msg import JointTrajectory

from kinesis_ros.core.body import COORDINATES, write_coordinates
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans import GoalState, GoTo, Play
from kinesis_ros.nodes import goal_node
from kinesis_ros.nodes.goal_client import GoalClient
from kinesis_ros.nodes.goal_ids import id_of_stamp, new_stamp, read_text, with_id
from kinesis_ros.nodes.goal_messages import (
    MOST_BYTES,
    MotionReader,
    kick_message,
    motion_message,
    place_message,
)
from kinesis_ros.nodes.goal_node import GoalNode
from kinesis_ros.nodes.messages import JointStateMessage


class Listener:
    """goal_node without a graph: its callbacks are called, its statuses are kept."""

    def __init__(self) -> None:
        self.node = GoalNode()
        self.statuses: list[DiagnosticStatus] = []
        self.plans: list[str] = []
        self.references: list[JointTrajectory] = []
        self.node._publish_status = self.statuses.append
        self.node._publish_plan = lambda message: self.plans.append(message.data)
        self.node._publish_reference = self.references.append
        self._state = GlidingGenerator().standing_state()
        self._message = JointStateMessage(COORDINATES)
        self._tick = 0

    def step(self) -> None:
        write_coordinates(self._state, self._message.position, self._message.velocity)
        self.node._take_state(self._message.stamp(self._tick))
        self._tick += 1

    def last(self) -> tuple[str, str, str]:
        values = {value.key: value.value for value in self.statuses[-1].values}
        return self.statuses[-1].message, values["goal"], values["reason"]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setattr(goal_node, "MotionGenerator", GlidingGenerator)
    rclpy.init(args=["--ros-args", "-r", "__ns:=/kinesis"])
    listener = Listener()
    yield listener
    listener.node.destroy_node()
    try_shutdown()


def motion(frames: int = 30, rate: float = 30.0) -> JointTrajectory:
    standing = GlidingGenerator().standing_state()
    clip = Clip("standing", "stand", np.repeat(standing[None], frames, axis=0))
    message = motion_message(clip)
    for i, point in enumerate(message.points):
        seconds = i / rate
        point.time_from_start = Duration(
            sec=int(seconds), nanosec=round(1e9 * (seconds - int(seconds)))
        )
    return message


def place(**changes: float | str) -> PoseStamped:
    message = place_message(1.0, 0.5, None)
    for name, value in changes.items():
        if name == "frame":
            message.header.frame_id = str(value)
        elif name == "w":
            message.pose.orientation.w = float(value)
        else:
            setattr(message.pose.position, name, float(value))
    return message


def broken(change: Callable[[JointTrajectory], object]) -> JointTrajectory:
    message = motion()
    change(message)
    return message


def shuffled(message: JointTrajectory) -> None:
    points = list(message.points)
    message.points = [points[0], points[5], points[2], *points[6:]]


def poisoned(message: JointTrajectory) -> None:
    next(iter(message.points)).positions[7] = np.nan


def test_a_motion_that_is_too_long_is_refused_before_it_is_read(listener: Listener) -> None:
    listener.node._take_raw_motion(bytes(MOST_BYTES + 1))
    state, goal, reason = listener.last()
    assert (state, goal) == ("refused", "reference_motion")
    assert f"{MOST_BYTES} are possible" in reason
    listener.node._take_raw_motion(serialize_message(motion()))
    assert listener.last()[:2] == ("accepted", "reference_motion")


BAD = [
    ("text", String(), "empty"),
    ("text", String(data="make coffee"), "coffee"),
    ("text", String(data="x" * 100_000), "too many"),
    ("place", place(x=np.nan), "not finite"),
    ("place", place(y=np.inf), "not finite"),
    ("place", place(x=1e300), "m away"),
    ("place", place(frame="map"), "'map'"),
    ("place", place(frame=""), "''"),
    ("place", place(w=np.nan), "orientation"),
    ("place", place(w=7.0), "orientation"),
    ("kick", kick_message(10.0, 1.0, 0.0), "no ball"),
    ("kick", kick_message(np.nan, 1.0, 0.0), "not finite"),
    ("kick", PointStamped(), "''"),
    ("motion", JointTrajectory(), "0 points"),
    ("motion", broken(lambda m: m.points.clear()), "0 points"),
    ("motion", broken(lambda m: setattr(m, "joint_names", ["elbow"] * 20)), "lacks"),
    ("motion", broken(lambda m: next(iter(m.points)).positions.pop()), "19 values"),
    ("motion", broken(poisoned), "not finite"),
    ("motion", broken(shuffled), "do not increase"),
    ("motion", motion(frames=3), "takes"),
    ("motion", motion(frames=30, rate=1e-3), "takes"),
]


@pytest.mark.parametrize(("topic", "message", "complaint"), BAD)
def test_bad_input_is_refused_with_the_reason_and_changes_nothing(
    listener: Listener,
    topic: str,
    message: String | PoseStamped | PointStamped | JointTrajectory,
    complaint: str,
) -> None:
    listener.node._take_text(String(data="walk at 0.7 m/s"))
    listener.step()
    listener.step()
    before = listener.node._planner.walked.velocity
    getattr(listener.node, f"_take_{topic}")(message)
    state, _, reason = listener.last()
    assert state == "refused"
    assert complaint in reason
    listener.step()
    assert listener.node._goals.plan.text == "walk at 0.7 m/s"
    assert listener.node._planner.walked.velocity == before


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_velocities_that_are_not_finite_are_refused(listener: Listener, bad: float) -> None:
    twist = Twist()
    twist.linear.x = bad
    listener.node._take_velocity(twist)
    assert listener.last()[0] == "refused"
    assert not listener.node._goals.driven


def test_a_flood_of_sentences_is_held_back_and_reported_once(listener: Listener) -> None:
    for i in range(1000):
        listener.node._take_text(String(data=f"walk {1 + i % 7} metres"))
    accepted = [status for status in listener.statuses if status.message == "accepted"]
    assert 1 <= len(accepted) < 200  # ten a second, however slow this machine is
    listener.statuses.clear()
    listener.node._report()
    refused = [status for status in listener.statuses if status.message == "refused"]
    assert len(refused) == 1
    values = {value.key: value.value for value in refused[0].values}
    assert values["goal"] == "flood"
    assert int(values["reason"].split()[0]) == 1000 - len(accepted)


def test_what_was_understood_is_published_before_it_runs(listener: Listener) -> None:
    listener.node._take_text(String(data="walk forward two metres, then turn left"))
    assert listener.plans == [
        "walk forward at 1.1 m/s for 2 m, then turn left by 90 degrees",
    ]
    assert listener.references == []


def test_a_pose_is_a_place_to_go_to_with_its_heading(listener: Listener) -> None:
    listener.node._take_place(place_message(2.0, -1.0, 1.5))
    (step,) = listener.node._goals.plan.steps
    assert isinstance(step, GoTo)
    assert (step.x, step.y) == (2.0, -1.0)
    assert step.heading == pytest.approx(1.5)
    listener.node._take_place(place_message(2.0, -1.0, None))
    (step,) = listener.node._goals.plan.steps
    assert isinstance(step, GoTo)
    assert step.heading is None


def test_a_motion_is_played_and_followed_by_standing(listener: Listener) -> None:
    listener.node._take_motion(motion())
    (step,) = listener.node._goals.plan.steps
    assert isinstance(step, Play)
    for _ in range(120):
        listener.step()
    assert listener.last()[0] == "succeeded"
    assert not listener.node._planner.plays


def test_a_motion_comes_back_as_it_was_sent() -> None:
    rng = np.random.default_rng(2)
    states = np.repeat(GlidingGenerator().standing_state()[None], 40, axis=0)
    states[:, ks.JOINT_POSITION] += np.cumsum(0.01 * rng.normal(size=(40, 14)), axis=0)
    clip = MotionReader().read(motion_message(Clip("wobble", "stand", states)))
    for block in (ks.POSITION, ks.QUATERNION, ks.JOINT_POSITION):
        np.testing.assert_allclose(clip.states[:, block], states[:, block], atol=1e-9)


def id_of(status: DiagnosticStatus) -> str:
    return {value.key: value.value for value in status.values}["id"]


def test_every_word_of_a_goal_carries_its_id(listener: Listener) -> None:
    listener.node._take_text(String(data="walk forward #abc"))
    assert listener.node._goals.plan.text == "walk forward"
    listener.step()
    listener.node._report()
    assert [id_of(status) for status in listener.statuses] == ["abc", "abc"]
    listener.statuses.clear()
    mine, others = place(), place(x=np.nan)
    mine.header.stamp.sec, others.header.stamp.nanosec = 5, 7
    listener.node._take_place(mine)
    listener.node._take_place(others)
    told = [(status.message, id_of(status)) for status in listener.statuses]
    assert told == [
        ("preempted", "abc"),
        ("accepted", "5.000000000"),
        ("refused", "0.000000007"),
    ]


@pytest.mark.parametrize("text", ["walk forward", "walk #", "number #1 of us", "", "#alone"])
def test_a_sentence_without_an_id_stays_as_it_is(text: str) -> None:
    assert read_text(text) == (text, "")


def test_an_id_comes_off_again() -> None:
    marked, id = with_id("walk forward, then turn")
    assert read_text(marked) == ("walk forward, then turn", id)
    assert with_id("walk")[1] != with_id("walk")[1]
    assert id_of_stamp(new_stamp()) != id_of_stamp(new_stamp())


def test_a_client_hears_what_becomes_of_its_goal(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Never:
        stopped = False

    monkeypatch.undo()
    executor = SingleThreadedExecutor()
    node = GoalNode()
    executor.add_node(node)
    client = GoalClient(executor, Never())
    assert client.finds_graph("text", String, 20.0)
    client.publish(String(data="make coffee #mine"))
    fates = list(client.fates("mine", 20.0))
    assert [fate.state for fate in fates] == [GoalState.REFUSED]
    client.publish(String(data="make coffee #another"))  # of somebody else, in the same words
    client.publish(String(data="walk forward #mine-too"))
    assert next(client.fates("mine-too", 20.0)).state is GoalState.ACCEPTED
    executor.shutdown()
    client.destroy_node()
    node.destroy_node()
