# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""goal_node with a generator that needs no coefficients; run as a process by tests."""

from standing_fakes import install_generator

if __name__ == "__main__":
    install_generator()
    from kinesis_ros.nodes.goal_node import main

    main()
