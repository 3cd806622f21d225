# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The imitation task in compiled code: reset, control step, reward, observation.

Worker threads run `reset_share` and `step_share` on their share of the bodies without holding
the interpreter lock.
"""

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, SUBSTEPS, state_access
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.compiled import native, njit
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.muscles import CoordinationWorkspace
from kinesis_ros.core.muscles.coordination import settle
from kinesis_ros.core.policy import OBSERVATION_SIZE
from kinesis_ros.core.policy.observation import observe_into
from kinesis_ros.core.simulation import BALL_RADIUS, physics
from kinesis_training.environment import kinetics
from kinesis_training.environment.compiled_world import StepOutput, World
from kinesis_training.fitting import KINETICS_SIZE

_mj_forward = native.mj_forward
_mj_reset_data = native.mj_reset_data

_PUSH_STEPS = 3  # control steps that a push lasts: 0.1 s
_BALL_GONE = 4  # control steps after the foot should have met the ball
_ASIDE = 1000.0  # [m] where balls are that nobody kicks
_FULL_SPEED = 5.0  # [m/s] of a ball: faster ones are worth no more


@njit(cache=True, nogil=True)
def _uniform(random: np.ndarray, i: int) -> float:
    """Next number in [0, 1) of body `i` (xorshift64*, Vigna 2016)."""
    x = random[i]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[i] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def _normal(random: np.ndarray, i: int) -> float:
    radius = np.sqrt(-2.0 * np.log(1.0 - _uniform(random, i)))
    return radius * np.cos(2.0 * np.pi * _uniform(random, i))


@njit(cache=True, nogil=True)
def reset_one(i: int, world: World, work: CoordinationWorkspace, cumulative: np.ndarray) -> None:
    """Reference-state initialisation: put body `i` at a random frame of a random clip.

    Args:
        i: body.
        world: bodies and task.
        work: scratch space of the calling thread.
        cumulative: (segments,) cumulative probabilities that an episode begins in a segment.
    """
    task, random = world.task, world.fleet.random
    segment = int(min(np.searchsorted(cumulative, _uniform(random, i)), len(cumulative) - 1))
    clip = task.segment_clip[segment]
    frame = task.segment_first[segment] + int(_uniform(random, i) * task.segment_size[segment])
    if _uniform(random, i) < task.first_frame_share:
        frame = 0
    place_one(i, world, work, clip, frame)


@njit(cache=True, nogil=True)
def place_one(i: int, world: World, work: CoordinationWorkspace, clip: int, frame: int) -> None:
    """Put body `i` at a frame of a clip, with noise, its muscles ready for the next frame."""
    fleet, task = world.fleet, world.task
    random, length = fleet.random, task.lengths[clip]
    view = native.view_at(fleet.addresses[i])
    fleet.variant[i] = int(_uniform(random, i) * len(world.models))
    fleet.delayed[i] = int(_uniform(random, i) < world.delayed_share)
    model = int(world.models[fleet.variant[i]])
    _mj_reset_data(model, fleet.datas[i])
    state = task.states[task.starts[clip] + frame].copy()
    for j in range(ks.NUM_JOINTS):
        state[13 + j] += task.initial_noise * _normal(random, i)
        state[27 + j] += 10.0 * task.initial_noise * _normal(random, i)
    for axis in range(3):
        state[7 + axis] += 3.0 * task.initial_noise * _normal(random, i)
    state[2] += 0.005
    state_access.write_state(world.state_tables, view, state)
    fleet.shift[i] = 0.0
    on_leash = _uniform(random, i) < task.leash_share
    fleet.leash_left[i] = task.episode_frames if on_leash else 0
    ball = int(task.ball_of_frame[task.starts[clip] + frame])
    late = ball >= 0 and task.starts[clip] + frame > task.balls[ball, 0] - _BALL_GONE
    lay_ball(i, world, view, -1 if late else ball)
    target = task.states[task.starts[clip] + min(frame + 1, length - 1)]
    _mj_forward(model, fleet.datas[i])
    fleet.setpoint[i] = target[13:27]
    if world.has_muscles:
        setpoint = np.zeros(world.coordination.stiffness.shape[0])
        setpoint[: ks.NUM_JOINTS] = target[13:27]
        settle(world.coordination, view, work, setpoint, world.timestep)
        fleet.price[i] = work.scratch.price
    else:
        view.act[: ks.NUM_JOINTS] = state[13:27]
        view.ctrl[: ks.NUM_JOINTS] = target[13:27]
    fleet.clip[i], fleet.frame[i], fleet.age[i], fleet.push_left[i] = clip, frame, 0, 0
    state_access.read_state(world.state_tables, view, fleet.state[i])


@njit(cache=True, nogil=True)
def lay_ball(i: int, world: World, view: native.DataView, ball: int) -> None:
    """Lay the ball of body `i` where row `ball` of the table says, or far away if it is -1."""
    task, fleet = world.task, world.fleet
    fleet.ball[i] = ball
    if task.ball_qpos < 0:
        return
    place = view.qpos[task.ball_qpos : task.ball_qpos + 7]
    place[:] = 0.0
    place[0], place[1], place[2], place[3] = _ASIDE, 0.0, BALL_RADIUS, 1.0
    if ball >= 0:
        place[0] = task.balls[ball, 1] + fleet.shift[i, 0]
        place[1] = task.balls[ball, 2] + fleet.shift[i, 1]
    view.qvel[task.ball_qvel : task.ball_qvel + 6] = 0.0


@njit(cache=True, nogil=True)
def keep_ball(i: int, world: World, view: native.DataView) -> float:
    """Lay the next ball before body `i` when its time has come, and judge one that was kicked.

    Returns:
        The `kick_reward`, in the step after the kick only.
    """
    task, fleet = world.task, world.fleet
    if task.ball_qpos < 0:
        return 0.0
    clip = fleet.clip[i]
    now = task.starts[clip] + min(fleet.frame[i], task.lengths[clip] - 1)
    ball = int(task.ball_of_frame[now])
    if ball >= 0 and ball != task.ball_of_frame[now - 1]:
        lay_ball(i, world, view, ball)
    ball = fleet.ball[i]
    if ball < 0 or now < task.balls[ball, 0] + _BALL_GONE:
        return 0.0
    fleet.ball[i] = -1
    return kick_reward(
        view.qvel[task.ball_qvel], view.qvel[task.ball_qvel + 1], task.balls[ball, 3]
    )


@njit(cache=True, nogil=True)
def kick_reward(x: float, y: float, aim: float) -> float:
    """Reward, 0 to 1, of a ball that rolls with (x, y) [m/s] and should go in direction `aim`.

    Half of it for about the right direction, all of it within a few degrees, less for slow balls.
    """
    pace = min(1.0, np.sqrt(x * x + y * y) / _FULL_SPEED)
    off = abs(rotations.wrap(np.arctan2(y, x) - aim))
    return pace * (0.5 * np.exp(-off / 0.4) + 0.5 * np.exp(-((off / 0.1) ** 2)))


@njit(cache=True, nogil=True)
def observe_one(i: int, world: World, out: np.ndarray) -> None:
    """Write the observation of body `i` to `out` (n, OBSERVATION_SIZE)."""
    fleet, task = world.fleet, world.task
    start = task.starts[fleet.clip[i]]
    clip = task.states[start : start + task.lengths[fleet.clip[i]]]
    observation = np.empty(OBSERVATION_SIZE)
    observe_into(fleet.state[i], clip, fleet.frame[i], observation)
    out[i] = observation


@njit(cache=True, nogil=True)
def reset_share(
    first: int,
    last: int,
    world: World,
    work: CoordinationWorkspace,
    cumulative: np.ndarray,
    out: StepOutput,
) -> None:
    """Reset the bodies `first` to `last` - 1."""
    for i in range(first, last):
        reset_one(i, world, work, cumulative)
        observe_one(i, world, out.observation)


@njit(cache=True, nogil=True)
def start_share(
    first: int,
    last: int,
    world: World,
    work: CoordinationWorkspace,
    cumulative: np.ndarray,
    out: StepOutput,
    clips: np.ndarray,
) -> None:
    """Put the bodies `first` to `last` - 1 at the first frames of `clips` (n,)."""
    for i in range(first, last):
        place_one(i, world, work, clips[i], 0)
        observe_one(i, world, out.observation)


@njit(cache=True, nogil=True)
def target_of(i: int, world: World) -> np.ndarray:
    """The clip's frame (STATE_SIZE,) that body `i` should be at after the next control step."""
    fleet, task = world.fleet, world.task
    clip = fleet.clip[i]
    return task.states[task.starts[clip] + min(fleet.frame[i] + 1, task.lengths[clip] - 1)]


@njit(cache=True, nogil=True)
def offset_setpoint(
    i: int, world: World, target: np.ndarray, action: np.ndarray, setpoint: np.ndarray
) -> None:
    """Write the leg set-points [rad] of body `i`: the target's joint angles plus its action.

    Args:
        i: body.
        world: bodies and task.
        target: (STATE_SIZE,) where the body should be next.
        action: (n, 14) offsets in units of the action scale.
        setpoint: (num_joints,) output; joints beyond the legs keep their values.
    """
    for j in range(ks.NUM_JOINTS):
        setpoint[j] = target[13 + j] + world.task.action_scale * action[i, j]


@njit(cache=True, nogil=True)
def offset_bonus(action: np.ndarray) -> float:
    """Reward, up to 0.05, of an action (14,) that leaves the set-points near the clip."""
    return 0.05 * np.exp(-3.0 * np.sum(action * action) / ks.NUM_JOINTS)


@njit(cache=True, nogil=True)
def keep_pushing(i: int, world: World, view: native.DataView) -> None:
    """Start, keep up or end a random horizontal push on the pelvis of body `i`."""
    fleet, task = world.fleet, world.task
    row = 6 * task.pelvis
    if fleet.push_left[i] > 0:
        fleet.push_left[i] -= 1
        if fleet.push_left[i] == 0:
            view.xfrc_applied[row : row + 3] = 0.0
    elif _uniform(fleet.random, i) < task.push_probability:
        direction = 2.0 * np.pi * _uniform(fleet.random, i)
        duration = _PUSH_STEPS / CONTROL_RATE
        force = task.push_impulse * _uniform(fleet.random, i) / duration
        view.xfrc_applied[row] = force * np.cos(direction)
        view.xfrc_applied[row + 1] = force * np.sin(direction)
        fleet.push_left[i] = _PUSH_STEPS
        fleet.leash_left[i] = max(fleet.leash_left[i], task.leash_steps)


@njit(cache=True, nogil=True)
def pull_clip(i: int, world: World, target: np.ndarray) -> None:
    """Express the state of body `i` in its clip's frame, which is pulled along by a leash.

    A body that was pushed cannot be where the clip is. For a while, or in some episodes always,
    the clip then moves so that the pelvis stays within the leash, as the reference does that
    goals make (`core.reference_planner`).
    """
    fleet, leash = world.fleet, world.task.leash
    state, shift = fleet.state[i], fleet.shift[i]
    if fleet.leash_left[i] > 0:
        fleet.leash_left[i] -= 1
        x, y = state[0] - shift[0] - target[0], state[1] - shift[1] - target[1]
        far = np.sqrt(x * x + y * y)
        if far > leash:
            shift[0] += x * (1.0 - leash / far)
            shift[1] += y * (1.0 - leash / far)
    for axis in range(2):
        state[axis] -= shift[axis]
        state[41 + axis :: 3] -= shift[axis]


@njit(cache=True, nogil=True)
def task_frame(i: int, world: World) -> int:
    """Where in all frames body `i` is; there is always one more of its clip."""
    clip = world.fleet.clip[i]
    return world.task.starts[clip] + min(world.fleet.frame[i], world.task.lengths[clip] - 2)


@njit(cache=True, nogil=True)
def _advance(
    i: int,
    world: World,
    view: native.DataView,
    work: CoordinationWorkspace,
    setpoint: np.ndarray,
    steps: int,
    heading: float,
    measurement: kinetics.Measurement,
) -> float:
    """Some physics steps of body `i` under a command; returns the mean squared activation."""
    model, data = int(world.models[world.fleet.variant[i]]), world.fleet.datas[i]
    tables, timestep = world.coordination, world.timestep
    if not world.task.kinetics.measured:
        return physics.advance_coordinated(
            model, data, view, tables, work, setpoint, steps, timestep
        )
    return kinetics.advance_measured(
        model,
        data,
        view,
        tables,
        work,
        setpoint,
        steps,
        timestep,
        world.task.kinetics,
        heading,
        1.0 / SUBSTEPS,
        measurement,
    )


@njit(cache=True, nogil=True)
def step_share(
    first: int,
    last: int,
    world: World,
    work: CoordinationWorkspace,
    cumulative: np.ndarray,
    out: StepOutput,
    action: np.ndarray,
) -> None:
    """One control step of the bodies `first` to `last` - 1 with set-point offsets `action`."""
    fleet, kinetic = world.fleet, world.task.kinetics
    setpoint = np.zeros(world.coordination.stiffness.shape[0])
    measurement = kinetics.Measurement(np.zeros(KINETICS_SIZE), np.zeros(2))
    for i in range(first, last):
        view = native.view_at(fleet.addresses[i])
        target = target_of(i, world)
        offset_setpoint(i, world, target, action, setpoint)
        heading = rotations.heading(target[ks.QUATERNION])
        kinetics.clear(measurement)
        keep_pushing(i, world, view)
        effort = 0.0
        model, data = int(world.models[fleet.variant[i]]), fleet.datas[i]
        late = fleet.delayed[i]  # physics steps under the last command
        if world.has_muscles:
            work.scratch.price[:] = fleet.price[i]
            before = setpoint.copy()
            before[: ks.NUM_JOINTS] = fleet.setpoint[i]
            for wanted, steps in ((before, late), (setpoint, SUBSTEPS - late)):
                if steps > 0:
                    effort += steps * _advance(
                        i, world, view, work, wanted, steps, heading, measurement
                    )
            effort /= SUBSTEPS
            fleet.price[i] = work.scratch.price
        else:
            physics.advance_held(model, data, late)
            view.ctrl[: ks.NUM_JOINTS] = setpoint[: ks.NUM_JOINTS]
            physics.advance_held(model, data, SUBSTEPS - late)
        fleet.setpoint[i] = setpoint[: ks.NUM_JOINTS]
        bonus = offset_bonus(action[i])
        if kinetic.measured:
            frame = task_frame(i, world)
            bonus += kinetics.kinetic_reward(
                kinetic, frame, fleet.age[i], measurement, fleet.moment_errors[i]
            )
        if finish_one(i, world, view, target, bonus, effort, out):
            reset_one(i, world, work, cumulative)
            observe_one(i, world, out.observation)


@njit(cache=True, nogil=True)
def finish_one(
    i: int,
    world: World,
    view: native.DataView,
    target: np.ndarray,
    bonus: float,
    effort: float,
    out: StepOutput,
) -> bool:
    """After the physics of body `i`: reward, end of episode, observation.

    Args:
        i: body.
        world: bodies and task.
        view: arrays of the body.
        target: (STATE_SIZE,) where the body should be now.
        bonus: added to the imitation reward.
        effort: mean squared activation of this step.
        out: written at `i`.

    Returns:
        Whether the episode ended.
    """
    fleet, task = world.fleet, world.task
    fleet.frame[i] += 1
    fleet.age[i] += 1
    clip = fleet.clip[i]
    state_access.read_state(world.state_tables, view, fleet.state[i])
    pull_clip(i, world, target)
    kicked = task.kick_weight * keep_ball(i, world, view)
    distance, reward = imitation_reward(fleet.state[i], target)
    failed = not distance < task.termination_distance
    over = fleet.frame[i] >= task.lengths[clip] - 1 or fleet.age[i] >= task.episode_frames
    ended = failed or over
    out.reward[i] = 0.0 if failed else reward + bonus + kicked - task.effort_weight * effort
    out.failed[i], out.ended[i] = failed, ended
    out.distance[i], out.effort[i] = distance, effort
    out.clip[i], out.frame[i] = clip, fleet.frame[i]
    out.episode_length[i] = fleet.age[i] if ended else 0
    observe_one(i, world, out.final_observation)
    out.observation[i] = out.final_observation[i]
    return ended


@njit(cache=True, nogil=True)
def imitation_reward(state: np.ndarray, target: np.ndarray) -> tuple[float, float]:
    """Mean key-body distance [m] and imitation reward (0 to 0.95) of `state` against `target`.

    0.2 exp(-40 d) + 0.25 exp(-300 d) + 0.2 exp(-2 |dq|^2) + 0.15 exp(-|dv|^2)
    + 0.15 exp(-5 (3 - tr R)) with d the mean of |dx|^2 and x the key positions, q the joints, v the
    pelvis velocity, R the pelvis rotation error. The first term calls a body back that is far off
    (it halves at 0.13 m), the second makes it exact (at 0.05 m).
    """
    squared, distance = 0.0, 0.0
    for key in range(ks.NUM_KEYS):
        d = state[41 + 3 * key : 44 + 3 * key] - target[41 + 3 * key : 44 + 3 * key]
        norm = d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
        squared += norm / ks.NUM_KEYS
        distance += np.sqrt(norm) / ks.NUM_KEYS
    joints = 0.0
    for j in range(ks.NUM_JOINTS):
        joints += (state[13 + j] - target[13 + j]) ** 2
    velocity = 0.0
    for axis in range(3):
        velocity += (state[7 + axis] - target[7 + axis]) ** 2
    turned = rotations.angle_between(state[3:7], target[3:7])
    rotation = 2.0 * (1.0 - np.cos(turned))  # 3 - trace of the rotation error
    return distance, (
        0.2 * np.exp(-40.0 * squared)
        + 0.25 * np.exp(-300.0 * squared)
        + 0.2 * np.exp(-2.0 * joints)
        + 0.15 * np.exp(-velocity)
        + 0.15 * np.exp(-5.0 * rotation)
    )
