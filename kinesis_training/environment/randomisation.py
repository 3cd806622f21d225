# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Randomised bodies: what differs between people, shoes and floors, and between model and muscle.

A few variants of the model are made once; every episode draws one. The policy and the coordination
know the nominal body only, so what is learned does not hang on its exact numbers.
"""

import copy
import dataclasses

import mujoco
import numpy as np


@dataclasses.dataclass(frozen=True)
class RandomisationConfig:
    """How far the variants differ from the nominal body.

    Attributes:
        variants: models, the nominal one among them; 1: no randomisation.
        mass_spread: standard deviation of each segment's mass, as a share of it.
        strength_spread: standard deviation of each muscle's (or servo's) strength, as a share.
        lag_spread: standard deviation of the logarithm of all activation time constants.
        friction: lowest and highest sliding friction, as a share of the nominal one.
        delayed_share: episodes in which a command takes effect one physics step late.
        seed: of the variants.
    """

    variants: int = 8
    mass_spread: float = 0.08
    strength_spread: float = 0.08
    lag_spread: float = 0.3
    friction: tuple[float, float] = (0.6, 1.2)
    delayed_share: float = 0.3
    seed: int = 0

    def __post_init__(self) -> None:
        if self.variants < 1:
            raise ValueError(f"variants must be 1 or more, it is {self.variants}")
        for name in ("mass_spread", "strength_spread", "lag_spread", "delayed_share"):
            if not getattr(self, name) >= 0.0:
                raise ValueError(f"{name} must not be negative")
        low, high = self.friction
        if not 0.0 < low <= high:
            raise ValueError(f"friction must be two positive numbers in order, it is {low}, {high}")

    def scaled(self, share: float) -> "RandomisationConfig":
        """The same variants, their differences `share` as large; commands are as late as before."""
        low, high = self.friction
        return dataclasses.replace(
            self,
            mass_spread=share * self.mass_spread,
            strength_spread=share * self.strength_spread,
            lag_spread=share * self.lag_spread,
            friction=(1.0 + share * (low - 1.0), 1.0 + share * (high - 1.0)),
        )


NO_RANDOMISATION = RandomisationConfig(variants=1, delayed_share=0.0)


def variants_of(model: mujoco.MjModel, config: RandomisationConfig) -> list[mujoco.MjModel]:
    """The nominal model and its variants, the same ones for the same seed."""
    rng = np.random.default_rng(config.seed)
    return [model, *(_variant(model, config, rng) for _ in range(config.variants - 1))]


def _variant(
    model: mujoco.MjModel, config: RandomisationConfig, rng: np.random.Generator
) -> mujoco.MjModel:
    variant = copy.copy(model)
    masses = _factors(rng, config.mass_spread, model.nbody)
    variant.body_mass[:] *= masses
    variant.body_inertia[:] *= masses[:, None]
    strength = _factors(rng, config.strength_spread, model.nu)
    muscles = model.actuator_gaintype == mujoco.mjtGain.mjGAIN_MUSCLE
    for parameters in (variant.actuator_gainprm, variant.actuator_biasprm):
        parameters[muscles, 2] *= strength[muscles]  # peak isometric force
    # A servo is kp (u - q) - kd qd: one factor for all of it.
    variant.actuator_gainprm[~muscles, 0] *= strength[~muscles]
    variant.actuator_biasprm[~muscles, :3] *= strength[~muscles, None]
    constants = np.where(muscles, 2, 1)  # rise and fall, or one time constant
    lag = float(np.exp(config.lag_spread * rng.standard_normal()))
    for i, count in enumerate(constants):
        variant.actuator_dynprm[i, :count] *= lag
    friction = rng.uniform(*config.friction)
    variant.geom_friction[:, 0] *= friction
    variant.pair_friction[:, :2] *= friction
    scratch = mujoco.MjData(variant)
    mujoco.mj_setConst(variant, scratch)
    return variant


def _factors(rng: np.random.Generator, spread: float, count: int) -> np.ndarray:
    """Positive factors (count,) about 1."""
    return np.clip(1.0 + spread * rng.standard_normal(count), 0.5, 1.5)
