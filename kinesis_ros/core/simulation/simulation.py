# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The simulated body: MuJoCo, muscle coordination, and what can be measured on it."""

import dataclasses
from typing import Protocol

import mujoco
import numpy as np

from kinesis_ros.core.body import SUBSTEPS, Body, load_body, read_state, state_tables, write_state
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.compiled import native
from kinesis_ros.core.muscles import CoordinationConfig, Coordinator
from kinesis_ros.core.policy import Embodiment, PolicyOutput, muscle_signals
from kinesis_ros.core.simulation.ground_reaction import FootReaction, GroundReaction
from kinesis_ros.core.simulation.penalty_area import BALL_QPOS, Ball, Goalkeeper
from kinesis_ros.core.simulation.physics import advance_coordinated, advance_held


@dataclasses.dataclass(frozen=True)
class SimulationConfig:
    """How a body is simulated and when it counts as fallen.

    Attributes:
        coordination: load sharing options.
        fall_height: pelvis height below which the body has fallen, as a share of the pelvis
            height when standing [1].
        fall_tilt: inclination of the pelvis from upright beyond which it has fallen [rad].
    """

    coordination: CoordinationConfig = dataclasses.field(default_factory=CoordinationConfig)
    fall_height: float = 0.7
    fall_tilt: float = 1.2

    def __post_init__(self) -> None:
        if not 0.0 < self.fall_height < 1.0:
            raise ValueError(f"fall_height must be between 0 and 1, it is {self.fall_height}")
        if not 0.0 < self.fall_tilt < np.pi:
            raise ValueError(f"fall_tilt must be between 0 and pi, it is {self.fall_tilt}")


class PhysicsWatcher(Protocol):
    """Sees every physics step of a simulation.

    Between the two calls MuJoCo computes the forces and integrates them. What follows from
    position and velocity (lengths, contacts, places of bodies) is up to date in both.
    """

    def before_step(self) -> None:
        """Position, velocity, activation and excitation are those of the step's beginning."""
        ...

    def after_step(self) -> None:
        """The forces are those of the step's beginning; coordinates and activation have moved."""
        ...


class CommandShapeError(ValueError):
    """A command with the wrong number of values or with one that is not finite."""


class Simulation:
    """One body on the floor, advanced by one control period at a time.

    Joints that a command does not mention (the trunk and the arms of larger bodies) are held
    at their neutral angles by the coordinator.

    Example:
        >>> from kinesis_ros import Simulation, load_body
        >>> simulation = Simulation(load_body("legs80"))  # it stands at the origin, facing x
        >>> setpoint = simulation.state()[13:27]  # angles of the 14 leg joints [rad]
        >>> simulation.step_setpoint(setpoint)  # the muscles are coordinated for 1/30 s
        >>> simulation.activation.shape, round(simulation.time, 4)
        ((80,), 0.0333)
        >>> simulation.step_excitation(simulation.activation)  # or told one by one
        >>> float(simulation.ground_reaction()["left"].force[2]) > 100.0  # [N]
        True

    Attributes:
        ball: of the scene; None: there is none.
        goalkeeper: likewise.
        watcher: sees every physics step; None: nobody does, and the steps are compiled code.

    Args:
        body: a body with muscles, in any scene.
        config: options.
    """

    def __init__(self, body: Body, config: SimulationConfig | None = None) -> None:
        self.body = body
        self.config = config or SimulationConfig()
        self.data = mujoco.MjData(body.model)
        self.ball = Ball.find(body, self.data)
        self.goalkeeper = Goalkeeper.find(body, self.data)
        self._body_size = body.model.nq - (0 if self.ball is None else BALL_QPOS)
        self._coordinator = Coordinator(body, self.config.coordination)
        self._view = native.view(self.data)
        self._tables = state_tables(body)
        self._ground = GroundReaction(body.model, self.data)
        self.watcher: PhysicsWatcher | None = None
        self._watched_slopes = np.zeros(body.model.nv)
        self._setpoint = np.zeros(len(body.joints))
        self._settled = False
        self._standing = self._stand()
        self.reset()

    @property
    def time(self) -> float:
        """Time since the last reset [s]."""
        return float(self.data.time)

    @property
    def standing_state(self) -> np.ndarray:
        """Upright at the origin, facing x, legs straight, soles on the floor, (STATE_SIZE,)."""
        return self._standing.copy()

    @property
    def fallen(self) -> bool:
        """Whether the pelvis is too low or too far from upright."""
        w, x, y, z = self.data.qpos[3:7]
        upright = w * w - x * x - y * y + z * z  # cosine of the inclination
        low = self.config.fall_height * self._standing[2]
        return bool(self.data.qpos[2] < low or upright < np.cos(self.config.fall_tilt))

    @property
    def diverged(self) -> bool:
        """Whether MuJoCo met a NaN or huge number since the last reset."""
        kinds = (
            mujoco.mjtWarning.mjWARN_BADQPOS,
            mujoco.mjtWarning.mjWARN_BADQVEL,
            mujoco.mjtWarning.mjWARN_BADQACC,
        )
        return any(self.data.warning[kind].number > 0 for kind in kinds)

    @property
    def body_qpos(self) -> np.ndarray:
        """MuJoCo's coordinates of the body alone; valid until the next step."""
        return self.data.qpos[: self._body_size]

    @property
    def activation(self) -> np.ndarray:
        """Muscle activations, (num_muscles,), 0 to 1; valid until the next step."""
        return self.data.act

    @property
    def muscle_length(self) -> np.ndarray:
        """Musculotendon lengths, (num_muscles,) [m]; valid until the next step."""
        return self.data.actuator_length

    @property
    def muscle_velocity(self) -> np.ndarray:
        """Lengthening speeds, (num_muscles,) [m/s]; valid until the next step."""
        return self.data.actuator_velocity

    @property
    def muscle_tension(self) -> np.ndarray:
        """Tendon tensions, (num_muscles,) [N], positive when the muscle pulls."""
        return -self.data.actuator_force

    @classmethod
    def embodied(cls, name: str, embodiment: Embodiment, scene: str = "none") -> "Simulation":
        """The body called `name` as a policy was trained with it.

        Args:
            name: one of `registry.BODIES`.
            embodiment: of the policy's metadata.
            scene: what is around it, one of `registry.SCENES`.
        """
        body = load_body(name, scene, embodiment.foot_contact_time)
        return cls(body, SimulationConfig(coordination=embodiment.coordination))

    def reset(self, state: np.ndarray | None = None) -> None:
        """Put the body into `state` (STATE_SIZE,), or make it stand, with relaxed muscles.

        The first set-point that follows gives the muscles the activations it asks for.
        """
        mujoco.mj_resetData(self.body.model, self.data)
        if self.goalkeeper is not None:
            self.goalkeeper.stand()
        write_state(self._tables, self._view, self._standing if state is None else state)
        mujoco.mj_forward(self.body.model, self.data)
        self._coordinator.work.scratch.price[:] = 0.0
        self._settled = False

    def step_setpoint(self, setpoint: np.ndarray) -> None:
        """Advance one control period with the muscles coordinated to leg joint set-points.

        Args:
            setpoint: (14,) wanted angles of `LEG_JOINTS` [rad].

        Raises:
            CommandShapeError: wrong size or not finite.
        """
        self._setpoint[: ks.NUM_JOINTS] = checked(setpoint, ks.NUM_JOINTS, "joint set-points")
        self._move_keeper()
        if not self._settled:
            self._coordinator.settle(self.data, self._setpoint)
            self._settled = True
        if self.watcher is not None:
            self._advance_watched(self.watcher, coordinated=True)
            return
        advance_coordinated(
            self.body.model._address,
            self.data._address,
            self._view,
            self._coordinator.tables,
            self._coordinator.work,
            self._setpoint,
            SUBSTEPS,
            self.body.model.opt.timestep,
        )

    def step_excitation(self, excitation: np.ndarray) -> None:
        """Advance one control period with held excitations (num_muscles,), cut to 0 to 1.

        Raises:
            CommandShapeError: wrong size or not finite.
        """
        size = len(self.body.muscles)
        np.clip(checked(excitation, size, "excitations"), 0.0, 1.0, out=self.data.ctrl)
        self._settled = True
        self._move_keeper()
        self._advance_held()

    def apply(self, output: PolicyOutput) -> None:
        """Advance one control period as a policy decided, by set-points or by excitations."""
        if output.excitation is not None:
            self.step_excitation(output.excitation)
        elif output.setpoint is not None:
            self.step_setpoint(output.setpoint)

    def muscle_signals(self) -> np.ndarray:
        """What a direct policy sees of the muscles, (3 * num_muscles,)."""
        return muscle_signals(
            self.activation,
            self.muscle_length,
            self.muscle_velocity,
            self.body.model.actuator_lengthrange,
        )

    def relax(self) -> None:
        """Advance one control period without excitation: the muscles go slack."""
        self.data.ctrl[:] = 0.0
        self._settled = True
        self._move_keeper()
        self._advance_held()

    def place_ball(self, x: float, y: float) -> None:
        """Lay the ball on the floor, at rest; everything else stays as it is.

        Raises:
            ValueError: there is no ball.
        """
        if self.ball is None:
            raise ValueError("there is no ball in the scene")
        self.ball.put(x, y)
        mujoco.mj_forward(self.body.model, self.data)

    def state(self) -> np.ndarray:
        """Kinematic state of the body, (STATE_SIZE,)."""
        state = np.empty(ks.STATE_SIZE)
        self.read_state(state)
        return state

    def read_state(self, state: np.ndarray) -> None:
        """Write the kinematic state of the body into `state` (STATE_SIZE,)."""
        read_state(self._tables, self._view, state)

    def joint_moment(self) -> np.ndarray:
        """Net moment of the muscles about each of `body.joints`, (num_joints,) [N m]."""
        return self._about_joints(self.data.qfrc_actuator, self._slopes())

    def solved_joint_moment(self) -> np.ndarray:
        """All that acts across each of `body.joints` in the step under way, (num_joints,) [N m].

        Muscles, the joints' damping and stiffness, and the ligaments that end their range: what
        inverse dynamics of motion and ground reaction finds. For a `PhysicsWatcher` after the step.
        """
        data, model = self.data, self.body.model
        ends = np.where(data.efc_type == mujoco.mjtConstraint.mjCNSTR_LIMIT_JOINT, 1.0, 0.0)
        ligaments = np.zeros(model.nv)
        if ends.any():
            mujoco.mj_mulJacTVec(model, data, ligaments, ends * data.efc_force)
        across = data.qfrc_actuator + data.qfrc_passive + ligaments
        return self._about_joints(across, self._watched_slopes)

    def _slopes(self) -> np.ndarray:
        """How far each dof moves with the joint that moves it, (nv,); 0: none does."""
        tables = self._coordinator.tables
        moving = tables.dof_joint >= 0
        x = self.data.qpos[tables.joint_qpos[tables.dof_joint[moving]]]
        c = tables.dof_slope[moving].T
        slopes = np.zeros(len(moving))
        slopes[moving] = c[0] + x * (c[1] + x * (c[2] + x * c[3]))
        return slopes

    def _about_joints(self, force: np.ndarray, slopes: np.ndarray) -> np.ndarray:
        """Sum generalised forces (nv,) up about `body.joints`, (num_joints,).

        The knee's coupled coordinates count into the knee, each by its slope.
        """
        joint = self._coordinator.tables.dof_joint
        moving = joint >= 0
        return np.bincount(joint[moving], (force * slopes)[moving], minlength=len(self.body.joints))

    def ground_reaction(self) -> dict[str, FootReaction]:
        """What the floor does to the 'left' and the 'right' foot."""
        self._solve_contacts()
        return self._ground.read()

    def solved_ground_reaction(self) -> dict[str, FootReaction]:
        """The same as it was in the step under way, for a `PhysicsWatcher` after the step."""
        return self._ground.read()

    def _advance_held(self) -> None:
        """Advance one control period with the excitations as they are."""
        if self.watcher is not None:
            self._advance_watched(self.watcher, coordinated=False)
            return
        advance_held(self.body.model._address, self.data._address, SUBSTEPS)

    def _advance_watched(self, watcher: PhysicsWatcher, *, coordinated: bool) -> None:
        """The same as `advance_coordinated` or `advance_held`, step by step."""
        for _ in range(SUBSTEPS):
            if coordinated:
                self._coordinator.excite(self.data, self._setpoint)
            watcher.before_step()
            self._watched_slopes = self._slopes()  # before the coordinates move
            mujoco.mj_step2(self.body.model, self.data)
            watcher.after_step()
            mujoco.mj_step1(self.body.model, self.data)

    def _move_keeper(self) -> None:
        if self.goalkeeper is not None and self.ball is not None:
            self.goalkeeper.advance(self.ball.state)

    def _solve_contacts(self) -> None:
        """Compute the forces of the present contacts; the motion to come stays the same.

        A control step ends after MuJoCo's velocity stage (see `physics`): the contacts are those
        of the new position, but the forces in their place would still be the old contacts'.
        """
        warm_start = self.data.qacc_warmstart.copy()
        mujoco.mj_fwdActuation(self.body.model, self.data)
        mujoco.mj_fwdAcceleration(self.body.model, self.data)
        mujoco.mj_fwdConstraint(self.body.model, self.data)
        self.data.qacc_warmstart[:] = warm_start

    def _stand(self) -> np.ndarray:
        """Find the height at which the lowest geom touches the floor, legs straight."""
        model = self.body.model
        state = np.zeros(ks.STATE_SIZE)
        state[ks.Z] = model.qpos0[2]
        state[ks.QW] = 1.0
        write_state(self._tables, self._view, state)
        mujoco.mj_kinematics(model, self.data)
        state[ks.Z] -= self._ground.clearance()
        write_state(self._tables, self._view, state)
        mujoco.mj_kinematics(model, self.data)
        self.read_state(state)
        return state


def checked(values: np.ndarray, size: int, what: str) -> np.ndarray:
    """Return `values` if they are `size` finite numbers.

    Raises:
        CommandShapeError: says what is wrong with which value.
    """
    if values.shape != (size,):
        raise CommandShapeError(f"{what}: {values.size} values instead of {size}")
    finite = np.isfinite(values)
    if not finite.all():
        worst = int(np.argmin(finite))
        raise CommandShapeError(f"{what}: value {worst} of {size} is {values[worst]}")
    return values
