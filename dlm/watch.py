"""Watching: those who want to know where agents are, told of the full picture first and of every change after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

from dlm.errors import WatcherTooSlow
from dlm.fleet import Fleet
from dlm.ports import Directory
from myriad.dlm.v1.lifecycle_service_pb2 import Placement, WatchPlacementsResponse

LARGEST_MESSAGE = 5_000
"""Placements in one message."""
LARGEST_QUEUE = 1_000
"""Messages that wait for one watcher; beyond it the watcher has to start again."""

Queue = asyncio.Queue[WatchPlacementsResponse | None]


class Watchers:
    """Everyone who watches. A watcher's queue ends with None when it was too slow."""

    def __init__(self, fleet: Fleet, directory: Directory) -> None:
        self._fleet = fleet
        self._directory = directory
        self._queues: set[Queue] = set()
        self._closed = False
        self.dropped = 0
        """How many were too slow."""

    def __len__(self) -> int:
        return len(self._queues)

    async def watch(self) -> AsyncIterator[WatchPlacementsResponse]:
        """
        The full picture in pieces, `synced`, then changes until `close`. WatcherTooSlow.

        Changes are kept from before the picture is taken, so none is lost; one that the picture holds already
        comes a second time, which alters nothing.
        """
        if self._closed:
            return
        with self._queue() as queue:
            await self._fleet.settled()  # until then the watcher's old picture is better than an empty one
            hosts = self._fleet.hosts()
            yield WatchPlacementsResponse(hosts=hosts)
            for host in hosts:
                for change in changes(host.id, placed=await self._directory.agents_on(host.id)):
                    yield change
            yield WatchPlacementsResponse(synced=True)
            while (change_after := await queue.get()) is not None:
                yield change_after
            if not self._closed:
                raise WatcherTooSlow("this watcher did not keep up with the changes; start again")

    def close(self) -> None:
        """End all streams and take no more; those who watched keep what they know."""
        self._closed = True
        for queue in list(self._queues):
            self._end(queue)

    def publish(self, change: WatchPlacementsResponse) -> None:
        for queue in list(self._queues):
            try:
                queue.put_nowait(change)
            except asyncio.QueueFull:
                self.dropped += 1
                self._end(queue)

    def _end(self, queue: Queue) -> None:
        self._queues.discard(queue)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)

    @contextmanager
    def _queue(self) -> Iterator[Queue]:
        queue = Queue(LARGEST_QUEUE)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)


def changes(host: str, placed: Sequence[str] = (), released: Sequence[str] = ()) -> Iterator[WatchPlacementsResponse]:
    """What a host took and gave up, in messages of 5,000 placements at most."""
    for start in range(0, len(released), LARGEST_MESSAGE):
        part = released[start : start + LARGEST_MESSAGE]
        yield WatchPlacementsResponse(released=[Placement(agent=agent, host=host) for agent in part])
    for start in range(0, len(placed), LARGEST_MESSAGE):
        part = placed[start : start + LARGEST_MESSAGE]
        yield WatchPlacementsResponse(placed=[Placement(agent=agent, host=host) for agent in part])
