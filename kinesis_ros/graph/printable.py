# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Texts of strangers on a terminal: what would move its cursor or forge a line is spelled out."""


def printable(text: str) -> str:
    """The text on one line, its control characters written as Python writes them."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
