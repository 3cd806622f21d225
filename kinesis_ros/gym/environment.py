# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the environments share: a body beside its reference, observed and pictured."""

from abc import abstractmethod
from typing import Any, ClassVar, TypedDict, Unpack

import gymnasium
import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, load_body
from kinesis_ros.core.rollout import Lockstep, Reference, due
from kinesis_ros.core.simulation import Simulation
from kinesis_ros.gym.camera import Camera
from kinesis_ros.gym.contract import Contract
from kinesis_training.environment import ImitationConfig
from urdf_mjcf.registry import DEFAULT_BODY

Info = dict[str, Any]


class BodyOptions(TypedDict, total=False):
    """What every environment can be made with; see `BodyEnv`."""

    body: str
    control: str
    effort_weight: float
    render_mode: str | None
    width: int
    height: int


class BodyEnv(gymnasium.Env[np.ndarray, np.ndarray]):
    """A body and a reference that its task lays; a subclass says which, and what is rewarded.

    One step is a control step of 1/30 s. The observation holds the body's state and the next frames
    of the reference, as policies see them (`Contract`); the reference is what tells the agent about
    its task. `terminated`: the body fell, or the physics blew up; the reward of that step is 0.
    `truncated`: the time is over. Every info holds

    | key | |
    | --- | --- |
    | `effort` | mean squared activation of the muscles, 0..1; after a step |
    | `fallen` | whether the body has fallen |

    and what the task adds.

    Attributes:
        lockstep: the body and its reference: `lockstep.state`, `lockstep.simulation`,
            `lockstep.pusher`.
        contract: makes observations and understands actions.

    Args:
        reference: what is followed.
        options: of `BodyOptions`:
            body: one of `BODY_NAMES`; default: 'legs80'.
            control: 'coordinated' or 'direct': what actions are, see `Contract`.
            effort_weight: reward lost per effort.
            render_mode: 'rgb_array' or None.
            width, height: of pictures [pixels].

    Raises:
        UnknownBodyError: with the names that exist.
        ValueError: control or render mode does not exist.
    """

    metadata: ClassVar[dict[str, Any]] = {  # type: ignore[misc] gymnasium has it by instance
        "render_modes": ["rgb_array"],
        "render_fps": round(CONTROL_RATE),
    }

    def __init__(self, reference: Reference, **options: Unpack[BodyOptions]) -> None:
        self.render_mode = options.get("render_mode")
        modes = self.metadata["render_modes"]
        if self.render_mode not in (None, *modes):
            raise ValueError(f"render mode '{self.render_mode}' is not one of {', '.join(modes)}")
        self._size = options.get("width", 480), options.get("height", 480)
        self._effort_weight = options.get("effort_weight", ImitationConfig().effort_weight)
        body = load_body(options.get("body", DEFAULT_BODY))
        self.contract = Contract(body, options.get("control", "coordinated"))
        self.observation_space = self.contract.observation_space
        self.action_space = self.contract.action_space
        self.lockstep = Lockstep(Simulation(body), reference)
        self._camera: Camera | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, Info]:
        """Begin an episode.

        Args:
            seed: of the tasks that are drawn from now on.
            options: chooses the task instead of drawing it; the subclass says how.
        """
        super().reset(seed=seed)
        self._choose(options or {})
        self.lockstep.reset()
        if self._camera is not None:
            self._camera.turn()
        return self._look(), {"fallen": False, **self._tell()}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, Info]:
        """Let one control step pass."""
        target = due(*self._seen)
        self.lockstep.advance(self.contract.decide(action, target))
        simulation = self.lockstep.simulation
        effort = float(np.mean(simulation.activation**2))
        lost = simulation.fallen or simulation.diverged or self._lost(target)
        reward = 0.0 if lost else self._reward(action, target) - self._effort_weight * effort
        info = {"effort": effort, "fallen": simulation.fallen, **self._tell()}
        return self._look(), reward, lost, self._over(), info

    def render(self) -> np.ndarray | None:
        """A picture of the body, (height, width, 3) uint8; None without a render mode.

        Raises:
            GraphicsError: there is no way to draw here.
        """
        if self.render_mode is None:
            return None
        if self._camera is None:
            self._camera = Camera(self.lockstep.simulation, *self._size)
        return self._camera.picture()

    def close(self) -> None:
        """Give the graphics back."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None

    def _look(self) -> np.ndarray:
        self._instruct()
        self._seen = self.lockstep.look()
        return self.contract.observe(self.lockstep.simulation, *self._seen)

    @abstractmethod
    def _choose(self, options: dict[str, Any]) -> None:
        """Draw the task of an episode, or take it from the options of `reset`."""

    def _instruct(self) -> None:
        """Tell the reference what is wanted, before it is looked at."""

    @abstractmethod
    def _reward(self, action: np.ndarray, target: np.ndarray) -> float:
        """Of a step that made the body arrive in `lockstep.state`, effort aside."""

    def _lost(self, target: np.ndarray) -> bool:
        """Whether the task has failed though the body stands."""
        return False

    def _over(self) -> bool:
        """Whether the task is at its end."""
        return False

    @abstractmethod
    def _tell(self) -> Info:
        """What the task adds to the info, in new arrays."""


def refuse_unknown(options: dict[str, Any], *known: str) -> None:
    """Check the options of a reset.

    Raises:
        ValueError: names the one that does not exist, and those that do.
    """
    if unknown := [name for name in options if name not in known]:
        raise ValueError(f"option '{unknown[0]}' of reset does not exist; use {', '.join(known)}")
