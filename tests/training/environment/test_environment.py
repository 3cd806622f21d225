# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Laws of the compiled imitation environment."""

import dataclasses

import numpy as np
import pytest

from kinesis_ros.core.body import Body, load_body, load_skeleton
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.simulation import ball_addresses
from kinesis_training.clips import Corpus, generated_clips, with_mirrored, without_twins
from kinesis_training.clips.corpus import GENERATOR
from kinesis_training.environment import ACTION_SIZE, ImitationConfig, ImitationEnv
from kinesis_training.environment.compiled_task import imitation_reward, kick_reward
from kinesis_training.environment.compiled_world import StepOutput


@pytest.fixture(params=["skeleton", "muscle"])
def body(request: pytest.FixtureRequest) -> Body:
    return load_skeleton("legs80") if request.param == "skeleton" else load_body("legs80")


def play(env: ImitationEnv, steps: int, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    rewards = []
    for _ in range(steps):
        action = 0.1 * random.standard_normal((env.num_envs, ACTION_SIZE))
        rewards.append(env.step(action).reward.copy())
    return np.array(rewards)


def test_reward_is_largest_on_the_reference_and_falls_with_the_error(clips: list[Clip]) -> None:
    target = clips[0].states[10]
    distance, best = imitation_reward(target, target)
    assert distance == 0.0
    assert best == pytest.approx(0.95)
    rewards = []
    for error in (0.0, 0.02, 0.05, 0.1):
        state = target.copy()
        state[ks.KEY_POSITION] += error
        rewards.append(imitation_reward(state, target)[1])
    assert np.all(np.diff(rewards) < 0.0)


def test_one_worker_and_two_give_the_same_experience(body: Body, clips: list[Clip]) -> None:
    experience = []
    for workers in (1, 2):
        env = ImitationEnv(body, Corpus.of(clips), num_envs=7, workers=workers, seed=3)
        env.reset()
        experience.append(play(env, 20))
        env.close()
    np.testing.assert_array_equal(*experience)


def test_rolling_out_is_stepping_without_waiting(body: Body, clips: list[Clip]) -> None:
    steps, num_envs = 20, 7
    rewards = np.zeros((steps, num_envs))
    actions = np.random.default_rng(0).normal(0.0, 0.1, (steps, num_envs, ACTION_SIZE))

    def note(t: int, envs: slice, out: StepOutput) -> None:
        rewards[t, envs] = out.reward[envs]

    env = ImitationEnv(body, Corpus.of(clips), num_envs=num_envs, workers=2, seed=3)
    env.reset()
    env.roll_out(steps, lambda t, envs: actions[t, envs], note)
    env.close()
    env = ImitationEnv(body, Corpus.of(clips), num_envs=num_envs, workers=2, seed=3)
    env.reset()
    np.testing.assert_array_equal(rewards, [env.step(action).reward.copy() for action in actions])
    env.close()


def test_what_goes_wrong_in_a_worker_is_raised(clips: list[Clip]) -> None:
    env = ImitationEnv(load_skeleton("legs80"), Corpus.of(clips), num_envs=2, workers=2)
    env.reset()
    with pytest.raises(ValueError, match="could not broadcast"):
        env.roll_out(1, lambda _t, _envs: np.zeros((5, ACTION_SIZE)), lambda *_: None)
    env.close()


def test_a_checkpoint_continues_bit_exactly(body: Body, clips: list[Clip]) -> None:
    corpus = Corpus.of(clips)
    env = ImitationEnv(body, corpus, num_envs=3, workers=1, seed=1)
    env.reset()
    play(env, 15)
    saved = env.checkpoint()
    expected = play(env, 25, seed=5)
    env.close()
    other = ImitationEnv(body, corpus, num_envs=3, workers=1, seed=99)
    np.testing.assert_array_equal(other.restore(saved), saved["observation"])
    np.testing.assert_array_equal(play(other, 25, seed=5), expected)
    other.close()


def test_episodes_end_beyond_the_termination_distance(clips: list[Clip]) -> None:
    config = ImitationConfig(termination_distance=0.05, push_rate=0.0)
    env = ImitationEnv(load_skeleton("legs80"), Corpus.of(clips), config, num_envs=4, workers=1)
    env.reset()
    for _ in range(60):
        out = env.step(np.full((4, ACTION_SIZE), 0.5))
        np.testing.assert_array_equal(out.failed, ~(out.distance < 0.05))
        assert np.all(out.reward[out.failed] == 0.0)
        assert np.all(out.ended[out.failed])
    env.close()


@pytest.mark.parametrize(
    "config",
    [
        ImitationConfig(push_rate=30.0, push_impulse=60.0, leash_time=9.0),
        ImitationConfig(push_rate=0.0, leash_share=1.0),
    ],
    ids=["after a push", "all the time"],
)
def test_the_clip_is_pulled_along_on_a_leash(clips: list[Clip], config: ImitationConfig) -> None:
    leash = 0.05
    config = dataclasses.replace(config, termination_distance=9.0, leash=leash)
    corpus = Corpus.of(clips)
    env = ImitationEnv(load_skeleton("legs80"), corpus, config, num_envs=6, workers=2)
    env.start(np.zeros(6, dtype=int))
    for step in range(1, 30):
        env.step(np.zeros((6, ACTION_SIZE)))
        away = env.checkpoint()["state"][:, :2] - corpus.states[corpus.starts[0] + step, :2]
        assert np.linalg.norm(away, axis=1).max() <= leash + 1e-9
    saved = env.checkpoint()
    env.close()
    assert np.linalg.norm(saved["shift"], axis=1).max() > leash  # it was needed
    # The body's shape is untouched: everything horizontal moved by the same amount.
    pelvis = saved["state"][:, ks.KEY_POSITION][:, :2]
    np.testing.assert_allclose(pelvis, saved["state"][:, :2], atol=1e-9)


def test_without_pushes_there_is_no_leash(clips: list[Clip]) -> None:
    config = ImitationConfig(termination_distance=9.0, push_rate=0.0, leash=0.0)
    env = ImitationEnv(load_skeleton("legs80"), Corpus.of(clips), config, num_envs=3, workers=1)
    env.reset()
    play(env, 20)
    assert not env.checkpoint()["shift"].any()
    env.close()


def test_sampling_follows_the_clip_probabilities(clips: list[Clip]) -> None:
    env = ImitationEnv(load_skeleton("legs80"), Corpus.of(clips), num_envs=50, workers=1)
    env.set_clip_probability(np.array([0.0, 1.0]))
    env.reset()
    played = env.step(np.zeros((50, ACTION_SIZE))).clip
    env.close()
    assert set(played) == {1}


def test_balls_are_rewarded_for_speed_up_to_a_point_and_for_direction() -> None:
    assert kick_reward(0.0, 0.0, 0.3) == 0.0
    straight = [kick_reward(speed, 0.0, 0.0) for speed in (1.0, 3.0, 5.0, 8.0)]
    assert np.all(np.diff(straight)[:2] > 0.0)
    assert straight[2] == straight[3] == pytest.approx(1.0)
    aims = [kick_reward(6.0, 0.0, aim) for aim in (0.0, 0.05, 0.2, 1.0, np.pi)]
    assert np.all(np.diff(aims) < 0.0)
    assert kick_reward(3.0, 4.0, np.arctan2(4.0, 3.0) + 0.1) == pytest.approx(
        kick_reward(5.0, 0.0, -0.1)
    )


def test_the_ball_lies_where_the_clip_says_until_it_is_kicked() -> None:
    (clip,) = generated_clips(1, 5.0, seed=4, kinds=["kick"])
    assert len(clip.kicks)
    begin, met, x, y, _ = clip.kicks[0]
    toes = clip.states[int(met), ks.KEY_POSITION].reshape(-1, 3)[[3, 6], :2]
    assert np.linalg.norm(toes - (x, y), axis=1).min() < 0.35
    corpus = Corpus.of([clip, clip.mirrored()])
    body = load_body("legs80", "penalty")
    config = ImitationConfig(push_rate=0.0, termination_distance=9.0)
    env = ImitationEnv(body, corpus, config, num_envs=2, workers=1)
    qpos, _ = ball_addresses(body) or (0, 0)
    env.start(np.array([0, 1]))

    def places() -> np.ndarray:
        return np.array([data.qpos[qpos : qpos + 2] for data in env._data])

    assert begin > 0, "the clip begins with standing"
    assert places()[:, 0].min() > 100.0  # away before its time has come
    for _ in range(int(begin)):
        env.step(np.zeros((2, ACTION_SIZE)))
    np.testing.assert_allclose(places(), [[x, y], [x, -y]], atol=2e-3)
    env.close()


def test_segments_cover_the_clips_but_their_ends(clips: list[Clip]) -> None:
    corpus = Corpus.of(clips)
    segments = corpus.segments()
    for k, length in enumerate(corpus.lengths):
        of_clip = segments.clip == k
        assert segments.size[of_clip].sum() == length - 20
        np.testing.assert_array_equal(
            segments.first[of_clip][1:], np.cumsum(segments.size[of_clip])[:-1]
        )
        frames = np.arange(length)
        at = segments.at(np.full(length, k), frames)
        assert np.all(segments.clip[at] == k)
        assert np.all(frames >= segments.first[at])
    spread = segments.and_next(np.arange(len(segments.clip), dtype=float))
    last = segments.offset + segments.number - 1
    np.testing.assert_array_equal(spread[last], last)
    assert spread[0] == 0.5


def test_motion_capture_has_at_least_its_share_of_the_episodes(clips: list[Clip]) -> None:
    made = dataclasses.replace(clips[1], source=GENERATOR)
    generated = [dataclasses.replace(made, name=f"made_{i}") for i in range(9)]
    corpus = Corpus.of([clips[0], *generated])

    def share(least: float, of: Corpus = corpus) -> float:
        starts = of.usual_starts(least)
        assert starts.sum() == pytest.approx(1.0)
        return float(starts[of.captured[of.segments().clip]].sum())

    assert share(0.0) == pytest.approx(0.1)
    assert share(0.4) == pytest.approx(0.4)
    assert share(0.05) == pytest.approx(0.1)
    assert share(0.4, Corpus.of(clips)) == pytest.approx(1.0)
    assert share(0.4, Corpus.of(generated)) == 0.0


def test_episodes_begin_in_the_segments_that_are_favoured(clips: list[Clip]) -> None:
    config = ImitationConfig(first_frame_share=0.0, push_rate=0.0)
    env = ImitationEnv(load_skeleton("legs80"), Corpus.of(clips), config, num_envs=50, workers=1)
    favoured = env.segments.offset[1] + 1
    env.set_start_probability(np.eye(len(env.segments.clip))[favoured])
    env.reset()
    out = env.step(np.zeros((50, ACTION_SIZE)))
    env.close()
    assert set(out.clip) == {1}
    first, size = env.segments.first[favoured], env.segments.size[favoured]
    assert first < out.frame.min() <= out.frame.max() <= first + size
    assert len(set(out.frame)) > 5


def test_mirroring_twice_gives_the_clip_back(clips: list[Clip]) -> None:
    twins = with_mirrored(clips)
    assert len(twins) == 2 * len(clips)
    np.testing.assert_allclose(twins[1].mirrored().states, clips[0].states, atol=1e-12)


def test_negative_options_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="push_impulse"):
        ImitationConfig(push_impulse=-1.0)


def test_a_corpus_without_mirror_images_knows_whose_they_were(clips: list[Clip]) -> None:
    corpus = Corpus.of([clips[1].mirrored(), *with_mirrored(clips)])
    originals, twin_of = without_twins(corpus)
    assert len(twin_of) == len(corpus.names)
    for name, original in zip(corpus.names, twin_of, strict=True):
        assert originals.names[original].removesuffix("_mirrored") == name.removesuffix("_mirrored")
    for i, start in enumerate(originals.starts):
        clip = next(c for c in clips if originals.names[i].startswith(c.name))
        played = originals.states[start : start + originals.lengths[i]]
        mirrored = originals.names[i].endswith("_mirrored")
        np.testing.assert_array_equal(played, (clip.mirrored() if mirrored else clip).states)
