# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is trained on: the corpus of clips, and references of the motion generator."""

from kinesis_training.clips.corpus import (
    Corpus,
    is_generated,
    load_clips,
    with_mirrored,
    without_twins,
)
from kinesis_training.clips.references import generated_clips, write_clips

__all__ = [
    "Corpus",
    "generated_clips",
    "is_generated",
    "load_clips",
    "with_mirrored",
    "without_twins",
    "write_clips",
]
