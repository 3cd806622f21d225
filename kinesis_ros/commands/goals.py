# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis say`, `go`, `drive`, `kick`, `play` and `stop`: goals for a graph that runs."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from kinesis_ros.commands.ros import Namespace, set_up_ros
from kinesis_ros.console import FAILED, CommandError
from kinesis_ros.graph import NAMESPACE, printable, remapping_arguments

if TYPE_CHECKING:
    from kinesis_ros.core.motion import Clip
    from kinesis_ros.nodes.goal_client import GoalClient

_PATIENCE = 5.0  # [s] for a graph to be found
_SILENCE = 10.0  # [s] without a word from it
_ENDLESS = "until told otherwise"  # how plans without an end are described
_DRIVE_RATE = 10.0  # [Hz]


def number(text: str) -> float:
    """Parse an argument; negative numbers look like options, so real options end up here, too."""
    try:
        return float(text)
    except ValueError:
        kind = "No such option" if text.startswith("-") else "not a number"
        raise typer.BadParameter(f"{kind}: {text}") from None


NoWait = Annotated[bool, typer.Option("--no-wait", help="Return as soon as the goal is accepted.")]


def say(
    text: Annotated[str, typer.Argument(help="What to do, in English.")],
    no_wait: NoWait = False,
    namespace: Namespace = NAMESPACE,
) -> None:
    """Tell the body what to do and wait until it is done.

    Example: kinesis say "walk forward three metres, turn around and walk back"
    """
    _check_text(text)
    with _client(namespace) as client:
        from std_msgs.msg import String

        from kinesis_ros.nodes.goal_ids import with_id

        _connect(client, "text", String)
        marked, goal = with_id(text)
        client.publish(String(data=marked))
        _follow(client, goal, no_wait=no_wait)


def go(
    x: Annotated[float, typer.Argument(parser=number, help="Forward in the world [m].")],
    y: Annotated[float, typer.Argument(parser=number, help="To the left in the world [m].")],
    heading: Annotated[
        float | None, typer.Option(help="Final heading [degrees]; default: as it arrives.")
    ] = None,
    no_wait: NoWait = False,
    namespace: Namespace = NAMESPACE,
) -> None:
    """Send the body to a place and wait until it stands there.

    Example: kinesis go 2 -1 --heading 90
    """
    _check_finite(x=x, y=y, heading=heading or 0.0)
    with _client(namespace) as client:
        from geometry_msgs.msg import PoseStamped

        from kinesis_ros.nodes.goal_ids import id_of_stamp, new_stamp
        from kinesis_ros.nodes.goal_messages import place_message

        _connect(client, "/goal_pose", PoseStamped)
        stamp = new_stamp()
        facing = None if heading is None else math.radians(heading)
        client.publish(place_message(x, y, facing, stamp))
        _follow(client, id_of_stamp(stamp), no_wait=no_wait)


def drive(
    vx: Annotated[float, typer.Argument(parser=number, help="Forward [m/s].")],
    wz: Annotated[
        float, typer.Argument(parser=number, help="Turn rate to the left [rad/s].")
    ] = 0.0,
    vy: Annotated[float, typer.Option(help="To the left [m/s].")] = 0.0,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Duration [s]; then the body stands.")
    ] = 5.0,
    stamped: Annotated[
        bool,
        typer.Option("--stamped", help="Publish TwistStamped, as cmd_vel_stamped:=true expects."),
    ] = False,
    namespace: Namespace = NAMESPACE,
) -> None:
    """Drive the body at a velocity for a while, as a joystick would.

    Example: kinesis drive 0.8 0.3 --seconds 10
    """
    _check_finite(vx=vx, wz=wz, vy=vy, seconds=seconds)
    with _client(namespace) as client:
        from geometry_msgs.msg import Twist, TwistStamped

        from kinesis_ros.core.goals import DRIVEN
        from kinesis_ros.nodes.goal_messages import velocity_message

        _connect(client, "/cmd_vel", TwistStamped if stamped else Twist)
        message = velocity_message(vx, wz, vy, stamped=stamped)
        client.wait(seconds, 1.0 / _DRIVE_RATE, lambda: client.publish(message))
        _follow(client, DRIVEN, no_wait=False)


def kick(
    x: Annotated[
        float, typer.Argument(parser=number, help="Where the ball should go, forward [m].")
    ],
    y: Annotated[float, typer.Argument(parser=number, help="To the left [m].")],
    z: Annotated[float, typer.Argument(parser=number, help="Up [m].")] = 0.0,
    no_wait: NoWait = False,
    namespace: Namespace = NAMESPACE,
) -> None:
    """Make the body kick the ball towards a point.

    Example: kinesis kick 10 1.5
    """
    _check_finite(x=x, y=y, z=z)
    with _client(namespace) as client:
        from geometry_msgs.msg import PointStamped

        from kinesis_ros.nodes.goal_ids import id_of_stamp, new_stamp
        from kinesis_ros.nodes.goal_messages import kick_message

        _connect(client, "kick", PointStamped)
        stamp = new_stamp()
        client.publish(kick_message(x, y, z, stamp))
        _follow(client, id_of_stamp(stamp), no_wait=no_wait)


def play(
    file: Annotated[Path, typer.Argument(help="A clip, or any file that `kinesis import` reads.")],
    no_wait: NoWait = False,
    namespace: Namespace = NAMESPACE,
) -> None:
    """Make the body play a motion, starting where it stands.

    Example: kinesis play walk.bvh
    """
    clip = _clip(file)
    with _client(namespace) as client:
        from trajectory_msgs.msg import JointTrajectory

        from kinesis_ros.nodes.goal_ids import id_of_stamp, new_stamp
        from kinesis_ros.nodes.goal_messages import motion_message

        _connect(client, "reference_motion", JointTrajectory)
        message = motion_message(clip)
        message.header.stamp = new_stamp()
        client.publish(message)
        _follow(client, id_of_stamp(message.header.stamp), no_wait=no_wait)


def stop(namespace: Namespace = NAMESPACE) -> None:
    """Stop whatever the body is doing and let it stand.

    Example: kinesis stop
    """
    say("stop", namespace=namespace)


def _check_text(text: str) -> None:
    if not text.strip():
        raise CommandError("the text is empty; try: kinesis say 'walk forward'")


def _check_finite(**numbers: float) -> None:
    for name, number in numbers.items():
        if not math.isfinite(number):
            raise CommandError(f"{name} is {number}, which is not a finite number")


def _clip(file: Path) -> "Clip":
    from kinesis_ros.core.motion import Clip, ClipError
    from kinesis_ros.core.retargeting import Importer, MotionError

    try:
        return Clip.load(file) if Clip.recognises(file) else Importer().run(file).clip
    except (ClipError, MotionError) as error:
        raise CommandError(str(error)) from error


@contextmanager
def _client(namespace: str) -> Iterator["GoalClient"]:
    set_up_ros()
    from kinesis_ros.nodes.goal_client import GoalClient
    from kinesis_ros.nodes.process import ros

    with ros(remapping_arguments(namespace)) as (executor, stop):
        yield GoalClient(executor, stop)


def _connect(client: "GoalClient", topic: str, kind: type) -> None:
    if not client.finds_graph(topic, kind, _PATIENCE):
        raise CommandError(
            f"nobody listens to {topic}: start the body with `kinesis sim`, "
            "and use the same ROS_DOMAIN_ID and --namespace",
            FAILED,
        )


def _follow(client: "GoalClient", goal: str, *, no_wait: bool) -> None:
    """Show what becomes of the goal with this id.

    Raises:
        CommandError: it was refused, failed or preempted, or there is no word of it.
    """
    from kinesis_ros.core.plans import GoalState

    console = Console()
    state: GoalState | None = None
    reason = ""
    for state, reason in client.fates(goal, _SILENCE):
        if state in (GoalState.REFUSED, GoalState.FAILED, GoalState.PREEMPTED):
            break
        colour = "green" if state is GoalState.SUCCEEDED else "dim"
        console.print(
            f"[{colour}]{state.value}[/{colour}]: {escape(printable(reason))}", highlight=False
        )
        accepted = state is GoalState.ACCEPTED
        if accepted and (no_wait or reason.endswith(_ENDLESS)):
            return
    if state is None:
        raise CommandError(f"no answer about the goal within {_SILENCE:g} s", FAILED)
    if state is not GoalState.SUCCEEDED:
        was = "" if state is GoalState.FAILED else "was "
        raise CommandError(printable(f"the goal {was}{state.value}: {reason}"), FAILED)
