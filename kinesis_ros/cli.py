# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The command line `kinesis`.

Commands are imported when they run, so that `kinesis --help` answers at once and a command works
although the libraries of another one are not installed.
"""

import importlib
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

import typer
from rich.markup import escape
from typer.core import TyperGroup

from kinesis_ros import __version__
from kinesis_ros.console import BAD_INPUT, FAILED, CommandError
from kinesis_ros.files import WriteError


class LazyCommand(NamedTuple):
    """A command that is imported when it runs.

    Attributes:
        target: 'module:attribute', a function or a typer app with commands of its own.
        summary: one line for `kinesis --help`.
        takes_numbers: its arguments may be negative numbers, which look like options.
    """

    target: str
    summary: str
    takes_numbers: bool = False


COMMANDS = {
    "sim": LazyCommand("kinesis_ros.commands.sim:sim", "Start the body on the ROS graph."),
    "say": LazyCommand("kinesis_ros.commands.goals:say", "Tell the body what to do."),
    "go": LazyCommand("kinesis_ros.commands.goals:go", "Send the body to a place.", True),
    "drive": LazyCommand("kinesis_ros.commands.goals:drive", "Drive the body at a velocity.", True),
    "kick": LazyCommand("kinesis_ros.commands.goals:kick", "Make the body kick the ball.", True),
    "play": LazyCommand("kinesis_ros.commands.goals:play", "Make the body play a motion."),
    "stop": LazyCommand("kinesis_ros.commands.goals:stop", "Stop the body and let it stand."),
    "import": LazyCommand(
        "kinesis_ros.commands.import_motions:import_motions", "Retarget motion files to clips."
    ),
    "benchmark": LazyCommand(
        "kinesis_ros.commands.benchmark:app", "Measure imitation, goals and speed."
    ),
    "train": LazyCommand("kinesis_training.commands.train:app", "Train a policy, stage by stage."),
    "export": LazyCommand(
        "kinesis_training.commands.export:export", "Write a policy, or the gaits, as ONNX."
    ),
    "export-urdf": LazyCommand(
        "kinesis_ros.commands.export_urdf:export_urdf", "Write a body as URDF with meshes."
    ),
    "record": LazyCommand("kinesis_ros.commands.record:record", "Record the graph to a bag."),
    "replay": LazyCommand("kinesis_ros.commands.replay:replay", "Play back a recording."),
    "render": LazyCommand(
        "kinesis_ros.commands.render:render", "Draw a motion, a goal or a recording."
    ),
    "report": LazyCommand(
        "kinesis_ros.commands.report:report", "Write a web page about a run or a training run."
    ),
    "doctor": LazyCommand(
        "kinesis_ros.commands.doctor:doctor", "Show what is installed and what is missing."
    ),
}

# Top-level modules that only an extra installs.
_EXTRA_OF = {
    "kinesis_training": "training",
    "torch": "training",
    "tensorboard": "training",
    "onnx": "training",
    "msgspec": "training",
    "filelock": "training",
    "rclpy": "ros",
    "std_msgs": "ros",
    "viser": "viewer",
    "av": "pictures",
    "PIL": "pictures",
    "matplotlib": "pictures",
    "mcap": "recording",
    "mcap_ros2": "recording",
    "yaml": "recording",
}


class LazyGroup(TyperGroup):
    """A group whose listed commands are placeholders until one of them is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 typer's own types
        """Import the command that `args` call; typer then runs it."""
        name, placeholder, rest = super().resolve_command(ctx, args)
        return name, placeholder and load_command(placeholder.name or ""), rest


app = typer.Typer(
    name="kinesis",
    cls=LazyGroup,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def load_command(name: str) -> Any:  # noqa: ANN401 typer's own types
    """Import command `name` of `COMMANDS` and make it ready to run.

    Raises:
        CommandError: a library that it needs is not installed.
    """
    module, attribute = COMMANDS[name].target.split(":")
    try:
        target = getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise _how_to_install(error, name) from error
    if not isinstance(target, typer.Typer):
        function, target = target, typer.Typer(add_completion=False)
        settings = {"ignore_unknown_options": COMMANDS[name].takes_numbers}
        target.command(context_settings=settings)(function)
    command = typer.main.get_command(target)
    command.name = name
    _keep_units(command)
    return command


def _keep_units(command: Any) -> None:  # noqa: ANN401 typer's own types
    """Escape the help texts of options: rich would take '[m]' for markup and swallow it."""
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = escape(parameter.help)
    for part in getattr(command, "commands", {}).values():
        _keep_units(part)


def _how_to_install(error: ModuleNotFoundError, command: str) -> Exception:
    library = (error.name or "").partition(".")[0]
    extra = _EXTRA_OF.get(library)
    if extra is None:
        return error
    return CommandError(
        f"`kinesis {command}` needs '{library}', which is not installed; "
        f"get it with: pip install 'kinesis_ros[{extra}]'"
    )


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kinesis_ros {__version__}")
        raise typer.Exit


@app.callback(epilog="Example: kinesis sim --goal 'walk forward'")
def _describe(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """A muscle-driven human body on the ROS 2 graph."""


def _placeholder() -> None:
    """Stand for a command in the list; `LazyGroup` puts the real one in its place."""


for _name, _command in COMMANDS.items():
    app.command(_name, help=_command.summary)(_placeholder)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 ran but failed, 2 bad usage or input."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    command = typer.main.get_command(app)
    try:
        status = command.main(arguments, prog_name="kinesis", standalone_mode=False)
    except CommandError as error:
        _fail(str(error), error.exit_status)
    except WriteError as error:
        _fail(str(error), BAD_INPUT)
    except typer.TyperException as error:
        _fail(_with_hint(error), BAD_INPUT)
    except ModuleNotFoundError as error:
        reason = _how_to_install(error, arguments[0])
        if reason is error:
            raise
        _fail(str(reason), BAD_INPUT)
    except typer.Abort as error:
        if isinstance(error.__cause__, EOFError):  # typer's name for it; it is a fault like others
            raise error.__cause__ from None
        _fail("aborted", FAILED)
    sys.exit(status if isinstance(status, int) else 0)


def _with_hint(error: typer.TyperException) -> str:
    message = error.format_message()
    context = getattr(error, "ctx", None)
    if not message or context is None:
        return message
    return f"{message} (see `{context.command_path} --help`)"


def _fail(message: str, status: int) -> NoReturn:
    if message:  # empty: a group called without a command has printed its help
        typer.echo(f"kinesis: {' '.join(message.split())}", err=True)
    sys.exit(status)
