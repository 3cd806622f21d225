# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The learned part of the motion generator as a network: for programs that are not Python.

`kinesis export gaits.npz` writes it as ONNX. It computes what `Gaits` computes; where feet are put
down, and what happens between one command and the next, is planned in `core.generator`.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from kinesis_ros.core.gait import Gait, Gaits
from kinesis_ros.core.gait.gait import (
    HARMONICS,
    ON_THE_SPOT,
    REVERSED,
    SIDEWAYS_RHYTHM,
    TURN_HARMONICS,
    TURNING_RHYTHM,
)
from kinesis_training.runs.exporting import write_onnx

INPUTS = ("phase", "pace")
OUTPUTS = ("pelvis", "legs", "stride_rate", "stance_share")
_CONTENT = {
    "phase": "(batch, 1) of the gait cycle, 0 to 1, 0 where the right foot touches down",
    "pace": "(batch, 4) speed [m/s], turn rate [rad/s], lateral speed [m/s], running 0 to 1",
    "pelvis": "(batch, 6) forward and lateral sway [m], yaw, pitch, roll [rad], height [m]",
    "legs": "(batch, 14) joint angles [rad], right leg, then left",
    "stride_rate": "(batch, 1) [Hz]",
    "stance_share": "(batch, 1) share of the stride that a foot is on the floor",
}


class GaitNetwork(nn.Module):
    """Walking and running as learned, mixed by the share of running.

    Args:
        gaits: coefficients.
    """

    def __init__(self, gaits: Gaits) -> None:
        super().__init__()
        self.walking, self.running = _GaitModule(gaits.walking), _GaitModule(gaits.running)

    def forward(self, phase: Tensor, pace: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """What `OUTPUTS` names, each (batch, size).

        Args:
            phase: (batch, 1) of the gait cycle.
            pace: (batch, 4) speed [m/s], turn rate [rad/s], lateral speed [m/s], running 0 to 1.
        """
        velocity, running = pace[:, :3], pace[:, 3:]
        walk, run = self.walking(phase, velocity), self.running(phase, velocity)
        pelvis, legs, rate, share = (w + running * (r - w) for w, r in zip(walk, run, strict=True))
        return pelvis, legs, rate, share


def export_gaits(gaits: Gaits, path: Path) -> None:
    """Write the gaits as ONNX, with what goes in and out as metadata."""
    metadata = json.dumps({"kind": "gaits", **_CONTENT, "provenance": gaits.provenance})
    example = {"phase": torch.zeros(2, 1), "pace": torch.zeros(2, 4)}
    write_onnx(GaitNetwork(gaits), example, OUTPUTS, metadata, path)


class _GaitModule(nn.Module):
    """`Gait` for batches."""

    pelvis: Tensor
    leg: Tensor

    def __init__(self, gait: Gait) -> None:
        super().__init__()
        self.gait = gait
        self.register_buffer("pelvis", torch.from_numpy(gait.pelvis).float())
        self.register_buffer("leg", torch.from_numpy(gait.leg).float())

    def forward(self, phase: Tensor, velocity: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        speed, turn_rate, lateral = velocity.split(1, dim=1)
        fast = speed.abs()
        share = self._quadratic(self.gait.duty, fast).clamp(*self.gait.duty_range.tolist())
        along = self._forward(phase, fast, turn_rate)
        astern = self._forward(share - phase, fast, -turn_rate)
        backward = _smooth_step(-speed / REVERSED)
        pelvis, legs = (a + backward * (b - a) for a, b in zip(along, astern, strict=True))
        return pelvis, legs, self._stride_rate(fast, turn_rate, lateral), share

    def _stride_rate(self, fast: Tensor, turn_rate: Tensor, lateral: Tensor) -> Tensor:
        beyond = (fast / self.gait.speed_range[1]).clamp(min=1.0).sqrt()
        along = self._quadratic(self.gait.cadence, fast) * beyond
        turning = TURNING_RHYTHM * (1.0 - _smooth_step(fast / ON_THE_SPOT)) * turn_rate
        return (along**2 + (SIDEWAYS_RHYTHM * lateral) ** 2 + turning**2).sqrt()

    def _forward(self, phase: Tensor, fast: Tensor, turn_rate: Tensor) -> tuple[Tensor, Tensor]:
        above = self._known(fast) - self.gait.reference_speed
        right = _features(phase, above, turn_rate)
        left = _features(phase + 0.5, above, -turn_rate)
        return right @ self.pelvis, torch.cat([right @ self.leg, left @ self.leg], dim=1)

    def _known(self, fast: Tensor) -> Tensor:
        return fast.clamp(*self.gait.speed_range.tolist())

    def _quadratic(self, coefficients: np.ndarray, fast: Tensor) -> Tensor:
        constant, slope, square = coefficients.tolist()
        known = self._known(fast)
        return constant + known * (slope + known * square)


def _features(phase: Tensor, above: Tensor, turn_rate: Tensor) -> Tensor:
    """`core.gait.features` for columns (batch, 1)."""
    angle = 2.0 * torch.pi * phase * torch.arange(1, HARMONICS + 1)
    cos, sin = angle.cos(), angle.sin()
    one = torch.ones_like(phase)
    waves = torch.cat([one, cos, sin], dim=1)
    low = torch.cat([one, cos[:, :TURN_HARMONICS], sin[:, :TURN_HARMONICS]], dim=1)
    return torch.cat([waves, waves * above, waves * above**2, low * turn_rate], dim=1)


def _smooth_step(x: Tensor) -> Tensor:
    x = x.clamp(0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)
