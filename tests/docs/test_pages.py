# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pages agree with the code and with each other, and are built strictly, without a network."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pages import PAGES, ROOT, anchors, links, name_of

from kinesis_ros.core.language import understand
from kinesis_ros.core.plans import CAPABILITIES

DOCS = ROOT / "docs"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    for link in links(page):
        file, _, heading = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"'{link}' does not exist"
        assert not heading or heading in anchors(target), f"'{link}': no such heading"


def test_what_pages_say_of_the_code_is_what_the_code_says() -> None:
    """After a change of the code: python docs/reference.py."""
    pytest.importorskip("torch")
    pytest.importorskip("rclpy")
    spec = importlib.util.spec_from_file_location("reference", DOCS / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    for path, text in reference.written().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: python docs/reference.py"


def test_the_sentences_that_are_shown_are_understood_and_can_be_done() -> None:
    text = (DOCS / "goals.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- (\".+)$", text, re.MULTILINE)
    sentences = [sentence for line in listed for sentence in re.findall(r'"(.+?)"', line)]
    assert len(sentences) > 3
    for sentence in sentences:
        understand(sentence, 1.1).check(CAPABILITIES)


def test_every_room_has_its_place_in_the_table_for_contributors() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for package in ("kinesis_ros", "kinesis_training"):
        for face in (ROOT / package).glob("*/__init__.py"):
            room = f"{face.parent.relative_to(ROOT)}/"
            assert f"`{room}`" in table or f"`{package}/`" in table, f"{room} is missing"


def test_the_pages_are_built_strictly_and_need_no_network(tmp_path: Path) -> None:
    for module in ("sphinx", "furo", "myst_parser"):
        pytest.importorskip(module, reason=f"{module} is not installed: [docs] brings it")
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet"]
    done = subprocess.run([*command, str(DOCS), str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    foreign = re.compile(r"<(?:script|img|link|iframe)\b[^>]*(?:src|href)=\"(?:https?:)?//[^\"]*")
    for page in tmp_path.glob("*.html"):
        assert not foreign.findall(page.read_text(encoding="utf-8")), page.name
    for style in (tmp_path / "_static").rglob("*.css"):
        assert not re.search(r"@import|url\(\"?(?:https?:)?//", style.read_text(encoding="utf-8"))
