# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Several processes that train as one: who they are, and whose samples are whose.

`ranks` is torch.distributed as far as training needs it, `rows` shares out the bodies' samples.
"""

from kinesis_training.parallel.ranks import ALONE, RankLostError, Ranks, joined, present
from kinesis_training.parallel.rows import Newest, Rows

__all__ = ["ALONE", "Newest", "RankLostError", "Ranks", "Rows", "joined", "present"]
