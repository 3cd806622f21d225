# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The reference runs on the body's clock and stays near the body."""

import numpy as np
import pytest

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Velocity, Walked
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.reference import PlannerConfig, ReferencePlanner
from kinesis_ros.core.reference.planner import PLANNED


class Glider:
    """Moves a point at the commanded speed along its heading."""

    def __init__(self) -> None:
        self.reset((0.0, 0.0), 0.0)

    def reset(self, position: tuple[float, float], heading: float) -> None:
        self.place, self.heading, self.speed = np.array(position), heading, 0.0

    def command(self, speed: float, turn_rate: float, lateral: float = 0.0) -> None:
        self.speed = speed

    @property
    def walked(self) -> Walked:
        return Walked(np.array([*self.place, self.heading]), Velocity(self.speed), not self.speed)

    def standing_state(self) -> np.ndarray:
        return body_at(0.0, 0.0)

    def advance(self) -> np.ndarray:
        self.place = self.place + self._step()
        return self.window(1)[0]

    def window(self, frames: int) -> np.ndarray:
        states = np.zeros((frames, ks.STATE_SIZE))
        states[:, :2] = self.place + np.arange(frames)[:, None] * self._step()
        states[:, ks.QUATERNION] = rotations.from_heading(self.heading)
        return states

    def _step(self) -> np.ndarray:
        return self.speed / CONTROL_RATE * np.array([np.cos(self.heading), np.sin(self.heading)])


def body_at(x: float, y: float, heading: float = 0.0) -> np.ndarray:
    state = np.zeros(ks.STATE_SIZE)
    state[:2] = x, y
    state[ks.QUATERNION] = rotations.from_heading(heading)
    return state


@pytest.fixture
def planner() -> ReferencePlanner:
    planner = ReferencePlanner(Glider(), PlannerConfig(leash=0.4, turn_limit=0.7))
    planner.command(1.5, 0.0)
    return planner


def test_a_motion_begins_where_the_body_is_and_as_it_faces(planner: ReferencePlanner) -> None:
    frames = planner.follow(7, body_at(2.0, 3.0, np.pi / 2), just_placed=True)
    assert frames.shape == (PLANNED, ks.STATE_SIZE)
    np.testing.assert_allclose(frames[0, :2], [2.0, 3.0])
    np.testing.assert_allclose(frames[-1, :2], [2.0, 3.0 + 0.05 * (PLANNED - 1)])


def test_the_next_reference_is_the_last_one_a_frame_on(planner: ReferencePlanner) -> None:
    first = planner.follow(0, body_at(0.0, 0.0), just_placed=True)
    second = planner.follow(1, body_at(0.05, 0.0), just_placed=False)
    np.testing.assert_allclose(second[:-1], first[1:], atol=1e-12)


def test_missed_states_are_skipped_and_repeated_ones_change_nothing(
    planner: ReferencePlanner,
) -> None:
    first = planner.follow(0, body_at(0.0, 0.0), just_placed=True)
    again = planner.follow(0, body_at(0.0, 0.0), just_placed=True)
    np.testing.assert_array_equal(first, again)
    later = planner.follow(4, body_at(0.2, 0.0), just_placed=False)
    np.testing.assert_allclose(later[0, :2], first[4, :2], atol=1e-12)


def test_a_body_that_stays_behind_holds_its_reference_on_a_leash(planner: ReferencePlanner) -> None:
    body = body_at(0.0, 0.0)
    distances = []
    for tick in range(60):  # the body stands, the reference walks three metres
        frames = planner.follow(tick, body, just_placed=False)
        distances.append(np.linalg.norm(frames[0, :2]))
    assert max(distances) <= 0.4 + 1e-9
    assert distances[-1] == pytest.approx(0.4)
    assert planner.pulled == 60 - 0.4 / 0.05 - 1


def test_a_body_that_turned_away_turns_its_reference(planner: ReferencePlanner) -> None:
    planner.follow(0, body_at(0.0, 0.0), just_placed=True)
    body = body_at(0.1, 0.2, 1.0)
    frames = planner.follow(1, body, just_placed=False)
    np.testing.assert_allclose(frames[0, :2], [0.05, 0.0], atol=1e-12)  # about the pelvis
    step = frames[1, :2] - frames[0, :2]
    assert np.arctan2(step[1], step[0]) == pytest.approx(1.0 - 0.7)


def test_a_body_put_elsewhere_gets_a_new_motion_with_the_same_command(
    planner: ReferencePlanner,
) -> None:
    for tick in range(30):
        planner.follow(tick, body_at(0.05 * tick, 0.0), just_placed=False)
    frames = planner.follow(30, body_at(-5.0, 0.0, np.pi), just_placed=True)
    np.testing.assert_allclose(frames[0, :2], [-5.0, 0.0])
    np.testing.assert_allclose(frames[1, :2], [-5.05, 0.0], atol=1e-12)


@pytest.mark.parametrize("tick", [5, 500])
def test_a_clock_that_jumps_starts_a_new_motion(planner: ReferencePlanner, tick: int) -> None:
    planner.follow(100, body_at(0.0, 0.0), just_placed=True)
    frames = planner.follow(tick, body_at(9.0, 0.0), just_placed=False)
    np.testing.assert_allclose(frames[0, :2], [9.0, 0.0])


def test_nonsense_configuration_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        PlannerConfig(leash=0.0)
