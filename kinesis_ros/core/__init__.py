# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the nodes and the training share: body, coordination, observation, policy, goals.

Nothing here knows ROS or torch.
"""
