# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which joint of a foreign skeleton is which: the usual names, or a mapping file."""

import itertools
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion

REQUIRED = ("thigh_r", "shank_r", "foot_r", "thigh_l", "shank_l", "foot_l")
OPTIONAL = ("pelvis", "trunk", "toe_r", "toe_l")

# Names without prefix, side and punctuation, as CMU, Bandai, Mixamo, LAFAN, Rokoko, Xsens,
# Vicon, Blender, Unity, Unreal and SMPL skeletons use them; the first that exists wins.
_USUAL = {
    "thigh": ("upleg", "upperleg", "thigh", "hip", "femur", "upperlegs"),
    "shank": ("leg", "lowleg", "lowerleg", "shin", "calf", "knee", "shank", "tibia"),
    "foot": ("foot", "ankle", "foots"),
    "toe": ("toebase", "toe", "toes", "ball", "toe0", "toebases"),
}
_TRUNK = ("neck", "neck1", "spine3", "spine2", "chest", "upperchest", "spine1", "spine", "head")
_SIDES = (
    (re.compile(r"^(left|lft)(?=[A-Za-z_. -])|[_. -](left)$", re.I), "l"),
    (re.compile(r"^(right|rgt)(?=[A-Za-z_. -])|[_. -](right)$", re.I), "r"),
    (re.compile(r"^l(?=[A-Z_. -])|[_. -]l$|(?<=[a-z])L$"), "l"),
    (re.compile(r"^r(?=[A-Z_. -])|[_. -]r$|(?<=[a-z])R$"), "r"),
    (re.compile(r"^l_|[_.]l$", re.I), "l"),
    (re.compile(r"^r_|[_.]r$", re.I), "r"),
)


def read_mapping(path: Path) -> dict[str, str]:
    """Read a mapping file (JSON or TOML) of our joint names to a skeleton's.

    Raises:
        MotionError: the file is missing or holds something else.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except OSError as error:
        raise MotionError(f"mapping file '{path}' cannot be read: {error}") from error
    except ValueError as error:
        raise MotionError(f"mapping file '{path}' is no JSON or TOML: {error}") from error
    known = REQUIRED + OPTIONAL
    if not isinstance(content, dict) or not all(isinstance(v, str) for v in content.values()):
        raise MotionError(f"mapping file '{path}' must map names to names")
    for name in content:
        if name not in known:
            raise MotionError(f"mapping file '{path}': '{name}' is not one of {', '.join(known)}")
    return content


def find_joints(motion: JointMotion, mapping: Mapping[str, str] | None = None) -> dict[str, int]:
    """Indices of the joints of the legs, by the usual names; `mapping` goes first.

    Returns:
        All of `REQUIRED`, 'pelvis', and those of the others that exist.

    Raises:
        MotionError: a joint cannot be found; names it and what the skeleton has.
    """
    found = _mapped(motion, mapping or {})
    for key, index in _usual(motion).items():
        found.setdefault(key, index)
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise MotionError(
            f"no joint found for {', '.join(missing)}; give a mapping file (--mapping). "
            f"The skeleton has: {', '.join(n for n in motion.names if not n.endswith('_end'))}"
        )
    for side in "rl":
        _find_toe(motion, found, side)
        _check_line(motion, found, side)
    if "pelvis" not in found:
        found["pelvis"] = _common_ancestor(motion, found["thigh_r"], found["thigh_l"])
    return found


def _mapped(motion: JointMotion, mapping: Mapping[str, str]) -> dict[str, int]:
    found = {}
    for key, name in mapping.items():
        if name not in motion.names:
            raise MotionError(
                f"the mapping's joint '{name}' for {key} is not in the skeleton; it has: "
                f"{', '.join(motion.names)}"
            )
        found[key] = motion.names.index(name)
    return found


def _usual(motion: JointMotion) -> dict[str, int]:
    sides = {"r": {}, "l": {}}
    centre: dict[str, int] = {}
    for index, name in enumerate(motion.names):
        plain, side = split_side(name)
        (sides[side] if side else centre).setdefault(plain, index)
    found = {}
    for side, names in sides.items():
        for part, usual in _USUAL.items():
            match = next((names[u] for u in usual if u in names), None)
            if match is not None:
                found[f"{part}_{side}"] = match
    trunk = next((centre[name] for name in _TRUNK if name in centre), None)
    return found if trunk is None else {**found, "trunk": trunk}


def split_side(name: str) -> tuple[str, str]:
    """The bare lower-case name of a joint and its side, 'r', 'l' or '' for none.

    >>> split_side("mixamorig:LeftUpLeg")
    ('upleg', 'l')
    >>> split_side("UpperLeg_R")
    ('upperleg', 'r')
    """
    bare = re.sub(r"^(.*[:|])|^(mixamorig\d*_?|bip0*1?[_ ]|joint_|jnt_|b_|m_avg_)", "", name)
    bare = re.sub(r"^(.*[:|])|^(mixamorig\d*_?|Bip0*1?[_ ]|J_Bip_C?_?|m_avg_)", "", bare)
    for pattern, side in _SIDES:
        if pattern.search(bare):
            return _plain(pattern.sub("", bare, count=1)), side
    return _plain(bare), ""


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _find_toe(motion: JointMotion, found: dict[str, int], side: str) -> None:
    """Without a toe joint by name the foot's only child, such as its End Site, will do."""
    if f"toe_{side}" in found:
        return
    children = motion.children(found[f"foot_{side}"])
    if len(children) == 1:
        found[f"toe_{side}"] = children[0]


def _check_line(motion: JointMotion, found: Mapping[str, int], side: str) -> None:
    line = [found[f"{part}_{side}"] for part in ("foot", "shank", "thigh")]
    for lower, upper in itertools.pairwise(line):
        if upper not in motion.ancestors(lower)[1:]:
            raise MotionError(
                f"joint '{motion.names[lower]}' does not hang on '{motion.names[upper]}': "
                "give a mapping file (--mapping)"
            )


def _common_ancestor(motion: JointMotion, a: int, b: int) -> int:
    line = motion.ancestors(a)[1:]
    common = [joint for joint in motion.ancestors(b)[1:] if joint in line]
    if not common:
        raise MotionError(
            f"joints '{motion.names[a]}' and '{motion.names[b]}' have no common pelvis"
        )
    return common[0]
