# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures show the body in the middle, its muscles' colours, and the reference beside it."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="pictures need Pillow")
av = pytest.importorskip("av", reason="films need PyAV")

from PIL import Image  # noqa: E402 after it is known to be there

from kinesis_ros.core.body import Kinematics, load_body  # noqa: E402
from kinesis_ros.core.gait import MotionGenerator  # noqa: E402
from kinesis_ros.core.rollout import Trajectory  # noqa: E402
from kinesis_ros.pictures import graphics  # noqa: E402
from kinesis_ros.pictures.film import write_film  # noqa: E402
from kinesis_ros.pictures.shooting import Shooting, Shot  # noqa: E402
from kinesis_ros.pictures.stage import VIEWS, View  # noqa: E402

SMALL = Shot(96, 128, VIEWS["right"])


def walk(activation: float) -> Trajectory:
    """Half a second of generated walking, all muscles as active as each other."""
    generator = MotionGenerator.load()
    generator.command(1.2)
    states = np.array([generator.advance() for _ in range(90)][-16:])
    body = load_body("legs80")
    kinematics = Kinematics(body)
    return Trajectory(
        body="legs80",
        time=np.arange(len(states)) / 30.0,
        state=states,
        qpos=np.array([kinematics.place(state).qpos.copy() for state in states]),
        reference=states,
        activation=np.full((len(states), len(body.muscles)), activation),
    )


@pytest.fixture(scope="module", autouse=True)
def _something_draws() -> None:
    try:
        graphics.find_backend()
    except graphics.GraphicsError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def shooting() -> Iterator[Shooting]:
    with Shooting(walk(0.0), SMALL) as opened:
        yield opened


def test_the_body_stays_in_the_middle_of_the_picture(shooting: Shooting) -> None:
    for time in shooting.times(4.0):
        picture = shooting.picture(time, explained=False)[:, 96:].astype(int)
        dark = np.abs(picture - np.median(picture, axis=1, keepdims=True)).sum(axis=2) > 60
        rows, columns = np.nonzero(dark)
        assert len(rows) > 200  # pixels: bones, muscles and shadow
        assert 2 < rows.min() < 40  # head, below the upper edge
        assert 90 < rows.max() < 126  # feet, above the lower edge
        assert abs(columns.mean() - 48) < 16


def test_muscles_are_blue_when_relaxed_and_red_when_active(shooting: Shooting) -> None:
    with Shooting(walk(1.0), dataclasses.replace(SMALL, beside=False)) as alone:
        assert shooting.picture(0.0).shape == (128, 192, 3)
        assert alone.picture(0.0).shape == (128, 96, 3)  # without the reference beside it
        relaxed = shooting.picture(0.3, explained=False)[:, 96:].astype(int).sum(axis=(0, 1))
        active = alone.picture(0.3, explained=False).astype(int).sum(axis=(0, 1))
    assert relaxed[2] - relaxed[0] > 5000 + active[2] - active[0]


def test_a_film_has_its_frames_and_its_size(shooting: Shooting, tmp_path: Path) -> None:
    write_film(tmp_path / "walk.mp4", shooting, rate=7.5, tiles=0)
    with av.open(str(tmp_path / "walk.mp4")) as film:
        assert film.streams.video[0].average_rate == 7.5
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert len(frames) == 4  # 0.5 s at 7.5 Hz, the first and the last one included
    assert frames[0].shape == (128, 192, 3)
    # What x264 at this quality changes, and colours at half the resolution.
    assert np.abs(frames[0].astype(int) - shooting.picture(0.0)).mean() < 6.0


def test_a_gif_lasts_as_long_as_the_motion(shooting: Shooting, tmp_path: Path) -> None:
    write_film(tmp_path / "walk.gif", shooting, rate=15.0, tiles=0)
    with Image.open(tmp_path / "walk.gif") as gif:
        durations = []
        for frame in range(getattr(gif, "n_frames", 1)):
            gif.seek(frame)
            durations.append(gif.info["duration"])
    assert sum(durations) == 530  # 8 pictures at 15 Hz, although GIF counts in 10 ms


def test_a_strip_has_its_tiles_side_by_side(shooting: Shooting, tmp_path: Path) -> None:
    write_film(tmp_path / "walk.png", shooting, rate=30.0, tiles=3)
    with Image.open(tmp_path / "walk.png") as strip:
        assert strip.size == (3 * 192, 128)
    assert [path.name for path in tmp_path.iterdir()] == ["walk.png"]


@pytest.mark.parametrize("place", [(95, 128), (96, 20000)])
def test_a_picture_of_no_size_is_refused(place: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="even and 64 to 4096"):
        Shot(*place)


@pytest.mark.parametrize("view", [(0.0, -5.0, 3.0), (0.0, 5.0, 0.1), (np.nan, 5.0, 3.0)])
def test_a_camera_under_the_floor_or_in_the_body_is_refused(view: tuple) -> None:
    with pytest.raises(ValueError, match=r"elevation|distance|finite"):
        View(*view)


def test_a_machine_that_cannot_draw_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(graphics, "_PROBE", "raise SystemExit('no driver')  # {0}")
    monkeypatch.delenv("MUJOCO_GL", raising=False)
    search = graphics.find_backend.__wrapped__
    with pytest.raises(graphics.GraphicsError, match=r"egl: no driver; osmesa: .*apt install"):
        search()
