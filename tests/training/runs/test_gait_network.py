# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The exported gaits move as the motion generator's do."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from kinesis_ros.cli import main
from kinesis_ros.core.gait import Gaits, Pace, Velocity
from kinesis_ros.core.gait.gaits import DEFAULT_PATH


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> ort.InferenceSession:
    path = tmp_path_factory.mktemp("gaits") / "gaits.onnx"
    with pytest.raises(SystemExit) as ended:
        main(["export", str(DEFAULT_PATH), "--out", str(path)])
    assert not ended.value.code
    return ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def test_the_network_is_the_gaits(session: ort.InferenceSession) -> None:
    gaits, random = Gaits.load(), np.random.default_rng(0)
    low, high = [-0.8, -1.5, -0.5, 0.0], [3.5, 1.5, 0.5, 1.0]
    phase, pace = random.uniform(0.0, 1.0, (60, 1)), random.uniform(low, high, (60, 4))
    pace[::3, 3], pace[1::3, 3], pace[::7, 0] = 0.0, 1.0, -0.2
    feed = {"phase": phase.astype(np.float32), "pace": pace.astype(np.float32)}
    pelvis, legs, rate, share = map(np.asarray, session.run(None, feed))
    for k, (speed, turn_rate, lateral, running) in enumerate(pace):
        moving = Pace(Velocity(speed, turn_rate, lateral), running)
        expected_pelvis, expected_legs = gaits.evaluate(phase[k, 0], moving)
        np.testing.assert_allclose(pelvis[k], expected_pelvis, atol=2e-5)
        np.testing.assert_allclose(legs[k], expected_legs.ravel(), atol=2e-5)
        assert rate[k, 0] == pytest.approx(gaits.stride_rate(moving), abs=1e-5)
        assert share[k, 0] == pytest.approx(gaits.stance_share(moving), abs=1e-5)


def test_a_file_that_is_missing_is_named(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", str(tmp_path / "none.npz")])
    assert ended.value.code == 2
    assert "none.npz' do not exist" in capsys.readouterr().err
