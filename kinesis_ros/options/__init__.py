# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One definition of an option: a field of a frozen dataclass.

Its default is the default, its entry under `Attributes:` the help, and `Range` and `Choices` in its
annotation are the limits, which `check` holds it against. The command line, the launch file and the
ROS parameters are made from that.
"""

from kinesis_ros.options.fields import Choices, Option, Range, options_of
from kinesis_ros.options.limits import check

__all__ = [
    "Choices",
    "Option",
    "Range",
    "check",
    "options_of",
]
