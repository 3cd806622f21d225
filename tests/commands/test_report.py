# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis report` of a goal and of a training run, and what it says to bad input."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("matplotlib", reason="reports need matplotlib")

from kinesis_ros.cli import main


def kinesis(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


class Page(HTMLParser):
    """What a page loads and shows."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.labels: list[str] = []
        self.text = path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        for name in ("src", "href", "xlink:href", "data", "action"):
            if (value := values.get(name)) is not None:
                self.loaded.append(value)
        if tag == "svg":
            self.labels.append(values.get("aria-label") or "")


def assert_self_contained(page: Page) -> None:
    assert all(target.startswith(("#", "data:image/")) for target in page.loaded)
    assert "<script" not in page.text
    assert "@import" not in page.text
    urls = set(re.findall(r'https?://[^\s"\'<>)]+', page.text))
    assert urls <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # namespaces
    for target in re.findall(r"url\(([^)]*)\)", page.text):
        assert target.startswith("#")


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Page, dict]:
    """Report of six seconds of walking: start and a few gait cycles."""
    folder = tmp_path_factory.mktemp("report")
    page, figures = folder / "walk.html", folder / "walk.json"
    arguments = ("--goal", "walk forward", "--duration", 6, "--out", page, "--json", figures)
    assert kinesis("report", *arguments) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["walk.html", "walk.json"]
    return Page(page), json.loads(figures.read_text())


def test_a_report_loads_nothing_from_anywhere(walk: tuple[Page, dict]) -> None:
    assert_self_contained(walk[0])


def test_a_report_shows_the_gait_and_how_well_it_was_tracked(walk: tuple[Page, dict]) -> None:
    page, _ = walk
    for label in (
        "knee flexion",
        "soleus",
        "all muscles of the left leg",
        "force upward",
        "tracking error",
        "inference time of the policy",
    ):
        assert label in page.labels
    assert "walk forward" in page.text


def test_the_figures_of_a_walk_are_those_of_a_walk(walk: tuple[Page, dict]) -> None:
    _, figures = walk
    assert figures["fell_at_s"] is None
    assert figures["cycles_right"] >= 2
    assert figures["cycles_left"] >= 2
    assert 80.0 < figures["cadence"] < 140.0  # steps a minute, of people: 100 to 120
    # Stride length times stride rate is the speed; the start is in the mean speed, not in strides.
    strides = figures["stride_length"] * figures["cadence"] / 120.0
    assert figures["mean_speed_m_s"] < strides < 1.6 * figures["mean_speed_m_s"]


def test_a_motion_without_steps_is_shown_over_time(tmp_path: Path) -> None:
    out = tmp_path / "stand.html"
    assert kinesis("report", "--goal", "stop", "--duration", 1, "--out", out) == 0
    page = Page(out)
    assert {"knee flexion", "force upward", "soleus", "tracking error"} <= set(page.labels)
    assert "gait cycle [%]" not in page.labels
    assert "no whole gait cycles" in page.text


def test_a_training_run_becomes_learning_curves(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    rows = [
        {"iteration": i, "steps": 1000 * i, "reward": 0.1 * i, "kl": 0.01, "new_figure": float(i)}
        for i in range(1, 31)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (run / "metrics.jsonl").write_text(lines + '{"iteration": 31, "ste')  # still being written
    (run / "config.json").write_text(json.dumps({"stage": "skeleton", "ppo": {"clip": 0.2}}))
    assert kinesis("report", run, "--out", tmp_path / "run.html") == 0
    page = Page(tmp_path / "run.html")
    assert_self_contained(page)
    assert page.labels == ["reward", "change of the policy (KL divergence)", "new figure"]
    assert "ppo.clip" in page.text
    assert "30,000" in page.text


def test_what_is_in_a_run_cannot_change_the_page(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    hostile = '"><script>alert(1)</script>'
    row = {"iteration": 1, hostile: 1.0}
    (run / "metrics.jsonl").write_text(json.dumps(row) + "\n")
    (run / "config.json").write_text(json.dumps({hostile: hostile}))
    assert kinesis("report", run, "--out", tmp_path / "run.html") == 0
    assert_self_contained(Page(tmp_path / "run.html"))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "has no iterations yet"),
        ("not json\n{}\n", "line 1 is not a JSON object"),
        ("[1]\n[2]\n", "line 1 is not a JSON object"),
        ('{"reward": 1.0}\n', "counts neither steps nor iteration"),
    ],
)
def test_broken_metrics_are_named(
    content: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "metrics.jsonl").write_text(content)
    assert kinesis("report", tmp_path, "--out", tmp_path / "report.html") == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert len(error.strip().splitlines()) == 1
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "give either a run, a recording or a motion, or --goal"),
        (["."], "has no metrics.jsonl"),
        (["nowhere.mcap"], "nowhere.mcap"),
        (["nowhere.bvh"], "'nowhere.bvh' is not a file"),
        (["--goal", "walk", "--control", "magic"], "control 'magic' does not exist"),
        (["--goal", "walk", "--out", "no/where.html"], "there is no folder 'no'"),
    ],
)
def test_bad_input_gets_one_line_that_names_it(
    arguments: list[str],
    complaint: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert kinesis("report", *arguments) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert len(error.strip().splitlines()) == 1
