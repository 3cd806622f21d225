# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is good and what is not human about an imported clip."""

import dataclasses

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting.body_motion import BodyMotion, Legs
from kinesis_ros.core.retargeting.ground import contacts, runs
from kinesis_ros.core.retargeting.labels import travel_of

_BEYOND = np.radians(15.0)  # past the model's limits an angle is not human
_SHARE = 0.02  # of the frames
_MOSTLY = 0.5  # of the frames: then the file is read wrongly, or no person moves so
_MAX_PENETRATION = 30.0  # [mm]
_MAX_SLIDE = 6.0  # [cm] mean over the stances
_MAX_SPEED = 12.5  # [m/s]
_MAX_FLIGHT = 1.0  # [s]
_FLOATS = 0.1  # [m]
_MIN_HEIGHT = 0.4  # [m] of the pelvis: below, the person lies, crawls or sits


@dataclasses.dataclass(frozen=True)
class Changes:
    """What import has changed of a motion, beside planting its feet.

    Attributes:
        tilt: of the pelvis that the hips took over, mean [rad].
        path: of the pelvis, root mean square [m].
        angles: of the joints, root mean square [rad].
        pressure_off: wanted centre of pressure off the soles afterwards, root mean square [m].
        source_pressure_off: the same before [m].
    """

    tilt: float
    path: float
    angles: float
    pressure_off: float
    source_pressure_off: float


@dataclasses.dataclass(frozen=True)
class ClipMeasures:
    """Measures of one clip.

    Attributes:
        frames: at the control rate.
        seconds: duration [s].
        speed_m_s: mean horizontal speed of the pelvis.
        heading_change_deg: left is positive.
        joint_range_deg: joint -> lowest and highest angle that the source asks for.
        beyond_limits: joint -> share of frames in which it asks for more than the model has.
        penetration_mm: deepest point of the soles below the floor.
        slide_cm: mean over the stances of how far a standing heel or toe moves.
        max_slide_cm: the worst stance.
        source_slide_cm: the mean before the feet were planted.
        trunk_tilt_deg: forward tilt of the pelvis that the hips took over, mean.
        path_change_mm: of the pelvis, to be carried by its feet; root mean square.
        angle_change_deg: of the joints, for the same reason; root mean square.
        pressure_off_mm: wanted centre of pressure off the soles, root mean square.
        source_pressure_off_mm: the same before the path was changed.
        human: whether every joint is within human range in most frames.
        flags: what is doubtful about the file or not human.
    """

    frames: int
    seconds: float
    speed_m_s: float
    heading_change_deg: float
    joint_range_deg: dict[str, tuple[float, float]]
    beyond_limits: dict[str, float]
    penetration_mm: float
    slide_cm: float
    max_slide_cm: float
    source_slide_cm: float
    trunk_tilt_deg: float
    path_change_mm: float
    angle_change_deg: float
    pressure_off_mm: float
    source_pressure_off_mm: float
    human: bool
    flags: tuple[str, ...]


def measure(
    legs: Legs,
    before: BodyMotion,
    after: BodyMotion,
    states: np.ndarray,
    changes: Changes,
    flags: tuple[str, ...] = (),
) -> ClipMeasures:
    """Measure a clip.

    Args:
        legs: of the body.
        before: on the floor, feet not yet planted.
        after: feet planted, path carried.
        states: kinematic states of `after`.
        changes: what else was done to it.
        flags: what reading the file has found.
    """
    lowest = legs.sole_points(after)[..., 2].min(axis=(0, 2))
    slides = stance_slides(legs, after)
    travel = travel_of(states)
    wanted = np.degrees(before.wanted)
    limits = np.array([chain.limits for chain in legs.chains]).reshape(-1, 2)
    excess = np.maximum(limits[:, 0] - before.wanted, before.wanted - limits[:, 1])
    beyond = np.mean(excess > _BEYOND, axis=0)
    result = ClipMeasures(
        frames=len(states),
        seconds=round((len(states) - 1) / CONTROL_RATE, 3),
        speed_m_s=round(travel.speed, 3),
        heading_change_deg=round(float(np.degrees(travel.heading_change)), 1),
        joint_range_deg={
            name: (round(float(low), 1), round(float(high), 1))
            for name, low, high in zip(
                ks.LEG_JOINTS, wanted.min(axis=0), wanted.max(axis=0), strict=True
            )
        },
        beyond_limits={
            name: round(float(share), 4)
            for name, share in zip(ks.LEG_JOINTS, np.mean(excess > 0.0, axis=0), strict=True)
            if share > 0.0
        },
        penetration_mm=round(max(0.0, -1000.0 * float(lowest.min())), 1),
        slide_cm=round(100.0 * float(np.mean(slides)), 2) if len(slides) else 0.0,
        max_slide_cm=round(100.0 * float(np.max(slides)), 2) if len(slides) else 0.0,
        source_slide_cm=_mean_slide(legs, before),
        trunk_tilt_deg=round(float(np.degrees(changes.tilt)), 1),
        path_change_mm=round(1000.0 * changes.path, 1),
        angle_change_deg=round(float(np.degrees(changes.angles)), 2),
        pressure_off_mm=round(1000.0 * changes.pressure_off, 1),
        source_pressure_off_mm=round(1000.0 * changes.source_pressure_off, 1),
        human=bool(beyond.max() <= _MOSTLY),
        flags=flags,
    )
    extra = _inhuman(result, beyond, lowest, states)
    return dataclasses.replace(result, flags=flags + extra)


def stance_slides(legs: Legs, motion: BodyMotion) -> np.ndarray:
    """How far each standing heel and toe moves over the floor, (stances,) [m].

    The measure is the diameter about the mean of the end's positions in one stance.
    """
    points = legs.sole_points(motion)
    heel = legs.heel_points
    slides = []
    for foot, stands in zip(points, contacts(legs, motion), strict=True):
        for part, standing in zip((foot[:, :heel], foot[:, heel:]), stands, strict=True):
            centre = part.mean(axis=1)[:, :2]
            for start, stop in runs(standing):
                stance = centre[start:stop]
                away = np.linalg.norm(stance - stance.mean(axis=0), axis=1)
                slides.append(2.0 * float(away.max()))
    return np.array(slides)


def _mean_slide(legs: Legs, motion: BodyMotion) -> float:
    slides = stance_slides(legs, motion)
    return round(100.0 * float(np.mean(slides)), 2) if len(slides) else 0.0


def _inhuman(
    measures: ClipMeasures, beyond: np.ndarray, lowest: np.ndarray, states: np.ndarray
) -> tuple[str, ...]:
    flags = [
        f"{name} is beyond human range in {100.0 * share:.0f}% of the frames"
        for name, share in zip(ks.LEG_JOINTS, beyond, strict=True)
        if share > _SHARE
    ]
    if not measures.human:
        flags.append("joints are not human in most frames")
    flight = max((stop - start for start, stop in runs(lowest > _FLOATS)), default=0)
    doubts = {
        f"speed {measures.speed_m_s:.1f} m/s": measures.speed_m_s > _MAX_SPEED,
        f"feet sink {measures.penetration_mm:.0f} mm": measures.penetration_mm > _MAX_PENETRATION,
        f"feet slide {measures.slide_cm:.0f} cm": measures.slide_cm > _MAX_SLIDE,
        f"floats for {flight / CONTROL_RATE:.1f} s": flight > _MAX_FLIGHT * CONTROL_RATE,
        "pelvis close to the floor": float(np.median(states[:, ks.Z])) < _MIN_HEIGHT,
    }
    return (*flags, *(text for text, doubtful in doubts.items() if doubtful))
