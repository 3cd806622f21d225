# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Names of bodies and scenes as types of options: with their choices."""

from typing import Annotated

from kinesis_ros.options import Choices
from urdf_mjcf.registry import BODY_NAMES, DEFAULT_BODY, DEFAULT_SCENE, SCENES

__all__ = ["BODY_NAMES", "DEFAULT_BODY", "DEFAULT_SCENE", "SCENES", "BodyName", "SceneName"]

BodyName = Annotated[str, Choices(BODY_NAMES)]
SceneName = Annotated[str, Choices(SCENES)]
