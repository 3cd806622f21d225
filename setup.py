# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Package description, for pip and for colcon (ament_python) alike."""

import re
from pathlib import Path

from setuptools import find_packages, setup

NAME = "kinesis_ros"
ROOT = Path(__file__).resolve().parent  # colcon --symlink-install links this file

REQUIREMENTS = [
    "numpy>=1.26",  # what Ubuntu 24.04 ships, and ROS 2 Jazzy's messages are built against
    "scipy>=1.11",
    "numba>=0.61",  # the first one for numpy 2
    "mujoco>=3.4,<4",  # myo-sim composes its bodies with MjSpec of 3.x
    "myo-sim>=0.2.4,<0.3",  # the bodies; a new minor version may change their muscles
    "onnxruntime>=1.18",
    "typer>=0.29",  # one public exception for all usage errors
    "rich>=13.7",
]

# ROS itself for machines without a ROS installation: real rclpy and Fast DDS as wheels.
ROS = [
    "ros-jazzy-rclpy[fastrtps]",
    "ros-jazzy-diagnostic-msgs",
    "ros-jazzy-geometry-msgs",
    "ros-jazzy-nav-msgs",
    "ros-jazzy-sensor-msgs",
    "ros-jazzy-std-msgs",
    "ros-jazzy-std-srvs",
    "ros-jazzy-trajectory-msgs",
    "ros-jazzy-visualization-msgs",
]

RECORDING = [
    "mcap>=1.6,<2",  # the file format of rosbag2
    "mcap-ros2-support>=0.6",  # reads messages without ROS
    "pyyaml>=6",  # quality of service in bags
]

# What `kinesis render` and `kinesis report` draw with.
PICTURES = [
    "av>=14",  # ffmpeg's libraries as wheels, half the size of a wheel with its program
    "pillow>=10.1",  # GIF and PNG; the first one whose default font has sizes
    "matplotlib>=3.9",  # plots as SVG, which a page can hold without a script
]

VIEWER = ["viser>=1.1,<2"]  # panels, drags and hotkeys came with 1.1

# Meaning of words that no table has: 16 MB of weights come in the package. Its numpy 2 is newer
# than ROS 2 Jazzy's, so it is not for everybody.
LANGUAGE = ["wordllama>=0.4,<0.5"]  # the folders of its files, which are read directly

MARKERS = ["ezc3d>=1.5,<2"]  # reads .c3d; .trc needs nothing

GYM = ["gymnasium>=1.1,<2"]  # the first one whose vector environments say how they reset

TRAINING = [
    "torch==2.13.0",  # checkpoints resume bit for bit only on the version that wrote them
    "tensorboard>=2.16",
    "filelock>=3.16",
    "msgspec>=0.19",  # configurations of runs, read with their types
    "onnx>=1.17",
    "onnxscript>=0.5",  # torch's ONNX exporter
]

# ROS's own documentation is built with Sphinx, too.
DOCS = [
    "sphinx>=8.2",
    "furo>=2025.9.25",
    "myst-parser>=4",  # pages in Markdown, which GitHub shows as well
]

TEST = [
    "hypothesis>=6.100",  # properties over all numbers, texts and files
    "pytest>=8",
    "pytest-timeout>=2.3",
    "ruff>=0.17,<0.18",  # its formatter changes between minor versions
    "pyright[nodejs]==1.1.414",  # every release checks more
    "playwright>=1.48",  # uses the web page as a person does; the browser is the system's
    "rosbags>=0.11",  # reads recordings independently
    "yourdfpy>=0.0.58",  # reads the URDF independently
    "stable-baselines3>=2.6",  # checks the environments independently
    "setuptools>=64",  # newer Pythons have none, and a test reads this file
]


def version() -> str:
    """Read the version without importing the package, whose libraries may not be there yet."""
    text = (ROOT / NAME / "__init__.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    if match is None:
        raise RuntimeError(f"{NAME}/__init__.py has no __version__")
    return match.group(1)


def shared_files(folder: str) -> list[tuple[str, list[str]]]:
    """Files under `folder` with their places in share/; Python packages install themselves."""
    is_package = (ROOT / folder / "__init__.py").exists()
    code = {".py", ".pyc", ".typed"} if is_package else {".pyc"}
    places: dict[str, list[str]] = {}
    for path in sorted((ROOT / folder).rglob("*")):
        if path.is_file() and path.suffix not in code:
            relative = path.relative_to(ROOT)
            places.setdefault(f"share/{NAME}/{relative.parent}", []).append(str(relative))
    return list(places.items())


setup(
    name=NAME,
    version=version(),
    description="A muscle-driven human body on the ROS 2 graph",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="The kinesis_ros authors",
    maintainer="The kinesis_ros authors",
    maintainer_email="maintainers@kinesis-ros.example",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(include=["kinesis_ros*", "kinesis_training*", "urdf_mjcf"]),
    package_data={"kinesis_ros": ["py.typed", "data/**/*"], "kinesis_training": ["py.typed"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        (f"share/{NAME}", ["package.xml"]),
        *shared_files("launch"),
        *shared_files("urdf_mjcf"),
    ],
    install_requires=REQUIREMENTS,
    extras_require={
        "ros": ROS,
        "language": LANGUAGE,
        "viewer": VIEWER,
        "recording": RECORDING,
        "pictures": PICTURES,
        "markers": MARKERS,
        "gym": GYM,
        "training": TRAINING,
        "docs": DOCS,
        "test": TEST,
    },
    entry_points={
        "console_scripts": [
            "kinesis = kinesis_ros.cli:main",
            "sim_node = kinesis_ros.nodes.start:sim_node",
            "policy_node = kinesis_ros.nodes.start:policy_node",
            "goal_node = kinesis_ros.nodes.start:goal_node",
            "viewer_node = kinesis_ros.nodes.start:viewer_node",
        ]
    },
    zip_safe=True,
)
