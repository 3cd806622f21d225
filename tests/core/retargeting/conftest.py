# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A person made of sticks who walks without sliding, and writers of motion files of that walk."""

import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinesis_ros.core.retargeting import Imported, Importer, ImportOptions, Retargeter
from kinesis_ros.core.retargeting.world import METRES, rotation_from

STRIDE = 1.1  # [s]
STANCE = 0.62  # share of a stride


@dataclasses.dataclass(frozen=True)
class Sizes:
    """Of the stick person [m]; the default has the model's legs."""

    thigh: float = 0.4045
    shank: float = 0.4000
    hips: float = 0.154
    ankle: float = 0.062
    trunk: float = 0.0437  # of the neck behind the hips, 5 degrees


@dataclasses.dataclass(frozen=True)
class Walk:
    """Joint positions (frames, 3) and segment frames (frames, 3, 3), z up, metres.

    The columns of a frame are forward, left, up. Sides are 'r' and 'l'.
    """

    rate: float
    sizes: Sizes
    point: dict[str, np.ndarray]
    frame: dict[str, np.ndarray]

    def mirrored(self) -> "Walk":
        """Left and right swapped: reflection at the world's x-z plane."""
        flip = np.diag([1.0, -1.0, 1.0])
        other = {"r": "l", "l": "r"}

        def swap(key: str) -> str:
            return key[:-1] + other[key[-1]] if key[-2:] in ("_r", "_l") else key

        return dataclasses.replace(
            self,
            point={swap(k): v @ flip for k, v in self.point.items()},
            frame={swap(k): flip @ v @ flip for k, v in self.frame.items()},
        )


def make_walk(
    speed: float = 0.55,
    turn_rate: float = 0.0,
    duration: float = 4.0,
    rate: float = 120.0,
    sizes: Sizes | None = None,
) -> Walk:
    """Feet stand flat on footprints of the path; the knees follow by two-link kinematics."""
    sizes = sizes or Sizes()
    time = np.arange(round(duration * rate) + 1) / rate
    legs = sizes.thigh + sizes.shank
    heading, centre = _path(time, speed, turn_rate)
    pelvis = _yaw(heading)
    centre[:, 2] = sizes.ankle + 0.94 * legs + 0.01 * np.cos(4.0 * np.pi * time / STRIDE)
    point, frame = {"centre": centre}, {"pelvis": pelvis}
    for side, sign, phase in (("r", -1.0, 0.0), ("l", 1.0, 0.5)):
        hip = centre + pelvis @ np.array([0.0, 0.5 * sign * sizes.hips, 0.0])
        ankle, yaw = _foot_path(time, phase, speed, turn_rate, 0.5 * sign * sizes.hips)
        ankle[:, 2] += sizes.ankle
        knee, left = _knee(hip, ankle, pelvis[..., 0], sizes)
        foot = _foot(_yaw(yaw), knee, ankle)
        point |= {f"thigh_{side}": hip, f"shank_{side}": knee, f"foot_{side}": ankle}
        point[f"toe_{side}"] = ankle + foot @ np.array([0.13, 0.0, -0.7 * sizes.ankle])
        frame[f"thigh_{side}"] = _frame(hip - knee, left)
        frame[f"shank_{side}"] = _frame(knee - ankle, left)
        frame[f"foot_{side}"] = foot
    point["pelvis"] = centre + pelvis @ np.array([-0.02, 0.0, 0.09])
    point["trunk"] = centre + pelvis @ np.array([-sizes.trunk, 0.0, 0.5])
    return Walk(rate, sizes, point, frame)


def _path(time: np.ndarray, speed: float, turn_rate: float) -> tuple[np.ndarray, np.ndarray]:
    heading = turn_rate * time
    if turn_rate:
        radius = speed / turn_rate
        x, y = radius * np.sin(heading), radius * (1.0 - np.cos(heading))
    else:
        x, y = speed * time, 0.0 * time
    return heading, np.stack([x, y, 0.0 * time], axis=1)


def _foot_path(
    time: np.ndarray, phase: float, speed: float, turn_rate: float, aside: float
) -> tuple[np.ndarray, np.ndarray]:
    cycle = time / STRIDE + phase
    step, part = np.floor(cycle), cycle % 1.0
    swing = np.clip((part - STANCE) / (1.0 - STANCE), 0.0, 1.0)
    blend = swing**3 * (10.0 - 15.0 * swing + 6.0 * swing**2)

    def print_of(number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        heading, centre = _path((number + 0.5 * STANCE - phase) * STRIDE, speed, turn_rate)
        return heading, centre + _yaw(heading) @ np.array([0.0, aside, 0.0])

    (yaw0, here), (yaw1, there) = print_of(step), print_of(step + 1.0)
    position = here + blend[:, None] * (there - here)
    position[:, 2] = 0.08 * np.sin(np.pi * swing) ** 2
    return position, yaw0 + blend * (yaw1 - yaw0)


def _knee(
    hip: np.ndarray, ankle: np.ndarray, forward: np.ndarray, sizes: Sizes
) -> tuple[np.ndarray, np.ndarray]:
    line = ankle - hip
    reach = np.linalg.norm(line, axis=1, keepdims=True)
    assert reach.max() < sizes.thigh + sizes.shank, "the stick person's step is too long"
    down = line / reach
    ahead = forward - np.sum(forward * down, axis=1, keepdims=True) * down
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    along = (sizes.thigh**2 - sizes.shank**2 + reach**2) / (2.0 * reach)
    knee = hip + along * down + np.sqrt(sizes.thigh**2 - along**2) * ahead
    return knee, np.cross(-down, ahead)


def _foot(level: np.ndarray, knee: np.ndarray, ankle: np.ndarray) -> np.ndarray:
    """Level, but pointing down where the ankle would bend more than 20 degrees (in swing)."""
    shank = knee - ankle
    lean = np.arctan2(np.sum(shank * level[..., 0], axis=1), shank[:, 2])
    down = np.maximum(lean - np.radians(20.0), 0.0)
    return level @ Rotation.from_euler("y", down[:, None]).as_matrix()


def _frame(up: np.ndarray, left: np.ndarray) -> np.ndarray:
    up = up / np.linalg.norm(up, axis=1, keepdims=True)
    return np.stack([np.cross(left, up), left, up], axis=2)


def _yaw(angle: np.ndarray) -> np.ndarray:
    return Rotation.from_euler("z", angle[:, None]).as_matrix().reshape(-1, 3, 3)


PARENTS = {
    "pelvis": None,
    "trunk": "pelvis",
    **{
        f"{part}_{side}": f"{parent}_{side}" if parent != "pelvis" else "pelvis"
        for side in "lr"
        for part, parent in (
            ("thigh", "pelvis"),
            ("shank", "thigh"),
            ("foot", "shank"),
            ("toe", "foot"),
        )
    },
}
CMU_NAMES = {
    "pelvis": "Hips",
    "trunk": "Neck",
    **{
        f"{part}_{short}": f"{long}{name}"
        for short, long in (("l", "Left"), ("r", "Right"))
        for part, name in (
            ("thigh", "UpLeg"),
            ("shank", "Leg"),
            ("foot", "Foot"),
            ("toe", "ToeBase"),
        )
    },
}


def write_bvh(
    path: Path,
    walk: Walk,
    names: dict[str, str] | None = None,
    up: str = "y",
    units: str = "cm",
    order: str = "ZXY",
    seed: int | None = None,
) -> Path:
    """Write a walk as BVH; `seed` turns every joint's zero by a random constant rotation."""
    names = names or CMU_NAMES
    rng = np.random.default_rng(seed)
    turn = rotation_from(up).T
    joints = [j for j in PARENTS if j in names]
    point = {j: walk.point[j] @ turn.T / METRES[units] for j in joints}
    world = {}
    for joint in joints:
        mount = turn.T if seed is None else Rotation.from_quat(rng.normal(size=4)).as_matrix()
        host = joint.replace("toe", "foot").replace("trunk", "pelvis")
        world[joint] = turn @ walk.frame[host] @ mount
    lines, columns = ["HIERARCHY"], []

    def describe(joint: str, depth: int) -> None:
        parent = PARENTS[joint]
        offset = np.zeros(3)
        local = world[joint]
        if parent is not None:
            back = np.swapaxes(world[parent], 1, 2)
            offset = np.median((back @ (point[joint] - point[parent])[..., None])[..., 0], axis=0)
            local = back @ local
        else:
            columns.append(point[joint])
        pad = "\t" * depth
        move = "" if parent else "Xposition Yposition Zposition "
        turns = " ".join(f"{axis}rotation" for axis in order)
        lines.append(f"{pad}{'JOINT' if parent else 'ROOT'} {names[joint]}\n{pad}{{")
        lines.append(f"{pad}\tOFFSET {' '.join(f'{x:.8f}' for x in offset)}")
        lines.append(f"{pad}\tCHANNELS {3 if parent else 6} {move}{turns}")
        columns.append(Rotation.from_matrix(local).as_euler(order, degrees=True))
        children = [j for j in joints if PARENTS[j] == joint]
        for child in children:
            describe(child, depth + 1)
        if not children:
            lines.append(f"{pad}\tEnd Site\n{pad}\t{{\n{pad}\t\tOFFSET 0 0 0\n{pad}\t}}")
        lines.append(f"{pad}}}")

    describe("pelvis", 0)
    values = np.concatenate(columns, axis=1)
    lines += ["MOTION", f"Frames: {len(values)}", f"Frame Time: {1.0 / walk.rate:.9f}"]
    lines += [" ".join(f"{x:.6f}" for x in row) for row in values]
    path.write_text("\n".join(lines) + "\n")
    return path


def write_deepmimic(path: Path, walk: Walk) -> Path:
    """Write a walk as DeepMimic JSON; its sizes must be DeepMimic's."""
    axes = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])

    def quaternion(matrices: np.ndarray) -> np.ndarray:
        return Rotation.from_matrix(axes @ matrices @ axes.T).as_quat(scalar_first=True)

    count = len(walk.point["centre"])
    still, zero = np.tile([1.0, 0.0, 0.0, 0.0], (count, 1)), np.zeros((count, 1))
    columns = [np.full((count, 1), 1.0 / walk.rate), walk.point["centre"] @ axes.T]
    columns += [quaternion(walk.frame["pelvis"]), still, still]
    for side in "rl":
        thigh, shank, foot = (walk.frame[f"{part}_{side}"] for part in ("thigh", "shank", "foot"))
        bend = np.swapaxes(thigh, 1, 2) @ shank
        columns += [
            quaternion(np.swapaxes(walk.frame["pelvis"], 1, 2) @ thigh),
            -np.arctan2(bend[:, 0, 2], bend[:, 2, 2])[:, None],
            quaternion(np.swapaxes(shank, 1, 2) @ foot),
            still,
            zero,
        ]
    frames = np.concatenate(columns, axis=1)
    path.write_text(json.dumps({"Loop": "none", "Frames": frames.tolist()}))
    return path


def write_smpl(path: Path, walk: Walk, width: int = 156, **fields: object) -> Path:
    """Write a walk as an AMASS npz, whose rest pose has slightly splayed legs."""
    axes = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])  # ours to SMPL's
    bones = {"thigh": (0.035, -0.38, -0.005), "shank": (-0.015, -0.40, -0.045)}
    world = {"pelvis": walk.frame["pelvis"] @ axes.T}
    for side, sign in (("l", 1.0), ("r", -1.0)):
        for part, bone in bones.items():
            rest = np.array(bone) * [sign, 1.0, 1.0]
            splay = Rotation.align_vectors(rest[None] / np.linalg.norm(rest), [[0, -1, 0]])[0]
            world[f"{part}_{side}"] = (
                walk.frame[f"{part}_{side}"] @ axes.T @ splay.inv().as_matrix()
            )
        world[f"foot_{side}"] = walk.frame[f"foot_{side}"] @ axes.T
    poses = np.zeros((len(walk.point["pelvis"]), width))
    for joint, index in (
        ("pelvis", 0),
        *(("thigh_l", 1), ("thigh_r", 2), ("shank_l", 4), ("shank_r", 5)),
        *(("foot_l", 7), ("foot_r", 8)),
    ):
        parent = PARENTS[joint]
        local = np.swapaxes(world[parent], 1, 2) @ world[joint] if parent else world[joint]
        poses[:, 3 * index : 3 * index + 3] = Rotation.from_matrix(local).as_rotvec()
    content = {
        "poses": poses,
        "trans": walk.point["centre"] + [0.0, 0.0, 0.09],
        "mocap_framerate": walk.rate,
        "betas": np.zeros(16),
        "gender": "neutral",
    }
    content.update(fields)
    np.savez(path, **{key: value for key, value in content.items() if value is not None})
    return path


@pytest.fixture(scope="session")
def retargeter() -> Retargeter:
    return Retargeter()


@pytest.fixture(scope="session")
def run(retargeter: Retargeter) -> Callable[..., Imported]:
    """Import one file with the given options."""

    def import_one(path: Path, **options: Any) -> Imported:  # noqa: ANN401 of several types
        return Importer(ImportOptions(**options), retargeter).run(path)

    return import_one


@pytest.fixture(scope="session")
def sticks() -> type:
    """The stick person's functions, for tests that cannot import this file."""
    return type(
        "Sticks",
        (),
        {
            "Sizes": Sizes,
            "names": CMU_NAMES,
            "walk": staticmethod(make_walk),
            "bvh": staticmethod(write_bvh),
            "deepmimic": staticmethod(write_deepmimic),
            "smpl": staticmethod(write_smpl),
        },
    )


@pytest.fixture(scope="session")
def motions() -> Path:
    """Folder of real motion capture."""
    beside = Path(__file__).resolve().parents[4] / "shared" / "motions"
    folder = Path(os.environ.get("KINESIS_MOTIONS", beside))
    if not folder.is_dir():
        pytest.skip(f"no motion capture in '{folder}'; set KINESIS_MOTIONS")
    return folder
