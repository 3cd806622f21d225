# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a reader copies works: commands and options exist, messages have their fields, code runs."""

import ast
import importlib
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pages import PAGES, ROOT, Block, blocks, mentioned_commands, name_of

from kinesis_ros import cli
from kinesis_ros.graph import LAUNCH_ARGUMENTS, RVIZ_ARGUMENT

_LIMIT = 240  # [s] for a page's blocks together
_NOT_INSTALLED = "which is not installed"
_IN_A_SHELL = "__import__('subprocess').run(['bash', '-euo', 'pipefail', '-c', {!r}], check=True)"

BLOCKS = [
    pytest.param(block, id=f"{name_of(page)}-{number}")
    for page in PAGES
    for number, block in enumerate(blocks(page), 1)
]
SHELLS = [p for p in BLOCKS if p.values[0].language in ("bash", "sh", "shell", "console")]
RUNNING = [
    page
    for page in PAGES
    if page.name != "python.md"  # test_python_page.py runs it, and looks at what it finds
    and any(b.runs or (b.language == "python" and not b.reason) for b in blocks(page))
]


def kinesis_command(words: list[str]) -> tuple[Any, list[str]]:
    """The command that words after `kinesis` call, and its arguments."""
    name, *rest = words
    assert name in cli.COMMANDS, f"there is no `kinesis {name}`"
    command = cli.load_command(name)
    below = getattr(command, "commands", {})
    if below and rest:
        assert rest[0] in below, f"there is no `kinesis {name} {rest[0]}`"
        return below[rest[0]], rest[1:]
    return command, rest


def check_kinesis(words: list[str]) -> None:
    command, arguments = kinesis_command(words)
    try:
        command.make_context(f"kinesis {words[0]}", arguments)
    except Exception as error:
        raise AssertionError(f"kinesis {' '.join(words)}: {error}") from error


def check_make(words: list[str]) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {word for word in words if "=" not in word} <= set(targets)


def check_pip(words: list[str]) -> None:
    setuptools, given = pytest.importorskip("setuptools"), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setattr(setuptools, "setup", lambda **arguments: given.update(arguments))
        runpy.run_path("setup.py")
    for extras in re.findall(r"kinesis_ros\[(.+?)\]", " ".join(words)):
        assert set(extras.split(",")) <= set(given["extras_require"])


def check_python(words: list[str]) -> None:
    assert (ROOT / words[0]).is_file()


def check_ros2(words: list[str]) -> None:
    checks: dict[str, Callable[[list[str]], None]] = {
        "launch": check_launch,
        "topic": check_topic,
        "service": check_service,
        "param": check_parameter,
        "bag": lambda _: None,
    }
    checks[words[0]](words[1:])


def check_launch(words: list[str]) -> None:
    package, file, *arguments = words
    assert package == "kinesis_ros"
    assert (ROOT / "launch" / file).is_file()
    known = {argument.name for argument in (*LAUNCH_ARGUMENTS, RVIZ_ARGUMENT)}
    given = {word.partition(":=")[0] for word in arguments if ":=" in word}
    assert given <= known, f"{file} has no {given - known}"


def check_topic(words: list[str]) -> None:
    known = table_rows("topic", "type")
    plain = [word for word in words[1:] if not word.startswith("-") and not word.isdigit()]
    topic = plain[0].removeprefix("/kinesis/")
    kinds = {kind for name, kind in known if name == topic}
    assert kinds, f"ros.md has no topic {topic}"
    if len(plain) > 1:
        assert plain[1].replace("/msg/", "/") in kinds
        check_fields(plain[1], plain[2])


def check_service(words: list[str]) -> None:
    _, name, kind, *values = words
    asked = (name.removeprefix("/kinesis/"), kind.replace("/srv/", "/"))
    assert asked in table_rows("service", "type")
    if values:
        check_fields(kind, values[0])


def check_parameter(words: list[str]) -> None:
    pytest.importorskip("rclpy")
    records = importlib.import_module("kinesis_ros.nodes.parameters")
    node, name = words[1:3]  # of `set` with a value behind them
    record = getattr(
        records, f"{node.removeprefix('/kinesis/').removesuffix('_node').title()}Parameters"
    )
    assert name in record.__dataclass_fields__


def check_fields(kind: str, text: str) -> None:
    """Whether a message or request of a type has the fields that a text in YAML names."""
    yaml = pytest.importorskip("yaml")
    package, place, name = kind.split("/")
    module = pytest.importorskip(f"{package}.{place}", reason="ROS's messages are not installed")
    made = getattr(module, name)
    check_members(made.Request() if place == "srv" else made(), yaml.safe_load(text))


def check_members(message: Any, values: Any) -> None:  # noqa: ANN401 any message
    if isinstance(values, dict):
        for key, value in values.items():
            assert hasattr(message, key), f"{type(message).__name__} has no {key}"
            check_members(getattr(message, key), value)
    else:
        assert isinstance(values, type(message)), f"{values!r} is no {type(message).__name__}"


def table_rows(*heading: str) -> set[tuple[str, str]]:
    """The first two cells of the table in ros.md that begins with a heading."""
    text = (ROOT / "docs" / "ros.md").read_text(encoding="utf-8")
    lines = text[text.index(f"| {' | '.join(heading)} |") :].partition("\n\n")[0].splitlines()[2:]
    cells = ([cell.strip(" `") for cell in line.split("|")] for line in lines)
    return {(first, second) for _, first, second, *_ in cells}


CHECKS: dict[str, Callable[[list[str]], None]] = {
    "kinesis": check_kinesis,
    "make": check_make,
    "pip": check_pip,
    "python": check_python,
    "ros2": check_ros2,
    **dict.fromkeys(("kill", "wait"), lambda _: None),  # the shell's own
}


@pytest.mark.parametrize("block", SHELLS)
def test_every_command_exists_with_its_options(block: Block) -> None:
    """Programs that cannot be checked stand in blocks that say why they are not run."""
    for program, *words in block.commands():
        if "=" in program:
            continue
        if program in CHECKS and "-m" not in words:
            CHECKS[program](words)
        else:
            assert block.reason, f"nobody checks '{program}' in {name_of(block.page)}"
        if program == "ros2":
            assert block.reason, "ros2 is not on every machine: say so above the block"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_in_the_text_exist(page: Path) -> None:
    """They may be incomplete, as in: `kinesis train refine --learn`."""
    for _, *words in mentioned_commands(page):
        command, rest = kinesis_command(words)
        options = {option for p in command.params for option in (*p.opts, *p.secondary_opts)}
        wanted = {word for word in rest if word.startswith("--")} - {"--help"}
        assert wanted <= options, f"`kinesis {' '.join(words)}` has no {wanted - options}"


@pytest.mark.parametrize("page", RUNNING, ids=name_of)
def test_blocks_run(page: Path, tmp_path: Path) -> None:
    """One after the other, in one folder; Python in one interpreter."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "ROS_DOMAIN_ID": str(1 + os.getpid() % 100),
    }
    code = [
        block.code if block.language == "python" else _IN_A_SHELL.format(block.code)
        for block in blocks(page)
        if block.runs or (block.language == "python" and not block.reason)
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(code)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
    )
    if _NOT_INSTALLED in done.stderr:
        pytest.skip(done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("block", [p for p in BLOCKS if p.values[0].language == "python"])
def test_python_that_is_not_run_is_python_all_the_same(block: Block) -> None:
    ast.parse(block.code)
