# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Bags: another library reads what we write, and damage costs no more than what is damaged."""

import contextlib
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mcap_ros2", reason="pip install 'kinesis_ros[recording]'")

from kinesis_ros.recording import (
    BagError,
    BagMessage,
    BagWriter,
    Qos,
    Topic,
    bag_qos,
    read_bag,
    summarise,
)
from kinesis_ros.recording.bag import PARTIAL, Decoder

STRING = "string data\n"
POINT = (
    "std_msgs/Header header\ngeometry_msgs/Point point\n"
    f"{'=' * 80}\nMSG: std_msgs/Header\nbuiltin_interfaces/Time stamp\nstring frame_id\n"
    f"{'=' * 80}\nMSG: geometry_msgs/Point\nfloat64 x\nfloat64 y\nfloat64 z\n"
    f"{'=' * 80}\nMSG: builtin_interfaces/Time\nint32 sec\nuint32 nanosec\n"
)
LATCHED = Qos(durability="transient_local", deadline=1_500_000_000)
TOPICS = (
    Topic("/kinesis/text", "std_msgs/msg/String", STRING, (LATCHED,), "RIHS01_" + "0" * 64),
    Topic("/kinesis/kick", "geometry_msgs/msg/PointStamped", POINT, (Qos(), LATCHED)),
    Topic("/other", "std_msgs/msg/String", STRING),
)


def text(content: str) -> bytes:
    """A String as it goes over the wire."""
    data = content.encode() + b"\0"
    return b"\x00\x01\x00\x00" + len(data).to_bytes(4, "little") + data


def random_messages(count: int, seed: int = 0) -> list[BagMessage]:
    rng = np.random.default_rng(seed)
    times = 1_700_000_000_000_000_000 + np.cumsum(rng.integers(0, 10**8, count))
    messages = []
    for time in times.tolist():
        topic = TOPICS[rng.integers(len(TOPICS))]
        data = text("x" * int(rng.integers(5000))) + rng.bytes(int(rng.integers(2000)))
        messages.append(BagMessage(topic, data, time, time - 1000))
    return messages


def write(path: Path, messages: list[BagMessage]) -> Path:
    with BagWriter(path) as writer:
        for message in messages:
            writer.add(message.topic)
            writer.write(message.topic.name, message.data, message.log_time, message.publish_time)
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    messages = random_messages(300)
    path = write(tmp_path / "a.mcap", messages)
    assert list(read_bag(path)) == messages
    texts = [m for m in messages if m.topic.name == "/other"]
    assert list(read_bag(path, ["/other"])) == texts
    summary = summarise(path)
    assert set(summary.topics) == set(TOPICS)
    assert (summary.count, summary.start) == (300, messages[0].log_time)
    assert summary.duration == pytest.approx(1e-9 * (messages[-1].log_time - summary.start))


def test_another_library_reads_every_message(tmp_path: Path) -> None:
    rosbag2 = pytest.importorskip("rosbags.rosbag2", reason="rosbags is not installed")
    messages = random_messages(300)
    with rosbag2.Reader(write(tmp_path / "a.mcap", messages)) as reader:
        found = [(c.topic, c.msgtype, bytes(data), t) for c, t, data in reader.messages()]
        offers = {c.topic: c.ext.offered_qos_profiles for c in reader.connections}
        definitions = {c.topic: c.msgdef.data for c in reader.connections}
    assert found == [(m.topic.name, m.topic.type, m.data, m.log_time) for m in messages]
    assert definitions == {topic.name: topic.definition for topic in TOPICS}
    (latched,) = offers["/kinesis/text"]
    assert latched.durability.name == "TRANSIENT_LOCAL"
    assert (latched.deadline.sec, latched.deadline.nsec) == (1, 500_000_000)
    assert [q.durability.name for q in offers["/kinesis/kick"]] == ["VOLATILE", "TRANSIENT_LOCAL"]


@pytest.mark.parametrize("profiles", [(), (Qos(),), (LATCHED, Qos(history="keep_all", depth=7))])
def test_quality_of_service_survives(profiles: tuple[Qos, ...]) -> None:
    assert bag_qos.load(bag_qos.dump(profiles)) == profiles


def test_the_numbers_of_older_bags_are_understood() -> None:
    old = """
- history: 1
  depth: 3
  reliability: 2
  durability: 1
  deadline: {sec: 9223372036, nsec: 854775807}
  lifespan: {sec: 2147483647, nsec: 4294967295}
  liveliness: 1
  liveliness_lease_duration: {sec: 9223372036, nsec: 854775807}
  avoid_ros_namespace_conventions: false
"""
    (profile,) = bag_qos.load(old)
    words = (profile.history, profile.reliability, profile.durability, profile.depth)
    assert words == ("keep_last", "best_effort", "transient_local", 3)
    with pytest.raises(ValueError, match="offered_qos_profiles cannot be read"):
        bag_qos.load("- [")


def test_messages_are_decoded_by_the_definition_in_the_bag(tmp_path: Path) -> None:
    message = BagMessage(TOPICS[0], text("walk forward"), 1, 1)
    (back,) = read_bag(write(tmp_path / "a.mcap", [message]))
    assert Decoder().decode(back).data == "walk forward"
    broken = BagMessage(TOPICS[1], text("x")[:7], 1, 1)
    with pytest.raises(BagError, match="'/kinesis/kick' is not a geometry_msgs/msg/PointStamped"):
        Decoder().decode(broken)


def test_of_a_file_that_ends_early_the_beginning_is_read(tmp_path: Path) -> None:
    messages = random_messages(400)
    whole = write(tmp_path / "a.mcap", messages).read_bytes()
    rng = np.random.default_rng(1)
    counts = []
    for end in sorted(rng.integers(len(whole) // 3, len(whole), 25).tolist()):
        path = tmp_path / "cut.mcap"
        path.write_bytes(whole[:end])
        found = list(read_bag(path))
        assert found == messages[: len(found)]
        counts.append(len(found))
    assert counts == sorted(counts)
    assert counts[0] > 0


def test_damage_gives_no_wrong_messages_and_no_other_error(tmp_path: Path) -> None:
    messages = random_messages(200)
    whole = write(tmp_path / "a.mcap", messages).read_bytes()
    rng = np.random.default_rng(2)
    for _ in range(40):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 3).tolist():
            damaged[place] ^= int(rng.integers(1, 256))
        path = tmp_path / "damaged.mcap"
        path.write_bytes(damaged)
        found: list[bytes] = []
        with contextlib.suppress(BagError):
            found += (message.data for message in read_bag(path))
        assert found == [message.data for message in messages[: len(found)]]


@pytest.mark.parametrize("content", [b"", b"\x89MCAP0", b"not a bag at all", bytes(1000)])
def test_what_is_no_bag_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(content)
    with pytest.raises(BagError, match=r"a\.mcap' is not an MCAP file"):
        list(read_bag(path))
    with pytest.raises(BagError, match=r"cannot read '.*nowhere"):
        list(read_bag(tmp_path / "nowhere.mcap"))


def test_a_bag_has_its_name_only_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    partial = path.with_name(path.name + PARTIAL)
    message = random_messages(1)[0]

    def interrupted() -> None:
        with BagWriter(path) as writer:
            writer.add(message.topic)
            writer.write(message.topic.name, message.data, 1, 1)
            assert partial.exists()
            with pytest.raises(BagError, match="is being written, or was left by a crash"):
                BagWriter(path)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()
    assert not path.exists()
    assert [m.data for m in read_bag(partial)] == [message.data]
    partial.unlink()
    write(path, [message])
    assert not partial.exists()
    with pytest.raises(BagError, match="exists; choose another name"):
        BagWriter(path)
    with pytest.raises(BagError, match="cannot write"):
        BagWriter(tmp_path / "no" / "where.mcap")


def test_a_bag_without_messages_is_not_kept(tmp_path: Path) -> None:
    with BagWriter(tmp_path / "a.mcap") as writer:
        writer.add(TOPICS[0])
    assert not list(tmp_path.iterdir())
