# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Learning the gait: what generated it is found again; and how far it is from people."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.cli import main
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Gaits, MotionGenerator, Pace, Velocity
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.motion import Clip, ClipError
from kinesis_ros.core.retargeting import import_motion
from kinesis_training.clips import generated_clips, is_generated, load_clips
from kinesis_training.clips.references import KINDS, SHARES, _shared_out
from kinesis_training.fitting import angle_error, fit_gaits
from kinesis_training.fitting.running_strides import run_of
from kinesis_training.fitting.strides import strides_of

HELD_OUT = ("cmu_07_01", "cmu_35_07", "cmu_35_14")  # of the validation split, 1.0 to 1.4 m/s


@pytest.fixture(scope="module")
def walks() -> list[Clip]:
    """Seven seconds of steady walking at each of some commands."""
    commands = [(0.5, 0.0), (0.8, 0.5), (1.0, 0.0), (1.2, 0.0), (1.4, 0.0)]
    return [steady("walk", *command, frames=210) for command in commands]


@pytest.fixture(scope="module")
def runs() -> list[Clip]:
    """A second and a half of running, as short as recorded runs are."""
    return [steady("run", speed, 0.0, frames=45) for speed in (2.7, 3.0, 3.3)]


def steady(label: str, speed: float, turn_rate: float, frames: int) -> Clip:
    generator = MotionGenerator.load()
    generator.command(speed, turn_rate)
    for _ in range(120):
        generator.advance()
    states = np.array([generator.advance() for _ in range(frames)])
    return Clip(f"{label}_{speed}", label, states)


def test_strides_have_the_speed_and_rhythm_they_were_made_with(walks: list[Clip]) -> None:
    gaits = Gaits.load()
    for clip in walks:
        pace = Pace(Velocity(float(clip.name.split("_")[1])))
        strides = strides_of(clip)
        assert len(strides) >= 3
        for stride in strides:
            assert stride.speed == pytest.approx(pace.velocity.speed, rel=0.08)
            assert 1.0 / stride.duration == pytest.approx(gaits.stride_rate(pace), rel=0.05)
            assert stride.duty == pytest.approx(gaits.stance_share(pace), abs=0.07)


def test_runs_have_the_speed_and_rhythm_they_were_made_with(runs: list[Clip]) -> None:
    gaits = Gaits.load()
    for clip in runs:
        pace = Pace(Velocity(float(clip.name.split("_")[1])), 1.0)
        for twin in (clip, clip.mirrored()):
            run = run_of(twin)
            assert run.speed == pytest.approx(pace.velocity.speed, rel=0.03)
            assert 1.0 / run.duration == pytest.approx(gaits.stride_rate(pace), rel=0.03)
            assert run.duty == pytest.approx(gaits.stance_share(pace), abs=0.05)


def test_standing_is_no_run(clips: list[Clip]) -> None:
    with pytest.raises(ClipError, match=clips[0].name):
        run_of(clips[0])


def test_gaits_are_found_again_from_their_own_motions(walks: list[Clip], runs: list[Clip]) -> None:
    gaits, shipped = fit_gaits([*walks, *runs]), Gaits.load()
    assert np.degrees(angle_error(gaits, walks)).max() < 4.0
    assert np.degrees(angle_error(gaits, runs)).max() < 5.0
    for pace in (Pace(Velocity(1.2)), Pace(Velocity(3.0), 1.0)):
        assert gaits.stride_rate(pace) == pytest.approx(shipped.stride_rate(pace), rel=0.03)
    assert gaits.stand_height == pytest.approx(shipped.stand_height)


def test_learned_gaits_are_symmetric() -> None:
    gaits = Gaits.load()
    mirrored = np.array([1.0, -1.0, -1.0, 1.0, -1.0, 1.0])
    for phase, speed, turn_rate, running in [
        (0.1, 1.2, 0.0, 0.0),
        (0.35, 0.7, 0.5, 0.0),
        (0.8, 2.0, -0.3, 0.4),
        (0.3, 3.0, 0.2, 1.0),
        (0.6, -0.5, 0.4, 0.0),
        (0.2, -0.1, 0.0, 0.0),
    ]:
        pace, other = (Pace(Velocity(speed, w), running) for w in (turn_rate, -turn_rate))
        pelvis, legs = gaits.evaluate(phase, pace)
        other_pelvis, other_legs = gaits.evaluate(phase + 0.5, other)
        assert other_pelvis == pytest.approx(mirrored * pelvis, abs=1e-12)
        assert other_legs == pytest.approx(legs[::-1], abs=1e-12)


def test_clips_without_walking_or_running_are_refused(clips: list[Clip], walks: list[Clip]) -> None:
    with pytest.raises(ClipError, match="no walking stride"):
        fit_gaits(clips)
    with pytest.raises(ClipError, match="none is labelled 'run'"):
        fit_gaits(walks)


def test_the_gait_is_near_walkers_it_has_not_seen() -> None:
    beside = Path(__file__).resolve().parents[4] / "shared" / "motions"
    folder = Path(os.environ.get("KINESIS_MOTIONS", beside))
    if not folder.is_dir():
        pytest.skip(f"no motion capture in '{folder}'; set KINESIS_MOTIONS")
    files = [path for name in HELD_OUT for path in folder.rglob(f"{name}__*.bvh")]
    if not files:
        pytest.skip(f"no {', '.join(HELD_OUT)} in '{folder}'")
    people = [clip for path in files for clip in import_motion(path)]
    errors = np.degrees(angle_error(Gaits.load(), people))
    assert np.sqrt(np.mean(errors**2)) < 7.0


def test_generated_clips_are_the_same_for_the_same_seed() -> None:
    first, again = (list(generated_clips(3, 4.0, seed=5)) for _ in range(2))
    other = list(generated_clips(3, 4.0, seed=6))
    for clip, twin, stranger in zip(first, again, other, strict=True):
        assert is_generated(clip)
        assert clip.states.shape == (121, ks.STATE_SIZE)
        assert np.array_equal(clip.states, twin.states)
        assert not np.array_equal(clip.states, stranger.states)
    assert len({clip.name for clip in first}) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_clips_are_of_the_kind_that_their_label_says(kind: str) -> None:
    (clip,) = generated_clips(1, 6.0, seed=3, kinds=[kind])
    assert clip.label == kind
    speed = np.linalg.norm(clip.states[:, 7:9], axis=1)
    heading = np.array([rotations.heading(q) for q in clip.states[:, ks.QUATERNION]])
    along = np.sum(clip.states[:, 7:9] * np.stack([np.cos(heading), np.sin(heading)], 1), axis=1)
    keys = clip.states[:, ks.KEY_POSITION].reshape(-1, ks.NUM_KEYS, 3)
    toes = np.linalg.norm(np.diff(keys[:, ks.KEY_BODIES.index("toes_r")], axis=0), axis=1) * 30.0
    evidence = {
        "walk": along.max() > 0.3 and speed.max() < 2.4,
        "run": along.max() > 2.2,
        "jog": along.max() > 1.8 and speed.min() < 0.1,
        "backward": along.min() < -0.15 and along.max() < 0.3,
        "reversed_walk": along.min() < -0.3 and along.max() < 0.3,
        "sideways": np.median(speed - np.abs(along)) > 0.05,
        "turn_in_place": np.ptp(np.unwrap(heading)) > 0.5 and np.abs(along).max() < 0.3,
        "start_stop": speed.min() < 0.1 and speed.max() > 0.4,
        "stand": speed.max() < 1e-9,
        "mixed": speed.max() > 0.1,
        "drive": np.ptp(along) > 0.5 and np.ptp(np.unwrap(heading)) > 0.3,
        "kick": toes.max() > 3.0 and speed.min() < 0.1,
        "place": speed.min() < 0.1 and np.ptp(clip.states[:, :2], axis=0).max() > 0.5,
    }
    assert evidence[kind]


def test_all_kinds_are_made_by_their_shares() -> None:
    labels = _shared_out(100, list(KINDS))
    assert {kind: labels.count(kind) for kind in KINDS} == {
        kind: round(100 * share) for kind, share in SHARES.items()
    }


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def test_the_commands_learn_gaits_and_write_their_clips(
    walks: list[Clip], runs: list[Clip], tmp_path: Path
) -> None:
    for clip in [*walks, *runs]:
        clip.save(tmp_path / f"{clip.name}.npz")
    out, report = tmp_path / "fit" / "gait.npz", tmp_path / "report.json"
    assert run("train", "generator", "--clips", tmp_path, "--out", out, "--json", report) == 0
    assert json.loads(report.read_text())["rms_deg"]["walking, training"]["knee_angle"] < 5.0
    folder = tmp_path / "generated"
    arguments = ("--kind", "walk", "--kind", "run", "--count", 2, "--seconds", 2, "--gait", out)
    assert run("train", "references", "--out", folder, *arguments) == 0
    assert [clip.name for clip in load_clips(folder)] == [
        "gen_run_001",
        "gen_walk_000",
    ]


def test_a_command_names_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("train", "generator", "--clips", tmp_path / "nowhere") != 0
    assert "nowhere" in capsys.readouterr().err.replace("\n", "")
    assert run("train", "references", "--out", tmp_path, "--gait", tmp_path / "none.npz") != 0
    assert "none.npz" in capsys.readouterr().err.replace("\n", "")
    assert run("train", "references", "--out", tmp_path, "--kind", "swim") != 0
    assert "swim" in capsys.readouterr().err
