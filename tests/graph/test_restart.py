# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Requests for another body, from the viewer to the supervisor."""

from pathlib import Path

import pytest

from kinesis_ros.graph import GraphOptions, RestartError, request_restart, take_request


def test_a_request_changes_body_and_control_and_is_taken_once(tmp_path: Path) -> None:
    path, options = tmp_path / "restart.json", GraphOptions(goal="walk", port=9000)
    assert take_request(path, options) is None
    request_restart(path, "back290", "direct")
    wanted = take_request(path, options)
    assert wanted == GraphOptions(body="back290", control="direct", goal="walk", port=9000)
    assert take_request(path, options) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "Expecting value"),
        ('{"body": "legs80"', "delimiter"),
        ('{"body": "legs80"}', "control"),
        ('{"body": "legs81", "control": "direct"}', "body 'legs81' does not exist; choose"),
        ('{"body": 7, "control": "direct"}', "body '7' does not exist"),
        ("[]", "list"),
    ],
)
def test_a_bad_request_is_refused_and_gone(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "restart.json"
    path.write_text(text)
    with pytest.raises(RestartError, match=complaint):
        take_request(path, GraphOptions())
    assert not path.exists()
