# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Small plots as SVG that take their colours from the page, light or dark."""

import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

RIGHT, LEFT, OTHER = "#d1495b", "#2e86ab", "#edae49"
_THEIRS = "#8a929c"  # grey on light and dark
COLOURS = (RIGHT, LEFT, OTHER, "#66a182", "#8d6a9f", "#c77d52", "#5c9ead", "#a3a847")

# Colours that stand for the page's: it puts its own in their place, see `_as_svg`.
_INK, _LINES = "#010101", "#020202"
_PAGE_COLOURS = {_INK: "currentColor", _LINES: "var(--line)"}

_SIZE = (4.0, 2.5)  # [in]; a column of the page is about as wide
_LEAST_WAY = 0.5  # [m] that is seen from above
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 10.0,
    "axes.titlesize": 11.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.edgecolor": _LINES,
    "axes.labelcolor": _INK,
    "axes.titlecolor": _INK,
    "text.color": _INK,
    "grid.color": _LINES,
    "grid.linewidth": 0.5,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "lines.linewidth": 1.6,
    "figure.constrained_layout.use": True,
}


def cycle_plot(
    title: str,
    unit: str,
    curves: Mapping[str, np.ndarray],
    reference: Mapping[str, np.ndarray] | None = None,
    limits: tuple[float, float] | None = None,
) -> str:
    """Mean and standard deviation over the gait cycle.

    Args:
        title: of the plot.
        unit: of the values.
        curves: 'right' and 'left' to (cycles, 101).
        reference: the same of what should have been; its means are dashed.
        limits: of the values; None: as needed.
    """

    def draw(axes: Axes) -> None:
        for (side, rows), colour in zip(curves.items(), (RIGHT, LEFT), strict=False):
            if not len(rows):
                continue
            share = np.linspace(0.0, 100.0, rows.shape[1])
            mean, spread = rows.mean(axis=0), rows.std(axis=0)
            axes.fill_between(share, mean - spread, mean + spread, color=colour, alpha=0.2, lw=0)
            axes.plot(share, mean, color=colour, label=side)
            wanted = (reference or {}).get(side)
            if wanted is not None and len(wanted):
                axes.plot(share, wanted.mean(axis=0), color=colour, ls="--", lw=1.0)
        axes.set(xlim=(0.0, 100.0), ylabel=unit, xlabel="gait cycle [%]")
        if limits:
            axes.set_ylim(*limits)

    return _plot(title, draw)


def band_plot(
    title: str,
    unit: str,
    ours: tuple[np.ndarray, np.ndarray],
    theirs: tuple[np.ndarray, np.ndarray] | None,
) -> str:
    """Two means with their standard deviations over the gait cycle, each (101,), NaN: unknown.

    Args:
        title: of the plot.
        unit: of the values.
        ours: drawn in front.
        theirs: drawn behind; None: there is none.
    """
    share = np.linspace(0.0, 100.0, len(ours[0]))

    def draw(axes: Axes) -> None:
        for curve, colour in ((theirs, _THEIRS), (ours, RIGHT)):
            if curve is None:
                continue
            mean, spread = curve[0], np.nan_to_num(curve[1])
            axes.fill_between(share, mean - spread, mean + spread, color=colour, alpha=0.3, lw=0)
            axes.plot(share, mean, color=colour)
        axes.set(xlim=(0.0, 100.0), ylabel=unit, xlabel="gait cycle [%]")

    return _plot(title, draw)


def time_plot(
    title: str,
    unit: str,
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    from_zero: bool = False,
) -> str:
    """Curves over time.

    Args:
        title: of the plot.
        unit: of the values.
        curves: label to (time [s], values); the labels are shown if there are several.
        from_zero: the ordinate begins at 0.
    """

    def draw(axes: Axes) -> None:
        for (label, (time, values)), colour in zip(curves.items(), COLOURS, strict=False):
            marker = "o" if len(time) == 1 else None  # a line of one point cannot be seen
            axes.plot(time, values, color=colour, label=label, marker=marker)
        axes.set(xlabel="time [s]", ylabel=unit)
        axes.margins(x=0.01)
        if from_zero:
            axes.set_ylim(bottom=0.0)
        if len(curves) > 1:
            _legend(axes)

    return _plot(title, draw)


def curve_plot(
    title: str,
    unit: str,
    raw: tuple[np.ndarray, np.ndarray],
    smooth: tuple[np.ndarray, np.ndarray],
    *,
    x_label: str,
    from_zero: bool = False,
    logarithmic: bool = False,
) -> str:
    """A learning curve, (x, values), pale as it is and strong as its mean."""

    def draw(axes: Axes) -> None:
        axes.plot(*raw, color=LEFT, alpha=0.35, lw=0.8)
        axes.plot(*smooth, color=LEFT, lw=2.0)
        axes.set(xlabel=x_label, ylabel=unit)
        axes.margins(x=0.01)
        if logarithmic:
            axes.set_yscale("log")
        elif from_zero:
            axes.set_ylim(bottom=0.0)

    return _plot(title, draw)


def share_plot(title: str, x: np.ndarray, shares: np.ndarray, x_label: str) -> str:
    """Shares (rows, parts) that sum to 1, on top of each other over x (rows,)."""

    def draw(axes: Axes) -> None:
        parts = shares.shape[1]
        labels = [f"{i + 1}" for i in range(parts)]
        colours = [COLOURS[i % len(COLOURS)] for i in range(parts)]
        axes.stackplot(x, shares.T, labels=labels, colors=colours, lw=0)
        axes.set(xlabel=x_label, ylim=(0.0, 1.0), xlim=(x[0], x[-1]), ylabel="share")
        _legend(axes, "expert")

    return _plot(title, draw)


def histogram(title: str, unit: str, values: np.ndarray, marks: Mapping[str, float]) -> str:
    """How often values (n,) occur, with marked ones; the rarest highest ones are at the edge."""

    def draw(axes: Axes) -> None:
        edge = max(float(np.percentile(values, 99.5)), 1e-9)
        axes.hist(np.minimum(values, edge), bins=40, color=LEFT)
        for (label, value), colour in zip(marks.items(), (OTHER, RIGHT), strict=False):
            axes.axvline(min(value, edge), color=colour, label=f"{label} {value:.3g} {unit}")
        axes.set(xlabel=f"[{unit}]", ylabel="steps")
        _legend(axes)

    return _plot(title, draw)


def way_plot(title: str, ways: Mapping[str, np.ndarray]) -> str:
    """Ways (rows, 2) seen from above [m], both axes alike."""

    def draw(axes: Axes) -> None:
        for (label, way), colour in zip(ways.items(), (RIGHT, LEFT), strict=False):
            axes.plot(way[:, 0], way[:, 1], color=colour, label=label)
            axes.plot(*way[0], "o", color=colour, ms=4)
        axes.set(xlabel="x [m]", ylabel="y [m]")
        # At least a square of `_LEAST_WAY`, or the sway of standing would look like a walk.
        corners = np.array([[-0.5, -0.5], [0.5, 0.5]])
        axes.update_datalim(axes.dataLim.get_points().mean(axis=0) + _LEAST_WAY * corners)
        axes.autoscale_view()
        axes.set_aspect("equal", adjustable="datalim")
        _legend(axes)

    return _plot(title, draw)


def heat_map(title: str, names: Sequence[str], rows: np.ndarray) -> str:
    """Values (names, points) from 0 to 1 over the gait cycle, a row for each name."""

    def draw(axes: Axes) -> None:
        axes.grid(False)
        axes.imshow(
            rows, aspect="auto", vmin=0.0, vmax=1.0, cmap="magma", extent=(0, 100, len(names), 0)
        )
        axes.set_yticks(np.arange(len(names)) + 0.5, names, fontsize=7.0)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("gait cycle [%]")

    return _plot(title, draw, (4.0, 0.9 + 0.115 * len(names)))


def _legend(axes: Axes, title: str = "") -> None:
    """Labels under the axes, where they hide nothing."""
    handles, labels = axes.get_legend_handles_labels()
    axes.figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=min(len(labels), 4),
        title=title or None,
        columnspacing=1.0,
        handlelength=1.2,
    )


def _plot(title: str, draw: Callable[[Axes], None], size: tuple[float, float] = _SIZE) -> str:
    with rc_context(_STYLE):
        figure = Figure(figsize=size)
        axes = figure.add_subplot()
        draw(axes)
        axes.set_title(title)
        return _as_svg(figure, title)


def _as_svg(figure: Figure, title: str) -> str:
    """SVG for a page: no header, no metadata, the page's colours and font, its own ids."""
    stream = io.StringIO()
    with rc_context({"svg.hashsalt": title}):
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    svg = stream.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # every plot has the same ones
    for stand_in, colour in _PAGE_COLOURS.items():
        svg = svg.replace(stand_in, colour)
    svg = re.sub(r"font-family: [^;\"]*|font: ([\d.]+px) [^;\"]*", _page_font, svg)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()  # type: ignore[union-attr]
    head = f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{html.escape(title)}"'
    return re.sub(r"<svg .*?(?= xmlns)", head, svg, count=1, flags=re.DOTALL)


def _page_font(match: re.Match[str]) -> str:
    size = match.group(1)
    return f"font-size: {size}" if size else "font-family: inherit"
