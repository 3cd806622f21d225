# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Report of what a body did: gait, tracking, experts, and whether it kept its time."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.rollout import Trajectory
from kinesis_ros.physiology.cycles import WalkCycles
from kinesis_ros.physiology.people import People
from kinesis_ros.physiology.walk import WalkMeasures, measure
from kinesis_ros.reports import plots
from kinesis_ros.reports.gait import GaitReport, GaitSummary
from kinesis_ros.reports.page import Section, page
from kinesis_ros.reports.physiology import physiology_sections

_SETTLING = 2.0  # [s] gait cycles that begin earlier are not held against people's
_LEAST_SPEED = 0.3  # [m/s] ahead, of a walk that is

Curve = tuple[np.ndarray, np.ndarray]  # times [s], values


@dataclasses.dataclass(frozen=True)
class Timing:
    """Whether a run kept its time.

    Attributes:
        figures: name to value of the whole run, e.g. 'real_time_factor'.
        real_time_factor: over time.
        latency_ms: over time, by percentile, of the commands.
        missed_deadlines: sum until then, over time.
        inference_ms: (steps,) of the policy's network.
    """

    figures: Mapping[str, float]
    real_time_factor: Curve | None = None
    latency_ms: Mapping[str, Curve] = dataclasses.field(default_factory=dict)
    missed_deadlines: Curve | None = None
    inference_ms: np.ndarray | None = None


class RunReport:
    """Report of one run.

    Args:
        title: what was run.
        trajectory: what the body did.
        timing: how fast.
    """

    def __init__(self, title: str, trajectory: Trajectory, timing: Timing) -> None:
        self._title, self._run, self._timing = title, trajectory, timing
        fell = trajectory.fell_at
        upright = trajectory if fell is None else trajectory.until(fell)
        self._gait = None
        if upright.ground_force is not None:
            self._gait = GaitReport(upright, load_body(trajectory.body))
        self._people = People.load()
        self._walk = self._measured(trajectory)

    def figures(self) -> dict[str, float | str | None]:
        """What matters most, by name; as `kinesis report --json` writes it."""
        run, gait = self._run, self._gait_summary()
        # Between positions a second apart: the sway of a gait cycle is not way.
        marks = [*range(0, len(run), round(CONTROL_RATE)), len(run) - 1]
        way = np.linalg.norm(np.diff(run.state[marks, ks.GROUND_POSITION], axis=0), axis=1).sum()
        duration = float(run.time[-1] - run.time[0])
        found: dict[str, float | str | None] = {
            "body": run.body,
            "duration_s": duration,
            "fell_at_s": run.fell_at,
            "distance_m": float(way),
            "mean_speed_m_s": float(way) / duration if duration else 0.0,
        }
        if run.tracking_error is not None:
            found["tracking_error_mean_mm"] = 1e3 * float(run.tracking_error.mean())
            found["tracking_error_max_mm"] = 1e3 * float(run.tracking_error.max())
        if run.effort is not None:
            found["effort"] = float(run.effort.mean())
        if run.expert_weights is not None:
            found["experts"] = run.expert_weights.shape[1]
        if gait is not None:
            found |= dataclasses.asdict(gait)
        if self._walk is not None:
            found["emg_r"] = self._walk.comparison.emg.mean_r
            found["cost_of_transport"] = self._walk.effort.cost_of_transport
        return found | dict(self._timing.figures)

    def html(self) -> str:
        """The page."""
        facts = {_words(name): _number(value) for name, value in self.figures().items()}
        return page(self._title, facts, [s for s in self._sections() if s.plots or s.rows])

    def _measured(self, run: Trajectory) -> WalkMeasures | None:
        """The walk beside people's; None: it was not sampled, or does not walk ahead."""
        if run.samples is None or len(run.samples) < 2:
            return None
        cycles = WalkCycles(run.samples, load_body(run.body), _SETTLING, run.fell_at)
        if cycles.forward_speed < _LEAST_SPEED:
            return None
        return measure(self._title, cycles, self._people, None, run.fell_at)

    def _gait_summary(self) -> GaitSummary | None:
        return self._gait.summary() if self._gait else None

    def _sections(self) -> list[Section]:
        sections: list[Section] = []
        if self._gait is not None:
            cycles = self._gait.summary() is not None
            sections = self._gait.sections() if cycles else self._gait.sections_over_time()
        if self._walk is not None:
            sections += physiology_sections(self._walk, self._people)
        text = (
            "Distance of pelvis, shanks, feet and toes from the reference; speed, path and effort."
        )
        sections += [
            Section("Tracking", text, self._tracking()),
            Section("Experts", "Which expert of the policy acts.", self._experts()),
            Section("Timing", _TIMING, self._time_plots()),
            Section("Goals", "", (), self._goals()),
        ]
        return sections

    def _tracking(self) -> list[str]:
        run = self._run
        speed = np.hypot(run.state[:, ks.VX], run.state[:, ks.VY])
        speeds, ways = {"body": (run.time, speed)}, {"body": run.state[:, ks.GROUND_POSITION]}
        pictures = []
        if run.reference is not None and run.tracking_error is not None:
            curve = {"distance": (run.time, 1e3 * run.tracking_error)}
            pictures.append(plots.time_plot("tracking error", "mm", curve, from_zero=True))
            wanted = np.hypot(run.reference[:, 7], run.reference[:, 8])
            speeds["reference"] = (run.time, wanted)
            ways["reference"] = run.reference[:, :2]
        pictures.append(plots.time_plot("speed", "m/s", speeds, from_zero=True))
        pictures.append(plots.way_plot("path, seen from above", ways))
        if run.effort is not None:
            effort = {"effort": (run.time, run.effort)}
            title = "effort: mean squared activation"
            pictures.append(plots.time_plot(title, "", effort, from_zero=True))
        return pictures

    def _experts(self) -> list[str]:
        weights = self._run.expert_weights
        if weights is None or weights.shape[1] < 2:
            return []
        pictures = [plots.share_plot("over time", self._run.time, weights, "time [s]")]
        if self._gait and len(self._gait.cycles["right"]):
            mean = self._gait.cycles["right"].resample(self._run.time, weights).mean(axis=0)
            share = np.linspace(0.0, 100.0, len(mean))
            label = "gait cycle of the right leg [%]"
            pictures.append(plots.share_plot("over the gait cycle", share, mean, label))
        return pictures

    def _time_plots(self) -> list[str]:
        timing, pictures = self._timing, []
        if timing.real_time_factor:
            curve = {"rtf": timing.real_time_factor}
            pictures.append(plots.time_plot("real-time factor", "", curve, from_zero=True))
        if timing.latency_ms:
            title = "latency of commands"
            pictures.append(plots.time_plot(title, "ms", timing.latency_ms, from_zero=True))
        if timing.missed_deadlines:
            curve = {"missed": timing.missed_deadlines}
            pictures.append(plots.time_plot("missed deadlines so far", "", curve, from_zero=True))
        if timing.inference_ms is not None:
            marks = {f"p{q}": float(np.percentile(timing.inference_ms, q)) for q in (50, 99)}
            title = "inference time of the policy"
            pictures.append(plots.histogram(title, "ms", timing.inference_ms, marks))
        return pictures

    def _goals(self) -> list[tuple[str, ...]]:
        events = [event for event in self._run.events if event[1].state.value != "active"]
        if not events:
            return []
        rows = [(f"{at:.1f}", e.goal, e.state.value, e.reason) for at, e in events]
        return [("time [s]", "goal", "state", "reason"), *rows]


_TIMING = (
    "Real-time factor: simulated time per wall-clock time. Latency: from a state to the command "
    "that answers it. Without ROS the body runs as fast as the machine allows, here with samples "
    "of every physics step: so many times faster than real time."
)

_UNITS = {"mm": "mm", "ms": "ms", "s": "s", "m": "m", "length": "m"}


def _words(name: str) -> str:
    """A figure's name in words: 'mean_speed_m_s' is 'mean speed [m/s]'."""
    special = {
        "mean_speed_m_s": "mean speed [m/s]",
        "cadence": "cadence [steps/min]",
        "stride_length": "stride length [m]",
        "emg_r": "EMG r with people",
        "cost_of_transport": "cost of transport [J/kg/m]",
        "stance": "stance [share of cycle]",
        "cycles_right": "gait cycles, right",
        "cycles_left": "gait cycles, left",
    }
    if name in special:
        return special[name]
    words, _, unit = name.rpartition("_")
    if words and unit in _UNITS:
        return f"{words.replace('_', ' ')} [{_UNITS[unit]}]"
    return name.replace("_", " ")


def _number(value: float | str | None) -> str:
    if value is None:
        return "no"
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) else f"{value:.4g}"
