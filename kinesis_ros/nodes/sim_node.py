# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""sim_node: the body on the ROS graph.

It owns the time and turns commands into motion. It is the only node that hardware would replace.
"""

import time
from pathlib import Path

import numpy as np
from geometry_msgs.msg import WrenchStamped
from rclpy.executors import Executor
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import Bool, Float32MultiArray
from std_srvs.srv import SetBool, Trigger
from trajectory_msgs.msg import JointTrajectory

from kinesis_ros.core.body import (
    CONTROL_RATE,
    COORDINATES,
    NUM_COORDINATES,
    write_coordinates,
)
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.compiled import progress
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.policy import (
    Embodiment,
    PolicyContractError,
    default_policy,
    read_metadata,
)
from kinesis_ros.core.simulation import CommandShapeError, Pusher, PushError, Simulation
from kinesis_ros.nodes import qos
from kinesis_ros.nodes.command_slot import CommandSlot
from kinesis_ros.nodes.diagnostics import PERIOD, DiagnosticsPublisher, Level
from kinesis_ros.nodes.messages import (
    ODOM_FRAME,
    JointStateMessage,
    MessageError,
    SetpointReader,
    read_muscle_array,
    read_push,
    tick_of,
)
from kinesis_ros.nodes.parameters import SimParameters, declare
from kinesis_ros.nodes.process import Stop, be_prompt, run
from kinesis_ros.nodes.run_report import SimulationReport
from kinesis_ros.nodes.sim_outputs import BodyOutputs, MuscleOutputs

_STEP = 1.0 / CONTROL_RATE  # [s]
_REPEAT = 0.5  # [s] without an answer in lockstep, then the state is published again
_LONGEST_LAG = 0.2  # [s] that is made up for; after a longer hang time goes on from there
_PATIENCE = 5.0  # [s] between two notes in the log that an answer is missing
_NAP = 0.05  # [s] for a signal or a service while nothing moves


def _embodiment(parameters: SimParameters) -> Embodiment:
    """What the policy was trained with that will drive the body.

    Raises:
        PolicyContractError: the policy file that was named cannot be read.
    """
    if parameters.policy:
        return read_metadata(Path(parameters.policy)).embodiment
    try:
        return read_metadata(default_policy(parameters.body, parameters.control)).embodiment
    except PolicyContractError:  # none is shipped: somebody else commands the muscles
        return Embodiment()


class SimNode(Node):
    """The simulated body as a node; `turn` runs one control step after the other."""

    def __init__(self) -> None:
        super().__init__("sim_node")
        kept, needed = progress()
        if kept < needed / 2:
            self.get_logger().info("compiling once, about a minute; later starts take seconds")
        self.parameters = p = declare(self, SimParameters)
        self.simulation = Simulation.embodied(p.body, _embodiment(p), p.scene)
        self._pusher = Pusher(self.simulation)
        self._direct = p.control == "direct"
        size = len(self.simulation.body.muscles) if self._direct else ks.NUM_JOINTS
        what = "muscle_excitation" if self._direct else "joint_setpoint"
        self.slot = CommandSlot(size, what)
        self.report = SimulationReport(self.slot.latency)
        self._start = MotionGenerator.load().standing_state()  # as references begin
        self._tick = 0
        self._state = self.simulation.state()
        self._paused = self._reset_wanted = self._relaxed = False
        self._fallen_at: int | None = None
        self._reported = -np.inf
        self._make_outputs()
        self._make_inputs()
        self._warm_up()

    def loop(self, executor: Executor, stop: Stop) -> None:
        """Advance control step by control step until told to stop or `duration` is over."""
        due = time.perf_counter()
        while not (stop.stopped or self._finished()):
            if self._reset_wanted:
                self._reset()
            started = time.perf_counter()
            moved = not self._paused and self._turn(executor, stop)
            self._report_health()
            now = time.perf_counter()
            due = max(due + _STEP, now - _LONGEST_LAG)
            if not moved:
                due = now + (_NAP if self._paused else _STEP)
            if self._paused or self.parameters.realtime:
                self._spin_until(executor, due)
            if self.report.steps > 0 and not self._paused:
                self.report.wall += time.perf_counter() - started
        self._save_report()

    def _turn(self, executor: Executor, stop: Stop) -> bool:
        """One control step: show the state, take the answer, move. False: nothing to do yet."""
        self._publish_state()
        self._await_answer(executor, stop)
        if self._holds():
            self.get_logger().info(
                f"waiting for a {self.slot.what} that answers the state at "
                f"{self._tick * _STEP:.2f} s",
                throttle_duration_sec=_PATIENCE,
            )
            return False
        self._move(self.slot.values)
        self._tick += 1
        self.report.steps += 1
        self.simulation.read_state(self._state)
        self._outputs.publish_clock(self._tick)
        self._watch_body()
        self._outputs.publish(self._tick, self._state)
        if not self._direct and self._tick % self._muscle_period == 0:
            self._muscles.publish(self._tick)
        return True

    def _publish_state(self) -> None:
        if self._direct:  # the policy needs them at every step
            self._muscles.publish(self._tick)
        message = self._body_state
        legs = NUM_COORDINATES  # of the pelvis and the legs
        write_coordinates(self._state, message.position[:legs], message.velocity[:legs])
        others = self.simulation.body
        message.position[legs:] = self.simulation.data.qpos[others.joint_qpos[ks.NUM_JOINTS :]]
        message.velocity[legs:] = self.simulation.data.qvel[others.joint_dofs[ks.NUM_JOINTS :]]
        message.effort[NUM_COORDINATES - ks.NUM_JOINTS :] = self.simulation.joint_moment()
        self.slot.expect(self._tick, time.perf_counter())
        self._publish_body(message.stamp(self._tick))

    def _await_answer(self, executor: Executor, stop: Stop) -> None:
        patience = self.parameters.command_deadline if self.parameters.realtime else _REPEAT
        deadline = time.perf_counter() + patience
        while not self.slot.answered and not stop.stopped:
            left = deadline - time.perf_counter()
            if left <= 0.0:
                break
            executor.spin_once(timeout_sec=left)

    def _holds(self) -> bool:
        """Whether time stands still for want of an answer.

        In lockstep it always does. In real time it does until the first command of a run, and
        for `command_timeout` after the body was put somewhere.
        """
        if not self.parameters.realtime:
            return not self.slot.answered
        if self.slot.values is not None:
            return False
        waited = time.perf_counter() - self._placed_at
        return self.report.steps == 0 or waited <= self.parameters.command_timeout

    def _move(self, command: np.ndarray | None) -> None:
        if not self.slot.answered:
            self.report.missed_deadlines += 1
        age = self.slot.age
        self._pusher.advance()
        self._relaxed = age is None or age * _STEP > self.parameters.command_timeout
        if self._relaxed or command is None:
            self.simulation.relax()
        elif self._direct:
            self.simulation.step_excitation(command)
        else:
            self.simulation.step_setpoint(command)

    def _watch_body(self) -> None:
        """Measure the way; notice a fall, and stand up again when its time has come."""
        self.report.odometer.move(self._state[ks.GROUND_POSITION])
        if self.simulation.diverged:
            self.get_logger().error("the physics diverged; the body is put back on its feet")
            self._reset_wanted = True
        if self._fallen_at is None:
            if self.simulation.fallen:
                self._fallen_at = self._tick
                self.report.falls += 1
                self.get_logger().warning(f"the body fell at {self._tick * _STEP:.2f} s")
                self._publish_fallen(Bool(data=True))
        elif self.parameters.reset_on_fall:
            lying = (self._tick - self._fallen_at) * _STEP
            self._reset_wanted = self._reset_wanted or lying >= self.parameters.reset_delay

    def _reset(self) -> None:
        """Stand at the origin; time goes on. The next step waits for a new command."""
        self._reset_wanted = False
        self._placed_at = time.perf_counter()
        self.report.odometer.restart_segment()
        self._pusher.stop()
        self.simulation.reset(self._start)
        self.simulation.read_state(self._state)
        self.slot.forget()
        if self._fallen_at is not None:
            self._fallen_at = None
            self._publish_fallen(Bool(data=False))

    def _spin_until(self, executor: Executor, due: float) -> None:
        """Serve callbacks until the time `due`, at least once."""
        executor.spin_once(timeout_sec=0.0)
        while (left := due - time.perf_counter()) > 0.0:
            executor.spin_once(timeout_sec=left)

    def _finished(self) -> bool:
        duration = self.parameters.duration
        return 0.0 < duration <= self._tick * _STEP + 1e-9

    def _make_outputs(self) -> None:
        body = self.simulation.body
        names = COORDINATES + body.joints[ks.NUM_JOINTS :]
        self._body_state = JointStateMessage(names, ODOM_FRAME)
        self._publish_body = self.create_publisher(JointState, "body_state", qos.STATE).publish
        self._publish_fallen = self.create_publisher(Bool, "fallen", qos.LATCHED).publish
        self._publish_fallen(Bool(data=False))
        p = self.parameters
        self._outputs = BodyOutputs(
            self, self.simulation, p.marker_rate, describe=p.robot_description
        )
        self._muscles = MuscleOutputs(self, self.simulation)
        self._muscle_period = max(1, round(CONTROL_RATE / p.muscle_rate))
        self._diagnostics = DiagnosticsPublisher(self)

    def _make_inputs(self) -> None:
        self._setpoint_reader = SetpointReader()
        if self._direct:
            self.create_subscription(
                Float32MultiArray, "muscle_excitation", self._take_excitation, qos.COMMAND
            )
        else:
            self.create_subscription(
                JointTrajectory, "joint_setpoint", self._take_setpoint, qos.COMMAND
            )
        self.create_subscription(WrenchStamped, "push", self._take_push, qos.GOAL)
        self.create_service(Trigger, "reset", self._serve_reset)
        self.create_service(SetBool, "pause", self._serve_pause)

    def _warm_up(self) -> None:
        """Compile and load everything before the clock starts, then stand as at first."""
        if self._direct:
            self.simulation.step_excitation(np.zeros(len(self.simulation.body.muscles)))
        else:
            self.simulation.step_setpoint(np.zeros(ks.NUM_JOINTS))
        self.simulation.relax()
        self._outputs.publish(0, self.simulation.state())
        self._reset()

    def _take_setpoint(self, message: JointTrajectory) -> None:
        now = time.perf_counter()
        try:
            setpoint = self._setpoint_reader.read(message)
            self.slot.put(setpoint, tick_of(message.header.stamp), now)
        except (MessageError, CommandShapeError) as error:
            self._refuse(str(error))

    def _take_excitation(self, message: Float32MultiArray) -> None:
        now = time.perf_counter()
        try:
            excitation, tick = read_muscle_array(message)
            self.slot.put(excitation, tick, now)
        except (MessageError, CommandShapeError) as error:
            self._refuse(str(error))

    def _take_push(self, message: WrenchStamped) -> None:
        try:
            self._pusher.push(read_push(message, self._state))
        except (MessageError, PushError) as error:
            self.get_logger().warning(f"push refused: {error}", throttle_duration_sec=1.0)

    def _refuse(self, complaint: str) -> None:
        self.slot.refuse(complaint)
        self.get_logger().warning(f"command refused: {complaint}", throttle_duration_sec=1.0)

    def _serve_reset(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self._reset_wanted = True
        response.success, response.message = True, "the body is put back on its feet"
        return response

    def _serve_pause(
        self, request: SetBool.Request, response: SetBool.Response
    ) -> SetBool.Response:
        self._paused = request.data
        response.success = True
        response.message = "paused" if self._paused else "running"
        return response

    def _health(self) -> tuple[Level, str]:
        slot = self.slot
        if self._paused:
            return Level.OK, "paused"
        if slot.values is None and self.report.steps == 0:
            return Level.WARN, f"waiting for a first {slot.what}"
        if self._relaxed:
            why = f"; the last one was refused: {slot.complaint}" if slot.complaint else ""
            timeout = self.parameters.command_timeout
            return Level.ERROR, f"muscles relaxed: no {slot.what} for {timeout:g} s{why}"
        if self._fallen_at is not None:
            return Level.ERROR, f"the body fell at {self._fallen_at * _STEP:.2f} s"
        if not slot.answered:
            return Level.WARN, f"holding the last {slot.what}"
        if slot.complaint:
            return Level.WARN, f"commands were refused, the last one: {slot.complaint}"
        return Level.OK, "running"

    def _report_health(self) -> None:
        now = time.perf_counter()
        if now - self._reported < PERIOD:
            return
        self._reported = now
        level, message = self._health()
        latency = self.slot.latency.summary()
        values = {
            "real_time_factor": self.report.rtf,
            "latency_p50_ms": latency["p50"],
            "latency_p99_ms": latency["p99"],
            "missed_deadlines": self.report.missed_deadlines,
            "refused_commands": self.slot.refused,
            "nan_commands": self.slot.not_finite,
            "falls": self.report.falls,
            "distance_m": self.report.odometer.metres,
        }
        self._diagnostics.report(level, message, values, self._body_state.message.header.stamp)
        self._save_report()

    def _save_report(self) -> None:
        if self.parameters.report_file:
            speed = float(np.hypot(*self._state[ks.GROUND_VELOCITY]))
            path = Path(self.parameters.report_file)
            self.report.save(path, status=self._health()[1], speed_m_s=round(speed, 3))


def _loop(node: SimNode, executor: Executor, stop: Stop) -> None:
    if node.parameters.realtime:
        be_prompt()
    node.loop(executor, stop)


def main() -> None:
    """Run the node."""
    run(SimNode, _loop)


if __name__ == "__main__":
    main()
