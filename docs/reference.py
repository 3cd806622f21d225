# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the parts of the documentation that say what the code says: `python docs/reference.py`.

The command line comes from its own help, parameters and launch arguments from their records, the
map of rooms from their docstrings. A test holds the files against the code.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from kinesis_ros import cli
from kinesis_ros.graph import LAUNCH_ARGUMENTS, RVIZ_ARGUMENT
from kinesis_ros.options import Range, options_of

DOCS = Path(__file__).parent
ROOT = DOCS.parent

_PART = "<!-- begin: {} -->\n{}<!-- end -->"
# Of a comment that gives the reason, the name, and how the profile is made.
_PROFILE = r"((?:^# .*\n)+)([A-Z]+) = (.+)"
_COMMAND_LINE = """# Command line

Every command explains itself with `--help`; this page holds the same texts. Commands end with
status 0 when they are done, 1 when they ran and failed, 2 when usage or input is wrong.
"""


def written() -> dict[Path, str]:
    """Files of the documentation as they should be, by path."""
    texts = {DOCS / "command-line.md": command_line()}
    for page, parts in _PARTS.items():
        text = (DOCS / page).read_text(encoding="utf-8")
        for name, make in parts.items():
            between = re.compile(rf"<!-- begin: {name} -->\n.*?<!-- end -->", re.DOTALL)
            text = between.sub(lambda _, n=name, m=make: _PART.format(n, m()), text)
        texts[DOCS / page] = text
    return texts


def command_line() -> str:
    """All commands with their arguments and options."""
    return _COMMAND_LINE + "".join(f"\n{text}" for text in _commands())


def _commands() -> Iterator[str]:
    for name in cli.COMMANDS:
        command = cli.load_command(name)
        below = getattr(command, "commands", {})
        yield f"## kinesis {name}\n\n" + _described(
            command, f"kinesis {name}", has_more=bool(below)
        )
        for part, inner in below.items():
            yield f"### kinesis {name} {part}\n\n" + _described(inner, f"kinesis {name} {part}")


def _described(command: Any, path: str, *, has_more: bool = False) -> str:  # noqa: ANN401 typer's
    """One command: its help, and a table of its parameters."""
    help_text = "\n".join(line.strip() for line in (command.help or "").strip().splitlines())
    prose, *examples = re.split(r"^Examples?:\s*", help_text, flags=re.MULTILINE)
    text = _escaped(prose.strip()) + "\n"
    lines = [line for example in examples for line in example.splitlines() if line]
    if lines:
        text += "\n```bash\n" + "".join(f"{line}\n" for line in lines) + "```\n"
    context = command.make_context(path, [], resilient_parsing=True)
    records = [p.get_help_record(context) for p in command.params if p.name != "help"]
    rows = [(f"`{name}`", _plain(meaning)) for name, meaning in filter(None, records)]
    return f"{text}\n{_table(('parameter', ''), rows)}" if rows and not has_more else text


def _plain(help_text: str) -> str:
    """A parameter's help without rich's escapes, and without the folder of the installation."""
    return _escaped(help_text.replace("\\[", "[").replace(f"{ROOT}/", "").replace("  [", " ["))


def launch_arguments() -> str:
    """The arguments of sim.launch.py."""
    rows = [
        (
            f"`{a.name}`",
            a.description.rstrip(".") + _choices(a.choices),
            f"`{a.default}`" if a.default else "",
        )
        for a in (*LAUNCH_ARGUMENTS, RVIZ_ARGUMENT)
    ]
    return _table(("argument", "", "default"), rows)


def parameters() -> str:
    """The parameters of all nodes."""
    from kinesis_ros.nodes import parameters as records

    parts = []
    for node in ("sim", "policy", "goal", "viewer"):
        options = options_of(getattr(records, f"{node.capitalize()}Parameters")).values()
        rows = [
            (
                f"`{option.name}`",
                option.help + _limits(option.range) + _choices(option.choices),
                "" if option.default == "" else f"`{_yaml(option.default)}`",
            )
            for option in options
        ]
        parts.append(f"### {node}_node\n\n" + _table(("parameter", "", "default"), rows))
    return "\n" + "\n".join(parts) + "\n"


def _yaml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _limits(limits: Range | None) -> str:
    if limits is None:
        return ""
    if limits.most is None:
        return f"; at least {limits.least:g}"
    return f"; {limits.least:g} to {limits.most:.4g}"


def qos() -> str:
    """The profiles of quality of service, with the reasons that stand above them in the code."""
    path = ROOT / "kinesis_ros" / "nodes" / "qos.py"
    found = re.findall(_PROFILE, path.read_text(encoding="utf-8"), re.MULTILINE)
    rows = []
    for comment, name, made in found:
        depth = re.search(r"_profile\((\d+)", made)
        kept = depth[1] if depth else "1, best effort"
        kept += ", latched" if "TRANSIENT_LOCAL" in made else ""
        reason = " ".join(line.removeprefix("# ") for line in comment.strip().splitlines())
        rows.append((name.lower(), kept, reason))
    return _table(("profile", "keeps", "why"), rows)


def rooms() -> str:
    """The rooms from the ground up, as tests/test_layers.py lists them, with their docstrings."""
    tree = ast.parse((ROOT / "tests" / "test_layers.py").read_text(encoding="utf-8"))
    names = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "ROOMS"
    )
    rows = []
    for name in names:
        folder = name.replace(".", "/")
        text = (ROOT / folder / "__init__.py").read_text(encoding="utf-8")
        doc = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0]
        rows.append((f"`{folder}/`", _escaped(" ".join(doc.split()))))
    return _table(("room", "holds"), rows)


def _choices(choices: Iterable[str]) -> str:
    named = ", ".join(f"`{choice}`" for choice in choices)
    return f"; one of {named}" if named else ""


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    cells = (tuple(str(cell).replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {' | '.join(line)} |\n".replace("|  |", "| |") for line in cells)


def _escaped(text: str) -> str:
    """Text in which Markdown leaves <, > and * as they are."""
    return re.sub(r"([<>*])", r"\\\1", text)


_PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "ros.md": {"launch arguments": launch_arguments, "parameters": parameters, "qos": qos},
    "architecture.md": {"rooms": rooms},
}


def main() -> None:
    """Write what has changed."""
    for path, text in written().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
