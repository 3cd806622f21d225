# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C and SIGTERM end a training loop between two iterations, never within one."""

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_ASKED = "ending after this iteration; once more ends at once and goes back to the last checkpoint"


class Interruption:
    """While its context lasts, a first signal asks to end and a second one ends at once.

    Half an iteration cannot be resumed: experience has been collected that nothing has learned
    from yet, or the other way round. So a loop looks at `asked` when an iteration is whole.

    Args:
        announces: says that it has heard the first one.

    Attributes:
        asked: a signal has come.
    """

    def __init__(self, announces: bool = True) -> None:
        self.asked = False
        self._announces = announces
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Listen; Python lets only the main thread do so, elsewhere nothing is heard."""
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._ask) for number in _SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the signals back to who had them."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, signum: int, frame: FrameType | None) -> None:
        del signum, frame
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        if self._announces:
            print(_ASKED, file=sys.stderr, flush=True)
