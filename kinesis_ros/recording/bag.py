# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Bags: MCAP files as rosbag2 writes them, here without ROS.

Messages stay the bytes that went over the wire (CDR). A bag that is being written has another
name, `NAME.mcap.partial`, and gets its own when it is complete; a partial one, left by a crash,
is still readable up to where it ends.
"""

import dataclasses
import json
import os
import struct
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mcap.exceptions import EndOfFile, McapError
from mcap.records import Channel, Message, Schema
from mcap.stream_reader import StreamReader
from mcap.well_known import MessageEncoding, SchemaEncoding
from mcap.writer import Writer
from mcap_ros2.decoder import DecoderFactory

from kinesis_ros.recording import bag_qos
from kinesis_ros.recording.bag_qos import Qos

PARTIAL = ".partial"  # what is added to the name of a bag until it is complete

_PROFILE = "ros2"
_METADATA = "rosbag2"  # name of the record that rosbag2 reads first
_METADATA_VERSION = 9  # Jazzy's: quality of service in words
_CHUNK = 256 * 1024  # [bytes] a crash loses so much at the most, about a second
_QOS_KEY, _HASH_KEY = "offered_qos_profiles", "topic_type_hash"  # rosbag2's names


class BagError(ValueError):
    """A file that is no bag, or a message in it that cannot be read; the text names both."""


@dataclasses.dataclass(frozen=True)
class Topic:
    """A topic in a bag.

    Attributes:
        name: with its namespace, e.g. '/kinesis/body_state'.
        type: e.g. 'sensor_msgs/msg/JointState'.
        definition: of the message and of all that it contains, in rosbag2's 'ros2msg' form.
        qos: what its publishers offered; empty: not known.
        type_hash: REP-2016 hash of the type; empty: not known.
    """

    name: str
    type: str
    definition: str
    qos: tuple[Qos, ...] = ()
    type_hash: str = ""


@dataclasses.dataclass(frozen=True)
class BagMessage:
    """One message.

    Attributes:
        topic: it was sent on.
        data: serialised message (CDR).
        log_time: when it was received [ns].
        publish_time: when it was sent [ns].
    """

    topic: Topic
    data: bytes
    log_time: int
    publish_time: int


class BagWriter:
    """Writes a bag as a context manager; leaving it without an error completes the file.

    Args:
        path: of the bag, which must not exist.

    Raises:
        BagError: it exists, a partial one does, or it cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise BagError(f"'{path}' exists; choose another name, or remove it first")
        self.path, self._partial = path, path.with_name(path.name + PARTIAL)
        try:
            self._stream = self._partial.open("xb")
        except FileExistsError as error:
            raise BagError(
                f"'{self._partial}' exists: it is being written, or was left by a crash and can "
                "be read; choose another name, or rename or remove it first"
            ) from error
        except OSError as error:
            raise BagError(f"cannot write '{path}': {error.strerror}") from error
        self._writer = Writer(self._stream, chunk_size=_CHUNK)
        self._writer.start(profile=_PROFILE)
        self._schemas: dict[str, int] = {}
        self._channels: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._first = self._last = 0  # [ns]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Complete the file and give it its name; one without messages is removed."""
        try:
            self._writer.add_metadata(_METADATA, {"serialized_metadata": self._metadata()})
            self._writer.finish()
        finally:
            self._stream.close()
        if not any(self._counts.values()):
            self._partial.unlink()
        elif kind is None:
            os.replace(self._partial, self.path)

    @property
    def counts(self) -> dict[str, int]:
        """Messages so far, by topic."""
        return dict(self._counts)

    @property
    def size(self) -> int:
        """Size of the file so far [bytes]."""
        return self._stream.tell()

    def _metadata(self) -> str:
        """What rosbag2 wants to find there; the rest it takes from the file's summary."""
        content = {
            "version": _METADATA_VERSION,
            "storage_identifier": "mcap",
            "duration": {"nanoseconds": max(0, self._last - self._first)},
            "starting_time": {"nanoseconds_since_epoch": self._first},
            "message_count": sum(self._counts.values()),
            "topics_with_message_count": [],
            "compression_format": "",
            "compression_mode": "",
            "relative_file_paths": [self.path.name],
            "files": [],
            "custom_data": {},
            "ros_distro": os.environ.get("ROS_DISTRO", ""),
        }
        return json.dumps(content)

    def add(self, topic: Topic) -> None:
        """Announce a topic; the second time nothing happens."""
        if topic.name in self._channels:
            return
        if topic.type not in self._schemas:
            self._schemas[topic.type] = self._writer.register_schema(
                topic.type, SchemaEncoding.ROS2, topic.definition.encode()
            )
        self._channels[topic.name] = self._writer.register_channel(
            topic.name,
            MessageEncoding.CDR,
            self._schemas[topic.type],
            {_QOS_KEY: bag_qos.dump(topic.qos), _HASH_KEY: topic.type_hash},
        )
        self._counts[topic.name] = 0

    def write(self, topic: str, data: bytes, log_time: int, publish_time: int) -> None:
        """Append a message of a topic that was announced; times in [ns]."""
        self._first, self._last = self._first or log_time, log_time
        sequence = self._counts[topic]
        self._writer.add_message(self._channels[topic], log_time, data, publish_time, sequence)
        self._counts[topic] = sequence + 1


def read_bag(path: Path, topics: Collection[str] | None = None) -> Iterator[BagMessage]:
    """Read messages in the order of the file, up to where it is damaged.

    Args:
        path: of the bag.
        topics: that are wanted; default: all.

    Raises:
        BagError: the file is missing or is no bag.
    """
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            yield from _messages(
                StreamReader(stream, validate_crcs=True, record_size_limit=size), path, topics
            )
    except OSError as error:
        raise BagError(f"cannot read '{path}': {error.strerror}") from error


@dataclasses.dataclass(frozen=True)
class BagSummary:
    """What is in a bag.

    Attributes:
        topics: with at least one message.
        count: messages in all.
        start: when the first message was received [ns].
        end: when the last message was received [ns].
    """

    topics: tuple[Topic, ...]
    count: int
    start: int
    end: int

    @property
    def duration(self) -> float:
        """From the first to the last message [s]."""
        return 1e-9 * (self.end - self.start)


def summarise(path: Path) -> BagSummary:
    """Look through a bag, a damaged one too.

    Raises:
        BagError: the file is missing or is no bag.
    """
    topics: dict[str, Topic] = {}
    count = start = end = 0
    for message in read_bag(path):
        topics.setdefault(message.topic.name, message.topic)
        start = min(start or message.log_time, message.log_time)
        end = max(end, message.log_time)
        count += 1
    return BagSummary(tuple(topics.values()), count, start, end)


def _messages(
    reader: StreamReader, path: Path, topics: Collection[str] | None
) -> Iterator[BagMessage]:
    schemas: dict[int, Schema] = {}
    known: dict[int, Topic | None] = {}
    records = reader.records
    while True:
        try:
            record = next(records, None)
        except Exception as error:
            # Of a damaged file: the library and its decompressors raise all kinds of errors.
            if not known:
                reason = "it is empty" if isinstance(error, EndOfFile) else str(error)
                raise BagError(f"'{path}' is not an MCAP file: {reason}") from error
            return
        if record is None:
            return
        if isinstance(record, Schema):
            schemas[record.id] = record
        elif isinstance(record, Channel) and record.id not in known:
            wanted = topics is None or record.topic in topics
            known[record.id] = _topic(record, schemas, path) if wanted else None
        elif isinstance(record, Message) and (topic := known.get(record.channel_id)) is not None:
            yield BagMessage(topic, record.data, record.log_time, record.publish_time)


def _topic(channel: Channel, schemas: dict[int, Schema], path: Path) -> Topic:
    schema = schemas.get(channel.schema_id)
    if channel.message_encoding != MessageEncoding.CDR or schema is None:
        raise BagError(f"'{path}' is not a ROS 2 recording: '{channel.topic}' is not in CDR")
    if schema.encoding != SchemaEncoding.ROS2:
        raise BagError(f"'{path}': '{channel.topic}' has no definition that can be read")
    try:
        qos = bag_qos.load(channel.metadata.get(_QOS_KEY, ""))
    except ValueError as error:
        raise BagError(f"'{path}': '{channel.topic}': {error}") from error
    type_hash = channel.metadata.get(_HASH_KEY, "")
    return Topic(channel.topic, schema.name, schema.data.decode(), qos, type_hash)


class Decoder:
    """Makes plain objects, with a message's fields as attributes, of a bag's messages."""

    def __init__(self) -> None:
        self._decoders: dict[str, Callable[[bytes], Any]] = {}

    def decode(self, message: BagMessage) -> Any:  # noqa: ANN401 as many types as there are messages
        """Decode one message.

        Raises:
            BagError: its bytes do not fit its definition.
        """
        topic = message.topic
        try:
            if topic.type not in self._decoders:
                self._decoders[topic.type] = _decoder(topic)
            return self._decoders[topic.type](message.data)
        except (McapError, ValueError, NotImplementedError, struct.error) as error:
            raise BagError(f"a message on '{topic.name}' is not a {topic.type}: {error}") from error


def _decoder(topic: Topic) -> Callable[[bytes], Any]:
    data = topic.definition.encode()
    schema = Schema(id=1, data=data, encoding=SchemaEncoding.ROS2, name=topic.type)
    decoder = DecoderFactory().decoder_for(MessageEncoding.CDR, schema)
    if decoder is None:
        raise ValueError("it has no definition")
    return decoder
