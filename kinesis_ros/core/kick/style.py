# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What was learned about kicks, and its file: how pelvis and kicking leg swing, and how fast."""

import dataclasses
import json
from pathlib import Path

import numpy as np

from kinesis_ros.core.motion import DamagedFileError, read_npz, write_npz

FORMAT_VERSION = 1
DEFAULT_PATH = Path(__file__).parents[2] / "data" / "generator" / "kick.npz"
KNOTS_PER_PHASE = 8  # of the curves
_CHANNELS = 10

_ARRAYS = ("swing", "durations", "plant")


class KickStyleError(ValueError):
    """A file of a kick cannot be used; the message names the file and the reason."""


@dataclasses.dataclass(frozen=True)
class KickStyle:
    """A kick with the right foot: it leaves the floor at time 0, meets the ball at 1, lands at 2.

    Attributes:
        swing: (2 * KNOTS_PER_PHASE + 1, 10) at equidistant times: yaw from the direction of the
            kick, pitch, roll of the pelvis and the seven joints of the right leg [rad].
        durations: (2,) from leaving the floor to the ball, and from there to landing [s].
        plant: (3,) the other foot beside the ball: calcaneus ahead of the ball's middle and to
            the left of it [m], yaw [rad], along the direction of the kick.
        foot_speed: of the toes at the ball [m/s].
        pelvis_speed: along the direction of the kick at the ball [m/s].
        provenance: what it was learned from.
    """

    swing: np.ndarray
    durations: np.ndarray
    plant: np.ndarray
    foot_speed: float
    pelvis_speed: float
    provenance: dict[str, str] = dataclasses.field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write an npz file; an interrupted write leaves no half file behind."""
        write_npz(
            path,
            format_version=FORMAT_VERSION,
            provenance=json.dumps(self.provenance),
            foot_speed=self.foot_speed,
            pelvis_speed=self.pelvis_speed,
            swing=self.swing,
            durations=self.durations,
            plant=self.plant,
        )

    @classmethod
    def load(cls, path: Path | None = None) -> "KickStyle":
        """Read a kick written by `save`; default: the one that comes with the package.

        Raises:
            KickStyleError: the file is missing, broken or of another format.
        """
        path = path or DEFAULT_PATH
        try:
            fields = read_npz(path)
        except FileNotFoundError:
            raise KickStyleError(f"kick '{path}' does not exist") from None
        except DamagedFileError as error:
            raise KickStyleError(f"kick '{path}' cannot be read: {error}") from error
        version = int(fields.get("format_version", 0))
        if version != FORMAT_VERSION:
            raise KickStyleError(
                f"kick '{path}' is of format {version}, this version reads {FORMAT_VERSION}: "
                "learn it again with `kinesis train kick`"
            )
        if missing := sorted(
            {*_ARRAYS, "foot_speed", "pelvis_speed", "provenance"} - fields.keys()
        ):
            raise KickStyleError(f"kick '{path}' lacks {', '.join(missing)}")
        wanted = {"swing": (2 * KNOTS_PER_PHASE + 1, _CHANNELS), "durations": (2,), "plant": (3,)}
        for name, shape in wanted.items():
            if fields[name].shape != shape or not np.isfinite(fields[name]).all():
                raise KickStyleError(f"kick '{path}': '{name}' is not {shape} finite numbers")
        return cls(
            swing=fields["swing"],
            durations=fields["durations"],
            plant=fields["plant"],
            foot_speed=float(fields["foot_speed"]),
            pelvis_speed=float(fields["pelvis_speed"]),
            provenance=json.loads(str(fields["provenance"])),
        )
