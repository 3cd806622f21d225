# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""English to plans: tokens, numbers and units, clauses, words, and an embedding for the rest."""

from kinesis_ros.core.language.understanding import understand

__all__ = [
    "understand",
]
