# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A recorded run as arrays: what went in comes out, without ROS."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("mcap_ros2", reason="pip install 'kinesis_ros[recording]'")
pytest.importorskip("rosbags", reason="rosbags is not installed")

from rosbags.typesys import Stores, get_typestore

from kinesis_ros.core.body import (
    CONTROL_RATE,
    COORDINATES,
    Kinematics,
    load_body,
    write_coordinates,
)
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.simulation import Simulation
from kinesis_ros.graph.time_label import read_time_label, time_label
from kinesis_ros.recording import (
    BagWriter,
    Recording,
    RecordingError,
    Topic,
    read_body_name,
    read_recording,
    recorded_trajectory,
)

STORE = get_typestore(Stores.ROS2_JAZZY)
MUSCLES = load_body("legs80").muscles
START = 1_700_000_000_000_000_000  # [ns]


class Script:
    """Messages of a run, to be written as a bag."""

    def __init__(self, path: Path, begin: int = START, speed: float = 1.0) -> None:
        self._path, self._begin, self._speed = path, begin, speed
        self._sent: list[tuple[int, str, str, bytes]] = []

    def say(self, time: float, topic: str, kind: str, *fields: Any) -> None:  # noqa: ANN401
        content = STORE.types[kind](*fields)
        data = bytes(STORE.serialize_cdr(content, kind))
        log_time = self._begin + round(1e9 * time / self._speed)
        self._sent.append((log_time, topic, kind, data))

    def state(self, time: float, position: np.ndarray, velocity: np.ndarray) -> None:
        names = list(COORDINATES)
        effort = np.arange(20.0)
        fields = header(time), names, position, velocity, effort
        self.say(time, "/kinesis/body_state", "sensor_msgs/msg/JointState", *fields)

    def write(self) -> Path:
        with BagWriter(self._path) as writer:
            for log_time, topic, kind, data in sorted(self._sent, key=lambda row: row[0]):
                definition, _ = STORE.generate_msgdef(kind, ros_version=2)
                writer.add(Topic(topic, kind, definition))
                writer.write(topic, data, log_time, log_time)
        return self._path


def stamp(time: float) -> Any:  # noqa: ANN401 a class of an optional library
    seconds, nanoseconds = divmod(round(1e9 * time), 10**9)
    return STORE.types["builtin_interfaces/msg/Time"](seconds, nanoseconds)


def header(time: float) -> Any:  # noqa: ANN401
    return STORE.types["std_msgs/msg/Header"](stamp(time), "odom")


def array(values: np.ndarray, label: str = "") -> tuple[Any, np.ndarray]:
    dimension = STORE.types["std_msgs/msg/MultiArrayDimension"](label, 1, len(values))
    layout = STORE.types["std_msgs/msg/MultiArrayLayout"]([dimension], 0)
    return layout, values.astype(np.float32)


def status(message: str, **values: object) -> tuple[int, str, str, str, list]:
    pairs = [
        STORE.types["diagnostic_msgs/msg/KeyValue"](key, str(value))
        for key, value in values.items()
    ]
    return 0, "kinesis: sim_node", message, "kinesis", pairs


@pytest.fixture(scope="module")
def states() -> np.ndarray:
    rng = np.random.default_rng(0)
    states = np.tile(Simulation(load_body("legs80")).standing_state, (12, 1))
    states[:, 0] = np.linspace(0.0, 1.0, 12)
    states[:, 7:13] = rng.normal(size=(12, 6))
    states[:, ks.JOINT_POSITION] = rng.uniform(-0.3, 0.3, (12, 14))
    states[:, ks.JOINT_VELOCITY] = rng.normal(size=(12, 14))
    return Kinematics().complete(states)


def coordinates(state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    position, velocity = np.zeros(20), np.zeros(20)
    write_coordinates(state, position, velocity)
    return position, velocity


def script_of(states: np.ndarray, path: Path, speed: float = 1.0) -> Script:
    script = Script(path, speed=speed)
    names = ",".join(MUSCLES)
    script.say(0.0, "/kinesis/muscle_names", "std_msgs/msg/String", names)
    for tick, state in enumerate(states):
        script.state(tick / CONTROL_RATE, *coordinates(state))
    return script


@pytest.fixture
def run(states: np.ndarray, tmp_path: Path) -> Recording:
    """Everything that is recorded, at twice the real speed."""
    script = script_of(states, tmp_path / "run.mcap", speed=2.0)
    point = STORE.types["trajectory_msgs/msg/JointTrajectoryPoint"]
    none, at_once = np.zeros(0), STORE.types["builtin_interfaces/msg/Duration"](0, 0)
    for tick in range(1, 12):
        time = tick / CONTROL_RATE
        position, velocity = coordinates(states[tick - 1])
        rows = [point(position + i, velocity + i, none, none, at_once) for i in range(3)]
        fields = header(time), list(COORDINATES), rows
        script.say(time, "/kinesis/reference", "trajectory_msgs/msg/JointTrajectory", *fields)
        activation = np.full(80, 0.01 * tick)
        label = time_label(*divmod(round(1e9 * time), 10**9))
        kind = "std_msgs/msg/Float32MultiArray"
        script.say(time, "/kinesis/muscle_activation", kind, *array(activation, label))
        weights = np.array([0.25, 0.75])
        script.say(time, "/kinesis/expert_weights", kind, *array(weights))
        vector = STORE.types["geometry_msgs/msg/Vector3"]
        force, torque = vector(1.0, 2.0, 3.0), vector(4.0, 5.0, 6.0)
        wrench = STORE.types["geometry_msgs/msg/Wrench"](force, torque)
        kind = "geometry_msgs/msg/WrenchStamped"
        script.say(time, "/kinesis/ground_reaction/left", kind, header(time), wrench)
        place = STORE.types["geometry_msgs/msg/Point"](11.25, 0.1 * tick, 0.9)
        upright = STORE.types["geometry_msgs/msg/Quaternion"](0.0, 0.0, 0.0, 1.0)
        pose = STORE.types["geometry_msgs/msg/Pose"](place, upright)
        kind = "geometry_msgs/msg/PoseStamped"
        script.say(time, "/kinesis/keeper", kind, header(time), pose)
    script.say(5 / CONTROL_RATE, "/kinesis/fallen", "std_msgs/msg/Bool", True)
    kind = "diagnostic_msgs/msg/DiagnosticStatus"
    said = status("failed", goal="walk", reason="the body fell")
    script.say(5 / CONTROL_RATE, "/kinesis/goal_status", kind, *said)
    health = STORE.types[kind](*status("running", real_time_factor=0.5, note="fine"))
    kind = "diagnostic_msgs/msg/DiagnosticArray"
    script.say(0.2, "/diagnostics", kind, header(0.2), [health])
    return read_recording(script.write())


def test_states_and_reference_come_out_as_they_went_in(run: Recording, states: np.ndarray) -> None:
    np.testing.assert_allclose(run.coordinates.time, np.arange(12) / CONTROL_RATE, atol=1e-9)
    np.testing.assert_allclose(run.states(), states, atol=1e-9)
    assert run.coordinates.names == COORDINATES
    assert run.coordinates.effort.column("pelvis_rotation").tolist() == [2.0] * 12
    assert run.duration == pytest.approx(11 / CONTROL_RATE)
    np.testing.assert_allclose(run.reference_states(), states[:-1], atol=1e-9)
    time, done, wanted = run.tracking()
    np.testing.assert_allclose(time, np.arange(1, 12) / CONTROL_RATE, atol=1e-9)
    np.testing.assert_allclose(done, states[1:], atol=1e-9)
    np.testing.assert_allclose(wanted, states[:-1], atol=1e-9)


def test_muscles_feet_and_experts_have_their_names_and_times(run: Recording) -> None:
    assert run.body == "legs80"
    assert read_body_name(run.path) == "legs80"
    assert run.activation.names == MUSCLES
    times = np.arange(1, 12) / CONTROL_RATE
    np.testing.assert_allclose(run.activation.time, times, atol=1e-9)
    soleus = run.activation.column("soleus_r")
    np.testing.assert_allclose(soleus, np.arange(1, 12) * 0.01, rtol=1e-6)
    # Without a stamp: simulated time from the clock of the states, at double speed.
    np.testing.assert_allclose(run.expert_weights.time, times, atol=1e-6)
    np.testing.assert_array_equal(run.expert_weights.values.sum(axis=1), 1.0)
    left = run.ground_reaction["left"]
    assert left.values[0].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert left.column("force_z")[0] == 3.0
    assert len(run.ground_reaction["right"]) == len(run.muscles) == len(run.excitation) == 0
    with pytest.raises(RecordingError, match="'hip' was not recorded; there are: pelvis_tilt"):
        run.coordinates.position.column("hip")


def test_the_keeper_is_where_it_was_and_a_ball_that_was_not_there_is_not(run: Recording) -> None:
    np.testing.assert_allclose(run.keeper.time, np.arange(1, 12) / CONTROL_RATE, atol=1e-8)
    np.testing.assert_allclose(run.keeper.column("y"), 0.1 * np.arange(1, 12))
    assert len(run.ball) == 0


def test_events_are_told_in_simulated_time(run: Recording) -> None:
    assert run.falls == pytest.approx([5 / CONTROL_RATE], abs=1e-6)
    (goal,) = run.goals
    assert (goal.state, goal.goal, goal.reason) == ("failed", "walk", "the body fell")
    assert goal.time == pytest.approx(5 / CONTROL_RATE, abs=1e-6)
    (health,) = run.health
    assert (health.node, health.level, health.message) == ("sim_node", 0, "running")
    assert health.values == {"real_time_factor": 0.5}
    assert run.counts["body_state"] == 12


def test_of_two_runs_in_one_recording_the_last_is_read(states: np.ndarray, tmp_path: Path) -> None:
    script = script_of(states, tmp_path / "run.mcap")
    script._begin += 10**9
    for tick, state in enumerate(states[:5]):
        script.state(tick / CONTROL_RATE, *coordinates(state))
    recording = read_recording(script.write())
    np.testing.assert_allclose(recording.states(), states[:5], atol=1e-9)
    assert recording.body == "legs80"


def test_a_state_that_was_sent_twice_counts_once(states: np.ndarray, tmp_path: Path) -> None:
    script = script_of(states, tmp_path / "run.mcap")
    script._begin += 10**7
    script.state(11 / CONTROL_RATE, *coordinates(states[0]))  # put elsewhere while it stood still
    recording = read_recording(script.write())
    assert len(recording.coordinates) == 12
    np.testing.assert_allclose(recording.states()[-1], states[0], atol=1e-9)


def test_what_holds_no_run_is_refused(states: np.ndarray, tmp_path: Path) -> None:
    script = Script(tmp_path / "empty.mcap")
    script.say(0.0, "/kinesis/text", "std_msgs/msg/String", "walk")
    with pytest.raises(RecordingError, match=r"empty\.mcap' has no messages on /kinesis/b"):
        read_recording(script.write())
    script = Script(tmp_path / "arm.mcap")
    fields = header(0.0), ["elbow"], np.zeros(1), np.zeros(1), np.zeros(1)
    script.say(0.0, "/kinesis/body_state", "sensor_msgs/msg/JointState", *fields)
    with pytest.raises(RecordingError, match=r"arm\.mcap': body_state lacks 'pelvis_tilt'"):
        read_recording(script.write())
    script = script_of(states, tmp_path / "two.mcap")
    script.say(9.0, "/kinesis/body_state", "sensor_msgs/msg/JointState", header(9.0), *fields[1:])
    with pytest.raises(RecordingError, match=r"two\.mcap': the names on a topic change"):
        read_recording(script.write())
    with pytest.raises(RecordingError, match="cannot read"):
        read_recording(tmp_path / "nowhere.mcap")


def test_a_time_label_tells_the_time() -> None:
    assert read_time_label(time_label(12, 5_000_000)) == 12.005
    assert read_time_label("muscle") is None
    with pytest.raises(ValueError, match="'time flies' is not a time"):
        read_time_label("time flies")


def test_a_recording_names_its_body(states: np.ndarray, tmp_path: Path) -> None:
    """Also in its last run, of which the name was sent before it began."""
    script = script_of(states, tmp_path / "run.mcap")
    script.say(0.0, "/kinesis/body_name", "std_msgs/msg/String", "arm26v2")
    path = script.write()
    assert read_recording(path).body == read_body_name(path) == "arm26v2"
    with pytest.raises(RecordingError, match="body 'arm26v2' does not exist"):
        recorded_trajectory(read_recording(path))


def test_a_recording_without_the_name_is_told_by_its_muscles(
    states: np.ndarray, tmp_path: Path
) -> None:
    path = script_of(states, tmp_path / "run.mcap").write()
    assert read_recording(path).body == read_body_name(path) == "legs80"
