# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The documentation as tests read it: pages, blocks of code, commands in them, links."""

import dataclasses
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(
    r"(?:^ *<!-- (?P<mark>run|not run: (?P<reason>.+?)) -->\n)?"
    r"^(?P<indent> *)```(?P<language>\w+)\n(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_INLINE = re.compile(r"`(kinesis [^`]+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_BETWEEN = {"&&", "||", ";", "&", "|"}


@dataclasses.dataclass(frozen=True)
class Block:
    """A block of code.

    Attributes:
        page: that it is on.
        language: after the three ticks.
        code: all lines.
        runs: it is marked to be really run.
        reason: why it cannot be run; empty: it can.
    """

    page: Path
    language: str
    code: str
    runs: bool
    reason: str

    def commands(self) -> Iterator[list[str]]:
        """The commands of a shell block, as lists of words."""
        for line in self.code.replace("\\\n", " ").splitlines():
            command: list[str] = []
            for word in shlex.split(line, comments=True):
                if word in _BETWEEN:
                    yield command
                    command = []
                else:
                    command.append(word)
            if command:
                yield command


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> list[Block]:
    """All blocks of a page, in their order."""
    return [
        Block(page, m["language"], dedent(m["code"]), m["mark"] == "run", m["reason"] or "")
        for m in _BLOCK.finditer(page.read_text(encoding="utf-8"))
    ]


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Where the links and pictures of a page lead, on this machine."""
    return [link for link in _LINK.findall(prose(page)) if "://" not in link]


def anchors(page: Path) -> set[str]:
    """What a link to a heading of the page may say, as GitHub makes it."""
    headings = _HEADING.findall(prose(page))
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def mentioned_commands(page: Path) -> list[list[str]]:
    """Commands of `kinesis` that the text mentions, complete or not."""
    return [shlex.split(text) for text in _INLINE.findall(prose(page))]
