# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The page's controls: words, driving, kicks and pushes, what is shown, and which body."""

from collections.abc import Sequence

import viser

from kinesis_ros.viewer.commands import Commands, Setup
from kinesis_ros.viewer.keyboard import pad_html
from kinesis_ros.viewer.page_script import QUIET_DRAGS, script_html
from kinesis_ros.viewer.scene import ViewerScene
from kinesis_ros.viewer.signals import Signals
from kinesis_ros.viewer.status import History, Vitals, goal_html, vitals_html

_PHRASES = ("walk forward", "turn left", "stop")
_NOTICE = 10.0  # [s] that a refusal is shown
_WIDTH = 330  # [px] of the controls

# viser's sheet of controls on a phone is 20 em wide; on most phones that leaves a useless strip.
_PHONE = "<style>@media(max-width:48em){[style*='width: 20em']{width:100% !important}}</style>"

_RESET = "reset"
_RUN = {False: ("pause", _RESET), True: ("continue", _RESET)}

WALK, KICK = "walk there", "aim the kick"
_CORNERS = ("left", "middle", "right")  # of the goal

# Which way, seen from the body: forward, left.
_PUSHES = {"◀": (0.0, 1.0), "▲": (1.0, 0.0), "▼": (-1.0, 0.0), "▶": (0.0, -1.0)}


class Panel:
    """Builds the controls and keeps what they show up to date.

    Args:
        server: of viser.
        scene: that the view controls change.
        commands: receives what people ask for.
        muscles: names, for the strip chart.
        setup: what runs now.
        setups: what can be chosen instead; fewer than two: there is no choice.
    """

    def __init__(
        self,
        server: viser.ViserServer,
        scene: ViewerScene,
        commands: Commands,
        muscles: Sequence[str],
        setup: Setup,
        setups: Sequence[Setup] = (),
    ) -> None:
        self._server, self._gui = server, server.gui
        self._scene, self._commands = scene, commands
        self.history, self.vitals = History(), Vitals()
        self.paused = False
        self._notices: list[viser.NotificationHandle] = []
        self._gui.configure_theme(
            dark_mode=True, show_logo=False, show_share_button=False, brand_color=(34, 139, 230)
        )
        self._gui.set_panel_label(f"kinesis · {setup.body}")
        self._gui.main_panel.dock_right()
        self._gui.main_panel.set_width(_WIDTH)
        self._vitals = self._gui.add_html(vitals_html(self.vitals))
        self._goal = self._gui.add_html(goal_html("stand", "waiting", "no goal yet"))
        self._add_words()
        self._add_run()
        self._add_drive()
        self._add_ball_and_push()
        self._add_view()
        if len(setups) > 1:
            self._add_setup(setup, setups)
        self.signals = Signals(self._gui, muscles)

    @property
    def click_means(self) -> str:
        """What a click on the floor does: `WALK` or `KICK`."""
        return self._click.value

    def show_vitals(self) -> None:
        """Show the present `vitals`."""
        self._vitals.content = vitals_html(self.vitals)

    def show_goal(self, goal: str, state: str, reason: str) -> None:
        """Show what becomes of a goal; a refusal stays for a while beside the goal under way."""
        if state == "refused":
            self._notify(f"Refused: {goal}", reason)
        self._goal.content = goal_html(goal, state, reason)
        self.history.tell(goal, state, reason)
        self._history.content = self.history.html()

    def show_plan(self, plan: str) -> None:
        """Show how the newest command was understood."""
        self.history.understand(plan)
        self._history.content = self.history.html()

    def show_pause(self, *, paused: bool) -> None:
        """Show whether the simulation is paused."""
        self.paused = paused
        self._run.options = _RUN[paused]

    def show_ball(self) -> None:
        """There is a ball: offer to kick it."""
        self._ball.visible = True

    def say(self, text: str) -> None:
        """Send a command in English, and remember it."""
        text = text.strip()
        if not text:
            return
        self.history.say(text)
        self._history.content = self.history.html()
        self._commands.say(text)

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        self.show_pause(paused=not self.paused)
        self._commands.pause(self.paused)

    def _notify(self, title: str, text: str) -> None:
        """Tell it to everybody who looks, in place of what was told before."""
        for notice in self._notices:
            notice.remove()
        self._notices = [
            client.add_notification(title, text, color="red", auto_close_seconds=_NOTICE)
            for client in self._server.get_clients().values()
        ]

    def _add_words(self) -> None:
        gui = self._gui
        with gui.add_form(None) as form:
            text = gui.add_text("Say", "", hint="A command in English, then Enter")

        @form.on_submit
        def _(_: object) -> None:
            said, text.value = text.value, ""
            self.say(said)

        phrases = gui.add_button_group("Try", _PHRASES)
        phrases.on_click(lambda _: self.say(phrases.value))
        self._history = gui.add_html(self.history.html())

    def _add_run(self) -> None:
        self._run = run = self._gui.add_button_group("Simulation", _RUN[False])

        @run.on_click
        def _(_: object) -> None:
            if run.value == _RESET:
                self._commands.reset()
            else:
                self.toggle_pause()

    def _add_drive(self) -> None:
        with self._gui.add_folder("Drive"):
            self._gui.add_html(_PHONE + script_html(QUIET_DRAGS) + pad_html())
            self._click = self._gui.add_dropdown(
                "Floor click",
                (WALK, KICK),
                hint="Hold Shift and drag to choose a heading as well",
            )

    def _add_ball_and_push(self) -> None:
        gui = self._gui
        self._ball = gui.add_folder("Ball", visible=False)
        with self._ball:
            self.corners = gui.add_button_group("Aim at", _CORNERS)
            self.kick = gui.add_button("Kick", icon=viser.Icon.BALL_FOOTBALL, color="yellow")
        with gui.add_folder("Push", expand_by_default=False):
            force = gui.add_slider("Force (N)", 50.0, 400.0, 25.0, 150.0)
            sides = gui.add_button_group("Push it", tuple(_PUSHES))

            @sides.on_click
            def _(_: object) -> None:
                forward, left = _PUSHES[sides.value]
                self._commands.push(force.value * forward, force.value * left)

    def _add_view(self) -> None:
        scene = self._scene
        with self._gui.add_folder("Show", expand_by_default=False):
            follow = self._gui.add_checkbox("Follow", True)
            follow.on_update(lambda _: setattr(scene, "following", follow.value))
            for label, node in (
                ("Muscles", scene.muscles),
                ("Bones", scene.skeleton.frame),
                ("Reference", scene.ghost.frame),
                ("Forces", scene.forces),
            ):
                box = self._gui.add_checkbox(label, True)
                box.on_update(_shows(node, box))
            shadows = self._gui.add_checkbox("Shadows", True, hint="Off: faster without a GPU")
            shadows.on_update(lambda _: scene.cast_shadows(shadows.value))

    def _add_setup(self, setup: Setup, setups: Sequence[Setup]) -> None:
        gui = self._gui
        bodies = tuple(dict.fromkeys(choice.body for choice in setups))
        controls = tuple(dict.fromkeys(choice.control for choice in setups))
        with gui.add_folder("Change body", expand_by_default=False):
            body = gui.add_dropdown("Body", bodies, initial_value=setup.body)
            control = gui.add_dropdown("Control", controls, initial_value=setup.control)
            start = gui.add_button("Restart with these", color="gray")

            @start.on_click
            def _(event: viser.GuiEvent) -> None:
                wanted = Setup(body.value, control.value)
                if wanted in setups:
                    self.show_goal("restart", "active", f"{wanted.body}, {wanted.control} control")
                    self._commands.restart(wanted)
                elif event.client is not None:
                    event.client.add_notification(
                        "Not possible", f"no policy for {wanted.control} control of {wanted.body}"
                    )


def _shows(node: viser.SceneNodeHandle, box: viser.GuiInputHandle):  # noqa: ANN202 a callback
    def show(_: object) -> None:
        node.visible = box.value

    return show
