# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Velocities: the envelope of what the generator can do."""

import numpy as np

from kinesis_ros.core.gait import Velocity


def test_what_is_within_the_envelope_stays_as_it_is() -> None:
    rng = np.random.default_rng(3)
    for wish in rng.uniform(-4.0, 4.0, size=(200, 3)):
        once = Velocity(*wish).limited()
        assert once.limited() == once
