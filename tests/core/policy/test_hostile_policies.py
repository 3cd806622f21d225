# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A policy file that is broken, or that answers with nonsense, is refused when it is loaded."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinesis_ros.core.body import Body, load_body
from kinesis_ros.core.policy import (
    OBSERVATION_SIZE,
    PolicyContractError,
    PolicyMetadata,
    PolicySession,
    default_policy,
)
from kinesis_ros.core.policy.session import METADATA_KEY

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install onnx")
JOINTS = 14


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body("legs80")


@pytest.fixture
def write(body: Body, tmp_path: Path) -> Callable[..., Path]:
    """Write a policy of one matrix product."""

    def policy(
        commands: int = JOINTS,
        bias: float = 0.0,
        scale: float = 0.0,
        outputs: int = 2,
        name: str = "observation",
        **metadata: object,
    ) -> Path:
        from onnx import TensorProto, helper, numpy_helper

        weight = np.full((OBSERVATION_SIZE, commands), scale, np.float32)
        nodes = [
            helper.make_node("MatMul", [name, "weight"], ["product"]),
            helper.make_node("Add", ["product", "bias"], ["command"]),
            helper.make_node("MatMul", [name, "gate"], ["weights"]),
        ]
        tensors = {
            "weight": weight,
            "bias": np.full(commands, bias, np.float32),
            "gate": np.zeros((OBSERVATION_SIZE, 1), np.float32),
        }
        sizes = {"command": commands, "weights": 1}
        graph = helper.make_graph(
            nodes[: 2 if outputs == 1 else 3],
            "policy",
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", OBSERVATION_SIZE])],
            [
                helper.make_tensor_value_info(key, TensorProto.FLOAT, ["n", size])
                for key, size in [*sizes.items()][:outputs]
            ],
            [numpy_helper.from_array(array, key) for key, array in tensors.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 9
        promised = json.loads(PolicyMetadata.describe(body, "coordinated", 0.3, {}).to_json())
        entry = model.metadata_props.add()
        entry.key, entry.value = METADATA_KEY, json.dumps({**promised, **metadata})
        path = tmp_path / "policy.onnx"
        onnx.save(model, str(path))
        return path

    return policy


def test_a_plain_policy_is_loaded(write: Callable[..., Path], body: Body) -> None:
    policy = PolicySession.load(write(), body)
    assert policy.predict(np.zeros(OBSERVATION_SIZE)).shape == (JOINTS,)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"bias": np.nan}, "commands are NaN or infinite, for zeros"),
        ({"scale": np.inf}, "commands are NaN or infinite"),
        ({"scale": 1e6}, "it gives a command of .*, for a random state"),
        ({"commands": 13}, r"commands of the shape \(1, 13\)"),
        ({"outputs": 1}, "1 output, two are needed"),
        ({"name": "state"}, "inputs state, not observation"),
        ({"joints": 7}, "metadata"),
        ({"joints": [1, 2]}, "metadata: a name is no text"),
        ({"stiffness": ["soft"] * JOINTS}, "no finite number"),
        ({"action_scale": None}, "no finite number"),
        ({"action_scale": float("nan")}, "no finite number"),
        ({"damping": [1.0]}, "one gain for each joint"),
        ({"control": ["coordinated"]}, "a name is no text"),
        ({"observation": [1]}, "metadata"),
        ({"contract_version": "new"}, "contract version new"),
    ],
)
def test_nonsense_is_refused_when_it_is_loaded(
    write: Callable[..., Path], body: Body, options: dict, reason: str
) -> None:
    path = write(**options)
    with pytest.raises(PolicyContractError, match=rf"policy\.onnx'.*{reason}"):
        PolicySession.load(path, body)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_a_damaged_file_is_a_policy_or_a_refusal(
    body: Body, tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray(default_policy("legs80").read_bytes())
    if data.draw(st.booleans(), "cut"):
        content = content[: data.draw(st.integers(0, len(content) - 1), "length")]
    else:
        for _ in range(data.draw(st.integers(1, 8), "flips")):
            head = data.draw(st.sampled_from([200, len(content) - 1]), "where")
            content[data.draw(st.integers(0, head), "at")] = data.draw(st.integers(0, 255), "to")
    path = tmp_path / "damaged.onnx"
    path.write_bytes(bytes(content))
    try:
        output = PolicySession.load(path, body).predict(np.zeros(OBSERVATION_SIZE))
    except PolicyContractError:
        return
    assert np.isfinite(output).all()
