# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The gait of a run: cycles of both legs and what repeats with them."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from kinesis_ros.core.body import GRAVITY, SIDE_NAMES, SIDES, Body, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.muscles import GAIT_MUSCLES
from kinesis_ros.core.rollout import GaitCycles, Trajectory, find_cycles
from kinesis_ros.reports import plots
from kinesis_ros.reports.page import Section
from urdf_mjcf.registry import DEFAULT_BODY

_ANGLES = {
    "hip_flexion": "hip flexion",
    "hip_adduction": "hip adduction",
    "hip_rotation": "hip rotation inwards",
    "knee_angle": "knee flexion",
    "ankle_angle": "ankle dorsiflexion",
    "subtalar_angle": "subtalar inversion",
}
_MOMENTS = {
    "hip_flexion": "hip flexion moment",
    "hip_adduction": "hip adduction moment",
    "knee_angle": "knee flexion moment",
    "ankle_angle": "dorsiflexion moment",
}


@dataclasses.dataclass(frozen=True)
class GaitSummary:
    """Figures of the cycles of both legs.

    Attributes:
        cycles_right: number of cycles.
        cycles_left: number of cycles.
        cadence: steps per minute.
        stride_length: mean way of a cycle [m].
        stance: mean share of a cycle on the floor, 0..1.
        stance_asymmetry: right minus left share, 0..1.
    """

    cycles_right: int
    cycles_left: int
    cadence: float
    stride_length: float
    stance: float
    stance_asymmetry: float


class GaitReport:
    """Sections about the gait cycle.

    Args:
        trajectory: with ground forces.
        body: that moved.
    """

    def __init__(self, trajectory: Trajectory, body: Body) -> None:
        if trajectory.ground_force is None:
            raise ValueError("a gait report needs ground forces")
        self._run, self._body = trajectory, body
        self._weight = GRAVITY * float(body.model.body_mass.sum())
        force = _in_heading_frame(trajectory, trajectory.ground_force) / self._weight
        self._force = {side: force[:, i] for i, side in enumerate(SIDE_NAMES)}
        self.cycles = {
            side: find_cycles(trajectory.time, self._force[side][:, 2], 1.0) for side in SIDE_NAMES
        }

    def summary(self) -> GaitSummary | None:
        """Figures, None when there is no leg with a whole cycle."""
        right, left = (self.cycles[side] for side in SIDE_NAMES)
        both = [cycles for cycles in (right, left) if len(cycles)]
        if not both:
            return None
        duration = float(np.mean(np.concatenate([cycles.duration for cycles in both])))
        stance = [float(np.mean(cycles.stance)) for cycles in both]
        return GaitSummary(
            cycles_right=len(right),
            cycles_left=len(left),
            cadence=120.0 / duration,
            stride_length=float(np.mean(np.concatenate([self._strides(c) for c in both]))),
            stance=float(np.mean(stance)),
            stance_asymmetry=stance[0] - stance[-1],
        )

    def sections(self) -> list[Section]:
        """Angles, activations, moments and ground reactions over the gait cycle."""
        counts = " and ".join(f"{len(self.cycles[side])} {side}" for side in SIDE_NAMES)
        how = (
            f"Mean and standard deviation over {counts} cycles, from a foot's strike (0%) to its "
            "next one. Red: right, blue: left, dashed: the reference."
        )
        sections = [Section("Joint angles", how, self._angles())]
        if self._run.activation is not None:
            text = "0 relaxed, 1 fully active."
            sections.append(Section("Muscle activation", text, self._activations()))
        sections.append(
            Section("Ground reaction", "Per body weight, seen from the body.", self._reactions())
        )
        if self._run.joint_moment is not None:
            text = "Net moment of the muscles about the joint, per body mass."
            sections.append(Section("Joint moments", text, self._moments()))
        return sections

    def sections_over_time(self) -> list[Section]:
        """What a motion without gait cycles shows instead."""
        force = {side: self._force[side][:, 2] for side in SIDE_NAMES}
        forces = [plots.time_plot("force upward", "body weights", self._over_time(force))]
        text = "There are no whole gait cycles to average over. Red: right, blue: left."
        angles = [
            plots.time_plot(title, "deg", self._over_time(_legs(self._run.state, kind)))
            for kind, title in _ANGLES.items()
        ]
        sections = [Section("Joint angles", text, angles), Section("Ground reaction", "", forces)]
        if self._run.activation is not None:
            pictures = [
                plots.time_plot(name, "", self._over_time(curves))
                for name, curves in self._gait_muscles(self._run.activation).items()
            ]
            text = "0 relaxed, 1 fully active."
            sections.append(Section("Muscle activation", text, pictures))
        return sections

    def _gait_muscles(self, activation: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
        """Activations {muscle: {side: (rows,)}} of the muscles that both sides have."""
        found = {}
        for muscle in GAIT_MUSCLES:
            columns = {
                side: muscle.columns(self._body.muscles, leg)
                for side, leg in zip(SIDE_NAMES, SIDES, strict=True)
            }
            if all(columns.values()):
                found[muscle.name] = {
                    side: activation[:, columns[side]].mean(axis=1) for side in SIDE_NAMES
                }
        return found

    def _over_time(
        self, values: Mapping[str, np.ndarray]
    ) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Columns of both sides, {side: (rows,)}, as curves over the time of the run [s]."""
        return {side: (self._run.time, values[side]) for side in SIDE_NAMES}

    def _over_cycle(self, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Columns of both sides, {side: (rows,)}, as {side: (cycles, 101)}."""
        return {
            side: self.cycles[side].resample(self._run.time, values[side]) for side in SIDE_NAMES
        }

    def _strides(self, cycles: GaitCycles) -> np.ndarray:
        ends = [
            np.column_stack(
                [np.interp(at, self._run.time, self._run.state[:, axis]) for axis in (0, 1)]
            )
            for at in (cycles.start, cycles.end)
        ]
        return np.linalg.norm(ends[1] - ends[0], axis=1)

    def _angles(self) -> list[str]:
        wanted = self._run.reference
        return [
            plots.cycle_plot(
                title,
                "deg",
                self._over_cycle(_legs(self._run.state, kind)),
                None if wanted is None else self._over_cycle(_legs(wanted, kind)),
            )
            for kind, title in _ANGLES.items()
        ]

    def _activations(self) -> list[str]:
        activation = self._run.activation
        assert activation is not None
        pictures = [
            plots.cycle_plot(name, "", self._over_cycle(curves), limits=(0.0, 1.0))
            for name, curves in self._gait_muscles(activation).items()
        ]
        return pictures + self._heat_maps(activation)

    def _heat_maps(self, activation: np.ndarray) -> list[str]:
        pictures = []
        for side, leg in zip(SIDE_NAMES, SIDES, strict=True):
            names = [name for name in _leg_muscles(self._body) if name.endswith(f"_{leg}")]
            cycles = self.cycles[side]
            if names and len(cycles):
                columns = self._body.muscle_index(names)
                mean = cycles.resample(self._run.time, activation[:, columns]).mean(axis=0)
                labels = [name.removesuffix(f"_{leg}") for name in names]
                pictures.append(plots.heat_map(f"all muscles of the {side} leg", labels, mean.T))
        return pictures

    def _reactions(self) -> list[str]:
        directions = {
            "force upward": {side: self._force[side][:, 2] for side in SIDE_NAMES},
            "force forward": {side: self._force[side][:, 0] for side in SIDE_NAMES},
            "force inward": {
                "right": self._force["right"][:, 1],
                "left": -self._force["left"][:, 1],
            },
        }
        return [
            plots.cycle_plot(title, "body weights", self._over_cycle(force))
            for title, force in directions.items()
        ]

    def _moments(self) -> list[str]:
        moment = self._run.joint_moment
        assert moment is not None
        mass = self._weight / GRAVITY
        pictures = []
        for kind, title in _MOMENTS.items():
            columns = self._body.joint_index([f"{kind}_{leg}" for leg in SIDES])
            sides = moment[:, columns].T / mass
            values: dict[str, np.ndarray] = dict(zip(SIDE_NAMES, sides, strict=True))
            pictures.append(plots.cycle_plot(title, "N m/kg", self._over_cycle(values)))
        return pictures


def _leg_muscles(body: Body) -> list[str]:
    """The muscles of a body that all bodies have."""
    legs = set(load_body(DEFAULT_BODY).muscles)
    return [name for name in body.muscles if name in legs]


def _legs(states: np.ndarray, kind: str) -> dict[str, np.ndarray]:
    """Angles of both legs [deg]."""
    angles = np.degrees(states[:, ks.JOINT_POSITION])
    return {
        side: angles[:, ks.LEG_JOINTS.index(f"{kind}_{leg}")]
        for side, leg in zip(SIDE_NAMES, SIDES, strict=True)
    }


def _in_heading_frame(run: Trajectory, force: np.ndarray) -> np.ndarray:
    """Forces (rows, 2, 3) turned so that x is where the pelvis faces."""
    facing = np.array([rotations.heading(q) for q in run.state[:, ks.QUATERNION]])
    cosine, sine = np.cos(facing)[:, None], np.sin(facing)[:, None]
    x, y, z = np.moveaxis(force, -1, 0)
    return np.stack([cosine * x + sine * y, cosine * y - sine * x, z], axis=-1)
