# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The 3D scene: bones, muscles, floor, ground reaction, the reference's ghost, target and goal.

To follow the body, the world is moved under a camera that stands still, so that orbiting and
zooming work as ever, in every browser on its own.

A browser applies the pose of a node at once, but the arrays of instances one picture later. What
belongs to the body must move together, or the muscles would tremble on the bones: so all of it is
instances, even a bone, which is a batch of one, and its positions are from the middle of the
view. Floor, target, goal and ball are nodes under one frame.
"""

import dataclasses
import time
from collections.abc import Callable, Mapping

import numpy as np
import viser

from kinesis_ros.core.body import SIDE_NAMES, SIDES, Body, Kinematics
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.maths import rotations
from kinesis_ros.viewer import shapes, target
from kinesis_ros.viewer.bones import BonePoses, find_bones
from kinesis_ros.viewer.penalty_area import PenaltyArea
from kinesis_ros.viewer.tubes import MuscleTubes

_ROOT = "/world"
_BONE = (232, 222, 202)
_GHOST = (72, 202, 178)
_TARGET = (64, 192, 87)
_AIM = (255, 212, 59)
_FORCE = (116, 184, 22)
_GRID = (58, 64, 72)
_SECTIONS = (92, 100, 110)
_FLOOR = (36, 40, 46)

_GHOST_BONES = ("femur", "tibia", "patella", "talus", "calcn", "toes")
_BONE_DETAIL = 0.004  # [m] finer ones cannot be seen, but every browser would draw them
_OUT_OF_SIGHT = ((0.0, 0.0, -2000.0), (0.0, 0.0, -2000.1))  # beyond the camera's range [m]
_METRES_PER_NEWTON = 1.0 / 1400.0
_LEAST_FORCE = 20.0  # [N] smaller ones are not drawn
_FLOOR_SIZE = 80.0  # [m]
_GROUND = (2, 2, 3)  # below the floor, which fades far away
_GROUND_SIZE = 30.0  # [m]
_GROUND_DEPTH = 0.02  # [m]
_FLOOR_STEP = 10.0  # [m] the floor's middle follows the body in such steps
_SMOOTH = 0.2  # [s] until the view has made up for two thirds of the way
_LEAP = 2.0  # [m] from the middle of the view: the body was put somewhere
_PIN = 1.2  # [m] height of what marks the aim: the goal is far away


@dataclasses.dataclass(frozen=True)
class GroundForce:
    """What the floor does to one foot.

    Attributes:
        force: (3,) in the world [N].
        torque: (3,) about the point on the floor under the ankle [N m].
    """

    force: np.ndarray
    torque: np.ndarray


class Skeleton:
    """Bones of a body in the scene; only what changes is sent.

    Args:
        scene: of viser.
        root: name of the node that they hang under.
        body: whose bones.
        only: beginnings of the names of the bones to show; empty: all.
        color: of the bones.
        opacity: below 1: a ghost, which casts no shadow.
    """

    def __init__(
        self,
        scene: viser.SceneApi,
        root: str,
        body: Body,
        only: tuple[str, ...] = (),
        *,
        color: tuple[int, int, int],
        opacity: float | None = None,
    ) -> None:
        self.body = body
        self._kinematics = Kinematics(body)
        state = np.zeros(ks.STATE_SIZE)
        state[ks.QW] = 1.0
        self.data = self._kinematics.place(state)
        bones = tuple(b for b in find_bones(body.model) if not only or b.name.startswith(only))
        self._poses = BonePoses(bones)
        self.frame = scene.add_frame(root, show_axes=False)
        self._handles = [
            scene.add_batched_meshes_simple(
                f"{root}/{bone.name}",
                *shapes.simplified(bone.vertices, bone.faces, _BONE_DETAIL),
                np.array([[1.0, 0.0, 0.0, 0.0]]),
                np.zeros((1, 3)),
                batched_colors=color,
                opacity=opacity,
                lod="off",
                cast_shadow=opacity is None,
                receive_shadow=opacity is None,
            )
            for bone in bones
        ]

    def place(
        self, state: np.ndarray, origin: np.ndarray, others: np.ndarray | None = None
    ) -> None:
        """Put the bones into a kinematic state.

        Args:
            state: (STATE_SIZE,) kinematic state.
            origin: (3,) that positions are drawn from [m].
            others: angles of the joints beyond the legs' [rad]; None: as they are.
        """
        if others is not None:
            self.data.qpos[self.body.joint_qpos[ks.NUM_JOINTS :]] = others
        self._kinematics.place(state)
        moved, turned = self._poses.update(self.data, origin)
        for i in moved:
            self._handles[i].batched_positions = self._poses.position[i : i + 1]
        for i in turned:
            self._handles[i].batched_wxyzs = self._poses.quaternion[i : i + 1]


class ViewerScene:
    """Everything that is drawn in 3D.

    Args:
        server: of viser.
        body: to draw.
    """

    def __init__(self, server: viser.ViserServer, body: Body) -> None:
        self._scene = scene = server.scene
        self.following = True
        self.clock: Callable[[], float] = time.monotonic  # [s]
        self._followed = 0.0  # when the view last followed the body [s]
        self._middle = np.zeros(3)  # of the view, on the floor [m]
        scene.world_axes.visible = False
        self._root = scene.add_frame(_ROOT, show_axes=False)
        self._add_floor()
        self.skeleton = Skeleton(scene, "/body", body, color=_BONE)
        self.ghost = Skeleton(scene, "/reference", body, _GHOST_BONES, color=_GHOST, opacity=0.35)
        self.tubes = MuscleTubes(body.model)
        vertices, faces = shapes.tube()
        self.muscles = scene.add_batched_meshes_simple(
            "/muscles",
            vertices,
            faces,
            self.tubes.quaternion,
            self.tubes.position,
            batched_scales=self.tubes.scale,
            batched_colors=self.tubes.color,
            lod="off",
            cast_shadow=False,
            receive_shadow=False,
        )
        self.forces = scene.add_arrows(
            "/ground_reaction",
            np.zeros((2, 2, 3)),
            _FORCE,
            shaft_radius=0.012,
            head_radius=0.03,
            head_length=0.07,
        )
        self._soles = [body.model.body(f"talus_{side}").id for side in SIDES]
        self._add_marks()
        self.show_ground_forces({})
        standing = MotionGenerator.load().standing_state()  # until the first state comes
        self.place(standing)
        self.show_reference(standing)

    def show_reference(self, reference: np.ndarray) -> None:
        """Draw the ghost in the kinematic state (STATE_SIZE,) that the body should have."""
        if self.ghost.frame.visible:
            self.ghost.place(reference, self._middle)

    def place(self, state: np.ndarray, others: np.ndarray | None = None) -> None:
        """Draw the body in a kinematic state, see `Skeleton.place`, and its muscles."""
        self._follow(state[ks.GROUND_POSITION])
        self.skeleton.place(state, self._middle, others)
        if self.muscles.visible:
            self.tubes.follow(self.skeleton.data, self._middle)
            self.muscles.batched_positions = self.tubes.position
            self.muscles.batched_wxyzs = self.tubes.quaternion
            self.muscles.batched_scales = self.tubes.scale

    def cast_shadows(self, wanted: bool) -> None:
        """Draw shadows, or do without them."""
        self._scene.configure_default_lights(cast_shadow=wanted)

    def set_activation(self, activation: np.ndarray) -> None:
        """Colour the muscles by their activations (num_muscles,), 0 to 1."""
        if self.tubes.set_activation(activation):
            self.muscles.batched_colors = self.tubes.color

    def show_ground_forces(self, forces: Mapping[str, GroundForce | None]) -> None:
        """Draw the floor's forces on the feet, by `SIDE_NAMES`, from the centres of pressure."""
        points = np.zeros((2, 2, 3))
        for i, (sole, side) in enumerate(zip(self._soles, SIDE_NAMES, strict=True)):
            foot = forces.get(side)
            if foot is None or foot.force[2] < _LEAST_FORCE:
                points[i] = _OUT_OF_SIGHT
                continue
            at = self.skeleton.data.xpos[sole] * (1.0, 1.0, 0.0) - self._middle
            at[0] -= foot.torque[1] / foot.force[2]
            at[1] += foot.torque[0] / foot.force[2]
            points[i] = at, at + _METRES_PER_NEWTON * foot.force
        self.forces.points = points

    def aim_target(self, x: float, y: float, heading: float) -> None:
        """Show the target that the body walks to."""
        self.target.position = (x, y, 0.012)
        self.target.wxyz = rotations.from_heading(heading)
        self.target.visible = True

    def aim_kick(self, x: float, y: float) -> None:
        """Show where the ball is kicked to."""
        self.aim.position = (x, y, 0.012)
        self.aim.visible = True

    def to_world(self, point: np.ndarray) -> np.ndarray:
        """A point (3,) of the page's scene in the world [m]."""
        return point - self._root.position

    def _follow(self, middle: np.ndarray) -> None:
        """Move the middle of the view towards a point (2,) of the floor [m]."""
        if not self.following:
            return
        now = self.clock()
        elapsed, self._followed = max(0.0, now - self._followed), now
        way = middle - self._middle[:2]
        leap = np.hypot(*way) > _LEAP
        self._middle[:2] += way if leap else (1.0 - np.exp(-elapsed / _SMOOTH)) * way
        self._root.position = -self._middle
        self._floor.position = np.round(self._middle / _FLOOR_STEP) * _FLOOR_STEP

    def _add_floor(self) -> None:
        self._floor = self._scene.add_grid(
            f"{_ROOT}/floor",
            _FLOOR_SIZE,
            _FLOOR_SIZE,
            cell_size=0.5,
            cell_color=_GRID,
            section_size=1.0,
            section_color=_SECTIONS,
            fade_distance=22.0,
            plane_color=_FLOOR,
            plane_opacity=1.0,
            shadow_opacity=0.6,
        )
        # A grid cannot be dragged on, a mesh can; this one is hidden below.
        self.ground = self._scene.add_mesh_simple(
            f"{_ROOT}/floor/ground",
            *shapes.square(_GROUND_SIZE),
            color=_GROUND,
            material="toon3",  # the others shine where the floor fades
            position=(0.0, 0.0, -_GROUND_DEPTH),
            cast_shadow=False,
            receive_shadow=False,
        )

    def _add_marks(self) -> None:
        scene = self._scene
        mark = shapes.joined(
            shapes.ring(0.0, 0.12),
            shapes.ring(target.MIDDLE, target.MIDDLE + 0.06),
            shapes.pointer(target.MIDDLE + 0.1, 0.3, 0.16),
        )
        self.target = scene.add_mesh_simple(
            f"{_ROOT}/target", *mark, color=_TARGET, side="double", cast_shadow=False
        )
        pin = shapes.joined(
            shapes.ring(0.0, 0.25),
            shapes.bars(np.array([[[0.0, 0.0, 0.0], [0.0, 0.0, _PIN]]]), 0.025),
        )
        self.aim = scene.add_mesh_simple(
            f"{_ROOT}/aim", *pin, color=_AIM, side="double", cast_shadow=False
        )
        self.penalty = PenaltyArea(scene, _ROOT)
        for mark in (self.target, self.aim):
            mark.visible = False
