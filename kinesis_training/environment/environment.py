# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Vectorised imitation environments: many bodies, a few threads, one compiled control step.

There is one environment for both stages of training: the fast skeleton (joint servos) and the
muscle body (coordination) differ in one compiled branch.
"""

import dataclasses
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import mujoco
import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, Body, load_body, state_access
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.compiled import native
from kinesis_ros.core.muscles import (
    CoordinationConfig,
    CoordinationWorkspace,
    coordination_tables,
    new_workspace,
)
from kinesis_ros.core.policy import OBSERVATION_SIZE
from kinesis_ros.core.simulation import ball_addresses
from kinesis_ros.options import Range, check
from kinesis_training.clips import Corpus
from kinesis_training.environment.compiled_task import reset_share, start_share, step_share
from kinesis_training.environment.compiled_world import FLEET_STATE, Fleet, StepOutput, Task, World
from kinesis_training.environment.kinetics import KineticConfig, kinetic_task
from kinesis_training.environment.randomisation import RandomisationConfig, variants_of

ACTION_SIZE = ks.NUM_JOINTS
Note = Callable[[int, slice, StepOutput], None]


@dataclasses.dataclass(frozen=True)
class ImitationConfig:
    """The imitation task.

    Attributes:
        action_scale: set-point offset per unit of action [rad].
        termination_distance: episodes fail beyond this mean distance of the key bodies [m].
        episode_frames: longest episode [control steps].
        effort_weight: reward lost per mean squared activation.
        push_rate: pushes per second [Hz].
        push_impulse: largest horizontal impulse of a push on the pelvis [N s].
        leash: after a push the clip is pulled along so that the pelvis stays this close [m].
        leash_time: for this long after a push [s].
        leash_share: share of episodes whose clip waits for the body all the time, as references of
            goals do.
        kick_weight: reward of a ball that was kicked as it should be, once.
        initial_noise: std of the start pose's joint angles [rad]; speeds get ten times this.
        first_frame_share: episodes that begin with the clip; the others begin anywhere in it.
        kinetics: what moments and ground reactions like people's are worth.
        randomisation: how the bodies differ from the nominal one.
    """

    action_scale: float = 0.8
    termination_distance: Annotated[float, Range(0.01)] = 0.14
    episode_frames: int = 300
    effort_weight: float = 0.3
    push_rate: float = 0.2
    push_impulse: float = 40.0
    leash: float = 0.1
    leash_time: float = 2.0
    leash_share: Annotated[float, Range(0.0, 1.0)] = 0.0
    kick_weight: float = 5.0
    initial_noise: float = 0.03
    first_frame_share: float = 0.2
    kinetics: KineticConfig = dataclasses.field(default_factory=KineticConfig)
    randomisation: RandomisationConfig = dataclasses.field(default_factory=RandomisationConfig)

    def __post_init__(self) -> None:
        check(self)
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int | float) and not value >= 0:
                raise ValueError(f"{field.name} must not be negative")


class ImitationEnv:
    """`num_envs` bodies imitating clips of a corpus.

    Args:
        body: muscle body or fast skeleton.
        corpus: clips to imitate.
        config: the task.
        num_envs: number of bodies.
        workers: threads that step them.
        seed: of clip choice, start frames, noise and pushes.
        coordination: load sharing options of the muscle body.
    """

    def __init__(
        self,
        body: Body,
        corpus: Corpus,
        config: ImitationConfig | None = None,
        *,
        num_envs: int = 32,
        workers: int = 2,
        seed: int = 0,
        coordination: CoordinationConfig | None = None,
    ) -> None:
        self.body, self.corpus, self.num_envs = body, corpus, num_envs
        self.config = config or ImitationConfig()
        self.segments = corpus.segments()
        self._start_probability = self.segments.size / self.segments.size.sum()
        self._models = variants_of(body.model, self.config.randomisation)
        self._data = [mujoco.MjData(body.model) for _ in range(num_envs)]
        self._pool = ThreadPoolExecutor(workers)
        self._shares = np.linspace(0, num_envs, workers + 1).astype(int)
        # Compiled code wants the muscles' tables even where the skeleton leaves them unused.
        tables = coordination_tables(
            body if body.muscles else load_body(body.name), coordination or CoordinationConfig()
        )
        self._workspaces = [new_workspace(tables) for _ in range(workers)]
        self._world = World(
            fleet=self._make_fleet(seed, num_joints=len(tables.stiffness)),
            task=self._make_task(),
            state_tables=state_access.state_tables(body),
            coordination=tables,
            models=np.array([model._address for model in self._models], dtype=np.int64),
            delayed_share=self.config.randomisation.delayed_share,
            has_muscles=bool(body.muscles),
            timestep=body.model.opt.timestep,
        )
        self._output = StepOutput(
            observation=np.zeros((num_envs, OBSERVATION_SIZE), dtype=np.float32),
            final_observation=np.zeros((num_envs, OBSERVATION_SIZE), dtype=np.float32),
            reward=np.zeros(num_envs, dtype=np.float32),
            failed=np.zeros(num_envs, dtype=np.bool_),
            ended=np.zeros(num_envs, dtype=np.bool_),
            distance=np.zeros(num_envs, dtype=np.float32),
            effort=np.zeros(num_envs, dtype=np.float32),
            episode_length=np.zeros(num_envs, dtype=np.int64),
            clip=np.zeros(num_envs, dtype=np.int64),
            frame=np.zeros(num_envs, dtype=np.int64),
        )

    def seed(self, seed: int) -> None:
        """Choose clips, start frames, noise and pushes from now on as with this seed."""
        self._world.fleet.random[:] = _generators(seed, self.num_envs)

    def reset(self) -> np.ndarray:
        """Start every environment anew; returns observations (num_envs, OBSERVATION_SIZE)."""
        self._run(reset_share)
        return self._output.observation.copy()

    def start(self, clips: np.ndarray) -> np.ndarray:
        """Start every environment at the first frame of a clip; returns observations.

        Args:
            clips: (num_envs,) indices into the corpus.
        """
        self._run(start_share, np.ascontiguousarray(clips, dtype=np.int64))
        return self._output.observation.copy()

    def step(self, action: np.ndarray) -> StepOutput:
        """Advance every environment by one control step.

        Args:
            action: (num_envs, ACTION_SIZE) set-point offsets in units of `action_scale`.

        Returns:
            Arrays that the next step overwrites.
        """
        self._run(step_share, np.ascontiguousarray(action, dtype=np.float64))
        return self._output

    def roll_out(self, horizon: int, act: Callable[[int, slice], np.ndarray], note: Note) -> None:
        """Advance every environment by many control steps, each worker by itself.

        No worker waits for another one between the steps, as with `step`.

        Args:
            horizon: number of control steps.
            act: called by several threads with the number of the step and the environments of
                the thread; returns their actions (environments, ACTION_SIZE).
            note: called after each step with its number, the environments and the output, of
                which only their rows are valid.
        """

        def play(envs: slice, workspace: CoordinationWorkspace) -> None:
            action = np.zeros((self.num_envs, ACTION_SIZE))
            for t in range(horizon):
                action[envs] = act(t, envs)
                step_share(
                    envs.start, envs.stop, self._world, workspace, cumulative, self._output, action
                )
                note(t, envs, self._output)

        cumulative = np.cumsum(self._start_probability)
        futures = [
            self._pool.submit(play, slice(int(first), int(last)), workspace)
            for first, last, workspace in self._divided()
        ]
        for future in futures:
            future.result()

    @property
    def fleet(self) -> Fleet:
        """What all bodies are doing now; the next step overwrites it."""
        return self._world.fleet

    @property
    def playing(self) -> np.ndarray:
        """(num_envs,) index of the clip that every environment plays now."""
        return self._world.fleet.clip.copy()

    def set_clip_probability(self, probability: np.ndarray) -> None:
        """Begin in clips with these probabilities (clips,) from now on, anywhere in them."""
        size, clip = self.segments.size, self.segments.clip
        self.set_start_probability(probability[clip] * size / np.bincount(clip, size)[clip])

    def set_start_probability(self, probability: np.ndarray) -> None:
        """Begin in segments of clips with these probabilities (segments,) from now on."""
        self._start_probability = probability / probability.sum()

    def checkpoint(self) -> dict[str, np.ndarray]:
        """Everything needed to continue bit-exactly with `restore`."""
        model = self.body.model
        kind = mujoco.mjtState.mjSTATE_INTEGRATION
        physics_state = np.empty((self.num_envs, mujoco.mj_stateSize(model, kind)))
        for data, row in zip(self._data, physics_state, strict=True):
            mujoco.mj_getState(model, data, row, kind)
        fleet = {name: getattr(self._world.fleet, name).copy() for name in FLEET_STATE}
        return {
            "physics": physics_state,
            "observation": self._output.observation.copy(),
            "start_probability": self._start_probability.copy(),
            **fleet,
        }

    def restore(self, saved: dict[str, np.ndarray]) -> np.ndarray:
        """Continue from a `checkpoint`; returns the observations it was taken at.

        Raises:
            ValueError: another version of this package has made it.
        """
        if missing := sorted({*FLEET_STATE, "start_probability"} - saved.keys()):
            raise ValueError(
                f"the checkpoint is from another version, it lacks {', '.join(missing)}: "
                "start a new run folder --from it"
            )
        for name in FLEET_STATE:
            getattr(self._world.fleet, name)[:] = saved[name]
        variants = self._world.fleet.variant
        for data, row, variant in zip(self._data, saved["physics"], variants, strict=True):
            model = self._models[variant]
            mujoco.mj_setState(model, data, row, mujoco.mjtState.mjSTATE_INTEGRATION)
            mujoco.mj_step1(model, data)
        self._start_probability = saved["start_probability"].copy()
        self._output.observation[:] = saved["observation"]
        return self._output.observation.copy()

    def close(self) -> None:
        """Stop the worker threads."""
        self._pool.shutdown()

    def _run(self, share: Any, *arguments: Any) -> None:  # noqa: ANN401 compiled function
        cumulative = np.cumsum(self._start_probability)
        futures = [
            self._pool.submit(
                share, first, last, self._world, workspace, cumulative, self._output, *arguments
            )
            for first, last, workspace in self._divided()
        ]
        for future in futures:
            future.result()

    def _divided(self) -> Iterator[tuple[int, int, CoordinationWorkspace]]:
        """The first and the last + 1 environment of each worker, and its scratch space."""
        return zip(self._shares[:-1], self._shares[1:], self._workspaces, strict=True)

    def _make_task(self) -> Task:
        config, balls = self.config, self.corpus.balls()
        ball = ball_addresses(self.body)
        return Task(
            states=np.ascontiguousarray(self.corpus.states),
            starts=self.corpus.starts,
            lengths=self.corpus.lengths,
            segment_clip=self.segments.clip,
            segment_first=self.segments.first,
            segment_size=self.segments.size,
            action_scale=config.action_scale,
            termination_distance=config.termination_distance,
            episode_frames=config.episode_frames,
            effort_weight=config.effort_weight,
            push_probability=config.push_rate / CONTROL_RATE,
            push_impulse=config.push_impulse,
            leash=config.leash,
            leash_steps=round(config.leash_time * CONTROL_RATE),
            leash_share=config.leash_share,
            initial_noise=config.initial_noise,
            first_frame_share=config.first_frame_share,
            pelvis=self.body.model.body("pelvis").id,
            ball_of_frame=balls.of_frame,
            balls=balls.table,
            ball_qpos=ball[0] if ball else -1,
            ball_qvel=ball[1] if ball else -1,
            kick_weight=config.kick_weight,
            kinetics=kinetic_task(self.body, self.corpus.kinetics, config.kinetics),
        )

    def _make_fleet(self, seed: int, num_joints: int) -> Fleet:
        n = self.num_envs
        return Fleet(
            datas=np.array([data._address for data in self._data], dtype=np.int64),
            addresses=np.stack([native.addresses(data) for data in self._data]),
            clip=np.zeros(n, dtype=np.int64),
            frame=np.zeros(n, dtype=np.int64),
            age=np.zeros(n, dtype=np.int64),
            push_left=np.zeros(n, dtype=np.int64),
            leash_left=np.zeros(n, dtype=np.int64),
            ball=np.full(n, -1, dtype=np.int64),
            shift=np.zeros((n, 2)),
            variant=np.zeros(n, dtype=np.int64),
            delayed=np.zeros(n, dtype=np.int64),
            setpoint=np.zeros((n, ks.NUM_JOINTS)),
            random=_generators(seed, n),
            price=np.zeros((n, num_joints)),
            moment_errors=np.zeros((n, 2, ks.NUM_JOINTS)),
            state=np.zeros((n, ks.STATE_SIZE)),
        )


def _generators(seed: int, count: int) -> np.ndarray:
    """States (count,) of the bodies' random generators, which must not be 0."""
    return np.random.SeedSequence(seed).generate_state(count, np.uint64) | np.uint64(1)
