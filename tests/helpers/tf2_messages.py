# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""tf2_msgs/TFMessage for machines that have ROS as wheels, which lack it.

The message is one line; ROS's generators make its code and the machine's compiler builds it.
"""

import importlib
import importlib.util
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

_PACKAGE = "tf2_msgs"
_DEFINITION = "geometry_msgs/TransformStamped[] transforms\n"
_DEPENDS = ("geometry_msgs", "std_msgs", "builtin_interfaces")
_SUPPORTS = ("fastrtps_c", "introspection_c")  # what rmw_fastrtps_cpp asks a message for
_GENERATORS = (
    "rosidl_adapter",
    "rosidl_generator_type_description",
    "rosidl_generator_c",
    "rosidl_generator_py",
    "rosidl_typesupport_c",
    *(f"rosidl_typesupport_{support}" for support in _SUPPORTS),
)
_LIBRARIES = (
    "geometry_msgs__rosidl_generator_c",
    "geometry_msgs__rosidl_generator_py",
    *(f"geometry_msgs__rosidl_typesupport_{support}" for support in _SUPPORTS),
    "rosidl_runtime_c",
    "rosidl_typesupport_c",
    "rosidl_typesupport_fastrtps_c",
    "rosidl_typesupport_fastrtps_cpp",
    "fastcdr",
    "rmw",
    "rcutils",
)
_PREFIX = Path(sys.prefix)


def why_not() -> str:
    """What is missing on this machine; empty: nothing."""
    for compiler in ("gcc", "g++"):
        if shutil.which(compiler) is None:
            return f"{compiler} is not installed"
    for module in _GENERATORS:
        if importlib.util.find_spec(module) is None:
            return f"ROS's generator {module} is not installed"
    for header in (Path(sysconfig.get_paths()["include"]) / "Python.h", _PREFIX / "include/rmw"):
        if not header.exists():
            return f"{header} is not installed"
    return ""


def build(folder: Path) -> Path:
    """Generate and compile the package; the folder to put on sys.path."""
    code = folder / "code"
    package = code / _PACKAGE
    _generate(folder / "definition", package)
    (package / "__init__.py").touch()
    detail = package / "msg" / "detail"
    message = _link(
        package,
        f"lib{_PACKAGE}__rosidl_generator_c.so",
        _compile(
            [detail / f"tf_message__{part}.c" for part in ("functions", "description")]
            + [detail / "tf_message__type_support.c"]
        ),
    )
    # The middleware loads them by their names; they are loaded already, with the extension.
    fast = _compile([detail / "tf_message__type_support_c.cpp"])
    introspection = _compile([detail / "introspection.c"])
    supports = [
        _link(package, f"lib{_PACKAGE}__rosidl_typesupport_{support}.so", objects, message)
        for support, objects in zip(_SUPPORTS, (fast, introspection), strict=True)
    ]
    glue = [
        package / f"_{_PACKAGE}_s.ep.rosidl_typesupport_c.c",
        package / "msg" / "_tf_message_s.c",
        package / "msg" / "tf_message__type_support.cpp",
    ]
    name = f"{_PACKAGE}_s__rosidl_typesupport_c.so"
    _link(package, name, _compile(glue), message, *supports)
    return code


def loaded_modules() -> list[str]:
    """Names of the package's modules that have been imported."""
    return [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]


def _generate(definition: Path, code: Path) -> None:
    # The command `rosidl generate` does the same, but the wheels register every generator twice
    # and it refuses that.
    messages = definition / "msg"
    messages.mkdir(parents=True)
    (messages / "TFMessage.msg").write_text(_DEFINITION)
    adapter = importlib.import_module("rosidl_adapter.msg")
    adapter.convert_msg_to_idl(definition, _PACKAGE, Path("msg/TFMessage.msg"), messages)
    what = (_PACKAGE, [f"{definition}:msg/TFMessage.idl"])
    include = [str(_PREFIX / "share" / package) for package in _DEPENDS]
    hashes = _generator("generator_type_description", "HashTypeDescription")
    files = hashes.generate_type_hashes(*what, include, code)
    # Both name a file alike, and are told apart by their folders in an installation.
    _generator("typesupport_introspection_c", "GenerateIntrospectionCTypesupport").generate(
        *what, include, code
    )
    detail = code / "msg" / "detail"
    (detail / "tf_message__type_support.c").rename(detail / "introspection.c")
    _generator("generator_c", "GenerateC").generate(*what, include, code, files)
    _generator("typesupport_fastrtps_c", "GenerateFastRTPSCTypesupport").generate(
        *what, include, code
    )
    supports = [f"rosidl_typesupport_{support}" for support in _SUPPORTS]
    _generator("typesupport_c", "GenerateCTypesupport", supports).generate(*what, include, code)
    python = _generator("generator_py", "GeneratePython", ["rosidl_typesupport_c"])
    python.generate(*what, include, code)


def _generator(module: str, kind: str, supports: list[str] | None = None) -> Any:  # noqa: ANN401
    options = {} if supports is None else {"typesupport_implementations": supports}
    return getattr(importlib.import_module(f"rosidl_{module}.cli"), kind)(module, **options)


def _include(code: Path) -> Iterator[str]:
    yield from (f"-I{path}" for path in (_PREFIX / "include").iterdir())
    for path in (_PREFIX / "include", code, sysconfig.get_paths()["include"], np.get_include()):
        yield f"-I{path}"


def _compile(sources: Iterable[Path]) -> list[Path]:
    objects = []
    for source in sources:
        code = next(path.parent for path in source.parents if path.name == _PACKAGE)
        compiler = ["g++", "-std=c++17"] if source.suffix == ".cpp" else ["gcc"]
        objects.append(source.with_suffix(f"{source.suffix}.o"))
        options = ["-O0", "-w", "-fPIC", *_include(code)]
        _run([*compiler, *options, "-c", str(source), "-o", str(objects[-1])])
    return objects


def _link(folder: Path, name: str, objects: Iterable[Path], *others: Path) -> Path:
    places = [f"-L{_PREFIX / 'lib'}", f"-Wl,-rpath,{_PREFIX / 'lib'}:{folder}"]
    libraries = [*map(str, others), *(f"-l{library}" for library in _LIBRARIES)]
    options = ["-shared", f"-Wl,-soname,{name}", "-Wl,--no-as-needed"]
    library = folder / name
    _run(["g++", *options, *map(str, objects), "-o", str(library), *places, *libraries])
    return library


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"
