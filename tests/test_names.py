# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One name for one thing, and one place to import it from."""

import ast
import importlib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("kinesis_ros", "kinesis_training", "urdf_mjcf")


def public_classes(tree: ast.Module) -> set[str]:
    """Names of the classes at the top of a file that do not begin with an underscore."""
    names = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    return {name for name in names if not name.startswith("_")}


def exposed(tree: ast.Module) -> set[str]:
    """The names in `__all__`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def twice(places_of: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: places for name, places in places_of.items() if len(places) > 1}


def trees(pattern: str) -> dict[str, ast.Module]:
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob(pattern))
    }


def test_the_name_of_a_public_class_occurs_once() -> None:
    places_of: dict[str, list[str]] = defaultdict(list)
    for file, tree in trees("*.py").items():
        for name in public_classes(tree):
            places_of[name].append(file)
    assert len(places_of) > 100
    assert not twice(places_of)


def test_a_public_name_is_exposed_by_one_room() -> None:
    """The front door of a whole package may repeat what the faces of its rooms say."""
    places_of: dict[str, list[str]] = defaultdict(list)
    for file, tree in trees("__init__.py").items():
        if Path(file).parent.name in PACKAGES:
            continue
        for name in exposed(tree):
            places_of[name].append(file)
    assert len(places_of) > 100
    assert not twice(places_of)


def test_a_face_exposes_what_its_own_room_defines() -> None:
    """What comes from another room is imported from there; constants have no home to ask for."""
    strangers = []
    for file, tree in trees("__init__.py").items():
        room = ".".join(Path(file).parent.parts)
        if Path(file).parent.name in PACKAGES:
            continue
        face = importlib.import_module(room)
        for name in exposed(tree):
            home = getattr(getattr(face, name), "__module__", room)
            if home.startswith(PACKAGES) and not home.startswith(room):
                strangers.append(f"{file}: {name} is of {home}")
    assert not strangers


def test_the_laws_see_what_they_are_about() -> None:
    tree = ast.parse('class A: pass\nclass _B: pass\n__all__ = ["A", "c"]\n')
    assert public_classes(tree) == {"A"}
    assert exposed(tree) == {"A", "c"}
