# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Legs are found by the usual names of the field's skeletons, or by a mapping file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kinesis_ros.core.retargeting import Imported, MotionError, read_mapping
from kinesis_ros.core.retargeting.bvh import read_bvh
from kinesis_ros.core.retargeting.joint_names import OPTIONAL, REQUIRED, find_joints, split_side

PARTS = ("thigh", "shank", "foot", "toe")
SKELETONS = {
    "cmu": "Hips Neck {Left/Right}UpLeg {}Leg {}Foot {}ToeBase",
    "mixamo": "mixamorig:Hips mixamorig:Neck mixamorig:{Left/Right}UpLeg {}Leg {}Foot {}ToeBase",
    "bandai": "Hips Neck UpperLeg_{L/R} LowerLeg_{} Foot_{} Toes_{}",
    "lafan": "Hips Neck {Left/Right}UpLeg {}Leg {}Foot {}Toe",
    "xsens": "Pelvis Neck {Left/Right}UpperLeg {}LowerLeg {}Foot {}Toe",
    "100style": "Hips Neck {Left/Right}Hip {}Knee {}Ankle {}Toe",
    "rokoko": "Hips Neck {Left/Right}Thigh {}Shin {}Foot {}Toe",
    "unreal": "pelvis neck_01 thigh_{l/r} calf_{} foot_{} ball_{}",
    "biped": "Bip01_Pelvis Bip01_Neck Bip01_{L/R}_Thigh Bip01_{}_Calf Bip01_{}_Foot Bip01_{}_Toe0",
    "blender": "hips neck thigh.{L/R} shin.{} foot.{} toe.{}",
    "daz": "hip neckLower {l/r}Thigh {}Shin {}Foot {}Toe",
    "acclaim": "root lowerneck {l/r}femur {}tibia {}foot {}toes",
    "smpl": "Pelvis Neck {L/R}_Hip {}_Knee {}_Ankle {}_Foot",
    "motionbuilder": "Take_Hips Take_Neck Take_{Left/Right}UpLeg Take_{}Leg Take_{}Foot Take_{}Toe",
    "shouted": "HIPS NECK {LEFT/RIGHT}UPLEG {}LEG {}FOOT {}TOE",
}


def names_of(pattern: str) -> dict[str, str]:
    pelvis, trunk, *legs = pattern.split()
    head, sides = legs[0].split("{")
    left, right = sides.split("}")[0].split("/")
    prefix = head if ":" in head else ""
    legs[0] = head.removeprefix(prefix) + "{}" + sides.split("}")[1]
    names = {"pelvis": pelvis, "trunk": trunk}
    for short, word in (("l", left), ("r", right)):
        for part, leg in zip(PARTS, legs, strict=True):
            names[f"{part}_{short}"] = prefix + leg.replace("{}", word)
    return names


@pytest.mark.parametrize("skeleton", SKELETONS)
def test_the_legs_of_usual_skeletons_are_found(sticks: type, tmp_path: Path, skeleton: str) -> None:
    names = names_of(SKELETONS[skeleton])
    motion = read_bvh(sticks.bvh(tmp_path / "a.bvh", sticks.walk(duration=0.5), names=names))
    found = {key: motion.names[index] for key, index in find_joints(motion).items()}
    assert found == names


def test_a_mapping_finds_the_legs_of_an_unknown_skeleton(
    run: Callable[..., Imported], sticks: type, tmp_path: Path
) -> None:
    names = {key: f"part{i}" for i, key in enumerate(sticks.names)}
    file = sticks.bvh(tmp_path / "a.bvh", sticks.walk(duration=2.0), names=names)
    with pytest.raises(MotionError, match=r"--mapping.*part0, part1"):
        run(file)
    mapping = tmp_path / "names.toml"
    mapping.write_text("\n".join(f'{key} = "{name}"' for key, name in names.items()))
    known = sticks.bvh(tmp_path / "b.bvh", sticks.walk(duration=2.0))
    mapped = run(file, mapping=read_mapping(mapping))
    assert mapped.measures == run(known).measures


def test_a_mapping_overrides_the_usual_names(sticks: type, tmp_path: Path) -> None:
    file = sticks.bvh(tmp_path / "a.bvh", sticks.walk(duration=0.5))
    motion = read_bvh(file)
    found = find_joints(motion, {"trunk": "LeftToeBase"})
    assert motion.names[found["trunk"]] == "LeftToeBase"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"leg": "a"}', "'leg' is not one of thigh_r"),
        ('{"thigh_r": 3}', "names to names"),
        ("{", "neither JSON nor TOML"),
    ],
)
def test_a_wrong_mapping_file_is_named(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "names.json"
    file.write_text(text)
    with pytest.raises(MotionError, match=rf"names\.json'.*{reason}"):
        read_mapping(file)


def test_a_mapping_to_joints_that_do_not_exist_is_refused(sticks: type, tmp_path: Path) -> None:
    motion = read_bvh(sticks.bvh(tmp_path / "a.bvh", sticks.walk(duration=0.5)))
    with pytest.raises(MotionError, match=r"'Wheel' for thigh_r is not in the .*LeftUpLeg"):
        find_joints(motion, {"thigh_r": "Wheel"})
    with pytest.raises(MotionError, match="'RightLeg' is not below 'LeftUpLeg'"):
        find_joints(motion, {"thigh_r": "LeftUpLeg"})


def test_sides_are_not_seen_where_there_are_none() -> None:
    for name in ("Spine1", "Head", "LowerBack", "Neck", "Hips", "root", "LHipJoint"):
        assert split_side(name)[1] == ("l" if name == "LHipJoint" else "")


def test_names_of_the_mapping_are_the_documented_ones() -> None:
    assert set(REQUIRED).isdisjoint(OPTIONAL)
