# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The environments keep to gymnasium's rules, and what runs in them is the body of the graph."""

import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest

pytest.importorskip("gymnasium", reason="pip install 'kinesis_ros[gym]'")

import gymnasium
from gymnasium.utils.env_checker import check_env

import kinesis_ros.gym
from kinesis_ros import GoalReference, PolicySession, Rollout, default_policy
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.gym import BodyEnv, ImitationVectorEnv
from kinesis_ros.gym.imitation import PLAIN_TASK, default_clips
from kinesis_ros.pictures.graphics import GraphicsError, find_backend
from urdf_mjcf.registry import BODY_NAMES

IDS = tuple(f"kinesis_ros/{task}-v0" for task in ("Imitation", "Velocity", "Target"))
CONTROLS = ("coordinated", "direct")


def make(name: str, **options: Any) -> BodyEnv:  # noqa: ANN401 of gymnasium.make
    env = gymnasium.make(name, **options).unwrapped
    assert isinstance(env, BodyEnv)
    return env


def policy_of(env: BodyEnv) -> PolicySession:
    body, control = env.contract.body, env.contract.control
    return PolicySession.load(default_policy(body.name, control), body, control)


def can_draw() -> bool:
    try:
        find_backend()
    except GraphicsError:
        return False
    return True


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("name", IDS)
def test_gymnasium_accepts_it(name: str, control: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Recommendations: observations have no limits, actions are in the policies' units.
        warnings.filterwarnings("ignore", message=".*infinity.*")
        warnings.filterwarnings("ignore", message=".*symmetric and normalized.*")
        check_env(make(name, control=control), skip_render_check=True)


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("name", IDS)
def test_stable_baselines_accepts_it(name: str, control: str) -> None:
    checker = pytest.importorskip(
        "stable_baselines3.common.env_checker", reason="stable-baselines3 is not installed"
    )
    checker.check_env(make(name, control=control), warn=False)


@pytest.mark.parametrize("body", BODY_NAMES)
@pytest.mark.parametrize("name", IDS)
def test_every_body_can_do_it_both_ways(name: str, body: str) -> None:
    for control in CONTROLS:
        env = make(name, body=body, control=control)
        env.action_space.seed(0)
        observation, _ = env.reset(seed=0)
        for action in (0.0 * env.action_space.sample(), env.action_space.sample()):
            assert observation in env.observation_space
            observation, reward, _, _, info = env.step(action)
            assert np.isfinite(observation).all()
            assert np.isfinite(reward)
            assert 0.0 <= info["effort"] <= 1.0


@pytest.mark.parametrize("control", CONTROLS)
def test_the_shipped_policy_does_to_the_bit_what_it_does_in_a_rollout(control: str) -> None:
    env = make("kinesis_ros/Velocity-v0", control=control)
    policy = policy_of(env)
    observation, info = env.reset(options={"command": (1.0, 0.0, 0.0)})
    rollout = Rollout.load(GoalReference(), control=control)
    for _ in range(45):
        assert isinstance(rollout.reference, GoalReference)
        rollout.reference.drive(*info["command"])
        step = rollout.step()
        observation, *_, info = env.step(policy.predict(observation))
        np.testing.assert_array_equal(env.lockstep.state, step.state)


def test_the_shipped_policy_walks_where_a_random_one_and_none_fall() -> None:
    env = make("kinesis_ros/Velocity-v0")
    policy, space = policy_of(env), env.action_space
    space.seed(0)
    walked, rewards = {}, {}
    for name, act in {
        "shipped": policy.predict,
        "zero": lambda seen: np.zeros_like(space.sample()),
        "random": lambda seen: space.sample(),
    }.items():
        observation, _ = env.reset(seed=0, options={"command": (1.0, 0.0, 0.0)})
        rewards[name], terminated = 0.0, False
        for _ in range(180):
            observation, reward, terminated, _, _ = env.step(act(observation))
            rewards[name] += reward
            if terminated:
                break
        walked[name] = 0.0 if terminated else float(env.lockstep.state[0])
    assert walked["shipped"] > 4.5  # [m] in six seconds with the start, at 1 m/s
    assert walked["zero"] == walked["random"] == 0.0
    assert rewards["shipped"] > 3.0 * max(rewards["zero"], rewards["random"])


def test_the_shipped_policy_reaches_places_and_keeps_to_clips() -> None:
    env = make("kinesis_ros/Target-v0")
    policy = policy_of(env)
    observation, info = env.reset(options={"target": (1.5, 0.5)})
    assert info["distance"] == pytest.approx(np.hypot(1.5, 0.5), abs=0.01)
    assert not info["is_success"]
    for _ in range(150):
        observation, *_, info = env.step(policy.predict(observation))
    assert info["is_success"]
    env, over = make("kinesis_ros/Imitation-v0"), False
    observation, info = env.reset(options={"clip": default_clips()[0].name, "frame": 0})
    while not over:
        observation, reward, terminated, over, info = env.step(policy.predict(observation))
        assert not terminated
        assert reward > 0.3
    assert info["frame"] == len(default_clips()[0].states) - 1


def test_a_fall_ends_an_episode_and_the_time_truncates_it() -> None:
    env = gymnasium.make("kinesis_ros/Velocity-v0", max_episode_steps=4)
    env.reset(seed=0)
    action = np.zeros_like(env.action_space.sample())
    flags = [env.step(action)[2:4] for _ in range(4)]
    assert flags == [(False, False)] * 3 + [(False, True)]
    inner = make("kinesis_ros/Velocity-v0")
    inner.reset(seed=0)
    inner.lockstep.simulation.data.qpos[2] = 0.3
    _, reward, terminated, _, info = inner.step(action)
    assert terminated
    assert info["fallen"]
    assert reward == 0.0


def test_commands_change_within_the_envelope_unless_one_is_chosen() -> None:
    env = make("kinesis_ros/Velocity-v0", command_period=0.1)
    policy = policy_of(env)
    for options, count in (({}, 4), ({"command": (9.0, 0.0, 0.0)}, 1)):
        observation, info = env.reset(seed=1, options=options)
        commands = {tuple(info["command"])}
        for _ in range(10):
            observation, *_, info = env.step(policy.predict(observation))
            commands.add(tuple(info["command"]))
        assert len(commands) == count
        assert max(speed for speed, _, _ in commands) <= 1.4


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("Velocity", {"speed": 1.0}, "'speed' of reset does not exist; use command"),
        ("Imitation", {"clip": "dance"}, "there is no clip 'dance'; there are: gen_walk_000"),
        ("Imitation", {"frame": 100_000}, "frame 100000"),
    ],
)
def test_wrong_options_are_named(name: str, options: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make(f"kinesis_ros/{name}-v0").reset(options=options)


def test_an_unknown_control_is_named() -> None:
    with pytest.raises(ValueError, match="control 'mind' is not one of coordinated, direct"):
        make("kinesis_ros/Target-v0", control="mind")


@pytest.mark.skipif(not can_draw(), reason="nothing here can draw off screen")
def test_pictures_show_the_body_in_the_size_that_was_asked_for() -> None:
    env = make("kinesis_ros/Velocity-v0", render_mode="rgb_array", width=160, height=120)
    env.reset(seed=0)
    first = env.render()
    assert first is not None
    assert first.shape == (120, 160, 3)
    assert first.dtype == np.uint8
    for _ in range(15):
        env.step(np.zeros(14, np.float32))
    assert np.abs(first.astype(int) - env.render()).max() > 50
    env.close()
    env.close()  # twice is allowed


def envs(num_envs: int = 7, **options: Any) -> ImitationVectorEnv:  # noqa: ANN401
    made = gymnasium.make_vec("kinesis_ros/Imitation-v0", num_envs=num_envs, **options).unwrapped
    assert isinstance(made, ImitationVectorEnv)
    return made


def test_many_bodies_are_alike_for_the_same_seed_only() -> None:
    many = envs()
    many.action_space.seed(0)
    action = 0.1 * many.action_space.sample()
    runs = []
    for seed in (3, 3, 4):
        observation, _ = many.reset(seed=seed)
        assert observation in many.observation_space
        runs.append(np.array([observation, *(many.step(action)[0] for _ in range(10))]))
    many.close()
    np.testing.assert_array_equal(runs[0], runs[1])
    assert np.abs(runs[0] - runs[2]).max() > 0.1


def test_many_bodies_begin_again_in_the_step_in_which_they_end() -> None:
    many = envs()
    many.action_space.seed(0)
    many.reset(seed=0)
    ends = 0
    for _ in range(60):
        observation, reward, terminated, truncated, info = many.step(many.action_space.sample())
        ended = terminated | truncated
        assert not (terminated & truncated).any()
        assert (reward[terminated] == 0.0).all()
        assert ("final_obs" in info) == ended.any()
        for i in np.flatnonzero(ended):
            assert info["_final_obs"][i]
            assert info["final_obs"][i] in many.single_observation_space
            assert np.abs(info["final_obs"][i] - observation[i]).max() > 0.1
        ends += int(ended.sum())
    many.close()
    assert ends > 7  # random set-points lose the clip within a second


def test_one_body_and_many_play_the_same_task() -> None:
    clip = default_clips()[0]
    one, many = make("kinesis_ros/Imitation-v0", clips=[clip]), envs(2, clips=[clip])
    seen, _ = one.reset(options={"frame": 0})
    several = many._env.start(np.zeros(2, dtype=int))
    # The vector environment lifts the body by 5 mm, lest its feet are in the floor.
    np.testing.assert_allclose(several[0], seen, atol=0.011)
    for _ in range(5):
        action = 0.2 * np.ones(ks.NUM_JOINTS, np.float32)
        _, reward, *_, info = one.step(action)
        _, rewards, *_, infos = many.step(np.tile(action, (2, 1)))
        assert rewards[0] == pytest.approx(reward, abs=0.05)
        assert infos["frame"][0] == info["frame"]
        assert infos["clip"][0] == info["clip"]
    many.close()


def test_the_shipped_policy_keeps_many_bodies_on_their_clips() -> None:
    many = envs(8)
    policy = policy_of(make("kinesis_ros/Velocity-v0"))
    observation, _ = many.reset(seed=0)
    lost, info = 0, {}
    for _ in range(60):
        observation, _, terminated, _, info = many.step(policy.predict(observation))
        lost += int(terminated.sum())
    many.close()
    assert lost == 0
    assert info["distance"].max() < PLAIN_TASK.termination_distance


def test_nothing_of_it_needs_torch() -> None:
    code = (
        "import sys, gymnasium, kinesis_ros.gym\n"
        "envs = gymnasium.make_vec('kinesis_ros/Imitation-v0', num_envs=2)\n"
        "envs.reset(seed=0); envs.close()\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_what_is_registered_is_what_is_documented() -> None:
    assert kinesis_ros.gym.__doc__
    registered = {name for name in gymnasium.registry if name.startswith("kinesis_ros/")}
    assert registered == set(IDS)
    assert all(f"`{name}`" in kinesis_ros.gym.__doc__ for name in IDS)
