# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a recording tells about muscles, moments and forces, at the control rate."""

import mujoco
import numpy as np

from kinesis_ros.core.body import SIDE_NAMES, Body
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.rollout.sampler import upright_torso
from kinesis_ros.core.rollout.samples import Samples
from kinesis_ros.recording import Recording, Series


def recorded_samples(
    recording: Recording,
    body: Body,
    time: np.ndarray,
    state: np.ndarray,
    qpos: np.ndarray,
    moment: np.ndarray | None,
) -> Samples | None:
    """Samples of a recorded run; None: muscles, moments or ground reaction were not recorded.

    Args:
        recording: of the run.
        body: that was recorded.
        time: (rows,) [s] of the samples.
        state: (rows, STATE_SIZE) kinematic states.
        qpos: (rows, nq) MuJoCo's coordinates of the body.
        moment: (rows, num_joints) net moments about `body.joints` [N m].
    """
    feet = [recording.ground_reaction[foot] for foot in SIDE_NAMES]
    needed = (recording.muscles.effort, recording.activation, *feet)
    if moment is None or not all(map(len, needed)):
        return None
    muscles = recording.muscles
    trunk, mass_centre, ankle = _places(body, qpos)
    wrench = np.stack([resampled(foot, foot.names, time) for foot in feet], axis=1)
    return Samples(
        body=body.name,
        time=time,
        state=state,
        trunk=trunk,
        centre_of_mass=mass_centre,
        ankle=ankle,
        activation=resampled(recording.activation, body.muscles, time),
        muscle_length=resampled(muscles.position, body.muscles, time),
        muscle_velocity=resampled(muscles.velocity, body.muscles, time),
        muscle_tension=resampled(muscles.effort, body.muscles, time),
        joint_moment=moment,
        ground_force=wrench[..., :3],
        centre_of_pressure=_pressed(wrench, ankle),
        excitation=_excitation(recording.excitation, body, time),
    )


def resampled(series: Series, names: tuple[str, ...], time: np.ndarray) -> np.ndarray:
    """Columns (rows, names) at some times, constant before the first and after the last value.

    Raises:
        RecordingError: a name was not recorded.
    """
    columns = [series.column(name) for name in names]
    return np.column_stack([np.interp(time, series.time, column) for column in columns])


def _excitation(series: Series, body: Body, time: np.ndarray) -> np.ndarray | None:
    return resampled(series, body.muscles, time) if len(series) else None


def _places(body: Body, qpos: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Orientation of the torso (rows, 4), centre of mass (rows, 3) and ankles (rows, 2, 3)."""
    data = mujoco.MjData(body.model)
    torso, root = body.body_id("torso"), body.model.body_rootid[body.body_id("pelvis")]
    ankles = [body.body_id(f"talus_{foot[0]}") for foot in SIDE_NAMES]
    upright = upright_torso(body)
    trunks, centres, places = [], [], []
    for row in qpos:
        data.qpos[: len(row)] = row
        mujoco.mj_kinematics(body.model, data)
        mujoco.mj_comPos(body.model, data)
        trunks.append(rotations.multiply(data.xquat[torso], upright))
        centres.append(data.subtree_com[root].copy())
        places.append(data.xpos[ankles].copy())
    return np.array(trunks), np.array(centres), np.array(places)


def _pressed(wrench: np.ndarray, ankle: np.ndarray) -> np.ndarray:
    """Centre of pressure (rows, 2, 2) of wrenches (rows, 2, 6) about the soles under ankles."""
    up = wrench[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.stack([-wrench[..., 4], wrench[..., 3]], axis=-1) / up[..., None]
    return np.where(up[..., None] > 0.0, ankle[..., :2] + off, np.nan)
