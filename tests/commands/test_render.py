# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis render` once for real, and what it says to bad input."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="pictures need Pillow")
pytest.importorskip("av", reason="films need PyAV")

from PIL import Image

from kinesis_ros.cli import main
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.motion import Clip
from kinesis_ros.pictures.graphics import GraphicsError, find_backend


def kinesis(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a second of generated standing."""
    state = MotionGenerator.load().standing_state()
    path = tmp_path_factory.mktemp("clips") / "stand.npz"
    Clip("stand", "stand", np.tile(state, (16, 1))).save(path)
    return path


@pytest.mark.parametrize("policy", ["imitate", "kinematic"])
def test_a_clip_becomes_a_strip(clip: Path, policy: str, tmp_path: Path) -> None:
    try:
        find_backend()
    except GraphicsError as error:
        pytest.skip(str(error))
    out = tmp_path / "stand.png"
    options = ("--policy", policy, "--tiles", 2, "--size", "80x100", "--camera", "left")
    assert kinesis("render", clip, "--out", out, *options) == 0
    with Image.open(out) as strip:
        panels = 2 if policy == "imitate" else 1  # what is only played has no reference
        assert strip.size == (160, 100 * panels)


def test_a_kick_is_drawn_with_ball_goal_and_keeper(tmp_path: Path) -> None:
    try:
        find_backend()
    except GraphicsError as error:
        pytest.skip(str(error))
    out = tmp_path / "kick.png"
    kick = ("--goal", "kick the ball into the left corner", "--scene", "penalty_keeper")
    options = ("--duration", 0.3, "--tiles", 1, "--size", "320x240", "--alone")
    assert kinesis("render", *kick, "--out", out, *options) == 0
    with Image.open(out) as strip:
        red, _, blue = (np.asarray(band).astype(int) for band in strip.convert("RGB").split())
    assert (red - blue > 80).sum() > 30  # pixels of the keeper's orange


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "give either a file or --goal"),
        (["{clip}", "--goal", "walk"], "give either a file or --goal"),
        (["nowhere.npz"], "'nowhere.npz' is not a file"),
        (["nowhere.mcap"], "nowhere.mcap"),
        (["{clip}", "--out", "film.avi"], "must end in .mp4, .gif, .png"),
        (["{clip}", "--out", "no/where.mp4"], "there is no folder 'no'"),
        (["{clip}", "--size", "big"], "--size 'big' is not WxH"),
        (["{clip}", "--camera", "under"], "--camera 'under' is neither one of"),
        (["{clip}", "--camera", "0,-10,3"], "elevation must be above the floor"),
        (["{clip}", "--fps", "1000"], "--fps must be 1 to 60"),
        (["{clip}", "--body", "legs8"], "body 'legs8' does not exist"),
        (["{clip}", "--scene", "moon"], "scene 'moon' does not exist; choose none"),
        (["{clip}", "--policy", "no.onnx"], "'no.onnx' does not exist"),
        (["{clip}", "--duration", "0"], "'--duration': "),
        (["--goal", "fly to the moon"], "'fly to the moon'"),
    ],
)
def test_bad_input_gets_one_line_that_names_it(
    clip: Path,
    arguments: list[str],
    complaint: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert kinesis("render", *(argument.format(clip=clip) for argument in arguments)) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert len(error.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
