# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the policy sees. This is the only place that says so; training and the node call it.

Layout (frame: the heading frame, i.e. the world turned so that the pelvis faces x):

| block | size | unit |
| --- | --- | --- |
| height of the pelvis | 1 | m |
| up direction in the pelvis | 3 | 1 |
| linear velocity, heading frame | 3 | m/s |
| angular velocity, pelvis | 3 | rad/s |
| joint positions | 14 | rad |
| joint velocities x 0.1 | 14 | rad/s |
| own key positions relative to the pelvis | 18 | m |
| per reference frame: offset x 2, heading error (sin, cos), up, velocity, joint error | 25 | |
| per reference frame: reference minus own key positions x 2, first frame only | 21 | m |
"""

import numpy as np

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.compiled import njit
from kinesis_ros.core.maths import rotations

LOOKAHEAD = (1, 4, 10)  # reference frames ahead of now, at the control rate
WINDOW = LOOKAHEAD[-1] + 1  # frames, from now on, that a reference must hold

_PER_FRAME = 3 + 2 + 3 + 3 + ks.NUM_JOINTS
BLOCKS = (
    ("height", 1, "m"),
    ("up", 3, "1"),
    ("linear_velocity", 3, "m/s"),
    ("angular_velocity", 3, "rad/s"),
    ("joint_position", ks.NUM_JOINTS, "rad"),
    ("joint_velocity", ks.NUM_JOINTS, "0.1 rad/s"),
    ("key_position", 3 * (ks.NUM_KEYS - 1), "m"),
    *((f"reference_{ahead}", _PER_FRAME, "mixed") for ahead in LOOKAHEAD),
    ("key_difference", 3 * ks.NUM_KEYS, "0.5 m"),
)
OBSERVATION_SIZE = sum(size for _, size, _ in BLOCKS)

_AHEAD = np.array(LOOKAHEAD)


@njit(cache=True, nogil=True)
def observe_into(
    state: np.ndarray, reference: np.ndarray, now: int, observation: np.ndarray
) -> None:
    """Write the observation of `state` against `reference`.

    Args:
        state: (STATE_SIZE,) kinematic state of the body.
        reference: (frames, STATE_SIZE); past its end the last frame counts.
        now: index of the frame that the body should be at.
        observation: (OBSERVATION_SIZE,) output.
    """
    last = reference.shape[0] - 1
    facing = rotations.heading(state[ks.QUATERNION])
    cosine, sine = np.cos(facing), np.sin(facing)
    observation[0] = state[ks.Z]
    _up(state[ks.QUATERNION], observation[1:4])
    _to_heading(state[ks.LINEAR_VELOCITY], cosine, sine, 1.0, observation[4:7])
    observation[7:10] = state[ks.ANGULAR_VELOCITY]
    observation[10:24] = state[ks.JOINT_POSITION]
    observation[24:38] = 0.1 * state[ks.JOINT_VELOCITY]
    at = 38
    for key in range(1, ks.NUM_KEYS):
        at_key = ks.KEY0 + 3 * key
        relative = state[at_key : at_key + 3] - state[ks.POSITION]
        _to_heading(relative, cosine, sine, 1.0, observation[at : at + 3])
        at += 3
    for ahead in _AHEAD:
        target = reference[min(now + ahead, last)]
        away = target[ks.POSITION] - state[ks.POSITION]
        _to_heading(away, cosine, sine, 2.0, observation[at : at + 3])
        turn = rotations.heading(target[ks.QUATERNION]) - facing
        observation[at + 3] = np.sin(turn)
        observation[at + 4] = np.cos(turn)
        _up(target[ks.QUATERNION], observation[at + 5 : at + 8])
        _to_heading(target[ks.LINEAR_VELOCITY], cosine, sine, 1.0, observation[at + 8 : at + 11])
        observation[at + 11 : at + 25] = target[ks.JOINT_POSITION] - state[ks.JOINT_POSITION]
        at += 25
    target = reference[min(now + 1, last)]
    for key in range(ks.NUM_KEYS):
        at_key = ks.KEY0 + 3 * key
        difference = target[at_key : at_key + 3] - state[at_key : at_key + 3]
        _to_heading(difference, cosine, sine, 2.0, observation[at : at + 3])
        at += 3


@njit(cache=True, nogil=True)
def _up(quaternion: np.ndarray, out: np.ndarray) -> None:
    w, x, y, z = quaternion[0], quaternion[1], quaternion[2], quaternion[3]
    out[0] = 2.0 * (x * z - w * y)
    out[1] = 2.0 * (y * z + w * x)
    out[2] = 1.0 - 2.0 * (x * x + y * y)


@njit(cache=True, nogil=True)
def _to_heading(
    vector: np.ndarray, cosine: float, sine: float, scale: float, out: np.ndarray
) -> None:
    out[0] = scale * (cosine * vector[0] + sine * vector[1])
    out[1] = scale * (-sine * vector[0] + cosine * vector[1])
    out[2] = scale * vector[2]


def observe(state: np.ndarray, reference: np.ndarray, now: int = 0) -> np.ndarray:
    """What the policy sees of one body, see the module's table.

    Args:
        state: (STATE_SIZE,) kinematic state of the body.
        reference: (frames, STATE_SIZE) kinematic states to follow, at the control rate.
        now: index of the frame that the body should be at.

    Returns:
        (OBSERVATION_SIZE,) float32.
    """
    observation = np.empty(OBSERVATION_SIZE)
    observe_into(state, reference, now, observation)
    return observation.astype(np.float32)


def mirror_observation(observation: np.ndarray) -> np.ndarray:
    """Observation (..., OBSERVATION_SIZE) of the mirrored body and reference."""
    return observation[..., MIRROR_SOURCE] * MIRROR_SIGN


def mirror_joints(values: np.ndarray) -> np.ndarray:
    """Swap the legs of per-joint values (..., 14), e.g. an action."""
    return np.roll(values, ks.NUM_JOINTS // 2, axis=-1)


def _mirror_map() -> tuple[np.ndarray, np.ndarray]:
    """Where each number of the mirrored observation comes from, and its sign."""
    legs = np.roll(np.arange(ks.NUM_JOINTS), ks.NUM_JOINTS // 2)
    lateral = np.array([1.0, -1.0, 1.0])
    source: list[np.ndarray] = []
    sign: list[np.ndarray] = []

    def add(indices: np.ndarray, signs: np.ndarray) -> None:
        source.append(indices + sum(len(part) for part in source))
        sign.append(signs)

    add(np.arange(1), np.ones(1))
    add(np.arange(3), lateral)
    add(np.arange(3), lateral)
    add(np.arange(3), -lateral)  # an angular velocity is a pseudovector
    add(legs, np.ones(ks.NUM_JOINTS))
    add(legs, np.ones(ks.NUM_JOINTS))
    add(np.roll(np.arange(18), 9), np.tile(lateral, 6))
    for _ in LOOKAHEAD:
        frame = np.concatenate([np.arange(11), 11 + legs])
        turn = np.array([-1.0, 1.0])
        add(frame, np.concatenate([lateral, turn, lateral, lateral, np.ones(ks.NUM_JOINTS)]))
    add(
        np.concatenate([np.arange(3), 3 + np.roll(np.arange(18), 9)]), np.tile(lateral, ks.NUM_KEYS)
    )
    return np.concatenate(source), np.concatenate(sign)


MIRROR_SOURCE, MIRROR_SIGN = _mirror_map()
