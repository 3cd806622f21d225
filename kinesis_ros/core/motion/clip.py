# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A clip: one retargeted motion at the control rate, on disk as an npz file."""

import dataclasses
import hashlib
import zipfile
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body.kinematics import continuous
from kinesis_ros.core.motion.npz_file import DamagedFileError, read_npz, write_npz

FORMAT_VERSION = 1
_VALIDATION_SHARE = 0.1
MIRRORED, _REVERSED = "_mirrored", "_reversed"  # ends of the names of clips made from others


class ClipError(ValueError):
    """A clip file cannot be used; the message names the file and the reason."""


@dataclasses.dataclass(frozen=True)
class ClipDynamics:
    """What a motion asks of the joints and of the floor, by inverse dynamics.

    Attributes:
        moments: (frames, 14) net moments of `LEG_JOINTS`, positive in the direction of the
            coordinate: those of knee extensors and plantarflexors are negative [N m].
        ground_force: (frames, 2, 3) of the floor on the right and left foot, in the world [N].
        centre_of_pressure: (frames, 2, 2) of each foot in the world [m]; in the air the nearest
            value of that foot is held.
    """

    moments: np.ndarray
    ground_force: np.ndarray
    centre_of_pressure: np.ndarray

    def mirrored(self) -> "ClipDynamics":
        """The same with left and right swapped (reflection at the world's x-z plane)."""
        return ClipDynamics(
            np.roll(self.moments, ks.NUM_JOINTS // 2, axis=1),
            self.ground_force[:, ::-1] * np.array([1.0, -1.0, 1.0]),
            self.centre_of_pressure[:, ::-1] * np.array([1.0, -1.0]),
        )

    def reversed(self) -> "ClipDynamics":
        """The same played backwards: inverse dynamics is even in velocity."""
        return ClipDynamics(
            self.moments[::-1], self.ground_force[::-1], self.centre_of_pressure[::-1]
        )


_DYNAMICS = tuple(
    (field.name, shape)
    for field, shape in zip(
        dataclasses.fields(ClipDynamics), ((ks.NUM_JOINTS,), (2, 3), (2, 2)), strict=True
    )
)


@dataclasses.dataclass(frozen=True)
class Clip:
    """One motion to imitate.

    Example:
        >>> from pathlib import Path
        >>> import numpy as np
        >>> from kinesis_ros import Clip, MotionGenerator
        >>> generator = MotionGenerator.load()
        >>> generator.command(speed=1.0, turn_rate=0.3)  # [m/s], [rad/s]
        >>> states = np.array([generator.advance() for _ in range(91)])  # (91, 62) at 30 Hz
        >>> clip = Clip("bend", "curved_walk", states)
        >>> clip.duration, clip.mirrored().name, clip.at_pace(1.5).duration  # [s]
        (3.0, 'bend_mirrored', 2.0)
        >>> clip.save(Path("bend.npz"))
        >>> Clip.load(Path("bend.npz")).label
        'curved_walk'

    Attributes:
        name: unique within a corpus, e.g. 'cmu_35_01'.
        label: kind of motion, e.g. 'walk'.
        states: (frames, STATE_SIZE) kinematic states at `CONTROL_RATE`.
        source: file that the motion came from.
        licence: of the source, as far as known.
        kicks: (kicks, 5) balls that are kicked: frame from which the ball lies there, frame in
            which the foot meets it, x and y of the ball [m], direction it is to go [rad].
        dynamics: what the motion asks of joints and floor; None: not computed.
    """

    name: str
    label: str
    states: np.ndarray
    source: str = ""
    licence: str = ""
    kicks: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros((0, 5)))
    dynamics: ClipDynamics | None = None

    def __post_init__(self) -> None:
        if self.states.ndim != 2 or self.states.shape[1] != ks.STATE_SIZE:
            raise ClipError(
                f"clip '{self.name}': states have shape {self.states.shape}, "
                f"expected (frames, {ks.STATE_SIZE})"
            )
        if len(self.states) < 2:
            raise ClipError(f"clip '{self.name}' has {len(self.states)} frames, needs 2 or more")
        if not np.isfinite(self.states).all():
            frame = int(np.argmin(np.isfinite(self.states).all(axis=1)))
            raise ClipError(f"clip '{self.name}' has a NaN or infinite number in frame {frame}")
        if self.kicks.ndim != 2 or self.kicks.shape[1] != 5 or not np.isfinite(self.kicks).all():
            raise ClipError(f"clip '{self.name}': kicks must be (kicks, 5) finite numbers")
        if self.dynamics is not None:
            self._check_dynamics(self.dynamics)

    def _check_dynamics(self, dynamics: ClipDynamics) -> None:
        for name, shape in _DYNAMICS:
            values = getattr(dynamics, name)
            if values.shape != (len(self.states), *shape) or not np.isfinite(values).all():
                raise ClipError(
                    f"clip '{self.name}': {name} must be {(len(self.states), *shape)} finite "
                    f"numbers, it has the shape {values.shape}"
                )

    @property
    def duration(self) -> float:
        """Length of the clip [s]."""
        return (len(self.states) - 1) / CONTROL_RATE

    def mirrored(self) -> "Clip":
        """The same motion with left and right swapped."""
        return dataclasses.replace(
            self,
            name=f"{self.name}{MIRRORED}",
            states=ks.mirror(self.states),
            kicks=self.kicks * np.array([1.0, 1.0, 1.0, -1.0, -1.0]),
            dynamics=self.dynamics and self.dynamics.mirrored(),
        )

    def reversed(self) -> "Clip":
        """The same motion played backwards.

        Walking backward is nearly walking forward reversed in time (Thorstensson 1986).
        """
        states = self.states[::-1].copy()
        for velocity in (ks.LINEAR_VELOCITY, ks.ANGULAR_VELOCITY, ks.JOINT_VELOCITY):
            states[:, velocity] *= -1.0
        return Clip(
            f"{self.name}{_REVERSED}",
            self.label,
            states,
            self.source,
            self.licence,
            dynamics=self.dynamics and self.dynamics.reversed(),
        )

    def at_pace(self, pace: float) -> "Clip":
        """The same motion, faster or slower; what it asks of joints and floor is another then.

        Args:
            pace: 1.2 plays it a fifth faster.

        Raises:
            ClipError: the pace is no positive number, or leaves less than two frames.
        """
        if not 0.0 < pace < np.inf:
            raise ClipError(f"clip '{self.name}': pace {pace} is not a positive number")
        frames = np.arange(0.0, len(self.states) - 1 + 1e-9, pace)
        states = self.states.copy()
        states[:, ks.QUATERNION] = continuous(states[:, ks.QUATERNION])
        states = CubicSpline(np.arange(len(states)), states)(frames)
        states[:, ks.QUATERNION] /= np.linalg.norm(states[:, ks.QUATERNION], axis=1, keepdims=True)
        for velocity in (ks.LINEAR_VELOCITY, ks.ANGULAR_VELOCITY, ks.JOINT_VELOCITY):
            states[:, velocity] *= pace
        kicks = self.kicks.copy()
        kicks[:, :2] = np.round(kicks[:, :2] / pace)
        return dataclasses.replace(self, states=states, kicks=kicks, dynamics=None)

    def save(self, path: Path) -> None:
        """Write an npz file; an interrupted write leaves no half file behind."""
        dynamics = self.dynamics and {
            name: getattr(self.dynamics, name).astype(np.float32) for name, _ in _DYNAMICS
        }
        write_npz(
            path,
            format_version=FORMAT_VERSION,
            rate=CONTROL_RATE,
            name=self.name,
            label=self.label,
            source=self.source,
            licence=self.licence,
            states=self.states.astype(np.float32),
            **({"kicks": self.kicks} if len(self.kicks) else {}),
            **(dynamics or {}),
        )

    @staticmethod
    def recognises(path: Path) -> bool:
        """Whether the file looks like a clip; motion capture also comes as npz."""
        try:
            with zipfile.ZipFile(path) as archive:
                return "format_version.npy" in archive.namelist()
        except (OSError, zipfile.BadZipFile):
            return False

    @classmethod
    def load(cls, path: Path) -> "Clip":
        """Read an npz file written by `save`.

        Raises:
            ClipError: the file is missing, broken or of another format.
        """
        try:
            fields = read_npz(path)
        except FileNotFoundError:
            raise ClipError(f"clip file '{path}' does not exist") from None
        except DamagedFileError as error:
            raise ClipError(f"clip file '{path}' cannot be read: {error}") from error
        missing = {"format_version", "rate", "name", "label", "states"} - fields.keys()
        if missing:
            raise ClipError(f"clip file '{path}' lacks {', '.join(sorted(missing))}")
        version, rate = (_number(path, fields, name) for name in ("format_version", "rate"))
        if version != FORMAT_VERSION:
            raise ClipError(
                f"clip file '{path}' has format {version:g}, "
                f"this version reads {FORMAT_VERSION}: import the motion again"
            )
        if rate != CONTROL_RATE:
            raise ClipError(f"clip file '{path}' is at {rate} Hz, not 30 Hz")
        fields = {"kicks": np.zeros((0, 5)), **fields}
        for name in ("states", "kicks"):
            if fields[name].dtype.kind not in "fiu":
                raise ClipError(f"clip file '{path}': {name} holds {fields[name].dtype}")
        return cls(
            name=str(fields["name"]),
            label=str(fields["label"]),
            states=fields["states"].astype(np.float64),
            source=str(fields.get("source", "")),
            licence=str(fields.get("licence", "")),
            kicks=fields["kicks"].astype(np.float64),
            dynamics=_read_dynamics(path, fields),
        )


def _number(path: Path, fields: dict[str, np.ndarray], name: str) -> float:
    """One number of a clip file."""
    value = fields[name]
    if value.size != 1 or value.dtype.kind not in "fiu":
        raise ClipError(f"clip file '{path}': '{name}' is not one number")
    return float(value.reshape(()))


def _read_dynamics(path: Path, fields: dict[str, np.ndarray]) -> ClipDynamics | None:
    names = [name for name, _ in _DYNAMICS]
    missing = [name for name in names if name not in fields]
    if len(missing) == len(names):
        return None
    if missing:
        raise ClipError(f"clip file '{path}' has dynamics and lacks {', '.join(missing)}")
    odd = [name for name in names if fields[name].dtype.kind not in "fiu"]
    if odd:
        raise ClipError(f"clip file '{path}': {odd[0]} holds {fields[odd[0]].dtype}")
    return ClipDynamics(*(fields[name].astype(np.float64) for name in names))


class SeamlessClip(Clip):
    """A motion that begins with the present frame of a reference and ends in standing.

    It is played as it is, where it is: no way into it or out of it has to be found.
    """


def clip_files(source: Path) -> list[Path]:
    """The clips in a folder, sorted by name, or `source` itself if it is a clip."""
    if source.is_dir():
        return [path for path in sorted(source.glob("*.npz")) if Clip.recognises(path)]
    return [source] if Clip.recognises(source) else []


def is_validation(name: str) -> bool:
    """Whether a source clip belongs to the validation split: a fixed tenth, by hash of its name.

    The split is by source clip, so no window of a validation clip is ever trained on, not even
    backwards, and a clip stays on its side when others are added.
    """
    source = name.removesuffix(_REVERSED)
    bucket = int.from_bytes(hashlib.sha256(source.encode()).digest()[:4], "big") / 2**32
    return bucket < _VALIDATION_SHARE
