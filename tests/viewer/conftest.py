# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The viewer's parts without ROS; they need viser."""

import pytest

pytest.importorskip("viser", reason="viser is not installed: pip install 'kinesis_ros[viewer]'")
