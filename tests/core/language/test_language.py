# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is said and what is understood: the same meaning in other words is the same plan."""

import dataclasses
import json
import math
from itertools import pairwise
from pathlib import Path

import pytest
from bodiless import EVERYTHING

import kinesis_ros
from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.language import meaning, understand
from kinesis_ros.core.language.examples import EXAMPLES, IMPOSSIBLE, NEAREST
from kinesis_ros.core.language.numbers import with_numbers
from kinesis_ros.core.language.tokens import tokens_of
from kinesis_ros.core.plans import Capabilities, GoalError, GoTo, Kick, Move, Plan, PlanStep, Stand
from kinesis_ros.core.plans.outline import ends_of

PROMPTS = Path(kinesis_ros.__file__).parent / "data" / "benchmarks" / "prompts.jsonl"
RECORDS = [json.loads(line) for line in PROMPTS.read_text(encoding="utf-8").splitlines()]
PHRASINGS = [
    json.loads(line)
    for line in PROMPTS.with_name("phrasings.jsonl").read_text(encoding="utf-8").splitlines()
]
ENDLESS = 7.0  # [s] that an endless step is reckoned with


def plan_of(text: str, able: Capabilities = EVERYTHING) -> Plan:
    return understand(text, 1.1, able)


def steps_of(text: str) -> tuple[PlanStep, ...]:
    return plan_of(text).steps


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("three", 3.0),
        ("a dozen", 12.0),
        ("two and a half", 2.5),
        ("twenty-five", 25.0),
        ("a hundred and twenty", 120.0),
        ("one eighty", 180.0),
        ("half a", 0.5),
        ("three quarters of a", 0.75),
        ("a couple of", 2.0),
        ("3/4", 0.75),
        ("one point five", 1.5),
        ("1,000", 1000.0),
        ("two hundred", 200.0),
    ],
)
def test_numbers_in_words_are_numbers(text: str, number: float) -> None:
    assert tokens_of(text) == [number]


def test_numbers_leave_other_words_alone() -> None:
    words = ["walk", "to", "and", "fro"]
    assert with_numbers(words) == words


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("walk 3 m", "walk three metres"),
        ("walk 3 m", "walk 300 centimeters"),
        ("walk 3 m", "Please, could you walk 3 meters ahead?"),
        ("walk 3 m", "i want you to move forward by three m!"),
        ("walk for 90 s", "walk for one and a half minutes"),
        ("walk at 1 m/s", "walk at 3.6 km/h"),
        ("walk at 1 m/s", "walk at one metre per second"),
        ("turn left 90 degrees", "rotate to the left by a quarter turn"),
        ("turn left 90 degrees", "turn 1.5707963267948966 radians counter-clockwise"),
        ("turn around", "do a one-eighty"),
        ("walk 2 m, turn left and stop", "walk 2 m. Then turn left, then stop"),
        ("walk 2 m, then turn left", "after walking 2 m turn left"),
        ("walk 2 m, then turn left", "walk 2 m before you turn left"),
        ("walk 2 m, then turn left", "when you have walked 2 m, turn left"),
        ("walk 2 m twice", "walk 4 m"),
        ("wlak forwrad 2 metres", "walk forward 2 metres"),
        ("go to (2, -1)", "walk to the position x = 2, y = -1"),
        ("walk until I tell you to stop", "walk"),
    ],
)
def test_the_same_in_other_words_is_the_same_plan(text: str, same: str) -> None:
    first, second = steps_of(text), steps_of(same)
    assert [type(step) for step in first] == [type(step) for step in second]
    for a, b in zip(first, second, strict=True):
        assert a.describe() == b.describe()


@pytest.mark.parametrize(
    "text",
    [
        "turn left",
        "walk two metres to the left",
        "take three steps to the left",
        "walk in a wide circle to the left",
        "veer left as you walk",
        "walk a square to the left with sides of 2 m",
        "walk backward in a tight circle to the left by 200 degrees",
        "turn left by 30 degrees, walk 2 m and turn left again",
    ],
)
def test_right_is_left_in_a_mirror(text: str) -> None:
    left, right = ends_of(steps_of(text)), ends_of(steps_of(text.replace("left", "right")))
    assert right == pytest.approx((left[0], -left[1], -left[2]))
    assert left[1] != 0.0 or left[2] != 0.0


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("stop", (Stand(),)),
        ("wait for three seconds", (Stand(3.0),)),
        ("walk", (Move(Velocity(1.1)),)),
        ("walk at 0.5 m/s for 4 seconds", (Move(Velocity(0.5), duration=4.0),)),
        ("turn right 45°", (Move(Velocity(turn_rate=-0.8), angle=-math.pi / 4),)),
        ("kick the ball into the left corner", (Kick(aim="left"),)),
        ("go to (2, -1)", (GoTo(2.0, -1.0, speed=1.1),)),
        (
            "walk to the point two metres ahead and one metre to the left",
            (GoTo(2.0, 1.0, in_world=False, speed=1.1),),
        ),
    ],
)
def test_sentences_are_plans(text: str, steps: tuple[PlanStep, ...]) -> None:
    assert steps_of(text) == steps


@pytest.mark.parametrize("text", ["walk an S curve", "slalom three times", "snake over 9 metres"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_an_s_curve_swings_equally_far_to_both_sides_of_its_line(text: str, side: str) -> None:
    steps = steps_of(f"{text} to the {side}")
    bends = [step for step in steps if isinstance(step, Move)]
    assert len(bends) == len(steps)
    assert all(a.velocity.turn_rate * b.velocity.turn_rate < 0.0 for a, b in pairwise(bends))
    assert (bends[0].velocity.turn_rate > 0.0) is (side == "left")
    forward, aside, turned = ends_of(steps)
    assert (aside, turned) == pytest.approx((0.0, 0.0), abs=1e-9)
    middle = ends_of([*steps[: len(steps) // 2]])
    assert middle[:2] == pytest.approx((0.5 * forward, 0.0), abs=1e-9)
    assert "metres" not in text or forward == pytest.approx(9.0)


def test_a_figure_of_eight_is_two_circles_one_to_each_side() -> None:
    for text in ("walk in a figure of eight", "walk a figure 8", "walk in the shape of an eight"):
        first, second = steps_of(text)
        assert isinstance(first, Move)
        assert isinstance(second, Move)
        assert (first.angle, second.angle) == pytest.approx((2.0 * math.pi, -2.0 * math.pi))
        assert ends_of((first, second)) == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)


def test_the_sentence_of_the_manual() -> None:
    walk, turn, jog = steps_of("walk forward three metres, turn around and jog back")
    assert isinstance(walk, Move)
    assert isinstance(turn, Move)
    assert isinstance(jog, Move)
    assert (walk.distance, jog.distance) == (3.0, 3.0)
    assert abs(turn.angle or 0.0) == pytest.approx(math.pi)
    assert jog.velocity.speed > 1.6


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("do a backflip", "backflip"),
        ("make coffee", "coffee"),
        ("walk to the kitchen", "kitchen"),
        ("walk forward and then sing", "sing"),
        ("blah " * 200, "too many"),
        ("walk 0 metres", "positive"),
        ("walk at 90 km/h", "too fast"),
        ("walk 5000 km", "1000 m"),
        ("walk in a circle with a radius of 0 m", "radius must be positive"),
        ("walk 1e999 metres", "walk"),
        ("\x00\ud800", "say what to do"),
        ("please", "say what to do"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(text: str, culprit: str) -> None:
    with pytest.raises(GoalError, match=culprit):
        plan_of(text)


@pytest.mark.parametrize("gait", ["walk", "jog", "run"])
@pytest.mark.parametrize("place", ["in place", "at the same spot", "without going anywhere"])
def test_what_would_be_on_the_spot_is_refused_with_what_is_nearest(gait: str, place: str) -> None:
    with pytest.raises(GoalError, match=f"nearest: stand still; {gait} forward"):
        plan_of(f"{gait} {place} for ten seconds")
    with pytest.raises(GoalError, match="nearest: stand still; walk forward"):
        plan_of(f"{gait} {place}", Capabilities(run=0.0))
    assert plan_of("stand still").stands
    assert plan_of(f"{gait} forward").endless


@pytest.mark.parametrize(
    "text",
    [
        "walk from where you are two metres",
        "come to the spot 1 m to the right and two metres in front of you",
        "turn around without stopping, then walk on",
    ],
)
def test_words_of_a_place_are_not_always_on_the_spot(text: str) -> None:
    assert plan_of(text).steps


def test_refusals_offer_what_is_understood() -> None:
    for offer in NEAREST.values():
        assert plan_of(offer).steps


def test_one_table_decides_what_can_be_done() -> None:
    texts = ("jog 5 metres", "take two steps back", "sidestep left", "kick the ball")
    for text in texts:
        assert plan_of(text).steps
        with pytest.raises(GoalError, match=r"it can walk forward at 0\.1 to 1\.5 m/s"):
            plan_of(text, Capabilities(forward=1.5, run=0.0, backward=0.0, lateral=0.0, kick=False))


@pytest.mark.parametrize(
    ("text", "speed"),
    [("run forward", 2.4), ("sprint forward", 2.4), ("jog", 2.2), ("jog fast", 2.4)],
)
def test_a_body_that_runs_runs_as_fast_as_it_can(text: str, speed: float) -> None:
    move = plan_of(text, dataclasses.replace(EVERYTHING, forward=1.5, run=2.4)).steps[0]
    assert isinstance(move, Move)
    assert move.velocity.speed == pytest.approx(speed)


def test_a_run_in_a_bend_that_is_too_tight_for_it_is_a_walk() -> None:
    move = plan_of("jog in a wide circle", dataclasses.replace(EVERYTHING, forward=1.5)).steps[0]
    assert isinstance(move, Move)
    assert move.velocity.speed == pytest.approx(1.5)
    assert move.velocity.turn_rate == pytest.approx(1.5 / 2.5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("run at 3 m/s", "3 m/s is too fast;"),
        ("walk at 1.8 m/s", "1.8 m/s is too fast for a walk and too slow for a run;"),
    ],
)
def test_a_speed_that_is_said_is_meant(text: str, reason: str) -> None:
    with pytest.raises(GoalError, match=reason):
        plan_of(text, dataclasses.replace(EVERYTHING, forward=1.5, run=2.4))


def test_faster_and_slower_change_what_is_being_done() -> None:
    present = Plan("walk", (Move(Velocity(1.0, 0.2)),))
    faster = understand("faster", 1.1, EVERYTHING, present).steps[0]
    slower = understand("slow down", 1.1, EVERYTHING, present).steps[0]
    assert isinstance(faster, Move)
    assert isinstance(slower, Move)
    assert faster.velocity.speed > 1.0 > slower.velocity.speed
    assert faster.velocity.turn_rate > 0.2 > slower.velocity.turn_rate > 0.0


def test_the_shipped_prompts_are_many_and_of_many_kinds() -> None:
    assert len(RECORDS) >= 120
    assert len({record["kind"] for record in RECORDS}) >= 12
    assert len({record["text"].lower() for record in RECORDS}) == len(RECORDS)


def test_no_shipped_prompt_is_an_example_of_the_embedding() -> None:
    phrases = [phrase for phrases in EXAMPLES.values() for phrase in phrases] + list(IMPOSSIBLE)
    plain = {" ".join(str(token) for token in tokens_of(phrase)) for phrase in phrases}
    prompts = {" ".join(str(token) for token in tokens_of(record["text"])) for record in RECORDS}
    words = {phrase for phrase in prompts if len(phrase.split()) > 2}
    assert not {prompt for prompt in words if prompt in plain}


@pytest.mark.parametrize("record", RECORDS + PHRASINGS, ids=lambda record: record["text"])
def test_a_shipped_prompt_leads_where_it_is_expected_to(record: dict) -> None:
    expect = record["expect"]
    if expect.get("refused"):
        with pytest.raises(GoalError):
            plan_of(record["text"])
        return
    plan = plan_of(record["text"])
    steps = plan.steps
    if plan.endless:
        last = steps[-1]
        assert isinstance(last, Move)
        steps = (*steps[:-1], Move(last.velocity, duration=ENDLESS))
    x, y, heading = ends_of(steps)
    reached = {"forward_m": x, "left_m": y, "heading_deg": math.degrees(heading)}
    for name, (low, high) in _ranges(expect):
        values = [reached[name]]
        if name == "heading_deg" and abs(reached[name]) > 90.0:
            values += [reached[name] + 360.0, reached[name] - 360.0]
        assert any(low <= value <= high for value in values), f"{name} is {values[0]:.2f}"
    if "stopped" in expect:
        assert expect["stopped"] is not plan.endless


def _ranges(expect: dict) -> list[tuple[str, list[float]]]:
    names = ("forward_m", "left_m", "heading_deg")
    return [(name, expect[name]) for name in names if name in expect]


def test_known_words_suffice_without_the_embedding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kinesis_ros.core.language.understanding.installed_meanings", lambda: None)
    assert plan_of("walk forward three metres, turn around and jog back").steps
    with pytest.raises(GoalError, match="nearest: walk forward"):
        plan_of("promptly perambulate")


def test_the_embedding_finds_the_meaning_of_unknown_words() -> None:
    meanings = meaning.installed_meanings()
    if meanings is None:
        pytest.skip("wordllama is not installed: pip install 'kinesis_ros[language]'")
    assert meanings.ranked("sauntering along")[0].cosine <= 1.0
    assert meanings.of("jogging") == "jog"
    assert meanings.of("walking backwards") == "backward"
    assert meanings.of("bake a cake") is None
    assert meanings.of("") is None
