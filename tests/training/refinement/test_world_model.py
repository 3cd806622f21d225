# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The tensors say what compiled code says, and a model of the body learns what the body does."""

import dataclasses

import numpy as np
import pytest
import torch

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body import load_body
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.policy import observe as observe_state
from kinesis_training.clips import Corpus
from kinesis_training.environment.compiled_task import imitation_reward as compiled_reward
from kinesis_training.refinement.experience import Experience, whole
from kinesis_training.refinement.tensor_kinematics import (
    BodyState,
    LegKinematics,
    from_heading,
    heading_of,
    rotation_by,
    rotation_vector,
    to_heading,
)
from kinesis_training.refinement.tensor_task import References, imitation_reward, observe
from kinesis_training.refinement.world_model import BodyAndCommand, WorldModel, prediction_error


def bodies_off_the_clip(clip: Clip, count: int = 7) -> np.ndarray:
    """States (count, STATE_SIZE) of the clip, moved, turned and bent a little."""
    random = np.random.default_rng(3)
    states = clip.states[random.integers(0, len(clip.states), count)].copy()
    states[:, ks.JOINT_POSITION] += 0.1 * random.standard_normal((count, ks.NUM_JOINTS))
    states[:, ks.JOINT_VELOCITY] += random.standard_normal((count, ks.NUM_JOINTS))
    states[:, ks.LINEAR_VELOCITY] += random.standard_normal((count, 3))
    states[:, ks.ANGULAR_VELOCITY] += random.standard_normal((count, 3))
    moves = 0.05 * random.standard_normal((count, 2))
    return np.stack(
        [
            ks.transform(state, angle, np.append(move, 0.0))
            for state, angle, move in zip(states, random.uniform(-3, 3, count), moves, strict=True)
        ]
    )


def test_legs_are_where_the_clips_say(clips: list[Clip]) -> None:
    states = torch.from_numpy(np.concatenate([clip.states for clip in clips])).float()
    body = BodyState.of(states)
    offset = LegKinematics(load_body("legs80")).key_offset(body.joints)
    in_world = offset @ body.rotation.transpose(-1, -2)
    torch.testing.assert_close(in_world, body.key_offset, rtol=0.0, atol=1e-5)  # float32


def test_rotations_and_their_vectors_are_inverse() -> None:
    vector = 0.1 * torch.randn(9, 3, generator=torch.Generator().manual_seed(0))
    rotation = rotation_by(vector)
    torch.testing.assert_close(rotation @ rotation.transpose(-1, -2), torch.eye(3).expand(9, 3, 3))
    torch.testing.assert_close(rotation_vector(rotation), vector, rtol=0.0, atol=3e-3)  # |v|^3 / 6
    heading = heading_of(rotation)
    torch.testing.assert_close(from_heading(to_heading(vector, heading), heading), vector)


def test_the_observation_is_that_of_the_core(clips: list[Clip]) -> None:
    corpus = Corpus.of(clips)
    clip = clips[-1]
    states = bodies_off_the_clip(clip)
    frame = np.linspace(0, len(clip.states) - 1, len(states)).astype(int)  # beyond the end, too
    expected = [observe_state(s, clip.states, now) for s, now in zip(states, frame, strict=True)]
    which = torch.full((len(states),), len(clips) - 1)
    body = BodyState.of(torch.from_numpy(states).float())
    found = observe(body, References(corpus), which, torch.from_numpy(frame))
    np.testing.assert_allclose(found.numpy(), np.array(expected), atol=1e-5)


def test_the_reward_is_that_of_the_compiled_task(clips: list[Clip]) -> None:
    states, targets = bodies_off_the_clip(clips[0]), clips[0].states[:7]
    expected = [compiled_reward(s, t)[1] for s, t in zip(states, targets, strict=True)]
    body, target = (BodyState.of(torch.from_numpy(x).float()) for x in (states, targets))
    np.testing.assert_allclose(imitation_reward(body, target).numpy(), expected, atol=1e-5)


@pytest.fixture
def model() -> WorldModel:
    torch.manual_seed(0)
    return WorldModel(load_body("legs80"), (32,))


def test_a_change_applied_gives_the_state_it_was_read_from(
    model: WorldModel, clips: list[Clip]
) -> None:
    states = torch.from_numpy(clips[-1].states).float()
    before, after = BodyState.of(states[:-1]), BodyState.of(states[1:])
    effort = torch.linspace(0.0, 1.0, len(states) - 1)
    setpoint = torch.zeros(len(states) - 1, ks.NUM_JOINTS)
    change = model.change(before, after, effort)
    found, found_effort = model.apply_change(BodyAndCommand(before, setpoint), setpoint, change)
    error = prediction_error(found.body, after, found_effort, effort)
    assert float(error.max()) < 1e-2  # rotation vectors are of second order


def test_the_model_does_not_care_where_a_body_is_and_faces(
    model: WorldModel, clips: list[Clip]
) -> None:
    states = clips[-1].states[:5]
    moved = ks.transform(states, 2.0, np.array([3.0, -1.0, 0.0]))
    setpoint = torch.zeros(5, ks.NUM_JOINTS)
    here, there = (
        model(BodyAndCommand(BodyState.of(torch.from_numpy(s).float()), setpoint), setpoint)[0].body
        for s in (states, moved)
    )
    turned = to_heading(here.position - here.position[:1], here.heading[:1])
    turned_there = to_heading(there.position - there.position[:1], there.heading[:1])
    torch.testing.assert_close(turned, turned_there, rtol=0.0, atol=1e-5)
    torch.testing.assert_close(here.joints, there.joints, rtol=0.0, atol=1e-5)


def test_gradients_through_the_model_are_those_of_finite_differences(
    model: WorldModel, clips: list[Clip]
) -> None:
    body = BodyState.of(torch.from_numpy(clips[-1].states[:1]).float())
    setpoint = body.joints.clone().requires_grad_()

    def height_of_the_toes(wanted: torch.Tensor) -> torch.Tensor:
        moment = BodyAndCommand(body, body.joints)
        for _ in range(3):
            moment, _ = model(moment, wanted)
        return moment.body.keys[0, 3, 2]

    height_of_the_toes(setpoint).backward()
    assert setpoint.grad is not None
    step = 1e-2
    for joint in (0, 3, 4):
        offset = torch.zeros_like(setpoint)
        offset[0, joint] = step
        with torch.no_grad():
            rise = height_of_the_toes(setpoint + offset) - height_of_the_toes(setpoint - offset)
        expected = float(rise) / (2.0 * step)
        assert float(setpoint.grad[0, joint]) == pytest.approx(expected, abs=1e-4, rel=0.02)


def recording_of(states: np.ndarray, broken: list[int]) -> Experience:
    """One body that goes through `states`; after the steps `broken` nothing is known."""
    steps = len(states)
    zeros = torch.zeros(steps, 1)
    return Experience(
        states=torch.from_numpy(states[:, None]).float(),
        shift=torch.arange(2.0 * steps).reshape(steps, 1, 2),
        last_setpoint=torch.zeros(steps, 1, ks.NUM_JOINTS),
        setpoint=torch.zeros(steps, 1, ks.NUM_JOINTS),
        effort=zeros,
        clip=zeros.long(),
        frame=torch.arange(steps)[:, None],
        broken=torch.isin(torch.arange(steps), torch.tensor(broken, dtype=torch.long))[:, None],
    )


def test_windows_do_not_cross_what_is_not_known(clips: list[Clip]) -> None:
    recording = recording_of(clips[0].states[:10], broken=[4])
    step, body = whole(recording.broken, 3)
    assert step.tolist() == [0, 1, 5, 6]
    assert body.tolist() == [0, 0, 0, 0]
    longer = recording.followed_by(recording_of(clips[0].states[:6], []), keep=12)
    assert len(longer.states) == 12
    assert longer.broken[:, 0].nonzero().flatten().tolist() == [0]


def test_the_leash_moves_the_clip_and_not_the_body(clips: list[Clip]) -> None:
    recording = recording_of(clips[0].states[:4], [])
    step, body = torch.tensor([3]), torch.tensor([0])
    at_home = recording.moment(step, body, in_clip=True).body
    in_world = recording.moment(step, body, in_clip=False).body
    expected = torch.tensor([[6.0, 7.0, 0.0]])
    torch.testing.assert_close(in_world.position - at_home.position, expected)
    torch.testing.assert_close(in_world.key_offset, at_home.key_offset, rtol=0.0, atol=1e-5)
    fields = {field.name for field in dataclasses.fields(BodyState)} - {"position", "key_offset"}
    for name in fields:
        assert torch.equal(getattr(in_world, name), getattr(at_home, name))
