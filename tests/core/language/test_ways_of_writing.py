# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The right number or a refusal, however people write: laws over all numbers and all texts."""

import contextlib
import math

import pytest
from bodiless import EVERYTHING
from hypothesis import given, settings
from hypothesis import strategies as st

from kinesis_ros.core.language import understand
from kinesis_ros.core.language.compass import direction_of, mark_directions
from kinesis_ros.core.language.notation import plain
from kinesis_ros.core.plans import GoalError, Move, Plan
from kinesis_ros.core.plans.outline import ends_of

HUNDREDTHS = st.integers(min_value=11, max_value=99_999)
FEW = settings(max_examples=60, deadline=None)


def plan_of(text: str, present: Plan | None = None, heading: float = 0.0) -> Plan:
    return understand(text, 1.1, EVERYTHING, present, heading)


def move_of(text: str) -> Move:
    (step,) = plan_of(text).steps
    assert isinstance(step, Move)
    return step


@FEW
@given(HUNDREDTHS, st.sampled_from(["metres", "m", "meters"]), st.sampled_from([".", ","]))
def test_a_decimal_point_or_comma_says_the_same_length(
    hundredths: int, unit: str, mark: str
) -> None:
    text = f"walk {hundredths // 100}{mark}{hundredths % 100:02d} {unit}"
    assert move_of(text).distance == pytest.approx(0.01 * hundredths)


@FEW
@given(st.integers(1, 340), st.integers(1, 9), st.sampled_from(["degrees", "°", " deg"]))
def test_a_decimal_comma_says_the_angle(whole: int, tenths: int, unit: str) -> None:
    turn = move_of(f"turn left {whole},{tenths} {unit}")
    assert math.degrees(turn.angle or 0.0) == pytest.approx(whole + 0.1 * tenths)


@FEW
@given(st.integers(0, 40), st.integers(1, 15), st.integers(2, 16))
def test_a_mixed_fraction_is_the_sum_of_its_parts(whole: int, top: int, bottom: int) -> None:
    text = f"walk {whole} {top}/{bottom} m" if whole else f"walk {top}/{bottom} m"
    if whole and top >= bottom:
        with pytest.raises(GoalError):
            plan_of(text)
    else:
        assert move_of(text).distance == pytest.approx(whole + top / bottom, rel=1e-6)


@FEW
@given(
    st.lists(st.integers(1, 90).map(str), min_size=2, max_size=4),
    st.sampled_from([" ", " or ", " to ", "-", "..", ",,", " and ", ". "]),
    st.sampled_from(["metres", "seconds", "degrees", "steps", ""]),
)
def test_of_several_numbers_for_one_thing_none_is_dropped(
    numbers: list[str], joint: str, unit: str
) -> None:
    """Whatever is understood: another number in any place means something else."""
    with contextlib.suppress(GoalError):
        plan = plan_of(f"walk {joint.join(numbers)} {unit}")
        for i in range(len(numbers)):
            other = [str(int(n) + 7) if k == i else n for k, n in enumerate(numbers)]
            with contextlib.suppress(GoalError):
                assert plan_of(f"walk {joint.join(other)} {unit}").steps != plan.steps


WORDS = (
    *("walk", "turn", "left", "right", "2,5", "1/2", "½", "-3", "metres", "no", "don't", "stop"),
    *("after", "north", "twice", "as", "fast", "another", "or so", "%", "two", "m/s", ",", "."),
)


@FEW
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)))
def test_any_text_is_a_plan_or_a_refusal(text: str) -> None:
    with contextlib.suppress(GoalError):
        assert plan_of(text).describe()


@pytest.mark.parametrize(
    "text",
    ["walk 2.5.3 m", "walk 1.000,5 m", "walk 1,2,3 m", "walk 1/2/3 m", "walk 3/0 m", "walk 2 €"],
)
def test_what_could_be_two_numbers_is_named(text: str) -> None:
    with pytest.raises(GoalError, match=r"is no number that is understood|is not understood"):
        plain(text)


@pytest.mark.parametrize(
    ("word", "degrees"),
    [("north", 90), ("east", 0), ("South-West", -135), ("northeast", 45), ("westward", 180)],
)
def test_the_compass_is_that_of_rep_103(word: str, degrees: float) -> None:
    direction = direction_of(mark_directions(word.lower()).strip())
    assert direction is not None
    assert math.cos(direction - math.radians(degrees)) == pytest.approx(1.0)


@pytest.mark.parametrize("heading", [0.0, 1.0, -2.0, math.pi])
def test_north_is_where_it_is_however_the_body_faces(heading: float) -> None:
    x, y, _ = ends_of(plan_of("walk 2 m north", heading=heading).steps)
    c, s = math.cos(heading), math.sin(heading)
    assert (c * x - s * y, s * x + c * y) == pytest.approx((0.0, 2.0), abs=1e-9)


def test_a_change_comes_after_what_it_is_said_to_come_after() -> None:
    walk, crawl = plan_of("walk forward, then slow down to a crawl after two metres").steps
    assert isinstance(walk, Move)
    assert isinstance(crawl, Move)
    assert (walk.distance, walk.velocity.speed) == (2.0, 1.1)
    assert crawl.endless
    assert crawl.velocity.speed < 0.5


@pytest.mark.parametrize(("text", "times"), [("twice", 2.0), ("three times", 3.0), ("half", 0.5)])
def test_as_fast_as_normal_is_told_in_times_the_normal_speed(text: str, times: float) -> None:
    assert move_of(f"walk {text} as fast as normal").velocity.speed == pytest.approx(1.1 * times)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("turn left, no, to the right", "turn right"),
        ("turn left by 30 degrees, sorry, 40", "turn left by 40 degrees"),
        ("walk three metres, I mean steps", "take three steps"),
        ("walk 2 m, then turn left, no, right", "walk 2 m, then turn right"),
        ("walk 2 m, no, turn around", "turn around"),
    ],
)
def test_a_correction_takes_the_place_of_what_it_corrects(said: str, meant: str) -> None:
    assert ends_of(plan_of(said).steps) == pytest.approx(ends_of(plan_of(meant).steps))
