# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""goal_node: turns goals into the reference that the body follows."""

import time
from collections.abc import Callable

import numpy as np
from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticStatus
from geometry_msgs.msg import PointStamped, PoseStamped, Twist, TwistStamped
from nav_msgs.msg import Odometry
from rclpy.executors import Executor
from rclpy.node import Node
from rclpy.serialization import deserialize_message
from sensor_msgs.msg import JointState
from std_msgs.msg import Bool, String
from trajectory_msgs.msg import JointTrajectory

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import MotionGenerator, Velocity
from kinesis_ros.core.goals import DRIVEN, FloodGate, GoalConfig, shortened
from kinesis_ros.core.kick import default_planner
from kinesis_ros.core.language import understand
from kinesis_ros.core.plans import GoalEvent, GoalState, Plan, PlanStep, Play
from kinesis_ros.core.reference import PlannerConfig, ReferencePlanner
from kinesis_ros.core.reference.planner import PLANNED
from kinesis_ros.core.rollout import Pursuit
from kinesis_ros.graph import printable
from kinesis_ros.nodes import qos
from kinesis_ros.nodes.diagnostics import PERIOD, DiagnosticsPublisher, Level, status
from kinesis_ros.nodes.goal_ids import id_of_stamp, read_text
from kinesis_ros.nodes.goal_messages import (
    MOST_BYTES,
    MOST_POINTS,
    MotionReader,
    read_ball,
    read_kick,
    read_place,
)
from kinesis_ros.nodes.messages import (
    ODOM_FRAME,
    BodyStateReader,
    MessageError,
    ReferenceMessage,
    ReferenceReader,
    just_placed,
    tick_of,
)
from kinesis_ros.nodes.parameters import GoalParameters, declare
from kinesis_ros.nodes.process import Stop, run, spin
from urdf_mjcf.penalty import BALL_PLACE

_REHEARSED = 60  # control steps: a start and three steps
_REHEARSED_COMMAND = (1.0, 0.3)  # [m/s], [rad/s]

_LEVELS = {
    GoalState.REFUSED: Level.ERROR,
    GoalState.FAILED: Level.ERROR,
    GoalState.PREEMPTED: Level.WARN,
}


class GoalNode(Node):
    """Listens to goals and answers every state of the body with a reference."""

    def __init__(self) -> None:
        super().__init__("goal_node")
        p = declare(self, GoalParameters, self._tune)
        self._pursuit = Pursuit(
            MotionGenerator.load(),
            GoalConfig(p.walk_speed, p.cmd_vel_timeout),
            PlannerConfig(p.leash),
        )
        self._goals, self._planner = self._pursuit.goals, self._pursuit.planner
        self._with_heading, self._prefix = p.goal_heading, p.frame_prefix
        self._gate, self._motions = FloodGate(), MotionReader()
        self._reader, self._reference = BodyStateReader(), ReferenceMessage(PLANNED)
        self._reference.message.header.frame_id = self._prefix + ODOM_FRAME
        self._state = np.zeros(ks.STATE_SIZE)
        self._complaint = ""
        self._answered: int | None = None  # control step of the newest state
        self._answers, self._longest = 0, 0.0
        self._make_topics(stamped=p.cmd_vel_stamped, realtime=p.realtime)
        self._warm_up(p.scene)
        if p.goal:
            self._goals.say(p.goal)
        self._publish_events()

    def _tune(self, p: GoalParameters) -> None:
        """Take over parameters that were set while the node runs."""
        self._goals.config = GoalConfig(p.walk_speed, p.cmd_vel_timeout)
        self._planner.config = PlannerConfig(p.leash)
        self._with_heading = p.goal_heading

    def _make_topics(self, *, stamped: bool, realtime: bool) -> None:
        self._publish_reference = self.create_publisher(
            JointTrajectory, "reference", qos.REFERENCE
        ).publish
        self._publish_status = self.create_publisher(
            DiagnosticStatus, "goal_status", qos.STATUS
        ).publish
        self._publish_plan = self.create_publisher(String, "plan", qos.LATCHED).publish
        self._diagnostics = DiagnosticsPublisher(self, "goals")
        profile = qos.state(realtime=realtime)
        self.create_subscription(JointState, "body_state", self._take_state, profile)
        self.create_subscription(Odometry, "ball", self._take_ball, qos.STATE)
        self.create_subscription(Bool, "fallen", self._take_fall, qos.LATCHED)
        self.create_subscription(String, "text", self._take_text, qos.GOAL)
        self.create_subscription(PoseStamped, "/goal_pose", self._take_place, qos.GOAL)
        self.create_subscription(PointStamped, "kick", self._take_kick, qos.GOAL)
        self.create_subscription(
            JointTrajectory, "reference_motion", self._take_raw_motion, qos.GOAL, raw=True
        )
        self._stamped = stamped
        if stamped:
            self.create_subscription(
                TwistStamped,
                "/cmd_vel",
                lambda message: self._take_velocity(message.twist),
                qos.GOAL,
            )
        else:
            self.create_subscription(Twist, "/cmd_vel", self._take_velocity, qos.GOAL)
        self.create_timer(PERIOD, self._report)

    def _take_state(self, message: JointState) -> None:
        started = time.perf_counter()
        try:
            state = self._reader.read(message)
        except MessageError as error:
            self._complaint = str(error)
            return
        tick = tick_of(message.header.stamp)
        if tick == self._answered and np.array_equal(state, self._state):
            # It was published again for somebody who did not hear it, or not the answer.
            self._publish_reference(self._reference.message)
            return
        self._state, self._answered = state, tick
        reference = self._pursuit.follow(tick, state, just_placed=just_placed(state))
        self._publish_reference(self._reference.write(tick, reference))
        self._answers += 1
        self._longest = max(self._longest, time.perf_counter() - started)
        self._publish_events()

    def _take_ball(self, message: Odometry) -> None:
        try:
            self._goals.ball = read_ball(message, self._prefix)
        except MessageError as error:
            self._complaint = str(error)

    def _take_fall(self, message: Bool) -> None:
        if message.data:
            self._goals.fall()
            self._publish_events()

    def _take_text(self, message: String) -> None:
        if self._gate.lets_pass(time.monotonic()):
            self._goals.say(*read_text(message.data))
            self._publish_events()

    def _take_place(self, message: PoseStamped) -> None:
        heading, prefix = self._with_heading, self._prefix
        self._take(
            "goal_pose",
            message.header.stamp,
            lambda: read_place(message, with_heading=heading, prefix=prefix),
        )

    def _take_kick(self, message: PointStamped) -> None:
        self._take("kick", message.header.stamp, lambda: read_kick(message, self._prefix))

    def _take_raw_motion(self, data: bytes) -> None:
        """Look at the size first: taking a long message apart would hold up the body."""
        if len(data) <= MOST_BYTES:
            self._take_motion(deserialize_message(data, JointTrajectory))
        elif self._gate.lets_pass(time.monotonic()):
            reason = f"it has {len(data)} bytes; {MOST_BYTES} are possible, or {MOST_POINTS} points"
            self._goals.refuse("reference_motion", reason)
            self._publish_events()

    def _take_motion(self, message: JointTrajectory) -> None:
        self._take(
            "reference_motion", message.header.stamp, lambda: Play(self._motions.read(message))
        )

    def _take(self, goal: str, stamp: Time, read: Callable[[], PlanStep]) -> None:
        """Take what a message asks for as the goal, or say what is wrong with it."""
        if not self._gate.lets_pass(time.monotonic()):
            return
        try:
            self._goals.take(Plan(goal, (read(),)), id_of_stamp(stamp))
        except MessageError as error:
            self._goals.refuse(goal, str(error), id_of_stamp(stamp))
        self._publish_events()

    def _take_velocity(self, twist: Twist) -> None:
        self._goals.drive(Velocity(twist.linear.x, twist.angular.z, twist.linear.y))
        self._publish_events()

    def _publish_events(self) -> None:
        for event in self._goals.take_events():
            self._log(event)
            if event.state is GoalState.ACCEPTED and event.goal != DRIVEN:
                self._publish_plan(String(data=event.reason))
            self._publish_event(event)

    def _log(self, event: GoalEvent) -> None:
        """Tell what became of a goal; refusals and failures are warnings, floods are thinned."""
        told = printable(f"goal '{event.goal}' {event.state.value}: {event.reason}")
        if event.state is GoalState.REFUSED:
            self.get_logger().warning(told, throttle_duration_sec=1.0)
        elif event.state is GoalState.FAILED:
            self.get_logger().warning(told)
        else:
            self.get_logger().info(told)

    def _publish_event(self, event: GoalEvent) -> None:
        level = _LEVELS.get(event.state, Level.OK)
        values = {"goal": event.goal, "reason": event.reason, "id": event.id}
        self._publish_status(status("goal", level, event.state.value, values))

    def _warm_up(self, scene: str) -> None:
        """Compile all that a walk calls, from reading a state on, before the first one arrives.

        Without it the body would stand on one leg while the code of a step is being compiled.
        """
        understand("walk forward", 1.0)
        if scene != "none":
            self._goals.ball = np.array(BALL_PLACE)
            stance = default_planner().stance(self._goals.ball, 0.0)
            standing = MotionGenerator.load().standing_state()
            start = ks.transform(standing, 0.0, np.array([*stance[:2], 0.0]))
            default_planner().plan(start, self._goals.ball, 0.0)
        rehearsal = ReferencePlanner(MotionGenerator.load())
        reader, state = ReferenceReader(), np.zeros(ks.STATE_SIZE)
        state[ks.QW] = 1.0
        for tick in range(_REHEARSED):
            rehearsal.command(*_REHEARSED_COMMAND)
            reference = rehearsal.follow(tick, state, just_placed=tick == 0)
            state = reader.read(self._reference.write(tick, reference))[0]
        rehearsal.command(0.0, 0.0)
        state[ks.X] += 2.0 * rehearsal.config.leash
        rehearsal.follow(_REHEARSED, state, just_placed=False)

    def _velocities_of_the_other_type(self) -> str:
        """Who publishes a /cmd_vel that nobody can hear, with the remedy; empty: nobody does."""
        wanted = "TwistStamped" if self._stamped else "Twist"
        for other in self.get_publishers_info_by_topic("/cmd_vel"):
            kind = other.topic_type.rpartition("/")[2]
            if kind != wanted:
                sender, remedy = printable(other.node_name), str(not self._stamped).lower()
                return (
                    f"{sender} publishes {kind} on /cmd_vel, {wanted} is taken: "
                    f"set cmd_vel_stamped to {remedy}"
                )
        return ""

    def _report(self) -> None:
        held_back = self._gate.take_held_back()
        if held_back:
            reason = f"{held_back} goals too many: at most {self._gate.limit} a second are taken"
            self._goals.refuse("flood", reason)
            self._publish_events()
        progress = self._goals.progress()
        if progress is not None:
            self._publish_event(progress)
        level, message = Level.OK, f"goal: {shortened(self._goals.plan.text)}"
        if self._answers == 0:
            level, message = Level.WARN, "waiting for body_state"
        others = self._velocities_of_the_other_type()
        if others:
            level, message = Level.WARN, others
        if self._complaint:
            level, message = Level.ERROR, self._complaint
        values = {
            "references": self._answers,
            "longest_ms": 1e3 * self._longest,
            "reference_pulled_along": self._planner.pulled,
        }
        self._complaint, self._longest = "", 0.0
        self._diagnostics.report(level, message, values)


def _loop(_node: Node, executor: Executor, stop: Stop) -> None:
    spin(executor, stop)


def main() -> None:
    """Run the node."""
    run(GoalNode, _loop)


if __name__ == "__main__":
    main()
