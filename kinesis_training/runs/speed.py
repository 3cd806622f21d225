# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How fast training is on this machine: collecting experience alone, and with learning."""

import dataclasses
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort

from kinesis_ros.core.body import load_body, load_skeleton
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.policy import default_policy
from kinesis_training.checkpoints import load_expert
from kinesis_training.clips import Corpus
from kinesis_training.environment import ImitationEnv
from kinesis_training.environment.compiled_world import StepOutput
from kinesis_training.learning import Trainer
from kinesis_training.networks import ActorCritic
from kinesis_training.runs.run_config import default_config
from urdf_mjcf.registry import DEFAULT_BODY

_WALKING_SPEED = 1.2  # [m/s]
_STEPS = 40  # control steps of a measurement


@dataclasses.dataclass(frozen=True)
class EnvironmentSpeed:
    """Control steps per second of one training environment.

    Attributes:
        environment: 'skeleton' or 'muscle'.
        workers: threads that step it.
        steps_per_second: collecting experience only, median [1/s].
        training_steps_per_second: collecting and learning, median [1/s].
    """

    environment: str
    workers: int
    steps_per_second: float
    training_steps_per_second: float


def measure_environment(kind: str, workers: int, repeats: int) -> EnvironmentSpeed:
    """Measure a training environment of the default body on generated walking.

    Args:
        kind: 'skeleton' or 'muscle'.
        workers: threads that step the bodies.
        repeats: measurements that the medians are taken of.
    """
    body = load_skeleton(DEFAULT_BODY) if kind == "skeleton" else load_body(DEFAULT_BODY)
    walk = MotionGenerator.load().walk(10.0, _WALKING_SPEED)
    corpus = Corpus.of([Clip("walk", "generated", walk)])
    env = ImitationEnv(body, corpus, num_envs=64, workers=workers)
    try:
        collecting = _collecting_rate(env, repeats)
        return EnvironmentSpeed(kind, workers, collecting, _training_rate(env, workers, repeats))
    finally:
        env.close()


class _BatchPolicy:
    """The shipped policy on a batch of observations, so that bodies walk while measured."""

    def __init__(self, path: Path) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1  # the cores belong to the physics
        self._session = ort.InferenceSession(str(path), options, ["CPUExecutionProvider"])

    def __call__(self, observation: np.ndarray) -> np.ndarray:
        return np.asarray(self._session.run(["action"], {"observation": observation})[0])


def _collecting_rate(env: ImitationEnv, repeats: int) -> float:
    """Control steps per second without learning."""
    observation = env.reset()
    policy = _BatchPolicy(default_policy(DEFAULT_BODY))

    def act(_step: int, envs: slice) -> np.ndarray:
        return policy(observation[envs])

    def note(_step: int, envs: slice, out: StepOutput) -> None:
        observation[envs] = out.observation[envs]

    rates = []
    for _ in range(repeats):
        started = time.perf_counter()
        env.roll_out(_STEPS, act, note)
        rates.append(_STEPS * env.num_envs / (time.perf_counter() - started))
    return statistics.median(rates)


def _training_rate(env: ImitationEnv, workers: int, repeats: int) -> float:
    """Control steps per second of whole training iterations."""
    config = default_config("finetune" if env.body.muscles else "skeleton")
    network = ActorCritic(config.network)
    network.load_state_dict(load_expert(default_policy(DEFAULT_BODY).with_suffix(".pt")))
    loop = dataclasses.replace(config.trainer, threads=workers)
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(env, network, config.ppo, loop, Path(folder))
        return statistics.median(trainer.iterate().steps_per_second for _ in range(repeats))
