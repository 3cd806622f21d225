# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`torchrun -m kinesis_training STAGE ...`: `kinesis train STAGE ...` by several ranks together."""

import sys

from kinesis_ros import cli
from kinesis_ros.console import FAILED
from kinesis_training.parallel import RankLostError, joined


def main() -> None:
    """Join the other ranks, train, and say in one line if one of them is lost."""
    try:
        with joined():
            cli.main(["train", *sys.argv[1:]])
    except RankLostError as error:
        if str(error):
            print(f"kinesis: {error}", file=sys.stderr)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
