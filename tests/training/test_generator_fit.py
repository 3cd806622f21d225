# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Learning the gait: what generated it is found again; and how far it is from people."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.cli import main
from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core.clip import Clip, ClipError
from kinesis_ros.core.gait import Gait
from kinesis_ros.core.generator import MotionGenerator
from kinesis_ros.core.retargeting.importer import import_motion
from kinesis_ros.core.walked_line import Velocity
from kinesis_training.corpus import GENERATED, load_clips
from kinesis_training.generator_fit import angle_error, fit_gait, strides_of
from kinesis_training.references import generated_clips

HELD_OUT = ("cmu_07_01", "cmu_35_07", "cmu_35_14")  # of the validation split, 1.0 to 1.4 m/s


@pytest.fixture(scope="module")
def walks() -> list[Clip]:
    """Ten seconds of steady walking at each of some commands."""
    generator = MotionGenerator.load()
    clips = []
    for speed, turn_rate in [(0.5, 0.0), (0.8, 0.5), (1.0, 0.0), (1.2, 0.0), (1.4, 0.0)]:
        generator.reset()
        generator.command(speed, turn_rate)
        states = np.array([generator.advance() for _ in range(300)])
        clips.append(Clip(f"walk_{speed}", "walk", states[90:]))
    return clips


def test_strides_have_the_speed_and_rhythm_they_were_made_with(walks: list[Clip]) -> None:
    gait = Gait.load()
    for clip in walks:
        speed = float(clip.name.split("_")[1])
        strides = strides_of(clip)
        assert len(strides) >= 3
        for stride in strides:
            assert stride.speed == pytest.approx(speed, rel=0.08)
            assert 1.0 / stride.duration == pytest.approx(
                gait.stride_rate(Velocity(speed)), rel=0.05
            )
            assert stride.duty == pytest.approx(gait.stance_share(Velocity(speed)), abs=0.07)


def test_a_gait_is_found_again_from_its_own_walks(walks: list[Clip]) -> None:
    gait = fit_gait(walks)
    assert np.degrees(angle_error(gait, walks)).max() < 4.0
    shipped = Gait.load()
    assert gait.stride_rate(Velocity(1.2)) == pytest.approx(
        shipped.stride_rate(Velocity(1.2)), rel=0.03
    )
    assert gait.stand_height == pytest.approx(shipped.stand_height)


def test_a_learned_gait_is_symmetric() -> None:
    gait = Gait.load()
    mirrored = np.array([1.0, -1.0, -1.0, 1.0, -1.0, 1.0])
    for phase, speed, turn_rate in [
        (0.1, 1.2, 0.0),
        (0.35, 0.7, 0.5),
        (0.8, 1.4, -0.3),
        (0.6, -0.5, 0.4),
        (0.2, -0.1, 0.0),
    ]:
        pelvis, legs = gait.evaluate(phase, Velocity(speed, turn_rate))
        other_pelvis, other_legs = gait.evaluate(phase + 0.5, Velocity(speed, -turn_rate))
        assert other_pelvis == pytest.approx(mirrored * pelvis, abs=1e-12)
        assert other_legs == pytest.approx(legs[::-1], abs=1e-12)


def test_clips_without_walking_are_refused(clips: list[Clip]) -> None:
    with pytest.raises(ClipError, match="no stride"):
        fit_gait(clips)


def test_the_gait_is_near_walkers_it_has_not_seen() -> None:
    beside = Path(__file__).resolve().parents[3] / "shared" / "motions"
    folder = Path(os.environ.get("KINESIS_MOTIONS", beside))
    if not folder.is_dir():
        pytest.skip(f"no motion capture in '{folder}'; set KINESIS_MOTIONS")
    files = [path for name in HELD_OUT for path in folder.rglob(f"{name}__*.bvh")]
    if not files:
        pytest.skip(f"no {', '.join(HELD_OUT)} in '{folder}'")
    people = [clip for path in files for clip in import_motion(path)]
    errors = np.degrees(angle_error(Gait.load(), people))
    assert np.sqrt(np.mean(errors**2)) < 7.0


def test_generated_clips_are_the_same_for_the_same_seed() -> None:
    first, again = (generated_clips(3, 4.0, seed=5) for _ in range(2))
    other = generated_clips(3, 4.0, seed=6)
    for clip, twin, stranger in zip(first, again, other, strict=True):
        assert clip.label == GENERATED
        assert clip.states.shape == (121, ks.STATE_SIZE)
        assert np.array_equal(clip.states, twin.states)
        assert not np.array_equal(clip.states, stranger.states)
    assert len({clip.name for clip in first}) == 3


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def test_the_commands_learn_a_gait_and_write_its_clips(walks: list[Clip], tmp_path: Path) -> None:
    for clip in walks:
        clip.save(tmp_path / f"{clip.name}.npz")
    out, report = tmp_path / "fit" / "gait.npz", tmp_path / "report.json"
    assert run("train", "generator", "--clips", tmp_path, "--out", out, "--json", report) == 0
    assert json.loads(report.read_text())["rms_deg"]["training"]["knee_angle"] < 5.0
    folder = tmp_path / "generated"
    arguments = ("--count", 2, "--seconds", 2, "--gait", out)
    assert run("train", "references", "--out", folder, *arguments) == 0
    assert [clip.name for clip in load_clips(folder)] == ["gen_000", "gen_001"]


def test_a_command_names_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("train", "generator", "--clips", tmp_path / "nowhere") != 0
    assert "nowhere" in capsys.readouterr().err.replace("\n", "")
    assert run("train", "references", "--out", tmp_path, "--gait", tmp_path / "none.npz") != 0
    assert "none.npz" in capsys.readouterr().err.replace("\n", "")
