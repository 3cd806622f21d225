# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis doctor`: what is installed, what is shipped, what is missing and how to get it."""

import dataclasses
import importlib.util
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata, resources
from pathlib import Path
from typing import Annotated

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kinesis_ros import __version__
from kinesis_ros.console import FAILED, CommandError, json_option, write_json
from kinesis_ros.pictures.graphics import GraphicsError, find_backend

_MIDDLEWARE_TIMEOUT = 30.0  # [s]
_COMPILED = re.compile(r"\.cpython-(\d+)-")  # in the names of a Python version's libraries


@dataclasses.dataclass(frozen=True)
class Library:
    """A Python module that some part of the package needs.

    Attributes:
        module: name to import.
        distribution: name that its version is registered under.
        purpose: what does not work without it.
        remedy: how to get it.
        required: nothing works without it.
    """

    module: str
    distribution: str
    purpose: str
    remedy: str
    required: bool = False

    @property
    def version(self) -> str | None:
        """Installed version, 'unknown' if it does not say, None if it is missing."""
        if importlib.util.find_spec(self.module) is None:
            return None
        try:
            return metadata.version(self.distribution)
        except metadata.PackageNotFoundError:
            return "unknown"


@dataclasses.dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        section: heading that it belongs to.
        name: what was looked at.
        value: version or state; None: missing or broken.
        note: what it is for, or how to get it.
        fatal: the package does not work because of it.
    """

    section: str
    name: str
    value: str | None
    note: str
    fatal: bool = False


def _libraries() -> list[Library]:
    plain, ros, recording, pictures, training = (
        "pip install kinesis_ros",
        "pip install 'kinesis_ros[ros]', or a ROS 2 installation",
        "pip install 'kinesis_ros[recording]'",
        "pip install 'kinesis_ros[pictures]'",
        "pip install 'kinesis_ros[training]'",
    )
    required = [
        Library(name, name.replace("_", "-"), purpose, plain, required=True)
        for name, purpose in (
            ("numpy", "arrays"),
            ("scipy", "motion import"),
            ("numba", "compiled coordination and observation"),
            ("mujoco", "physics"),
            ("myo_sim", "bodies"),
            ("onnxruntime", "policies"),
        )
    ]
    messages = ("std", "sensor", "geometry", "nav", "trajectory", "visualization", "diagnostic")
    return [
        *required,
        Library("rclpy", "rclpy", "ROS nodes", ros),
        *(Library(f"{m}_msgs", f"{m}_msgs", "ROS messages", ros) for m in messages),
        Library("std_srvs", "std_srvs", "reset and pause services", ros),
        Library("tf2_msgs", "tf2_msgs", "/tf for RViz and Nav2", "comes with a ROS 2 installation"),
        Library(
            "wordllama",
            "wordllama",
            "meaning of unknown words",
            "pip install 'kinesis_ros[language]'",
        ),
        Library("viser", "viser", "web viewer", "pip install 'kinesis_ros[viewer]'"),
        *(
            Library(module, distribution, purpose, recording)
            for module, distribution, purpose in (
                ("mcap", "mcap", "files of kinesis record"),
                ("mcap_ros2", "mcap-ros2-support", "recordings without ROS"),
                ("yaml", "pyyaml", "quality of service in recordings"),
            )
        ),
        *(
            Library(module, distribution, purpose, pictures)
            for module, distribution, purpose in (
                ("av", "av", "films: kinesis render"),
                ("PIL", "pillow", "pictures: kinesis render"),
                ("matplotlib", "matplotlib", "plots: kinesis report"),
            )
        ),
        *(
            Library(name, name, purpose, training)
            for name, purpose in (
                ("torch", "training"),
                ("tensorboard", "training curves"),
                ("onnx", "policy export"),
                ("onnxscript", "policy export"),
            )
        ),
    ]


def doctor(
    json_file: Annotated[Path | None, json_option("Also write the report to this file.")] = None,
) -> None:
    """Show what is installed, which middleware and policies there are, and what is missing.

    Exits with 1 if something that every command needs is missing or broken.

    Example: kinesis doctor --json report.json
    """
    findings = list(examine())
    _print(findings)
    if json_file is not None:
        ok = not any(finding.fatal for finding in findings)
        rows = [dataclasses.asdict(finding) for finding in findings]
        write_json(json_file, {"ok": ok, "findings": rows})
    broken = [finding.name for finding in findings if finding.fatal]
    if broken:
        raise CommandError(f"missing or broken: {', '.join(broken)}", FAILED)


def examine() -> Iterator[Finding]:
    """Look at this machine, one finding after the other."""
    yield Finding("system", "kinesis_ros", __version__, str(Path(__file__).parents[1]))
    yield Finding("system", "python", platform.python_version(), sys.executable)
    yield Finding("system", "platform", platform.platform(), f"{os.cpu_count()} cores")
    libraries = [_library(library) for library in _libraries()]
    yield from libraries
    if importlib.util.find_spec("rclpy") is not None:
        yield from _ros()
    if not any(finding.fatal for finding in libraries):
        yield _graphics()
        yield from _shipped(Path(str(resources.files("kinesis_ros") / "data")))


def _library(library: Library) -> Finding:
    version = library.version
    note = library.purpose if version else f"{library.purpose}: {library.remedy}"
    fatal = library.required and version is None
    return Finding("libraries", library.module, version, note, fatal)


def _ros() -> Iterator[Finding]:
    """Whether rclpy, which is there, can be imported, and then its middleware.

    In processes of their own: a compiled library that does not fit may end the process.
    """
    _, error = _ask("import os; os.environ.pop('RMW_IMPLEMENTATION', 0); import rclpy")
    if error:
        yield Finding("middleware", "rclpy", None, _why_rclpy_does_not_load(error), fatal=True)
        return
    chosen = os.environ.get("RMW_IMPLEMENTATION")
    note = f"chosen by RMW_IMPLEMENTATION={chosen}" if chosen else "ROS 2's default"
    answer, error = _ask(
        "from rclpy.utilities import *; print(get_rmw_implementation_identifier())"
    )
    if error:
        yield Finding("middleware", "rmw", None, f"{note}, does not load: {error}", fatal=True)
    else:
        yield Finding("middleware", "rmw", answer, note)


def _why_rclpy_does_not_load(error: str) -> str:
    spec = importlib.util.find_spec("rclpy")
    place = Path(spec.origin).parent if spec and spec.origin else Path()
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    tags = {match[1] for path in place.iterdir() if (match := _COMPILED.search(path.name))}
    others = [f"{tag[0]}.{tag[1:]}" for tag in sorted(tags) if tag != ours.replace(".", "")]
    if others:
        return (
            f"'{place}' is for Python {others[0]}, this is Python {ours}: unset PYTHONPATH, "
            f"or make the environment with python{others[0]}"
        )
    return f"'{place}' does not load: {error}"


def _ask(code: str) -> tuple[str, str]:
    """What a program prints, and the last line of why it failed; empty: it did not."""
    try:
        answer = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=_MIDDLEWARE_TIMEOUT,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        reason = getattr(error, "stderr", None) or str(error)
        return "", reason.strip().splitlines()[-1]
    return answer.stdout.strip(), ""


def _graphics() -> Finding:
    try:
        return Finding("graphics", "off screen", find_backend(), "kinesis render")
    except GraphicsError as error:
        return Finding("graphics", "off screen", None, f"kinesis render: {error}")


def _shipped(data: Path) -> Iterator[Finding]:
    policies = sorted(data.rglob("*.onnx"))
    if not policies:
        note = "train one: kinesis train, then kinesis export"
        yield Finding("shipped", "policies", None, note, fatal=True)
    for path in policies:
        yield _policy(path, data)
    for path in sorted(data.rglob("*.npz")):
        yield _arrays(path, data)


def _policy(path: Path, data: Path) -> Finding:
    # Imported here: a report must come even if one of core's libraries is missing.
    from kinesis_ros.core.body import load_body
    from kinesis_ros.core.policy import PolicySession

    name = str(path.relative_to(data))
    try:
        body = load_body(path.stem.rpartition("_")[0])
        found = PolicySession.load(path, body).metadata
    except ValueError as error:
        return Finding("shipped", name, None, str(error), fatal=True)
    note = f"{found.control} policy for {found.body}, {found.control_rate:g} Hz"
    return Finding("shipped", name, "readable", note)


def _arrays(path: Path, data: Path) -> Finding:
    import numpy as np

    name = str(path.relative_to(data))
    try:
        with np.load(path, allow_pickle=False) as archive:
            note = ", ".join(f"{key} {archive[key].shape}" for key in archive.files)
    except (OSError, ValueError) as error:
        return Finding("shipped", name, None, str(error), fatal=True)
    return Finding("shipped", name, "readable", note)


def _print(findings: list[Finding]) -> None:
    console = Console()
    table = Table(box=None, pad_edge=False)
    for heading in ("", "", "found", ""):
        table.add_column(heading, overflow="fold")
    section = ""
    for finding in findings:
        colour = "green" if finding.value else "red" if finding.fatal else "yellow"
        table.add_row(
            f"[bold]{finding.section}" if finding.section != section else "",
            finding.name,
            f"[{colour}]{finding.value or 'missing'}",
            escape(finding.note),
        )
        section = finding.section
    console.print(table)
