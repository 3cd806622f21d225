# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The page as one object: feed it what the body does, and it shows that to all browsers."""

import threading
import time
from collections.abc import Callable, Sequence

import numpy as np
import viser

from kinesis_ros.core.body import Body
from kinesis_ros.core.simulation.penalty_area import aim_point
from kinesis_ros.viewer.camera import BEHIND, BESIDE, Standpoint, is_narrow, place_camera
from kinesis_ros.viewer.commands import Commands, Setup
from kinesis_ros.viewer.drive import Drive, DriveConfig
from kinesis_ros.viewer.keyboard import HOTKEYS
from kinesis_ros.viewer.pacing import Pacer
from kinesis_ros.viewer.panel import KICK, Panel
from kinesis_ros.viewer.picking import floor_point
from kinesis_ros.viewer.scene import GroundForce, ViewerScene
from kinesis_ros.viewer.server import close_server, open_server
from kinesis_ros.viewer.target import Target

_GUI_PERIOD = 0.25  # [s] between two updates of the figures
_CHART_PERIOD = 0.14  # [s] between two updates of the strip chart


class Viewer:
    """Serves the page, draws what it is told, and passes on what people do.

    The methods that show something may be called from one thread; what people do arrives at
    `commands` from the page's threads.

    Args:
        body: to show.
        commands: receives what people ask for.
        setup: what runs now.
        setups: what can be chosen instead.
        host: address to serve on.
        port: port to serve on, or the next free one.
        rate: frames per second when there is time [Hz].
        drive: speeds of the drive keys.

    Raises:
        AddressError: the page cannot be served there.
    """

    def __init__(
        self,
        body: Body,
        commands: Commands,
        setup: Setup,
        setups: Sequence[Setup] = (),
        *,
        host: str = "localhost",
        port: int = 8080,
        rate: float = 30.0,
        drive: DriveConfig | None = None,
    ) -> None:
        self._server = open_server(host, port)
        self._host, self._commands = host, commands
        self.drive = Drive(drive)
        self.scene = ViewerScene(self._server, body)
        self.panel = Panel(self._server, self.scene, commands, body.muscles, setup, setups)
        self._pacer = Pacer(rate)
        self._aim = np.array(aim_point()[:2])
        self._target = Target()
        self._shown = self._charted = -np.inf
        self._drawing = threading.Lock()
        self._add_hotkeys()
        self._add_pointer()
        self._stand(BESIDE)
        self._server.on_client_connect(self._welcome)

    @property
    def address(self) -> str:
        """Where a browser finds the page."""
        host = "localhost" if self._host in ("0.0.0.0", "::") else self._host
        return f"http://{host}:{self._server.get_port()}"

    @property
    def watched(self) -> bool:
        """Whether any browser shows the page."""
        return bool(self._server.get_clients())

    @property
    def rate(self) -> float:
        """Frames per second at present, at most [Hz]."""
        return self._pacer.rate

    def close(self) -> None:
        """Stop serving."""
        close_server(self._server)

    def wants_frame(self) -> bool:
        """Whether a state that has come now should be drawn."""
        return self.watched and self._pacer.due(time.monotonic(), time.process_time())

    def draw(
        self,
        state: np.ndarray,
        others: np.ndarray | None = None,
        *,
        reference: np.ndarray | None = None,
        left: GroundForce | None = None,
        right: GroundForce | None = None,
    ) -> None:
        """Draw one frame.

        Args:
            state: (STATE_SIZE,) kinematic state of the body.
            others: angles of the joints beyond the legs' [rad].
            reference: (STATE_SIZE,) kinematic state that the body should have.
            left: what the floor does to the left foot.
            right: and to the right one.
        """
        with self._drawing, self._server.atomic():
            self.scene.place(state, others)
            if reference is not None:
                self.scene.show_reference(reference)
            self.scene.show_ground_forces({"left": left, "right": right})
        self._show_figures()

    def set_activation(self, activation: np.ndarray) -> None:
        """Show muscle activations (num_muscles,), 0 to 1, in colours and in the strip chart."""
        self.scene.set_activation(activation)
        self.panel.signals.add(activation)
        now = time.monotonic()
        if now - self._charted >= _CHART_PERIOD:
            self._charted = now
            self.panel.signals.show()

    def set_force(self, force: np.ndarray) -> None:
        """Show muscle forces (num_muscles,) [N] as thickness."""
        self.scene.tubes.set_force(force)

    def show_target(self, x: float, y: float, angle: float) -> None:
        """Show where the body should walk to [m] and which way it should face [rad]."""
        self._target.set(x, y, angle)
        self.scene.aim_target(x, y, angle)

    def show_ball(self, position: np.ndarray, quaternion: np.ndarray) -> None:
        """Show the ball at a position (3,) [m], turned by (4,) (w, x, y, z), and the goal."""
        new = not self.scene.penalty.shown
        self.scene.penalty.place_ball(position, quaternion)
        if new:
            self.panel.show_ball()
            self._stand(BEHIND)
            for client in self._server.get_clients().values():
                self._frame(client)

    def show_keeper(self, position: np.ndarray) -> None:
        """Show the goalkeeper, the middle of its body at (3,) [m]."""
        self.scene.penalty.place_keeper(position)

    def aim(self, point: Sequence[float] | np.ndarray) -> None:
        """Kick at a point (2,) of the floor [m] from now on."""
        self._aim = np.array(point[:2])
        self.scene.aim_kick(*self._aim)

    def kick(self) -> None:
        """Kick where somebody has aimed, or into the middle of the goal."""
        self.aim(self._aim)
        self._commands.kick(float(self._aim[0]), float(self._aim[1]))

    def _stand(self, standpoint: Standpoint) -> None:
        """Where browsers that open the page from now on start."""
        camera = self._server.initial_camera
        camera.position, camera.look_at = standpoint

    def _welcome(self, client: viser.ClientHandle) -> None:
        """Frame the body, and again when a browser that is still loading gets its final size."""
        self._frame(client)
        framed_narrow = is_narrow(client.camera)

        @client.camera.on_update
        def _(camera: viser.CameraHandle) -> None:
            nonlocal framed_narrow
            if is_narrow(camera) != framed_narrow:
                framed_narrow = not framed_narrow
                self._frame(client)

    def _frame(self, client: viser.ClientHandle) -> None:
        place_camera(client.camera, penalty=self.scene.penalty.shown)

    def _show_figures(self) -> None:
        now = time.monotonic()
        if now - self._shown >= _GUI_PERIOD:
            self._shown = now
            self.panel.show_vitals()

    def _add_hotkeys(self) -> None:
        gui = self._server.gui
        actions: list[tuple[str, str, Callable[[], object]]] = [
            (name, key, self._presser(name)) for name, key in HOTKEYS.items()
        ]
        actions += [
            ("kick", "K", self.kick),
            ("pause", "P", self.panel.toggle_pause),
            ("reset", "R", self._commands.reset),
        ]
        for name, key, action in actions:
            command = gui.add_command(name.capitalize(), hotkey=key)  # type: ignore[arg-type]
            command.on_trigger(_ignoring_event(action))
        self.panel.kick.on_click(_ignoring_event(self.kick))
        corners = self.panel.corners
        corners.on_click(lambda _: self.aim(aim_point(corners.value)))

    def _presser(self, key: str) -> Callable[[], None]:
        return lambda: self.drive.press(key, time.monotonic())

    def _add_pointer(self) -> None:
        scene = self._server.scene

        @scene.on_click()
        def _(event: viser.SceneClickEvent) -> None:
            origin = self.scene.to_world(np.array(event.ray_origin))
            point = floor_point(origin, np.array(event.ray_direction))
            if point is not None:
                self._click(point)

        # Async, or viser would run the phases of a drag in any order.
        @self.scene.target.on_drag("left")
        async def _(event: viser.SceneNodeDragEvent) -> None:
            self._drag(event, self._target.grip)

        @self.scene.target.on_drag("left", modifier="shift")  # it lies on the ground
        @self.scene.ground.on_drag("left", modifier="shift")
        async def _(event: viser.SceneNodeDragEvent) -> None:
            self._drag(event, self._put_target)

    def _drag(self, event: viser.SceneNodeDragEvent, start: Callable[[np.ndarray], object]) -> None:
        """Let the target follow a drag; `start` is told the point of the floor it began at."""
        eye = self.scene.to_world(event.client.camera.position)
        began, now = (
            floor_point(eye, self.scene.to_world(np.array(pointed)) - eye)
            for pointed in (event.start_position, event.end_position)
        )
        if event.phase == "start" and began is not None:
            start(began)
        if now is not None:
            self._target.drag(now)
        self.scene.aim_target(*self._target.pose)
        if event.phase == "end":
            self._commands.walk_to(*self._target.pose)

    def _click(self, point: np.ndarray) -> None:
        if self.panel.click_means == KICK:
            self.aim(point)
        else:
            self._put_target(point)
            self.scene.aim_target(*self._target.pose)
            self._commands.walk_to(*self._target.pose)

    def _put_target(self, point: np.ndarray) -> None:
        self._target.put(point, seen_from=self.scene.skeleton.data.qpos[:2])


def _ignoring_event(action: Callable[[], object]) -> Callable[[object], None]:
    def callback(_: object) -> None:
        action()

    return callback
