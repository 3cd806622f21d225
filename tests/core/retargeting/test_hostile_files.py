# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Property of every reader: whatever is in a file, a valid motion or a MotionError comes of it."""

import io
import re
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinesis_ros.core.retargeting import Imported, ImportOptions, MotionError
from kinesis_ros.core.retargeting.formats import read_motion
from kinesis_ros.core.retargeting.joint_motion import JointMotion
from kinesis_ros.core.retargeting.limits import MOST_JOINT_FRAMES

_ASF = """:version 1.10
:units
  mass 1.0
  length 0.45
  angle deg
:root
  order TX TY TZ RX RY RZ
  position 0 0 0
  orientation 0 0 0
:bonedata
  begin
    name lfemur
    direction 0 -1 0
    length 7
    axis 0 0 20 XYZ
    dof rx ry rz
  end
  begin
    name ltibia
    direction 0 -1 0
    length 7
    dof rx
  end
:hierarchy
  begin
    root lfemur
    lfemur ltibia
  end
"""
_NUMBER = re.compile(rb"-?\d+\.\d+")
_HUGE = (b"nan", b"inf", b"-inf", b"1e999", b"1e300", b"-1e200", b"1e30", b"99999999999999", b"0")
_MEMORY = 1_500_000_000  # bytes that reading may add to the process


@pytest.fixture(scope="module")
def files(run: Callable[..., Imported], sticks: type, tmp_path_factory: pytest.TempPathFactory):  # noqa: ANN201
    """One good small file of each format."""
    folder = tmp_path_factory.mktemp("good")
    walk = sticks.walk(duration=0.5, rate=30.0)
    good = {
        ".bvh": sticks.bvh(folder / "a.bvh", walk).read_bytes(),
        ".json": sticks.deepmimic(folder / "a.json", walk).read_bytes(),
        ".npz": sticks.smpl(folder / "a.npz", walk, width=66).read_bytes(),
        ".asf": _ASF.encode(),
    }
    names = ["time", "pelvis_ty", "hip_flexion_r", "hip_flexion_l", "knee_angle_r", "knee_angle_l"]
    rows = ["\t".join(names)] + [
        f"{0.05 * i:.4f}\t0.9500\t{i:.4f}\t{-i:.4f}\t{i + 5:.4f}\t5.0000" for i in range(20)
    ]
    head = "Coordinates\nversion=1\nnRows=20\nnColumns=6\ninDegrees=yes\nendheader\n"
    good[".mot"] = (head + "\n".join(rows) + "\n").encode()
    frames = "".join(
        f"{i + 1}\nroot 0.0 {0.1 * i:.3f} 0.0 0.0 0.0 0.0\nlfemur 1.0 2.0 3.0\nltibia {i}.0\n"
        for i in range(12)
    )
    good[".amc"] = f":FULLY-SPECIFIED\n:DEGREES\n{frames}".encode()
    names = [f"{s}{n}" for s in "RL" for n in ("ASI", "PSI", "KNE", "ANK", "TOE")]
    cells = ["Frame#\tTime\t" + "\t\t\t".join(names), "\t\tX1\tY1\tZ1"]
    for i in range(12):
        places = "\t".join(f"{100.0 * k + i:.3f}" for k in range(3 * len(names)))
        cells.append(f"{i + 1}\t{0.01 * i:.3f}\t{places}")
    head = "PathFileType\t4\t(X/Y/Z)\ta.trc\nDataRate\tUnits\n50.0\tmm\n"
    good[".trc"] = (head + "\n".join(cells) + "\n").encode()
    stream = io.BytesIO()
    np.save(stream, np.linspace(0.0, 1.0, 12 * 66).reshape(12, 22, 3))
    good[".npy"] = stream.getvalue()
    return good


@st.composite
def damage(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """A way to damage a file: cut it, flip bytes, or put a number in that is none."""
    kind = draw(st.sampled_from(["cut", "flip", "number", "repeat", "swap"]))
    places = draw(st.lists(st.floats(0.0, 1.0, exclude_max=True), min_size=1, max_size=6))
    values = draw(st.lists(st.integers(0, 255), min_size=6, max_size=6))
    huge = draw(st.sampled_from(_HUGE))

    def damaged(content: bytes) -> bytes:
        at = [int(place * len(content)) for place in places]
        if kind == "cut":
            return content[: at[0]]
        if kind == "flip":
            changed = bytearray(content)
            for place, value in zip(at, values, strict=False):
                changed[place] = value
            return bytes(changed)
        if kind == "repeat":
            return content + content[at[0] :] * 2
        if kind == "swap":
            lines = content.split(b"\n")
            first, last = (int(place * len(lines)) for place in (places[0], places[-1]))
            lines[first], lines[last] = lines[last], lines[first]
            return b"\n".join(lines)
        numbers = [*_NUMBER.finditer(content)]
        if not numbers:
            return content
        chosen = numbers[int(places[0] * len(numbers))]
        return content[: chosen.start()] + huge + content[chosen.end() :]

    return damaged


@pytest.mark.parametrize(
    "suffix", [".bvh", ".json", ".npz", ".mot", ".amc", ".asf", ".trc", ".npy"]
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(damage())
def test_a_damaged_file_is_a_valid_motion_or_a_motion_error(
    files: dict[str, bytes], tmp_path: Path, suffix: str, damaged: Callable[[bytes], bytes]
) -> None:
    for kind, content in files.items():
        (tmp_path / f"a{kind}").write_bytes(damaged(content) if kind == suffix else content)
    path = tmp_path / ("a.amc" if suffix == ".asf" else f"a{suffix}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        motion = read_motion(path, ImportOptions())
    except MotionError:
        return
    finally:
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown * 1024 < _MEMORY
    values = motion.position if isinstance(motion, JointMotion) else motion.values
    assert np.isfinite(values).all()
    assert np.isfinite(motion.rate)
    assert values[..., 0].size <= MOST_JOINT_FRAMES


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from([".bvh", ".json", ".npz", ".mot", ".trc", ".npy"]), damage())
def test_what_is_read_is_imported_or_refused(
    run: Callable[..., Imported],
    files: dict[str, bytes],
    tmp_path: Path,
    suffix: str,
    damaged: Callable[[bytes], bytes],
) -> None:
    path = tmp_path / f"b{suffix}"
    path.write_bytes(damaged(files[suffix]))
    try:
        imported = run(path)
    except MotionError:
        return
    assert np.isfinite(imported.clip.states).all()


@pytest.mark.parametrize(
    "suffix", [".bvh", ".json", ".mot", ".npz", ".amc", ".txt", ".sto", ".trc", ".c3d", ".npy"]
)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_a_motion_error(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"c{suffix}"
    path.write_bytes(content)
    with pytest.raises(MotionError):
        read_motion(path, ImportOptions())


def test_three_frames_that_last_for_years_take_no_memory(sticks: type, tmp_path: Path) -> None:
    path = sticks.bvh(tmp_path / "a.bvh", sticks.walk(duration=0.1, rate=30.0))
    path.write_text(re.sub("Frame Time: .*", "Frame Time: 1e8", path.read_text()))
    with pytest.raises(MotionError, match="frames a second"):
        read_motion(path, ImportOptions())


def test_an_npz_that_promises_gigabytes_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        for name, width in (("poses", 156), ("trans", 3)):
            with archive.open(f"{name}.npy", "w") as stream:
                header = {"descr": "<f8", "fortran_order": False, "shape": (2_000_000, width)}
                np.lib.format.write_array_header_1_0(stream, header)
    with pytest.raises(MotionError, match="MB are the most"):
        read_motion(tmp_path / "a.npz", ImportOptions())
