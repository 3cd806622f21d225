# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which joint of a foreign skeleton is which: the usual names, or a mapping file."""

import itertools
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from kinesis_ros.core.body import SIDES
from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion

REQUIRED = ("thigh_r", "shank_r", "foot_r", "thigh_l", "shank_l", "foot_l")
OPTIONAL = ("pelvis", "trunk", "toe_r", "toe_l")

# Names without prefix, side, number and punctuation, as CMU, Bandai, Mixamo, LAFAN, Rokoko, Xsens,
# Vicon, Blender, Unity, Unreal, DAZ, SMPL, SOMA, MakeHuman and Second Life skeletons use them. Of
# those that a skeleton has, the first ones win that lie on one line from foot to hip: 'leg' is the
# shank below an 'upleg', the thigh above a 'shin', and a helper bone beside the line is none.
_USUAL = {
    "thigh": ("upleg", "upperleg", "thigh", "thighbend", "femur", "hip", "leg"),
    "shank": ("lowleg", "lowerleg", "shin", "calf", "shank", "tibia", "knee", "leg"),
    "foot": ("ankle", "foot"),
    "toe": ("toebase", "toe", "toes", "ball", "foot"),
}
_LINE = ("thigh", "shank", "foot")  # each below the one before
_TRUNK = (
    *("neck", "neck1", "neck01", "necklower", "lowerneck", "thorax", "upperchest", "spine3"),
    *("spine03", "chest", "spine2", "spine02", "head"),
)
_SIDE_WORDS = {"left": "l", "l": "l", "lft": "l", "right": "r", "r": "r", "rgt": "r"}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_BONE = re.compile(r"^(?:[mb](?=[A-Z][a-z])|(?:DEF|ORG)-)")  # Second Life's mHipLeft, Rigify's
_NUMBER = re.compile(r"[\d-]+$")  # of a part that has several, such as 'upperleg01', 'toe1-1'
_PARTS = "|".join(name for names in _USUAL.values() for name in names)
_GLUED = re.compile(rf"^(left|right|[lr])(?=(?:{_PARTS})$)")  # such as lfemur, LEFTFOOT


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
        raise MotionError(f"mapping file '{path}' is neither JSON nor TOML: {error}") from error
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
    for side in SIDES:
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
    sides: dict[str, dict[str, list[int]]] = {"r": {}, "l": {}, "": {}}
    prefix = _common_prefix(motion.names)
    for index, name in enumerate(motion.names):
        plain, side = split_side(name.removeprefix(prefix))
        for called in dict.fromkeys((plain, _NUMBER.sub("", plain))):
            sides[side].setdefault(called, []).append(index)
    found = {}
    for side in SIDES:
        for part, index in _leg(motion, sides[side]).items():
            found[f"{part}_{side}"] = index
    trunk = next((sides[""][name][0] for name in _TRUNK if name in sides[""]), None)
    return found if trunk is None else {**found, "trunk": trunk}


def _leg(motion: JointMotion, named: Mapping[str, list[int]]) -> dict[str, int]:
    """Joints of one leg by its parts: the likeliest names that lie on one line.

    Without such a line those that there are, so that a message can say what is wrong.
    """
    choices = {
        part: [index for name in usual for index in named.get(name, ())]
        for part, usual in _USUAL.items()
    }
    # Of two feet, one below the other, the upper one is the ankle.
    choices["foot"].sort(key=lambda index: len(motion.ancestors(index)))
    lines = itertools.product(*(choices[part] for part in _LINE))
    line = next((line for line in lines if _is_line(motion, line)), None)
    found = {part: choices[part][0] for part in _LINE if choices[part]}
    if line is not None:
        found = {str(part): index for part, index in zip(_LINE, line, strict=True)}
    if "foot" in found:
        below = [i for i in choices["toe"] if found["foot"] in motion.ancestors(i)[1:]]
        found |= {"toe": below[0]} if below else {}
    if found.get("thigh") == found.get("shank"):
        found.pop("thigh", None)
    return found


def _is_line(motion: JointMotion, line: Sequence[int]) -> bool:
    """Whether each joint lies above the next one."""
    return all(upper in motion.ancestors(lower)[1:] for upper, lower in itertools.pairwise(line))


def split_side(name: str) -> tuple[str, str]:
    """The bare lower-case name of a joint and its side, 'r', 'l' or '' for none.

    >>> split_side("mixamorig:LeftUpLeg")
    ('upleg', 'l')
    >>> split_side("UpperLeg_R")
    ('upperleg', 'r')
    >>> split_side("lfemur")
    ('femur', 'l')
    >>> split_side("mKneeLeft")
    ('knee', 'l')
    >>> split_side("Spine1")
    ('spine1', '')
    """
    bare = _BONE.sub("", re.split(r"[:|]", name)[-1])
    words = [word.lower() for word in _WORD.findall(bare)]
    for i, word in enumerate(words):
        if word in _SIDE_WORDS:
            rest = [word for word in words[i + 1 :] if word.isalpha()] or words[:i]
            return "".join(rest), _SIDE_WORDS[word]
    plain = "".join(words)
    glued = _GLUED.match(plain)
    if glued:
        return plain[glued.end() :], _SIDE_WORDS[glued.group(1)]
    return plain, ""


def _common_prefix(names: tuple[str, ...]) -> str:
    """What all names start with, such as 'Character1_', up to its last separator or digit."""
    alike = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    match = re.match(r".*[\W_\d]", "".join(letters[0] for letters in alike))
    return match.group(0) if match else ""


def _find_toe(motion: JointMotion, found: dict[str, int], side: str) -> None:
    """Without a toe joint by name the foot's only child, such as its End Site, will do."""
    if f"toe_{side}" in found:
        return
    children = motion.children(found[f"foot_{side}"])
    if len(children) == 1:
        found[f"toe_{side}"] = children[0]


def _check_line(motion: JointMotion, found: Mapping[str, int], side: str) -> None:
    line = [found[f"{part}_{side}"] for part in reversed(_LINE)]
    for lower, upper in itertools.pairwise(line):
        if upper not in motion.ancestors(lower)[1:]:
            raise MotionError(
                f"joint '{motion.names[lower]}' is not below '{motion.names[upper]}': "
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
