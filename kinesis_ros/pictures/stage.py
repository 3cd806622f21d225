# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The body on a floor with a grid, in soft light, its muscles coloured by activation.

At a penalty there are ball, goal and goalkeeper, too.
"""

import dataclasses
import functools

import mujoco
import numpy as np

from kinesis_ros.core.muscles import activation_colors
from kinesis_ros.core.simulation import net_lines
from kinesis_ros.pictures.graphics import Context, make_context
from urdf_mjcf.compose import build_spec, quiet_composition
from urdf_mjcf.penalty import BALL, BALL_JOINT, KEEPER, NET
from urdf_mjcf.registry import find_scene

FIELD_OF_VIEW = 35.0  # [deg] vertical: a long lens keeps the body's proportions

_BONE = (0.93, 0.90, 0.84, 1.0)
_GHOST = (0.70, 0.81, 0.92, 1.0)  # bones of the reference
_SKY = (0.93, 0.95, 0.97)
_FLOOR = (0.86, 0.88, 0.90)
_GRID = (0.70, 0.73, 0.77)
_TILE = 1.0  # [m] between two lines of the grid
_THICKNESS = 0.0065  # [m] radius of a muscle that can pull with 1000 N
_NET = (0.45, 0.49, 0.54, 1.0)
_THREAD = 0.01  # [m] radius
_UNSEEN = 5  # group of geoms that are not drawn
_FADING = (4.5, 12.5)  # [m] where the floor begins to fade into the sky, and where it ends
_FADING_PENALTY = (16.0, 40.0)  # behind the goal
_SUN = (-6.0, -8.0, 20.0)  # [m] from what the camera looks at: the shadow stays with the body


@dataclasses.dataclass(frozen=True)
class View:
    """Where the camera stands, from the point that it looks at.

    Attributes:
        azimuth: 0 sees the body from behind, 90 its right side, 180 its face [deg].
        elevation: above the horizon [deg].
        distance: [m].
    """

    azimuth: float
    elevation: float
    distance: float

    def __post_init__(self) -> None:
        if not np.isfinite([self.azimuth, self.elevation, self.distance]).all():
            raise ValueError("azimuth, elevation and distance of a camera must be finite")
        if not 0.0 < self.elevation <= 90.0:
            raise ValueError(f"elevation must be above the floor, 0 to 90, it is {self.elevation}")
        if not 1.0 <= self.distance <= 50.0:
            raise ValueError(f"distance must be 1 to 50 m, it is {self.distance}")


VIEWS = {
    "oblique": View(130.0, 8.0, 3.4),
    "right": View(90.0, 5.0, 3.4),
    "left": View(-90.0, 5.0, 3.4),
    "front": View(180.0, 5.0, 3.4),
    "back": View(0.0, 8.0, 3.4),
    "top": View(0.0, 80.0, 5.0),
    "penalty": View(10.0, 12.0, 8.0),
}


class Stage:
    """Draws one body; `close` it in the end.

    Args:
        body: one of `BODY_NAMES`.
        scene: one of `SCENES`.
        width: of a picture [pixels].
        height: of a picture [pixels].

    Raises:
        GraphicsError: there is no way to draw here.
    """

    def __init__(self, body: str, scene: str, width: int, height: int) -> None:
        self._model = _dressed(body, scene, width, height)
        self._data = mujoco.MjData(self._model)
        self._bones = _bones(self._model)
        self._muscles = self._model.actuator_trnid[:, 0]
        self._thickness = self._model.tendon_width.copy()
        self._camera, self._option = _camera(), _option()
        self._rectangle = mujoco.MjrRect(0, 0, width, height)
        self._gl: Context = make_context(width, height)
        self._scene = mujoco.MjvScene(self._model, maxgeom=20_000)
        self._context = mujoco.MjrContext(self._model, mujoco.mjtFontScale.mjFONTSCALE_150)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, self._context)

    def close(self) -> None:
        """Give the graphics back."""
        self._gl.make_current()
        self._context.free()
        self._gl.free()

    def draw(
        self,
        qpos: np.ndarray,
        activation: np.ndarray | None,
        target: np.ndarray,
        view: View,
        *,
        ball: np.ndarray | None = None,
        keeper: np.ndarray | None = None,
    ) -> np.ndarray:
        """Draw one picture.

        Args:
            qpos: (nq,) of the body.
            activation: (num_muscles,) 0..1; None: bones only, in the reference's colour.
            target: (3,) what the camera looks at [m], and its heading is `view`'s zero.
            view: where the camera stands.
            ball: (3,) its middle [m]; a scene without one has None.
            keeper: (3,) the middle of the goalkeeper [m]; likewise.

        Returns:
            (height, width, 3) uint8.
        """
        model, data = self._model, self._data
        data.qpos[: len(qpos)] = qpos
        if ball is not None:
            data.joint(BALL_JOINT).qpos[:3] = ball
        if keeper is not None:
            data.mocap_pos[model.body(KEEPER).mocapid[0]] = keeper
        model.light("sun").pos[:] = target + np.array(_SUN)
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        mujoco.mj_camlight(model, data)
        mujoco.mj_tendon(model, data)
        self._paint(activation)
        camera = self._camera
        camera.lookat[:] = target
        camera.azimuth, camera.elevation = view.azimuth, -view.elevation
        camera.distance = view.distance
        mujoco.mjv_updateScene(
            model, data, self._option, None, camera, mujoco.mjtCatBit.mjCAT_ALL, self._scene
        )
        self._scene.flags[mujoco.mjtRndFlag.mjRND_FOG] = True
        self._gl.make_current()  # another stage may have been opened meanwhile
        mujoco.mjr_render(self._rectangle, self._scene, self._context)
        picture = np.empty((self._rectangle.height, self._rectangle.width, 3), dtype=np.uint8)
        mujoco.mjr_readPixels(picture, None, self._rectangle, self._context)
        return picture[::-1].copy()

    def _paint(self, activation: np.ndarray | None) -> None:
        model = self._model
        model.geom_rgba[self._bones] = _BONE if activation is not None else _GHOST
        self._option.flags[mujoco.mjtVisFlag.mjVIS_TENDON] = activation is not None
        if activation is None:
            return
        share = np.clip(activation, 0.0, 1.0)
        model.tendon_rgba[self._muscles, :3] = np.minimum(1.2 * activation_colors(share), 1.0)
        model.tendon_width[self._muscles] = self._thickness[self._muscles] * (0.8 + 0.6 * share)


@functools.lru_cache(maxsize=2)
def _dressed(body: str, scene: str, width: int, height: int) -> mujoco.MjModel:
    """Compile `body` with a floor, a sky and lights worth looking at."""
    spec = build_spec(body)
    find_scene(scene).add_to(spec)
    if scene != "none":
        _hang_net(spec)
    _furnish(spec)
    _light(spec)
    spec.visual.global_.offwidth, spec.visual.global_.offheight = width, height
    spec.visual.global_.fovy = FIELD_OF_VIEW
    spec.stat.extent = 1.0  # [m] the unit of what follows
    spec.visual.map.shadowclip = 12.5
    spec.visual.map.znear, spec.visual.map.zfar = 0.05, 100.0
    fading = _FADING if scene == "none" else _FADING_PENALTY
    spec.visual.map.fogstart, spec.visual.map.fogend = fading
    spec.visual.rgba.fog = [*_SKY, 1.0]
    spec.visual.quality.numslices, spec.visual.quality.numstacks = 10, 4  # of a muscle's pieces
    spec.visual.quality.offsamples = 4
    finest = int(np.ceil(np.log2(8 * height)))  # small pictures need no fine shadow
    spec.visual.quality.shadowsize = 2 ** min(max(finest, 10), 12)
    with quiet_composition():
        model = spec.compile()
    strength = np.clip(model.actuator_gainprm[:, 2], 50.0, 6000.0)  # [N]
    tendons = model.actuator_trnid[:, 0]
    model.tendon_width[tendons] = _THICKNESS * np.sqrt(strength / 1000.0)
    model.tendon_rgba[:, 3] = 1.0
    model.geom_matid[_bones(model)] = -1  # they are painted
    return model


def _bones(model: mujoco.MjModel) -> np.ndarray:
    """Which geoms belong to the body."""
    around = [mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, name) for name in (BALL, KEEPER)]
    return (model.geom_bodyid > 0) & ~np.isin(model.geom_bodyid, around)


def _hang_net(spec: mujoco.MjSpec) -> None:
    """Threads instead of the plane that stops the ball."""
    spec.geom(NET).group = _UNSEEN
    for begin, end in net_lines():
        spec.worldbody.add_geom(
            type=mujoco.mjtGeom.mjGEOM_CAPSULE,
            size=[_THREAD, 0.0, 0.0],
            fromto=[*begin, *end],
            contype=0,
            conaffinity=0,
            rgba=_NET,
        )


def _furnish(spec: mujoco.MjSpec) -> None:
    for texture in list(spec.textures):
        if texture.type == mujoco.mjtTexture.mjTEXTURE_SKYBOX:
            spec.delete(texture)
    spec.add_texture(
        name="stage_sky",
        type=mujoco.mjtTexture.mjTEXTURE_SKYBOX,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_FLAT,
        rgb1=_SKY,
        rgb2=_SKY,
        width=64,
        height=384,
    )
    spec.add_texture(
        name="stage_floor",
        type=mujoco.mjtTexture.mjTEXTURE_2D,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_FLAT,
        mark=mujoco.mjtMark.mjMARK_EDGE,
        rgb1=_FLOOR,
        rgb2=_FLOOR,
        markrgb=_GRID,
        width=512,
        height=512,
    )
    material = spec.add_material(name="stage_floor", texrepeat=[1.0 / _TILE, 1.0 / _TILE])
    material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "stage_floor"
    material.texuniform = True
    material.reflectance = 0.0
    floor = spec.geom("floor")
    floor.material = "stage_floor"
    floor.rgba = [1.0, 1.0, 1.0, 1.0]


def _light(spec: mujoco.MjSpec) -> None:
    for light in list(spec.lights):
        spec.delete(light)
    headlight = spec.visual.headlight
    headlight.ambient, headlight.diffuse = [0.52] * 3, [0.12] * 3
    headlight.specular = [0.05] * 3
    spec.worldbody.add_light(
        name="sun",
        type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
        pos=_SUN,
        dir=[-x for x in _SUN],
        diffuse=[0.50] * 3,
        specular=[0.10] * 3,
        castshadow=True,
    )


def _camera() -> mujoco.MjvCamera:
    camera = mujoco.MjvCamera()
    mujoco.mjv_defaultCamera(camera)
    camera.type = mujoco.mjtCamera.mjCAMERA_FREE
    return camera


def _option() -> mujoco.MjvOption:
    option = mujoco.MjvOption()
    mujoco.mjv_defaultOption(option)
    option.sitegroup[:] = 0
    option.geomgroup[:] = [1, 0, 0, 0, 0, 0]  # bones and floor, not the collision shapes
    return option
