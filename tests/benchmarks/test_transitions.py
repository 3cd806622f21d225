# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The benchmark of transitions tries every pair once, the same way again, and says who fell."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.benchmarks import transitions
from kinesis_ros.cli import main
from kinesis_ros.core.plans import CAPABILITIES, Plan
from kinesis_ros.core.rollout import GoalReference, ReferenceWalker


class Ghost(ReferenceWalker):
    """A body that is always where the reference is, with a ball."""

    def place_ball(self, x: float, y: float) -> None:
        self.reference.see_ball(np.array([x, y]))


def test_every_ordered_pair_comes_once() -> None:
    names = list(transitions.MOTIONS)
    tour = transitions.all_pairs(names, np.random.default_rng(3))
    pairs = list(itertools.pairwise(tour))
    assert sorted(pairs) == sorted(itertools.permutations(names, 2))
    assert tour == transitions.all_pairs(names, np.random.default_rng(3))
    assert tour != transitions.all_pairs(names, np.random.default_rng(4))


def test_all_motions_can_be_done_with_any_numbers() -> None:
    rng = np.random.default_rng(0)
    for motion in transitions.MOTIONS.values():
        for side in (-1.0, 1.0):
            Plan("usual", (motion.usual(CAPABILITIES, side),)).check(CAPABILITIES)
        for _ in range(20):
            Plan("random", (motion.random(CAPABILITIES, rng),)).check(CAPABILITIES)


def test_random_goals_are_taken_and_the_same_again() -> None:
    def goals() -> list[transitions.RandomGoal]:
        run = transitions.TransitionRun(Ghost(GoalReference()), CAPABILITIES, seed=5)
        return list(run.random(0.3))

    first = goals()
    assert first == goals()
    assert len(first) == 6
    assert not any(goal.fell for goal in first)


def test_falls_are_counted_of_both() -> None:
    pairs = [transitions.PairTrial("a", "b", 0.1, fell) for fell in (True, False, False, False)]
    goals = [transitions.RandomGoal("a", "b", fell) for fell in [True] + [False] * 19]
    summary = transitions.summarise(pairs, goals)
    assert (summary.n, summary.falls, summary.share) == (4, 1, 0.25)
    assert summary.falls_per_minute_random == 1.0
    assert transitions.summarise([], []).share == 0.0


def test_the_body_walks_turns_and_stands_and_the_file_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transitions, "QUICK", ("stand", "walk normal", "turn"))
    path = tmp_path / "transitions.json"
    arguments = ["benchmark", "transitions", "--quick", "--phases", "1", "--json", str(path)]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert not ended.value.code
    written = json.loads(path.read_text())
    assert {*written} == {"protocol", "complete", "pairs", "random", "summary"}
    assert written["complete"]
    assert written["summary"]["n"] == len(written["pairs"]) == 6
    assert written["summary"]["falls"] == 0
    assert len(written["random"]) == 20
    assert written["summary"]["falls_random"] <= 1


def test_an_interrupted_run_shows_what_it_has(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(self, names, phases):  # noqa: ANN001, ANN202 as TransitionRun.pairs
        yield transitions.PairTrial("stand", "turn", 0.0, True)
        raise KeyboardInterrupt

    monkeypatch.setattr(transitions.TransitionRun, "pairs", interrupted)
    with pytest.raises(SystemExit):
        main(["benchmark", "transitions", "--quick"])
    assert "interrupted: 1 transitions: 1 falls" in " ".join(capsys.readouterr().out.split())
