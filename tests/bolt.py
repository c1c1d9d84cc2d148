"""
A cluster that is none: servers that speak just enough Bolt 5.4 for the driver, and keep what they were asked.

Neo4j Community has no cluster. What the driver tells its members (which of them it asks, for what, after which
bookmarks) is all that there is to see of ours in one.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

HELLO, GOODBYE, RUN, BEGIN, COMMIT, PULL, ROUTE = 0x01, 0x02, 0x10, 0x11, 0x12, 0x3F, 0x66
SUCCESS, RECORD = 0x70, 0x71
VERSION = bytes((0, 0, 4, 5))


class Asked(NamedTuple):
    """A transaction as a member saw it begin."""

    member: str
    mode: str
    bookmarks: Sequence[str]


@dataclass
class Cluster:
    """A leader and a follower."""

    addresses: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    written: int = 0

    @property
    def uri(self) -> str:
        return f"neo4j://{self.addresses['leader']}"

    def answers(self, member: str, message: int, fields: Sequence[Any]) -> Iterator[bytes]:
        metadata: dict[str, Any] = {}
        if message == HELLO:
            metadata = {"server": "Neo4j/5.26.0", "connection_id": "bolt-1", "hints": {}}
        elif message == ROUTE:
            metadata = {"rt": {"ttl": 300, "db": "neo4j", "servers": self._roles()}}
        elif message in (BEGIN, RUN) and (message == BEGIN or fields[2]):
            extra = fields[0] if message == BEGIN else fields[2]
            self.asked.append(Asked(member, extra.get("mode", "w"), sorted(extra.get("bookmarks", ()))))
        if message == RUN:
            metadata = {"fields": ["one"], "t_first": 0}
        elif message == PULL:
            yield packed(RECORD, [1])
            metadata = {"type": "rw", "t_last": 0}
        elif message == COMMIT:
            self.written += 1
            metadata = {"bookmark": f"written:{self.written}"}
        yield packed(SUCCESS, metadata)

    def _roles(self) -> list[dict[str, Any]]:
        leader, follower = self.addresses["leader"], self.addresses["follower"]
        return [
            {"addresses": [leader], "role": "WRITE"},
            {"addresses": [follower], "role": "READ"},
            {"addresses": [leader, follower], "role": "ROUTE"},
        ]


@contextmanager
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    with ExitStack() as stack:
        for member in ("leader", "follower"):
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            made.addresses[member] = "{}:{}".format(*listener.getsockname())
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            threading.Thread(target=_accept, args=(made, member, listener), daemon=True).start()
        yield made


def _accept(made: Cluster, member: str, listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(made, member, connection), daemon=True).start()


def _serve(made: Cluster, member: str, connection: socket.socket) -> None:
    with connection, connection.makefile("rb") as stream:
        stream.read(20)
        connection.sendall(VERSION)
        while message := _message(stream):
            number, fields = message[1], _Reading(message[2:]).values(message[0] & 0x0F)
            if number == GOODBYE:
                return
            for answer in made.answers(member, number, fields):
                connection.sendall(struct.pack(">H", len(answer)) + answer + b"\0\0")


def _message(stream: Any) -> bytes:
    message = b""
    while size := int.from_bytes(stream.read(2), "big"):
        message += stream.read(size)
    return message


class _Reading:
    """PackStream, taken apart."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def values(self, count: int) -> list[Any]:
        return [self._value() for _ in range(count)]

    def _value(self) -> Any:
        (mark,) = self._take(1)
        if mark < 0x80 or mark >= 0xF0:
            return mark if mark < 0x80 else mark - 0x100
        if mark in (0xC0, 0xC2, 0xC3):
            return {0xC0: None, 0xC2: False, 0xC3: True}[mark]
        if mark == 0xC1:
            return struct.unpack(">d", self._take(8))[0]
        if 0xC8 <= mark <= 0xCB:
            return int.from_bytes(self._take(1 << (mark - 0xC8)), "big", signed=True)
        kind, size = (mark & 0xF0, mark & 0x0F) if mark < 0xC0 else self._sized(mark)
        if kind == 0x80:
            return self._take(size).decode()
        if kind == 0x90:
            return self.values(size)
        return {self._value(): self._value() for _ in range(size)}

    def _sized(self, mark: int) -> tuple[int, int]:
        kind = {0xD0: 0x80, 0xD4: 0x90, 0xD8: 0xA0}[mark & 0xFC]
        return kind, int.from_bytes(self._take(1 << (mark & 3)), "big")

    def _take(self, size: int) -> bytes:
        self._at += size
        return self._content[self._at - size : self._at]


def packed(message: int, content: Any) -> bytes:
    """A message with one field."""
    return bytes((0xB1, message)) + _packed(content)


def _packed(value: Any) -> bytes:
    if isinstance(value, int):
        return b"\xca" + struct.pack(">i", value)
    if isinstance(value, str):
        return b"\xd1" + struct.pack(">H", len(value.encode())) + value.encode()
    if isinstance(value, Mapping):
        return b"\xd8" + bytes((len(value),)) + b"".join(_packed(one) for pair in value.items() for one in pair)
    return b"\xd4" + bytes((len(value),)) + b"".join(map(_packed, value))
