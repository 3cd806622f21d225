# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is exported computes what was trained, and carries a contract that is checked."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnxruntime as ort
import pytest
import torch

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body import load_body
from kinesis_ros.core.muscles import CoordinationConfig, mirror_muscles
from kinesis_ros.core.policy import (
    MUSCLE_SIGNALS,
    OBSERVATION_SIZE,
    Embodiment,
    PolicyContractError,
    PolicyMetadata,
    PolicySession,
)
from kinesis_ros.core.policy.observation import mirror_observation
from kinesis_ros.core.rollout import GoalReference, Rollout
from kinesis_training.networks import (
    Actor,
    ActorCritic,
    DirectStudent,
    Gate,
    Mixture,
    NetworkConfig,
    StudentMirror,
)
from kinesis_training.runs import export_coordinated, export_direct

Part = TypeVar("Part", Actor, Gate)
BODY = load_body("legs80")
SIGNALS = MUSCLE_SIGNALS * len(BODY.muscles)


def random_gate() -> Gate:
    return scrambled(Gate(3, (16,)), seed=3)


def random_mixture() -> Mixture:
    shape = NetworkConfig(hidden=(32, 16))
    experts = [scrambled(ActorCritic(shape).actor, seed) for seed in range(3)]
    return Mixture(experts, random_gate())


def scrambled(module: Part, seed: int) -> Part:
    """The module with random parameters and statistics."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(std=0.3)
    module.normaliser.update(torch.randn(100, OBSERVATION_SIZE) * 3.0 + 1.0)
    return module


@pytest.fixture(scope="module")
def coordinated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("policy") / "coordinated.onnx"
    metadata = PolicyMetadata.describe(BODY, "coordinated", 0.8, {"seed": 0})
    export_coordinated(random_mixture(), metadata, path)
    return path


@pytest.mark.parametrize("batch", [1, 7])
def test_the_coordinated_file_equals_torch(coordinated: Path, batch: int) -> None:
    observation = torch.randn(batch, OBSERVATION_SIZE, generator=torch.Generator().manual_seed(1))
    session = ort.InferenceSession(str(coordinated), providers=["CPUExecutionProvider"])
    action, weights = map(np.asarray, session.run(None, {"observation": observation.numpy()}))
    with torch.no_grad():
        expected, expected_weights = random_mixture()(observation)
    np.testing.assert_allclose(action, expected.numpy(), atol=1e-5)
    np.testing.assert_allclose(weights, expected_weights.numpy(), atol=1e-5)
    np.testing.assert_allclose(weights.sum(axis=1), np.ones(batch), atol=1e-6)


@pytest.mark.parametrize("batch", [1, 7])
def test_the_direct_file_equals_torch_and_excites_within_bounds(tmp_path: Path, batch: int) -> None:
    torch.manual_seed(0)
    student = DirectStudent(random_mixture(), 0.8, len(BODY.muscles), (32,))
    path = tmp_path / "direct.onnx"
    export_direct(student, PolicyMetadata.describe(BODY, "direct", 1.0, {}), path)
    observation, muscles = torch.randn(batch, OBSERVATION_SIZE), torch.randn(batch, SIGNALS)
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    feed = {"observation": observation.numpy(), "muscle_state": muscles.numpy()}
    excitation, weights = map(np.asarray, session.run(["excitation", "expert_weights"], feed))
    with torch.no_grad():
        expected, expected_weights = student(observation, muscles)
    np.testing.assert_allclose(excitation, expected.numpy(), atol=1e-5)
    np.testing.assert_allclose(weights, expected_weights.numpy(), atol=1e-5)
    assert excitation.min() >= 0.0
    assert excitation.max() <= 1.0
    state = np.zeros(ks.STATE_SIZE)
    state[3] = 1.0
    output = PolicySession.load(path, BODY, "direct").act(state, state[None], np.zeros(SIGNALS))
    assert output.setpoint is None
    assert output.excitation is not None
    assert output.excitation.shape == (len(BODY.muscles),)


def test_the_file_does_not_tell_where_it_was_made(coordinated: Path) -> None:
    assert str(Path(__file__).parents[3]).encode() not in coordinated.read_bytes()


def test_a_mirrored_student_sees_and_does_the_mirror_image() -> None:
    counterpart = mirror_muscles(BODY.muscles)
    mirror = StudentMirror(counterpart)
    student = DirectStudent(random_mixture(), 0.8, len(BODY.muscles), (8,))
    observation, muscles = torch.randn(5, OBSERVATION_SIZE), torch.randn(5, SIGNALS)
    signals = torch.stack(muscles.split(len(BODY.muscles), dim=1))[..., counterpart]
    mirrored = torch.from_numpy(mirror_observation(observation.numpy())).float()
    action, weights = student.coordinated(observation)
    other, other_weights = student.coordinated(mirrored)
    torch.testing.assert_close(weights, other_weights)
    seen = student.inputs(observation, action, muscles)
    seen_there = student.inputs(mirrored, other, torch.cat(list(signals), dim=1))
    torch.testing.assert_close(mirror.inputs(seen), seen_there)
    torch.testing.assert_close(mirror.inputs(mirror.inputs(seen)), seen)
    twice = mirror.excitation(mirror.excitation(muscles[:, : len(BODY.muscles)]))
    torch.testing.assert_close(twice, muscles[:, : len(BODY.muscles)])


def test_a_policy_adds_its_offsets_to_the_next_reference_frame(coordinated: Path) -> None:
    session = PolicySession.load(coordinated, BODY)
    random = np.random.default_rng(0)
    state = random.standard_normal(ks.STATE_SIZE)
    state[ks.QUATERNION] = [1.0, 0.0, 0.0, 0.0]
    reference = np.tile(state, (11, 1))
    moved = reference.copy()
    output, again = session.act(state, reference), session.act(state, moved)
    assert output.setpoint is not None
    assert again.setpoint is not None
    np.testing.assert_array_equal(output.setpoint, again.setpoint)
    assert np.abs(output.setpoint - reference[1, ks.JOINT_POSITION]).max() > 0.0


def test_metadata_survives_the_file_at_full_precision(coordinated: Path) -> None:
    metadata = PolicyMetadata.describe(BODY, "coordinated", 0.8, {"seed": 0})
    assert PolicySession.load(coordinated, BODY).metadata == metadata


def test_the_embodiment_of_the_training_is_simulated(tmp_path: Path) -> None:
    embodiment = Embodiment(CoordinationConfig(2.0, "force2"), foot_contact_time=0.06)
    metadata = PolicyMetadata.describe(BODY, "coordinated", 0.8, {}, embodiment)
    path = tmp_path / "padded.onnx"
    export_coordinated(random_mixture(), metadata, path)
    simulation = Rollout.load(GoalReference(), "legs80", policy=path).simulation
    assert simulation.config.coordination == embodiment.coordination
    assert simulation.body.model.geom("floor").solref[0] == 0.06


def test_a_file_that_names_no_embodiment_was_trained_with_the_first_one() -> None:
    fields = json.loads(PolicyMetadata.describe(BODY, "coordinated", 0.8, {}).to_json())
    del fields["embodiment"]
    metadata = PolicyMetadata.from_json(json.dumps(fields))
    assert metadata.embodiment == Embodiment(CoordinationConfig(0.1, "one"), 0.02)
    fields["embodiment"] = {"coordination": {"effort": 0.1, "sweeps": 6}}
    with pytest.raises(ValueError, match=r"embodiment: .*sweeps"):
        PolicyMetadata.from_json(json.dumps(fields))


def swap_joints(metadata: PolicyMetadata) -> PolicyMetadata:
    joints = list(metadata.joints)
    joints[0], joints[1] = joints[1], joints[0]
    return dataclasses.replace(metadata, joints=tuple(joints))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (swap_joints, "joints 0 is hip_adduction_r"),
        (lambda m: dataclasses.replace(m, contract_version=99), "contract version 99"),
        (lambda m: dataclasses.replace(m, control_rate=60.0), "control_rate is 60"),
        (lambda m: dataclasses.replace(m, lookahead=(1, 2)), "2 lookahead"),
        (lambda m: dataclasses.replace(m, stiffness=(1.0,) * 14), "stiffness"),
    ],
)
def test_a_contract_that_disagrees_is_refused_with_the_culprit(
    tmp_path: Path, change: Callable[[PolicyMetadata], PolicyMetadata], complaint: str
) -> None:
    metadata = change(PolicyMetadata.describe(BODY, "coordinated", 0.8, {}))
    path = tmp_path / "other.onnx"
    export_coordinated(random_mixture(), metadata, path)
    with pytest.raises(PolicyContractError, match=complaint):
        PolicySession.load(path, BODY)


def test_the_wrong_control_mode_is_refused(coordinated: Path) -> None:
    with pytest.raises(PolicyContractError, match="direct was asked for"):
        PolicySession.load(coordinated, BODY, "direct")


def test_all_disagreements_are_named_at_once(tmp_path: Path) -> None:
    metadata = PolicyMetadata.describe(BODY, "coordinated", 0.8, {})
    path = tmp_path / "other.onnx"
    export_coordinated(random_mixture(), dataclasses.replace(metadata, lookahead=(1,)), path)
    with pytest.raises(PolicyContractError) as caught:
        PolicySession.load(path, BODY, "direct")
    assert "direct was asked for; it has 1 lookahead" in str(caught.value)


def test_missing_empty_truncated_and_foreign_files_are_refused(
    tmp_path: Path, coordinated: Path
) -> None:
    with pytest.raises(PolicyContractError, match="does not exist"):
        PolicySession.load(tmp_path / "missing.onnx", BODY)
    broken = tmp_path / "broken.onnx"
    for content in (b"", b"not a model", coordinated.read_bytes()[:1000]):
        broken.write_bytes(content)
        with pytest.raises(PolicyContractError, match=r"broken\.onnx"):
            PolicySession.load(broken, BODY)
