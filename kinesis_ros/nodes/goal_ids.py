# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Identity of goals: whoever gives one knows it again in goal_status, whatever others give.

A message with a header is known by its stamp, so senders give each goal a stamp of its own. A
sentence has no header: it may end in '#' and a word, which is not read as a part of it. Goals that
come without either have no id.
"""

import re
import secrets
import time

from builtin_interfaces.msg import Time

_MARK = re.compile(r"\s+#([A-Za-z0-9_-]{1,32})\s*$")


def id_of_stamp(stamp: Time) -> str:
    """Id of a goal that came with a stamp; empty: the stamp is zero."""
    return f"{stamp.sec}.{stamp.nanosec:09d}" if stamp.sec or stamp.nanosec else ""


def read_text(text: str) -> tuple[str, str]:
    """A sentence without its id, and the id; empty: it has none."""
    found = _MARK.search(text[-64:])  # a long text is not searched
    if found is None:
        return text, ""
    return text[: len(text) - len(found[0])], found[1]


def with_id(text: str) -> tuple[str, str]:
    """A sentence with a new id, and the id."""
    id = secrets.token_hex(4)
    return f"{text} #{id}", id


def new_stamp() -> Time:
    """A stamp that no other goal has: the wall clock's, to the nanosecond."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return Time(sec=seconds, nanosec=nanoseconds)
