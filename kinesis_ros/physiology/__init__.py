# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How the body walks beside how people walk: electromyography, moments, forces, energy."""
