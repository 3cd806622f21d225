# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Names of the bodies and of what can be around them, for whoever need not load MuJoCo."""

from typing import Annotated

from kinesis_ros.options import Choices

DEFAULT_BODY = "legs80"
BODY_NAMES = (DEFAULT_BODY, "legs86", "back290", "full416")

DEFAULT_SCENE = "none"
SCENES = (DEFAULT_SCENE, "penalty", "penalty_keeper")

BodyName = Annotated[str, Choices(BODY_NAMES)]
SceneName = Annotated[str, Choices(SCENES)]
