# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A body's URDF on disk: as a command writes it, and in the cache."""

import dataclasses
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from kinesis_ros.bodies import cached_description
from kinesis_ros.cli import main
from kinesis_ros.core.body import Body, load_body


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body("legs80")


def kinesis(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def bones(urdf: str) -> list[str]:
    return [mesh.attrib["filename"] for mesh in ElementTree.fromstring(urdf).iter("mesh")]


def test_the_command_writes_a_urdf_with_its_meshes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "folder"
    assert kinesis("export-urdf", "--body", "legs86", "--out", folder) == 0
    assert f"'{folder / 'legs86.urdf'}' with " in capsys.readouterr().out
    files = bones((folder / "legs86.urdf").read_text())
    assert files
    for file in files:
        assert Path(unquote(urlsplit(file).path)).parent == folder / "meshes"
        assert Path(unquote(urlsplit(file).path)).is_file()
    assert not [path for path in folder.rglob("*") if "partial" in path.name]


def test_meshes_can_be_in_a_package(tmp_path: Path) -> None:
    prefix = "package://my_robot/meshes/"
    assert kinesis("export-urdf", "--out", tmp_path, "--mesh-prefix", prefix) == 0
    for file in bones((tmp_path / "legs80.urdf").read_text()):
        assert (tmp_path / "meshes" / file.removeprefix(prefix)).is_file()


@pytest.mark.parametrize(
    ("arguments", "complaint", "status"),
    [
        (("--body", "legs81", "--out", "{tmp}"), "body 'legs81' does not exist; choose", 2),
        (("--out", "{tmp}/file"), "'{tmp}/file' is a file", 2),
        (("--out", "{tmp}/file/in"), "cannot write '{tmp}/file/in", 1),
        ((), "--out", 2),
    ],
)
def test_bad_input_is_one_line(
    arguments: tuple[str, ...],
    complaint: str,
    status: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").touch()
    filled = [argument.format(tmp=tmp_path) for argument in arguments]
    assert kinesis("export-urdf", *filled) == status
    error = capsys.readouterr().err
    assert complaint.format(tmp=tmp_path) in error
    assert len(error.strip().splitlines()) == 1


def test_the_cache_is_written_once_and_again_for_another_body(body: Body, tmp_path: Path) -> None:
    text = cached_description(body, tmp_path)
    (urdf,) = tmp_path.rglob("*.urdf")
    assert urdf.read_text() == text
    urdf.write_text("changed")
    assert cached_description(body, tmp_path) == "changed"  # what is there is taken
    other = dataclasses.replace(body, name="other")
    assert cached_description(other, tmp_path) == text.replace("legs80-", "other-")


def test_an_interrupted_cache_is_completed(body: Body, tmp_path: Path) -> None:
    text = cached_description(body, tmp_path)
    (urdf,) = tmp_path.rglob("*.urdf")
    urdf.unlink()  # it is written last
    mesh = next(urdf.parent.rglob("*.stl"))
    whole = mesh.read_bytes()
    mesh.write_bytes(whole[:100])
    assert cached_description(body, tmp_path) == text
    assert mesh.read_bytes() == whole
