# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the page says in words and bars, as HTML; everything that is not ours is escaped."""

import dataclasses
import html
from collections import deque
from collections.abc import Sequence

GREEN, AMBER, RED, BLUE, GREY = "#37b24d", "#f08c00", "#e03131", "#4dabf7", "#868e96"

_SIGNS = {
    "accepted": ("●", BLUE),
    "active": ("●", BLUE),
    "succeeded": ("✓", GREEN),
    "failed": ("✕", RED),
    "refused": ("✕", RED),
    "preempted": ("◦", GREY),
}
_OPEN = ("accepted", "active")
_NO_ANSWER = "…"
_REMEMBERED = 5  # commands
_LONGEST = 80  # characters of a command that are shown


@dataclasses.dataclass
class Vitals:
    """The figures at the top of the page; None: not known yet.

    Attributes:
        speed: of the body [m/s].
        distance: walked [m].
        real_time_factor: simulated by elapsed time [1].
        latency: median from a state to its command [ms].
        health: the simulation's own words.
        level: 0 well, 1 warning, 2 error.
    """

    speed: float | None = None
    distance: float | None = None
    real_time_factor: float | None = None
    latency: float | None = None
    health: str = "waiting for the simulation"
    level: int = 1


def vitals_html(vitals: Vitals) -> str:
    """Four figures in a row, and the simulation's health below when it is not well."""
    slow = vitals.real_time_factor is not None and vitals.real_time_factor < 0.95
    tiles = (
        ("speed", _number(vitals.speed, 2), "m/s", ""),
        ("distance", _number(vitals.distance, 1), "m", ""),
        ("real time", _number(vitals.real_time_factor, 2), "x", AMBER if slow else ""),
        ("latency", _number(vitals.latency, 1), "ms", ""),
    )
    cells = "".join(
        '<div style="flex:1;text-align:center">'
        f'<div style="font-size:1.15em;font-weight:600;color:{color or "inherit"};'
        f'font-variant-numeric:tabular-nums">{value}'
        f'<span style="font-size:.65em;font-weight:400;opacity:.65"> {unit}</span></div>'
        f'<div style="font-size:.68em;opacity:.6">{label}</div></div>'
        for label, value, unit, color in tiles
    )
    color = (GREEN, AMBER, RED)[vitals.level]
    health = (
        f'<div style="font-size:.78em;padding:.3em .2em 0"><span style="color:{color}">●</span> '
        f"{html.escape(vitals.health)}</div>"
    )
    row = f'<div style="display:flex">{cells}</div>'
    return f'<div style="padding:.2em .75em .45em">{row}{health}</div>'


def goal_html(goal: str, state: str, reason: str) -> str:
    """The message line: what the body is doing, and how far it is."""
    _, color = _SIGNS.get(state, ("●", GREY))
    return (
        f'<div id="kinesis-goal" style="margin:0 .75em .5em;padding:.4em .6em;border-radius:.3em;'
        f"font-size:.82em;line-height:1.35;background:color-mix(in srgb,{color} 14%,transparent);"
        f'border-left:3px solid {color}">'
        f"<b>{_short(goal)}</b> <span style='opacity:.75'>{html.escape(state)}</span>"
        f'<div style="opacity:.8">{html.escape(reason)}</div></div>'
    )


def experts_html(weights: Sequence[float]) -> str:
    """A bar for each expert of the policy; its length is the gate's weight."""
    bars = "".join(
        '<div style="display:flex;align-items:center;gap:.5em;font-size:.72em;margin:.15em 0">'
        f'<span style="width:4.6em;opacity:.7">expert {i + 1}</span>'
        '<div style="flex:1;height:.6em;border-radius:.3em;background:rgba(134,142,150,.22)">'
        f'<div style="width:{100.0 * min(max(weight, 0.0), 1.0):.0f}%;height:100%;'
        f'border-radius:.3em;background:{BLUE}"></div></div>'
        f'<span style="width:3.2em;text-align:right;font-variant-numeric:tabular-nums">'
        f"{100.0 * weight:.0f} %</span></div>"
        for i, weight in enumerate(weights)
    )
    if not bars:
        bars = '<div style="font-size:.75em;opacity:.6">the policy has not answered yet</div>'
    return f'<div style="padding:.1em .75em .5em">{bars}</div>'


def legend_html(
    names: Sequence[tuple[str, str]], colors: tuple[str, str], scale: Sequence[str]
) -> str:
    """What the colours and the chart's abbreviations mean.

    Args:
        names: of the muscles (short, long).
        colors: of the right and of the left side in the chart.
        scale: colours of a muscle in the scene, from relaxed to fully active.
    """
    right, left = colors
    meaning = "; ".join(f"{short} {html.escape(long)}" for short, long in names)
    return (
        '<div style="font-size:.72em;padding:0 .75em .5em;line-height:1.5">'
        '<div style="display:flex;align-items:center;gap:.5em">'
        f'<span><span style="color:{right}">■</span> right&ensp;'
        f'<span style="color:{left}">■</span> left</span>'
        '<span style="margin-left:auto;opacity:.7">activation 0</span>'
        '<span style="width:5em;height:.7em;border-radius:.2em;'
        f'background:linear-gradient(90deg,{",".join(scale)})"></span>'
        '<span style="opacity:.7">1</span></div>'
        f'<details style="opacity:.7"><summary style="cursor:pointer">names</summary>{meaning}'
        "</details></div>"
    )


@dataclasses.dataclass
class _Entry:
    text: str
    state: str = "accepted"
    answer: str = _NO_ANSWER


class History:
    """The latest commands, how they were understood, and what became of them."""

    def __init__(self) -> None:
        self._entries: deque[_Entry] = deque(maxlen=_REMEMBERED)

    def say(self, text: str) -> None:
        """Note a command that was sent."""
        self._entries.append(_Entry(text))

    def understand(self, plan: str) -> None:
        """Note how the newest command was understood."""
        if self._entries and self._entries[-1].answer == _NO_ANSWER and plan:
            self._entries[-1].answer = plan

    def tell(self, goal: str, state: str, reason: str) -> None:
        """Note what becomes of a goal."""
        open_entries = [
            entry
            for entry in self._entries
            if entry.text.strip() == goal.strip() and entry.state in _OPEN
        ]
        if not open_entries:
            return
        # The same words again: it is the first ones that the second ones bring to an end.
        entry = open_entries[-1 if state in _OPEN else 0]
        entry.state = state
        if entry.answer == _NO_ANSWER or state in ("failed", "refused"):
            entry.answer = reason

    def html(self) -> str:
        """The commands, newest first."""
        lines = "".join(
            f'<div style="margin:.2em 0;line-height:1.3"><span style="color:{color}">{sign}</span> '
            f'{_short(entry.text)}<div style="opacity:.65;padding-left:1.1em;font-size:.92em">'
            f"{html.escape(entry.answer)}</div></div>"
            for entry in reversed(self._entries)
            for sign, color in [_SIGNS.get(entry.state, ("●", GREY))]
        )
        return (
            f'<div id="kinesis-history" style="font-size:.8em;padding:0 .75em .4em">{lines}</div>'
        )


def _short(text: str) -> str:
    cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return html.escape(cut)


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
