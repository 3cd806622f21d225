# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The whole graph with its web page, used as a person would use it, in a real browser."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rclpy
from geometry_msgs.msg import PointStamped, PoseStamped, Twist
from nav_msgs.msg import Odometry
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.utilities import try_shutdown
from std_msgs.msg import String

from kinesis_ros.core.simulation.penalty_area import aim_point
from kinesis_ros.graph import GraphOptions, Supervisor, describe
from kinesis_ros.nodes import qos
from kinesis_ros.nodes.messages import ODOM_FRAME
from kinesis_ros.viewer.server import free_port

pytest.importorskip("viser", reason="viser is not installed: pip install 'kinesis_ros[viewer]'")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install playwright"
)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
PATIENCE = 120.0  # [s] graphics in software, and perhaps a first start that compiles
SIZE = {"width": 900, "height": 500}  # small, for the same reason


class Graph:
    """The running nodes, and what an observer hears from them."""

    def __init__(self, port: int) -> None:
        rclpy.init()
        self.node = Node("observer", namespace="/kinesis")
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self.node)
        self.heard: dict[str, list] = {}
        for kind, topic, profile in (
            (String, "text", qos.GOAL),
            (PoseStamped, "/goal_pose", qos.GOAL),
            (PointStamped, "kick", qos.GOAL),
            (Twist, "/cmd_vel", qos.GOAL),
            (Odometry, "/odom", qos.DISPLAY),
        ):
            messages = self.heard.setdefault(topic, [])
            self.node.create_subscription(kind, topic, messages.append, profile)
        self._ball = self.node.create_publisher(Odometry, "ball", qos.DISPLAY)
        options = GraphOptions(use_viewer=True, port=port)
        self.lines: list[str] = []
        self.supervisor = Supervisor(describe(options), lambda _, line: self.lines.append(line))

    def wait(self, done: Callable[[], object], what: str) -> None:
        """Let the nodes and the page run until `done`."""
        deadline = time.monotonic() + PATIENCE
        while not done():
            lines = "\n".join(self.lines[-20:])
            assert time.monotonic() < deadline, f"waited {PATIENCE:g} s for {what}:\n{lines}"
            self._executor.spin_once(timeout_sec=0.05)
            ended = self.supervisor.wait(0.0)
            assert ended is None, f"{ended}:\n{lines}"

    def show_ball(self) -> None:
        """A real one would be in the way of the walk."""
        ball = Odometry()
        ball.header.frame_id = ODOM_FRAME
        ball.pose.pose.position.x, ball.pose.pose.position.z = 1.0, 0.11
        ball.pose.pose.orientation.w = 1.0
        self._ball.publish(ball)

    @property
    def way(self) -> float:
        """How far the body is from the origin [m]."""
        at = self.heard["/odom"][-1].pose.pose.position if self.heard["/odom"] else None
        return 0.0 if at is None else (at.x**2 + at.y**2) ** 0.5

    def close(self) -> None:
        self._executor.shutdown(timeout_sec=1.0)
        self.node.destroy_node()
        try_shutdown()


@pytest.fixture
def port() -> int:
    return free_port("localhost", 18100)


@pytest.fixture
def graph(port: int) -> Iterator[Graph]:
    graph = Graph(port)
    try:
        with graph.supervisor:
            yield graph
    finally:
        graph.close()


@pytest.mark.timeout(600)
def test_a_person_says_clicks_kicks_and_drives(graph: Graph, port: int, tmp_path: Path) -> None:
    graph.wait(lambda: any(f":{port}" in line for line in graph.lines), "the page's address")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=SIZE)
        page.set_default_timeout(1e3 * PATIENCE)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto(f"http://localhost:{port}/")
        words = page.locator("form input")

        words.fill("walk forward")
        words.press("Enter")
        graph.wait(lambda: graph.heard["text"], "the text")
        assert graph.heard["text"][-1].data == "walk forward"
        graph.wait(lambda: graph.way > 1.0, "the body to walk")
        page.get_by_text("walked").first.wait_for()
        assert "walk forward" in page.locator("#kinesis-history").inner_text()

        page.get_by_text("stop", exact=True).first.click()
        page.get_by_text("succeeded").first.wait_for()
        assert graph.way > 1.0
        page.get_by_text("reset", exact=True).click()
        graph.wait(lambda: graph.way < 0.3, "the body to stand at the origin again")

        page.mouse.click(450, 430)  # the floor in front of the camera
        graph.wait(lambda: graph.heard["/goal_pose"], "a goal pose")

        page.keyboard.down("Shift")
        page.mouse.move(480, 440)
        page.mouse.down()
        page.mouse.move(545, 420, steps=5)
        page.mouse.up()
        page.keyboard.up("Shift")
        graph.wait(lambda: len(graph.heard["/goal_pose"]) == 2, "a goal pose with a heading")
        placed, turned = (goal.pose for goal in graph.heard["/goal_pose"])
        assert placed.position != turned.position
        assert placed.orientation != turned.orientation

        words.fill("fly to the moon")
        words.press("Enter")
        page.locator("#kinesis-history", has_text="is not understood").wait_for()

        kick = page.get_by_role("button", name="Kick", exact=True)
        graph.wait(lambda: graph.show_ball() or kick.is_visible(), "the button of the ball")
        page.get_by_text("left", exact=True).first.click()
        kick.click()
        graph.wait(lambda: graph.heard["kick"], "a kick")
        aim = graph.heard["kick"][-1].point
        assert (aim.x, aim.y) == pytest.approx(aim_point("left")[:2])
        page.locator("#kinesis-goal", has_text="kick active").wait_for()

        page.locator("body").press("w")  # not in a text field
        graph.wait(lambda: any(t.linear.x > 0.5 for t in graph.heard["/cmd_vel"]), "a velocity")
        graph.wait(lambda: graph.heard["/cmd_vel"][-1].linear.x == 0.0, "the key's release")

        page.screenshot(path=tmp_path / "page.png")
        browser.close()
    assert errors == []
