# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Sentences: what is said, what the body does, and whether that is what was meant."""

import dataclasses
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kinesis_ros.benchmarks.goal_trials import Track, Walker
from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.plans import GoalError

PROTOCOL = (
    "each text from standing; until it is done and 1 s more, at most 120 s, endless ones for 8 s; "
    "forward and left: displacement of the pelvis in the starting heading frame; heading: turned "
    "since the start, whole turns counted, or the same direction within half a turn; mean speed: "
    "while faster than 0.2 m/s; a fall fails"
)
ENDLESS_TIME, LONGEST, AFTERWARDS = 8.0, 120.0, 1.0  # [s]

_RANGES = ("forward_m", "left_m", "heading_deg", "mean_speed_m_s")
_SWITCHES = ("stopped", "refused")


class PromptError(ValueError):
    """A file of prompts that cannot be used; the message names the line."""


@dataclasses.dataclass(frozen=True)
class Prompt:
    """A sentence and what is expected of it.

    Attributes:
        text: English.
        ranges: of `forward_m`, `left_m`, `heading_deg`, `mean_speed_m_s`, lowest and highest.
        stopped: whether the body stands in the end; None: either.
        refused: whether it cannot be carried out.
    """

    text: str
    ranges: dict[str, tuple[float, float]]
    stopped: bool | None = None
    refused: bool = False


@dataclasses.dataclass(frozen=True)
class TextTrial:
    """How one sentence went.

    Attributes:
        text: the sentence.
        plan: as it was understood; empty: refused.
        passed: whether the body did what was expected.
        why: what was wrong, or why it was refused; empty: nothing.
        fell: whether the body fell.
    """

    text: str
    plan: str
    passed: bool
    why: str
    fell: bool


def read_prompts(path: Path) -> list[Prompt]:
    """Read prompts, one JSON object a line; empty lines are passed over.

    Raises:
        PromptError: names the line and what is wrong with it.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"'{path}' cannot be read: {error}") from error
    prompts = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                prompts.append(_prompt(json.loads(line)))
            except (ValueError, TypeError) as error:
                raise PromptError(f"'{path}', line {number}: {error}") from error
    if not prompts:
        raise PromptError(f"'{path}' has no prompts")
    return prompts


def _prompt(record: Any) -> Prompt:  # noqa: ANN401 any JSON
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise ValueError("a prompt is an object with 'text'")
    expect = record.get("expect", {})
    if not isinstance(expect, dict):
        raise ValueError("'expect' is an object")
    strange = expect.keys() - {*_RANGES, *_SWITCHES}
    if strange:
        known = ", ".join((*_RANGES, *_SWITCHES))
        raise ValueError(f"'{min(strange)}' cannot be expected; there are {known}")
    for name in _SWITCHES:
        if not isinstance(expect.get(name, False), bool):
            raise ValueError(f"'{name}' is true or false")
    ranges = {name: _range(name, expect[name]) for name in _RANGES if name in expect}
    return Prompt(record["text"], ranges, expect.get("stopped"), expect.get("refused", False))


def _range(name: str, value: Any) -> tuple[float, float]:  # noqa: ANN401 any JSON
    numbers = isinstance(value, list) and all(isinstance(v, int | float) for v in value)
    if not numbers or len(value) != 2 or not value[0] <= value[1]:
        raise ValueError(f"'{name}' is two numbers, lowest and highest, not {value}")
    return float(value[0]), float(value[1])


def try_text(walker: Walker, prompt: Prompt) -> TextTrial:
    """Say one sentence and compare what comes of it."""
    walker.reset()
    try:
        walker.reference.say(prompt.text)
    except GoalError as error:
        why = "" if prompt.refused else f"refused: {error}"
        return TextTrial(prompt.text, "", prompt.refused, why or str(error), False)
    plan = walker.reference.goals.plan
    if prompt.refused:
        return TextTrial(prompt.text, plan.describe(), False, "not refused", False)
    track = _run(walker, endless=plan.endless)
    faults = [*(["the body fell"] if walker.fell else []), *_faults(track, prompt)]
    return TextTrial(prompt.text, plan.describe(), not faults, "; ".join(faults), walker.fell)


def _run(walker: Walker, *, endless: bool) -> Track:
    track = Track()
    left = round((ENDLESS_TIME if endless else LONGEST) * CONTROL_RATE)
    while left > 0 and not walker.fell:
        track.add(walker.step())
        left -= 1
        if not endless and walker.reference.goals.progress() is None:
            left, endless = round(AFTERWARDS * CONTROL_RATE), True
    return track


def _faults(track: Track, prompt: Prompt) -> Iterable[str]:
    values = {
        "forward_m": [float(track.place[0])],
        "left_m": [float(track.place[1])],
        "heading_deg": _headings(math.degrees(track.heading)),
        "mean_speed_m_s": [track.mean_speed],
    }
    for name, (low, high) in prompt.ranges.items():
        if not any(low <= value <= high for value in values[name]):
            yield f"{name} is {values[name][0]:.2f}, not {low:g} to {high:g}"
    if prompt.stopped is not None and track.stopped is not prompt.stopped:
        yield "it does not stand" if prompt.stopped else "it stands"


def _headings(turned: float) -> list[float]:
    """A heading as people may write it [degrees]: wound, within half a turn, or past behind."""
    wrapped = (turned + 180.0) % 360.0 - 180.0
    behind = [wrapped + 360.0, wrapped - 360.0] if abs(wrapped) > 90.0 else []
    return [turned, wrapped, *behind]
