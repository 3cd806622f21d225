# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From a trajectory to pictures: the camera follows the body, beside it runs the reference."""

import dataclasses

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter1d

from kinesis_ros.core.body import CONTROL_RATE, Kinematics, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.muscles import activation_colors
from kinesis_ros.core.rollout import Trajectory
from kinesis_ros.pictures.stage import VIEWS, Stage, View

_LOOK_AT = 0.87  # [m] above the floor: the middle of a standing body
_CALM = 0.4  # [s] of motion that the camera averages
_INK = (60, 66, 74)


@dataclasses.dataclass(frozen=True)
class Shot:
    """How a trajectory is pictured.

    Attributes:
        width: of one panel [pixels].
        height: of one panel [pixels].
        view: where the camera stands, from behind the body as it starts.
        beside: the reference gets a panel of its own.
        stacked: panels are on top of each other, not side by side.
    """

    width: int = 640
    height: int = 720
    view: View = VIEWS["oblique"]
    beside: bool = True
    stacked: bool = False

    def __post_init__(self) -> None:
        for name in ("width", "height"):
            value = getattr(self, name)
            if not 64 <= value <= 4096 or value % 2:
                raise ValueError(f"{name} must be even and 64 to 4096 pixels, it is {value}")


class Shooting:
    """Pictures of a trajectory at any time; use it as a context manager.

    Args:
        trajectory: what is shown.
        shot: how.

    Raises:
        GraphicsError: there is no way to draw here.
    """

    def __init__(self, trajectory: Trajectory, shot: Shot) -> None:
        self._shot, self._trajectory = shot, trajectory
        body = load_body(trajectory.body)
        muscles = len(body.muscles)
        activation = trajectory.activation
        if activation is None:
            activation = np.zeros((len(trajectory), muscles))
        self._panels = [_Track(f"{muscles} muscles", trajectory.qpos, activation)]
        around = {"ball": trajectory.ball, "keeper": trajectory.keeper}
        self._around = {name: places for name, places in around.items() if places is not None}
        if shot.beside and trajectory.reference is not None:
            kinematics = Kinematics(body)
            qpos = np.array([kinematics.place(s).qpos.copy() for s in trajectory.reference])
            self._panels.insert(0, _Track("reference", qpos, None))
        heading = float(rotations.heading(trajectory.state[0, ks.QUATERNION]))
        self._view = dataclasses.replace(
            shot.view, azimuth=shot.view.azimuth + float(np.degrees(heading))
        )
        self._font = ImageFont.load_default(size=max(11, shot.height // 26))
        self._stage = Stage(trajectory.body, trajectory.scene, shot.width, shot.height)

    def __enter__(self) -> "Shooting":
        return self

    def __exit__(self, *error: object) -> None:
        self._stage.close()

    @property
    def duration(self) -> float:
        """From the first row to the last one [s]."""
        return float(self._trajectory.time[-1] - self._trajectory.time[0])

    def times(self, rate: float) -> np.ndarray:
        """Times of pictures at `rate` [Hz], since the first row [s]."""
        return np.arange(int(self.duration * rate + 1e-6) + 1) / rate

    def picture(self, time: float, *, explained: bool = True) -> np.ndarray:
        """Draw what is seen at a time.

        Args:
            time: since the first row [s].
            explained: with titles and the scale of activations.

        Returns:
            (height, width, 3) uint8.
        """
        row = min(time * CONTROL_RATE, len(self._trajectory) - 1.0)
        panels = [self._panel(track, row, explained) for track in self._panels]
        clock = f"{self._trajectory.time[0] + time:.1f} s"
        self._write(panels[-1], clock, right=True)
        return np.concatenate([np.asarray(p) for p in panels], axis=0 if self._shot.stacked else 1)

    def _panel(self, track: "_Track", row: float, explained: bool) -> Image.Image:
        around = {name: _between(places, row) for name, places in self._around.items()}
        panel = Image.fromarray(self._stage.draw(*track.at(row), self._view, **around))
        if explained:
            self._write(panel, track.title)
        if explained and track.activation is not None:
            self._explain_colours(panel)
        return panel

    def _write(self, panel: Image.Image, text: str, *, right: bool = False) -> None:
        margin = self._shot.height // 36
        place = (panel.width - margin, margin) if right else (margin, margin)
        ImageDraw.Draw(panel).text(
            place, text, fill=_INK, font=self._font, anchor="ra" if right else "la"
        )

    def _explain_colours(self, panel: Image.Image) -> None:
        """Draw the scale of activations into the lower left corner."""
        margin, width, height = panel.height // 36, panel.width // 4, panel.height // 72
        scale = activation_colors(np.linspace(0.0, 1.0, width))
        bar = np.broadcast_to((255.0 * scale).astype(np.uint8), (height, width, 3))
        top = panel.height - margin - height
        panel.paste(Image.fromarray(np.ascontiguousarray(bar)), (margin, top))
        ImageDraw.Draw(panel).text(
            (margin, top - margin // 4), "activation 0 to 1", _INK, self._font, anchor="ld"
        )


class _Track:
    """One body's motion and the camera's way beside it.

    Args:
        title: written on the panel.
        qpos: (rows, nq) at the control rate.
        activation: (rows, num_muscles); None: bones only.
    """

    def __init__(self, title: str, qpos: np.ndarray, activation: np.ndarray | None) -> None:
        self.title, self.activation = title, activation
        self._qpos = qpos.copy()
        flips = np.sign(np.sum(qpos[1:, 3:7] * qpos[:-1, 3:7], axis=1))
        self._qpos[1:, 3:7] *= np.cumprod(np.where(flips < 0.0, -1.0, 1.0))[:, None]
        way = _calm(qpos[:, :2])
        self._target = np.column_stack([way, np.full(len(way), _LOOK_AT)])

    def at(self, row: float) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
        """Coordinates, activation and what the camera looks at, between two rows."""
        qpos = _between(self._qpos, row)
        qpos[3:7] /= np.linalg.norm(qpos[3:7])
        activation = None if self.activation is None else _between(self.activation, row)
        return qpos, activation, _between(self._target, row)


def _calm(way: np.ndarray) -> np.ndarray:
    """The way (rows, 2) without the sway of steps, going on beyond its ends as it came."""
    rows = min(round(4.0 * _CALM * CONTROL_RATE), len(way) - 1)
    longer = np.pad(way, ((rows, rows), (0, 0)), mode="reflect", reflect_type="odd")
    calm = gaussian_filter1d(longer, _CALM * CONTROL_RATE, axis=0, mode="nearest")
    return calm[rows : rows + len(way)]


def _between(rows: np.ndarray, row: float) -> np.ndarray:
    first = min(int(row), len(rows) - 1)
    second = min(first + 1, len(rows) - 1)
    return rows[first] + (row - first) * (rows[second] - rows[first])
