# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A motion generator and a policy that need no training: they stand."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from kinesis_ros.core.body import CONTROL_RATE, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Velocity, Walked
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.policy import OBSERVATION_SIZE, PolicyMetadata
from kinesis_ros.core.policy.session import METADATA_KEY
from kinesis_ros.core.simulation import Simulation

_HIDDEN = 256  # about the cost of a real policy


class GlidingGenerator:
    """Stands upright and glides at the commanded speed and turn rate."""

    def __init__(self) -> None:
        self._standing = Simulation(load_body("legs80")).standing_state
        self._place, self._heading = np.zeros(2), 0.0
        self._speed = self._turn_rate = 0.0

    @classmethod
    def load(cls, path: Path | None = None) -> "GlidingGenerator":
        del path
        return cls()

    def standing_state(self) -> np.ndarray:
        return self._standing.copy()

    def reset(self, position: tuple[float, float] = (0.0, 0.0), heading: float = 0.0) -> None:
        self._place, self._heading = np.array(position), heading
        self._speed = self._turn_rate = 0.0

    @property
    def walked(self) -> Walked:
        line = np.array([*self._place, self._heading])
        velocity = Velocity(self._speed, self._turn_rate)
        return Walked(line, velocity, velocity.still)

    def command(self, speed: float, turn_rate: float = 0.0, lateral: float = 0.0) -> None:
        del lateral
        self._speed, self._turn_rate = speed, turn_rate

    def advance(self) -> np.ndarray:
        self._place, self._heading = self._next(self._place, self._heading)
        return self._state(self._place, self._heading)

    def window(self, frames: int) -> np.ndarray:
        place, heading = self._place, self._heading
        states = []
        for _ in range(frames):
            states.append(self._state(place, heading))
            place, heading = self._next(place, heading)
        return np.array(states)

    def _next(self, place: np.ndarray, heading: float) -> tuple[np.ndarray, float]:
        ahead = np.array([np.cos(heading), np.sin(heading)])
        turned = rotations.wrap(heading + self._turn_rate / CONTROL_RATE)
        return place + self._speed * ahead / CONTROL_RATE, float(turned)

    def _state(self, place: np.ndarray, heading: float) -> np.ndarray:
        state = ks.transform(self._standing, heading, np.array([*place, 0.0]))
        state[7:9] = self._speed * np.cos(heading), self._speed * np.sin(heading)
        return state


def write_policy(path: Path, control: str = "coordinated") -> Path:
    """Write a policy for legs80 that keeps to the reference, or leaves the muscles at 0.1."""
    body = load_body("legs80")
    direct = control == "direct"
    size = len(body.muscles) if direct else ks.NUM_JOINTS
    rng = np.random.default_rng(0)
    weights = {
        "w1": rng.normal(size=(OBSERVATION_SIZE, _HIDDEN)) / 16.0,
        "w2": rng.normal(size=(_HIDDEN, _HIDDEN)) / 16.0,
        "w3": np.zeros((_HIDDEN, size)),
        "b3": np.full((1, size), 0.1 if direct else 0.0),
        "expert_weights": np.array([[0.25, 0.75]]),
    }
    nodes = [
        helper.make_node("MatMul", ["observation", "w1"], ["h1"]),
        helper.make_node("Tanh", ["h1"], ["t1"]),
        helper.make_node("MatMul", ["t1", "w2"], ["h2"]),
        helper.make_node("Tanh", ["h2"], ["t2"]),
        helper.make_node("MatMul", ["t2", "w3"], ["h3"]),
        helper.make_node("Add", ["h3", "b3"], ["command"]),
        helper.make_node("Identity", ["expert_weights"], ["weights"]),
    ]
    inputs = [_tensor("observation", OBSERVATION_SIZE)]
    if direct:
        inputs.append(_tensor("muscle_state", 3 * size))
        nodes.append(helper.make_node("Identity", ["muscle_state"], ["unused"]))
    graph = helper.make_graph(
        nodes,
        "standing",
        inputs,
        [_tensor("command", size), _tensor("weights", 2)],
        [numpy_helper.from_array(w.astype(np.float32), name) for name, w in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 10
    metadata = PolicyMetadata.describe(body, control, 0.5, {"made by": "a test"})
    helper.set_model_props(model, {METADATA_KEY: metadata.to_json()})
    onnx.save(model, path)
    return path


def _tensor(name: str, size: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, size])
