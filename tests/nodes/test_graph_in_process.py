# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The whole graph in one process: states go round, commands are checked, the body is served."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import rclpy
import yaml
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from geometry_msgs.msg import Twist, TwistStamped, WrenchStamped
from nav_msgs.msg import Odometry
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile
from rclpy.task import Future
from rclpy.utilities import try_shutdown
from sensor_msgs.msg import Imu, JointState
from standing_fakes import GlidingGenerator
from std_msgs.msg import Bool, Float32MultiArray, String
from std_srvs.srv import SetBool, Trigger
from trajectory_msgs.msg import JointTrajectory
from visualization_msgs.msg import MarkerArray

from kinesis_ros.core.body import COORDINATES, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.policy import PolicySession
from kinesis_ros.core.reference import ReferencePlanner
from kinesis_ros.core.simulation import Simulation
from kinesis_ros.nodes import goal_node, qos
from kinesis_ros.nodes.diagnostics import Level
from kinesis_ros.nodes.goal_node import GoalNode
from kinesis_ros.nodes.messages import ReferenceReader, SetpointMessage, tick_of
from kinesis_ros.nodes.policy_node import PolicyNode
from kinesis_ros.nodes.sim_node import SimNode


class UntilTick:
    """Ends the loop of sim_node at a control step, or when time is up."""

    def __init__(self, sim: SimNode, tick: int, patience: float = 20.0) -> None:
        self._sim, self._tick = sim, tick
        self._deadline = time.monotonic() + patience

    @property
    def stopped(self) -> bool:
        return self._sim.report.steps >= self._tick or time.monotonic() > self._deadline


class Graph:
    """The nodes and a listener on one executor."""

    def __init__(self, folder: Path, policy_file: Path, *options: str) -> None:
        parameters = {"sim_node": {"realtime": False}, "policy_node": {"policy": str(policy_file)}}
        for option in options:
            node, name, value = option.split(":", 2)
            parameters.setdefault(node, {})[name] = yaml.safe_load(value.removeprefix("="))
        content = {f"/kinesis/{n}": {"ros__parameters": v} for n, v in parameters.items()}
        (folder / "parameters.yaml").write_text(yaml.safe_dump(content))
        rclpy.init(
            args=[
                *("--ros-args", "-r", "__ns:=/kinesis"),
                *("--params-file", str(folder / "parameters.yaml")),
            ]
        )
        self.executor = SingleThreadedExecutor()
        self.sim, self.policy, self.goal = SimNode(), PolicyNode(), GoalNode()
        self.listener = Node("listener")
        self.received: dict[str, list] = {}
        for node in (self.sim, self.policy, self.goal, self.listener):
            self.executor.add_node(node)

    def listen(self, kind: type, topic: str, profile: QoSProfile | int = qos.DISPLAY) -> list:
        messages = self.received.setdefault(topic, [])
        self.listener.create_subscription(kind, topic, messages.append, profile)
        return messages

    def run(self, steps: int) -> None:
        self.sim.loop(self.executor, UntilTick(self.sim, self.sim.report.steps + steps))
        deadline = time.monotonic() + 0.15
        while time.monotonic() < deadline:  # let the listener catch up
            self.executor.spin_once(timeout_sec=0.01)

    def spin_until(self, done: Callable[[], bool], patience: float = 5.0) -> None:
        deadline = time.monotonic() + patience
        while not done() and time.monotonic() < deadline:
            self.executor.spin_once(timeout_sec=0.05)
        assert done(), "waited in vain"

    def close(self) -> None:
        self.executor.shutdown(timeout_sec=1.0)
        for node in (self.sim, self.policy, self.goal, self.listener):
            node.destroy_node()
        try_shutdown()


Start = Callable[..., Graph]


def succeeded(answer: Future) -> bool:
    response = answer.result()
    return response is not None and response.success


@pytest.fixture
def start(policy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setattr(goal_node, "MotionGenerator", GlidingGenerator)
    graphs: list[Graph] = []

    def build(*options: str, policy: Path = policy_file) -> Graph:
        graphs.append(Graph(tmp_path, policy, *options))
        return graphs[-1]

    yield build
    for graph in graphs:
        graph.close()


def test_states_references_and_set_points_go_round(start: Start) -> None:
    graph = start("goal_node:goal:='walk forward'")
    states = graph.listen(JointState, "body_state", 100)
    references = graph.listen(JointTrajectory, "reference", 100)
    setpoints = graph.listen(JointTrajectory, "joint_setpoint", 100)
    graph.run(30)
    assert graph.sim.report.steps == 30
    assert graph.sim.report.missed_deadlines == 0
    assert [tick_of(m.header.stamp) for m in setpoints[-20:]] == list(range(10, 30))
    assert tuple(states[-1].name) == COORDINATES
    assert all(len(m.effort) == 20 for m in states)
    window = ReferenceReader().read(references[-1])
    assert window[0, 7] == pytest.approx(1.1)  # walking forward, as the goal says


def test_the_usual_topics_are_there(start: Start) -> None:
    graph = start("sim_node:realtime:=true")  # leaves the listener its time
    topics = {
        "/joint_states": JointState,
        "/odom": Odometry,
        "ground_reaction/left": WrenchStamped,
        "ground_reaction/right": WrenchStamped,
        "markers": MarkerArray,
        "muscle_states": JointState,
        "muscle_activation": Float32MultiArray,
        "/diagnostics": DiagnosticArray,
    }
    heard = {topic: graph.listen(kind, topic, 50) for topic, kind in topics.items()}
    names = graph.listen(String, "muscle_names", qos.LATCHED)
    bodies = graph.listen(String, "body_name", qos.LATCHED)
    fallen = graph.listen(Bool, "fallen", qos.LATCHED)
    graph.spin_until(lambda: bool(names and bodies and fallen))
    graph.run(20)
    assert not [topic for topic, messages in heard.items() if not messages]
    assert len(names[0].data.split(",")) == 80
    assert bodies[0].data == "legs80"
    assert not fallen[0].data
    lift = [heard[f"ground_reaction/{side}"][-1].wrench.force.z for side in ("left", "right")]
    assert sum(lift) > 200.0
    namespaces = {marker.ns for message in heard["markers"] for marker in message.markers}
    assert namespaces == {"muscles", "reference"}
    joints = heard["/joint_states"][-1]
    assert len(joints.name) == len(joints.position) == 28  # 14 in the legs and what they couple


def test_two_lockstep_runs_are_the_same(start: Start) -> None:
    ends = []
    for _ in range(2):
        graph = start("goal_node:goal:='walk at 0.7 m/s'", "sim_node:reset_delay:=0.2")
        graph.run(75)  # with a fall and a reset in it
        ends.append(graph.sim.simulation.state())
        graph.close()
    np.testing.assert_array_equal(*ends)


def test_the_graph_does_what_the_core_does(start: Start, policy_file: Path) -> None:
    graph = start("goal_node:goal:='walk at 0.5 m/s'")
    graph.run(20)
    simulation = Simulation(load_body("legs80"))
    simulation.reset(graph.sim._start)
    policy = PolicySession.load(policy_file, simulation.body)
    planner = ReferencePlanner(GlidingGenerator())
    planner.command(0.5, 0.0)
    windows = []
    for tick in range(20):
        state = simulation.state()
        windows.append(planner.follow(tick, state, just_placed=tick == 0))
        # The first state is tracked with its own reference, the others with the one before.
        output = policy.act(state, windows[max(tick - 1, 0)], now=min(tick, 1))
        simulation.apply(output)
    np.testing.assert_allclose(graph.sim.simulation.state(), simulation.state(), atol=1e-6)


def test_a_fall_is_published_and_the_body_stands_up_again(start: Start) -> None:
    graph = start("sim_node:reset_delay:=0.3", "sim_node:realtime:=true")
    fallen = graph.listen(Bool, "fallen", 10)
    goal_status = graph.listen(DiagnosticStatus, "goal_status", 20)
    graph.goal._take_text(String(data="walk"))
    graph.sim.simulation.data.qvel[0:2] = 0.0, 4.0  # a hard push
    graph.run(1)
    graph.sim.simulation.data.qvel[3] = 8.0
    graph.run(30)
    assert [m.data for m in fallen][:2] == [True, False]
    assert graph.sim.report.falls >= 1
    assert ("failed", "the body fell") in [
        (m.message, {v.key: v.value for v in m.values}["reason"]) for m in goal_status
    ]


def test_a_body_told_to_stay_down_stays_down(start: Start) -> None:
    graph = start("sim_node:reset_delay:=0.1", "sim_node:reset_on_fall:=false")
    graph.sim.simulation.data.qvel[3] = 12.0
    graph.run(1)
    graph.sim.simulation.data.qvel[3] = 12.0
    graph.run(90)
    assert graph.sim.simulation.fallen


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda p: p.positions.__setitem__(3, np.nan), "value 3 of 14 is nan"),
        (lambda p: p.positions.pop(), "13 values for 14 names"),
    ],
)
def test_bad_commands_are_refused_with_a_reason(
    start: Start, change: Callable, complaint: str
) -> None:
    graph = start()
    graph.run(3)
    held = graph.sim.slot.values
    message = SetpointMessage().write(graph.sim._body_state.message.header.stamp, np.ones(14))
    change(next(iter(message.points)))
    graph.sim._take_setpoint(message)
    assert graph.sim.slot.refused == 1
    assert complaint in graph.sim._health()[1]
    assert graph.sim.slot.values is held


def test_a_refused_command_is_told_until_good_ones_come(start: Start) -> None:
    graph = start()
    graph.run(3)
    graph.sim._take_setpoint(JointTrajectory())
    assert "0 points instead of 1" in graph.sim._health()[1]
    graph.run(2)
    graph.sim._reported = -np.inf
    graph.sim._report_health()
    assert graph.sim._health() == (Level.OK, "running")


def test_set_points_are_limited_to_what_joints_can_reach(start: Start) -> None:
    graph = start()
    graph.run(3)
    stamp = graph.sim._body_state.message.header.stamp
    graph.sim._take_setpoint(SetpointMessage().write(stamp, np.full(14, 1e6)))
    assert graph.sim.slot.values is not None
    assert np.abs(graph.sim.slot.values).max() < 5.0  # [rad]


def test_a_summary_that_cannot_be_written_stops_nothing(start: Start) -> None:
    graph = start("sim_node:report_file:=/no/such/folder/report.json")
    graph.run(10)
    assert graph.sim.report.steps == 10


def test_parameters_are_tuned_while_the_nodes_run(start: Start) -> None:
    graph = start()
    graph.run(2)
    goal, sim = graph.goal, graph.sim
    assert goal.set_parameters([Parameter("walk_speed", value=0.7)])[0].successful
    assert goal.set_parameters([Parameter("leash", value=0.2)])[0].successful
    assert sim.set_parameters([Parameter("reset_on_fall", value=False)])[0].successful
    assert (goal._goals.config.walk_speed, goal._planner.config.leash) == (0.7, 0.2)
    assert not sim.parameters.reset_on_fall
    for node, name, value in ((goal, "walk_speed", 9.0), (sim, "body", "legs86")):
        assert not node.set_parameters([Parameter(name, value=value)])[0].successful
    assert goal._goals.config.walk_speed == 0.7
    graph.run(5)
    assert sim.report.steps == 7


def test_the_pelvis_feels_gravity_as_an_imu_does(start: Start) -> None:
    graph = start("sim_node:realtime:=true")
    felt = graph.listen(Imu, "imu", 50)
    odometry = graph.listen(Odometry, "/odom", 50)
    graph.spin_until(lambda: graph.sim.count_subscribers("imu") > 0)
    graph.run(20)
    mean = np.mean([m.linear_acceleration.z for m in felt])
    assert mean == pytest.approx(9.81, abs=3.0)
    assert felt[-1].header.frame_id == odometry[-1].child_frame_id == "base_link"
    assert min(np.diag(odometry[-1].pose.covariance.reshape(6, 6))) > 0.0


def test_velocities_of_the_other_type_are_noticed(start: Start) -> None:
    graph = start()
    reports = graph.listen(DiagnosticArray, "/diagnostics", 50)
    sender = Context()
    rclpy.init(context=sender)
    stranger = Node("stranger", context=sender)
    stranger.create_publisher(TwistStamped, "/cmd_vel", qos.GOAL)
    graph.spin_until(lambda: graph.goal.count_publishers("/cmd_vel") > 0)
    graph.goal._report()
    graph.spin_until(lambda: any("stranger" in s.message for m in reports for s in m.status))
    [status] = [s for m in reports for s in m.status if "stranger" in s.message]
    assert "Twist is taken: set cmd_vel_stamped to true" in status.message
    assert (status.name, status.hardware_id) == ("goal_node: goals", "kinesis")
    stranger.destroy_node()
    rclpy.shutdown(context=sender)


def test_a_second_publisher_of_commands_is_named(start: Start) -> None:
    graph = start()
    graph.listener.create_publisher(JointTrajectory, "joint_setpoint", qos.COMMAND)
    graph.run(3)
    company = "2 nodes publish joint_setpoint: /kinesis/listener, /kinesis/policy_node"
    assert graph.sim._health() == (Level.ERROR, company)


def test_without_commands_the_muscles_relax_and_diagnostics_say_why(start: Start) -> None:
    graph = start("sim_node:realtime:=true", "sim_node:command_timeout:=0.2")
    graph.run(3)
    graph.executor.remove_node(graph.policy)
    before = graph.sim.simulation.activation.sum()
    graph.run(20)
    level, message = graph.sim._health()
    assert level.name == "ERROR"
    assert message == "muscles relaxed: no joint_setpoint for 0.2 s"
    assert graph.sim.simulation.activation.sum() < 0.3 * before
    assert graph.sim.report.missed_deadlines >= 20


def test_a_body_put_on_its_feet_without_a_policy_relaxes(start: Start) -> None:
    graph = start("sim_node:realtime:=true", "sim_node:command_timeout:=0.2")
    graph.run(3)
    graph.executor.remove_node(graph.policy)
    graph.sim._reset_wanted = True
    graph.run(20)
    assert graph.sim.report.steps == 23
    assert graph.sim._health()[1] == "muscles relaxed: no joint_setpoint for 0.2 s"


def test_the_body_waits_for_its_first_command(start: Start) -> None:
    graph = start("sim_node:realtime:=true")
    graph.executor.remove_node(graph.policy)
    graph.sim.loop(graph.executor, UntilTick(graph.sim, 1, patience=0.4))
    assert graph.sim.report.steps == 0
    assert "waiting for a first joint_setpoint" in graph.sim._health()[1]
    assert graph.sim.simulation.time == 0.0


def test_pause_and_reset_are_served(start: Start) -> None:
    graph = start()
    graph.run(10)
    pause = graph.listener.create_client(SetBool, "pause")
    reset = graph.listener.create_client(Trigger, "reset")
    graph.spin_until(lambda: pause.service_is_ready() and reset.service_is_ready())
    for data in (True, False):
        answer = pause.call_async(SetBool.Request(data=data))
        graph.spin_until(answer.done)
        assert succeeded(answer)
        graph.sim.loop(graph.executor, UntilTick(graph.sim, 11, patience=0.3))
        assert (graph.sim.report.steps == 10) == data
    answer = reset.call_async(Trigger.Request())
    graph.spin_until(answer.done)
    assert succeeded(answer)
    graph.run(1)
    assert abs(graph.sim.simulation.state()[0]) < 0.01
    assert graph.sim.simulation.time == pytest.approx(1 / 30)


def test_a_velocity_drives_and_expires(start: Start) -> None:
    graph = start()
    references = graph.listen(JointTrajectory, "reference", 100)
    graph.run(2)
    twist = Twist()
    twist.linear.x, twist.angular.z = 0.8, 0.3
    for _ in range(4):  # the reference goes along gently, and the velocity has to be renewed
        graph.goal._take_velocity(twist)
        graph.run(10)
    velocity = ReferenceReader().read(references[-1])[-1, 7:9]
    assert np.hypot(*velocity) == pytest.approx(0.8, abs=0.05)
    graph.run(20)
    assert not ReferenceReader().read(references[-1])[:, 7:10].any()


def test_nonsense_on_text_is_refused_and_changes_nothing(start: Start) -> None:
    graph = start("goal_node:goal:='walk'")
    status = graph.listen(DiagnosticStatus, "goal_status", 20)
    graph.goal._take_text(String(data="make coffee"))
    graph.run(3)
    assert "refused" in [m.message for m in status]
    assert graph.goal._goals.plan.text == "walk"


def test_direct_control_drives_the_muscles(start: Start, tmp_path: Path) -> None:
    from standing_fakes import write_policy

    graph = start(
        "sim_node:control:=direct",
        "policy_node:control:=direct",
        policy=write_policy(tmp_path / "direct.onnx", "direct"),
    )
    excitations = graph.listen(Float32MultiArray, "muscle_excitation", 100)
    graph.run(10)
    assert graph.sim.report.steps == 10
    assert len(excitations[-1].data) == 80
    np.testing.assert_allclose(graph.sim.simulation.data.ctrl, 0.1, atol=1e-6)
    graph.sim._take_excitation(Float32MultiArray(data=[0.5] * 79))
    assert "79 values instead of 80" in graph.sim.slot.complaint


def test_a_body_that_lags_behind_pulls_its_reference_along(start: Start) -> None:
    graph = start("goal_node:goal:='walk at 1.5 m/s'", "sim_node:reset_on_fall:=false")
    references = graph.listen(JointTrajectory, "reference", 100)
    graph.run(60)  # standing set-points do not walk
    first = ReferenceReader().read(references[-1])[0]
    body = graph.sim.simulation.state()
    assert np.linalg.norm(first[ks.POSITION][:2] - body[:2]) < 0.3
    assert graph.goal._planner.pulled > 0
