"""Reaching: a host that one replica of the DLM activates is known to every Envoy, whichever replica that has."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from contextlib import suppress
from typing import Any

from myriad.dlm.v1.replica_note_pb2 import ReplicaNote, ReservedHosts

SECONDS = 1.0
"""For so long others may take to let their Envoys know of a host."""


class _Reach:
    """A host that this replica wants active."""

    def __init__(self, replicas: Collection[str]) -> None:
        self._waited = set(replicas)
        self.over = asyncio.Event()
        self.drop("")

    def drop(self, replica: str) -> None:
        self._waited.discard(replica)
        if not self._waited:
            self.over.set()


class Reaching:
    """What replicas tell each other of hosts that shall be active, or shall not."""

    def __init__(
        self,
        write: Callable[[ReplicaNote], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._write = write
        self._spawn = spawn
        self._reaches: dict[str, _Reach] = {}
        self._activate: Callable[[str], Awaitable[bool]] | None = None
        self._reserve: Callable[[Iterable[str], float], None] = lambda _hosts, _seconds: None

    def heed(self, activate: Callable[[str], Awaitable[bool]], reserve: Callable[[Iterable[str], float], None]) -> None:
        self._activate, self._reserve = activate, reserve

    async def reach(self, host: str, replicas: Collection[str]) -> bool:
        """Have all activate a host; whether these have said in time that it is, and that their Envoys know it."""
        reach = self._reaches[host] = _Reach(replicas)
        self._write(ReplicaNote(wanted_host=host))
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                await reach.over.wait()
        if self._reaches.get(host) is reach:
            del self._reaches[host]
        return reach.over.is_set()

    def reserve(self, hosts: Sequence[str], seconds: float) -> None:
        self._write(ReplicaNote(reserved=ReservedHosts(hosts=hosts, seconds=seconds)))

    def take(self, note: ReplicaNote) -> None:
        """What another replica says."""
        if note.HasField("wanted_host"):
            self._spawn(self._answer(note.wanted_host))
        elif note.HasField("reserved"):
            self._reserve(note.reserved.hosts, note.reserved.seconds)
        elif reach := self._reaches.get(note.reached_host):
            reach.drop(note.replica)

    async def _answer(self, host: str) -> None:
        if self._activate and await self._activate(host):
            self._write(ReplicaNote(reached_host=host))
