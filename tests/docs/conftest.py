# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Makes `pages` importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
