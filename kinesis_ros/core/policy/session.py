# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The policy as it runs: one ONNX file with its normaliser, experts and a checked contract."""

import dataclasses
import json
import time
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from kinesis_ros.core.body import CONTROL_RATE, Body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.controls import CONTROLS, DEFAULT_CONTROL
from kinesis_ros.core.policy.embodiment import Embodiment
from kinesis_ros.core.policy.observation import BLOCKS, LOOKAHEAD, OBSERVATION_SIZE, observe
from urdf_mjcf.registry import DEFAULT_BODY

CONTRACT_VERSION = 1
METADATA_KEY = "kinesis_ros"
MUSCLE_SIGNALS = 3  # activation, length and velocity of every muscle

_LIBRARY_ERRORS = tuple(
    getattr(ort.capi.onnxruntime_pybind11_state, name)
    for name in ("Fail", "InvalidArgument", "InvalidProtobuf", "NoSuchFile", "InvalidGraph")
)


class PolicyContractError(ValueError):
    """A policy file does not fit this version or this body; the message says where."""


@dataclasses.dataclass(frozen=True)
class PolicyMetadata:
    """What a policy file promises, stored in it as JSON at full precision.

    Attributes:
        contract_version: version of this contract.
        control: 'coordinated' (joint set-points) or 'direct' (muscle excitations).
        control_rate: actions per second [Hz].
        body: body that it was trained for.
        joints: names of the controlled joints in order.
        muscles: names of the muscles in order; empty when coordinated.
        observation: (name, size, unit) of every block in order.
        lookahead: reference frames that are observed.
        action_scale: set-point offset per unit of action [rad].
        stiffness: set-point gains of `joints` [N m/rad].
        damping: set-point gains of `joints` [N m s/rad].
        provenance: git commit, clips' checksum, seed, steps, metrics.
        embodiment: how the body was simulated in training, and is to be.
    """

    contract_version: int
    control: str
    control_rate: float
    body: str
    joints: tuple[str, ...]
    muscles: tuple[str, ...]
    observation: tuple[tuple[str, int, str], ...]
    lookahead: tuple[int, ...]
    action_scale: float
    stiffness: tuple[float, ...]
    damping: tuple[float, ...]
    provenance: dict[str, Any]
    embodiment: Embodiment = dataclasses.field(default_factory=Embodiment)

    @classmethod
    def describe(
        cls,
        body: Body,
        control: str,
        action_scale: float,
        provenance: dict[str, Any],
        embodiment: Embodiment | None = None,
    ) -> "PolicyMetadata":
        """Metadata of a policy for `body` under the present observation and gains."""
        legs = body.joint_index(ks.LEG_JOINTS)
        return cls(
            contract_version=CONTRACT_VERSION,
            control=control,
            control_rate=CONTROL_RATE,
            body=body.name,
            joints=ks.LEG_JOINTS,
            muscles=body.muscles if control == "direct" else (),
            observation=BLOCKS,
            lookahead=LOOKAHEAD,
            action_scale=action_scale,
            stiffness=tuple(body.gains.stiffness[legs].tolist()),
            damping=tuple(body.gains.damping[legs].tolist()),
            provenance=provenance,
            embodiment=embodiment or Embodiment(),
        )

    def to_json(self) -> str:
        """JSON text of all fields."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "PolicyMetadata":
        """Parse `to_json`.

        Raises:
            ValueError: fields are missing or unknown.
        """
        fields = json.loads(text)
        fields.setdefault("embodiment", dataclasses.asdict(Embodiment()))
        expected = {field.name for field in dataclasses.fields(cls)}
        if fields.keys() != expected:
            raise ValueError(f"fields differ: {', '.join(sorted(fields.keys() ^ expected))}")
        for name in ("joints", "muscles", "lookahead", "stiffness", "damping"):
            fields[name] = tuple(fields[name])
        fields["observation"] = tuple(tuple(block) for block in fields["observation"])
        try:
            fields["embodiment"] = Embodiment.read(fields["embodiment"])
        except (TypeError, KeyError) as error:
            raise ValueError(f"embodiment: {error}") from error
        return cls(**fields)


@dataclasses.dataclass(frozen=True)
class PolicyOutput:
    """One decision.

    Attributes:
        setpoint: (14,) joint set-points in the order of `LEG_JOINTS` [rad]; coordinated.
        excitation: (num_muscles,) muscle excitations 0..1; direct. Exactly one of the two is set.
        expert_weights: (num_experts,) share of every expert; they sum to 1.
        inference_time: of the network [s].
    """

    setpoint: np.ndarray | None
    excitation: np.ndarray | None
    expert_weights: np.ndarray
    inference_time: float


class PolicySession:
    """A loaded policy. Make it with `load`, which checks the contract.

    Example:
        >>> from kinesis_ros import MotionGenerator, PolicySession, default_policy, load_body
        >>> policy = PolicySession.load(default_policy("legs80"), load_body("legs80"))
        >>> policy.metadata.control, policy.metadata.control_rate  # [Hz]
        ('coordinated', 30.0)
        >>> generator = MotionGenerator.load()
        >>> generator.command(speed=1.0)
        >>> frames = generator.window()  # (11, 62) to follow, from now on
        >>> policy.act(frames[0], frames).setpoint.shape  # [rad], as the body is in the first one
        (14,)

    Args:
        session: ONNX Runtime session.
        metadata: what the file promises.
    """

    def __init__(self, session: ort.InferenceSession, metadata: PolicyMetadata) -> None:
        self._session = session
        self.metadata = metadata

    @classmethod
    def load(cls, path: Path, body: Body, control: str | None = None) -> "PolicySession":
        """Load a policy file and hold it against the live body.

        Args:
            path: ONNX file.
            body: the body that will be driven.
            control: expected control mode; None accepts both.

        Raises:
            PolicyContractError: the file is missing, broken, or disagrees in a name or size.
        """
        session, metadata = _open(path)
        complaints = _disagreements(metadata, session, body, control)
        if complaints:
            raise PolicyContractError(f"policy file '{path}': {'; '.join(complaints)}")
        return cls(session, metadata)

    def act(
        self,
        state: np.ndarray,
        reference: np.ndarray,
        muscle_state: np.ndarray | None = None,
        now: int = 0,
    ) -> PolicyOutput:
        """Decide what to do in the next control step.

        Args:
            state: (STATE_SIZE,) kinematic state of the body.
            reference: (frames, STATE_SIZE) states to follow, at the control rate.
            muscle_state: (3 * num_muscles,) see `muscle_signals`; only direct control needs it.
            now: index of the frame that the body should be at.

        Raises:
            ValueError: direct control without the muscles' state.
        """
        observation = observe(state, reference, now)[None]
        signals = None if muscle_state is None else muscle_state.astype(np.float32)[None]
        started = time.perf_counter()
        command, weights = self._infer(observation, signals)
        elapsed = time.perf_counter() - started
        if self.metadata.control == "direct":
            return PolicyOutput(None, command[0].astype(np.float64), weights[0], elapsed)
        target = reference[min(now + 1, len(reference) - 1)]
        setpoint = target[ks.JOINT_POSITION] + self.metadata.action_scale * command[0]
        return PolicyOutput(setpoint, None, weights[0], elapsed)

    def predict(self, observation: np.ndarray) -> np.ndarray:
        """Actions for observations of `kinesis_ros.gym`, of one body or of many.

        Args:
            observation: (..., OBSERVATION_SIZE); for direct control (..., OBSERVATION_SIZE
                + 3 * num_muscles), the muscles' signals last.

        Returns:
            Coordinated: (..., 14) set-point offsets in units of `action_scale`; direct:
            (..., num_muscles) excitations 0..1.

        Raises:
            ValueError: direct control without the muscles' signals.
        """
        batch = observation.reshape(-1, observation.shape[-1]).astype(np.float32)
        seen, signals = batch[:, :OBSERVATION_SIZE], batch[:, OBSERVATION_SIZE:]
        command, _ = self._infer(seen, signals if signals.size else None)
        return command.reshape(*observation.shape[:-1], -1)

    def _infer(
        self, observation: np.ndarray, muscle_state: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Commands and expert weights of a batch."""
        feed = {"observation": observation}
        if self.metadata.control == "direct":
            if muscle_state is None:
                raise ValueError("direct control needs the muscles' state")
            feed["muscle_state"] = muscle_state
        outputs: Any = self._session.run(None, feed)
        return outputs[0], outputs[1]


def read_metadata(path: Path) -> PolicyMetadata:
    """What a policy file promises, held against no body.

    Raises:
        PolicyContractError: the file is missing or broken.
    """
    return _open(path)[1]


def muscle_signals(
    activation: np.ndarray, length: np.ndarray, velocity: np.ndarray, length_range: np.ndarray
) -> np.ndarray:
    """What a direct policy sees of the muscles.

    Args:
        activation: (num_muscles,) 0..1.
        length: (num_muscles,) musculotendon lengths [m].
        velocity: (num_muscles,) lengthening speeds [m/s].
        length_range: (num_muscles, 2) shortest and longest length [m].

    Returns:
        (3 * num_muscles,) activation, centred relative length, a tenth of relative speed [1/s].
    """
    shortest, longest = length_range.T
    span = longest - shortest
    return np.concatenate([activation, (length - shortest) / span - 0.5, 0.1 * velocity / span])


def default_policy(body_name: str, control: str = DEFAULT_CONTROL) -> Path:
    """The shipped policy for a body.

    Bodies without their own use the set-points of the default body's; excitations are for one
    body only.

    Example:
        >>> from kinesis_ros import default_policy
        >>> default_policy("legs80", "direct").name
        'legs80_direct.onnx'

    Raises:
        PolicyContractError: nothing is shipped for this control mode.
    """
    folder = Path(str(resources.files("kinesis_ros") / "data" / "policies"))
    for name in (body_name, DEFAULT_BODY) if control == "coordinated" else (body_name,):
        path = folder / f"{name}_{control}.onnx"
        if path.is_file():
            return path
    shipped = ", ".join(sorted(path.stem for path in folder.glob("*.onnx"))) or "none"
    raise PolicyContractError(
        f"no {control} policy is shipped for body '{body_name}'; there is: {shipped}"
    )


def _open(path: Path) -> tuple[ort.InferenceSession, PolicyMetadata]:
    if not path.is_file():
        raise PolicyContractError(f"policy file '{path}' does not exist")
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # a small network: threads would only add latency
    options.inter_op_num_threads = 1
    try:
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except _LIBRARY_ERRORS as error:
        raise PolicyContractError(f"policy file '{path}' cannot be read: {error}") from error
    text = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
    if text is None:
        raise PolicyContractError(f"policy file '{path}' carries no kinesis_ros metadata")
    try:
        metadata = PolicyMetadata.from_json(text)
    except ValueError as error:
        raise PolicyContractError(f"policy file '{path}': metadata {error}") from error
    return session, metadata


def _disagreements(
    metadata: PolicyMetadata, session: ort.InferenceSession, body: Body, control: str | None
) -> list[str]:
    """What does not fit, in words; empty when everything does."""
    expected = PolicyMetadata.describe(
        body, metadata.control, metadata.action_scale, metadata.provenance
    )
    complaints = []
    if metadata.contract_version != CONTRACT_VERSION:
        complaints.append(
            f"contract version {metadata.contract_version}, this package reads {CONTRACT_VERSION}"
        )
    if metadata.control not in CONTROLS:
        complaints.append(f"control '{metadata.control}', expected {' or '.join(CONTROLS)}")
    if control is not None and metadata.control != control:
        complaints.append(f"it is for {metadata.control} control, {control} was asked for")
    fields = ("control_rate", "joints", "muscles", "observation", "lookahead")
    pairs = [(field, getattr(metadata, field), getattr(expected, field)) for field in fields]
    complaints += [
        _difference(field, has, wants, body.name) for field, has, wants in pairs if has != wants
    ]
    for field in ("stiffness", "damping"):
        if not np.allclose(getattr(metadata, field), getattr(expected, field), rtol=1e-6):
            complaints.append(f"set-point {field} differs from the coordinator's of {body.name}")
    size = session.get_inputs()[0].shape[-1]
    if size != OBSERVATION_SIZE:
        complaints.append(f"observation size {size}, this package makes {OBSERVATION_SIZE}")
    return complaints


def _difference(field: str, has: Any, wants: Any, body: str) -> str:  # noqa: ANN401 any field
    if isinstance(has, tuple) and len(has) == len(wants):
        i = next(i for i, (a, b) in enumerate(zip(has, wants, strict=True)) if a != b)
        return f"{field} {i} is {has[i]}, body {body} has {wants[i]}"
    if isinstance(has, tuple):
        return f"it has {len(has)} {field}, body {body} has {len(wants)}"
    return f"{field} is {has}, expected {wants}"
