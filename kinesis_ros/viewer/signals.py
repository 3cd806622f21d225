# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The panel of signals: the strip chart of the gait muscles and the weights of the experts."""

from collections.abc import Sequence

import numpy as np
import viser
from viser import uplot

from kinesis_ros.core.muscles import GAIT_MUSCLES, activation_colors
from kinesis_ros.viewer.charts import NUM_ROWS, StripChart, baselines
from kinesis_ros.viewer.status import experts_html, legend_html

_RIGHT, _LEFT = "#ff922b", "#3bc9db"
_HEIGHT = 420  # [px] of the chart
_WIDTH = 300  # [px] of the panel
_AGES = ("-4 s", "-3", "-2", "-1", "now")
_NUDGE = 1e-9  # of the chart's span


class Signals:
    """A panel of its own, on the left of the scene.

    Args:
        gui: of viser.
        muscles: names in the order of the activations.
    """

    def __init__(self, gui: viser.GuiApi, muscles: Sequence[str]) -> None:
        self._strip = StripChart(muscles)
        self._nudged = False
        panel = gui.add_panel()
        with panel.add_tab("Signals", viser.Icon.ACTIVITY):
            self._chart = self._add_chart(gui)
            names = [(muscle.short, muscle.name) for muscle in GAIT_MUSCLES]
            gui.add_html(legend_html(names, (_RIGHT, _LEFT), _color_scale()))
            self._experts = gui.add_html(experts_html(()))
        panel.dock_left()
        panel.set_width(_WIDTH)

    def add(self, activation: np.ndarray) -> None:
        """Take over activations (num_muscles,), 0 to 1."""
        self._strip.add(activation)

    def show(self) -> None:
        """Show what was taken over.

        A page lays the time axis out when its scale changes. If that happens only once, while the
        panel has no width yet, the axis stays empty; so the scale changes a little every time.
        """
        self._nudged = not self._nudged
        time = self._strip.time * (1.0 + _NUDGE * self._nudged)
        self._chart.data = (time, *self._strip.rows)

    def show_experts(self, weights: Sequence[float]) -> None:
        """Show the gate's weights."""
        self._experts.content = experts_html(weights)

    def _add_chart(self, gui: viser.GuiApi) -> viser.GuiUplotHandle:
        lifts = baselines()
        colors = [_RIGHT] * NUM_ROWS + [_LEFT] * NUM_ROWS
        curves = [
            uplot.Series(
                stroke=color,
                width=1.2,
                fill=f"{color}38",
                fillTo=lift,
                points=uplot.Series_Points(show=False),
            )
            for lift, color in zip(lifts, colors, strict=True)
        ]
        bare = uplot.Axis_Grid(show=False)
        ages = uplot.Axis(size=24, grid=bare, splits=(-4, -3, -2, -1, 0), values=_AGES)
        names = uplot.Axis(
            splits=tuple(lift + 0.35 for lift in lifts[:NUM_ROWS]),
            values=tuple(muscle.short for muscle in GAIT_MUSCLES),
            size=44,
            ticks=uplot.Axis_Ticks(show=False),
            grid=bare,
        )
        return gui.add_uplot(
            (self._strip.time, *self._strip.rows),
            (uplot.Series(), *curves),
            scales={
                "x": uplot.Scale(time=False),
                "y": uplot.Scale(range=(-0.1, float(NUM_ROWS))),
            },
            axes=(ages, names),
            legend=uplot.Legend(show=False),
            cursor=uplot.Cursor(show=False),
            height=_HEIGHT,
            padding=(4, 18, 0, 0),
        )


def _color_scale() -> list[str]:
    """Colours of the muscles from relaxed to fully active, as CSS writes them."""
    colors = 255.0 * activation_colors(np.linspace(0.0, 1.0, 9))
    return [f"rgb({r:.0f} {g:.0f} {b:.0f})" for r, g, b in colors]
