"""The edge: what every Envoy shall have now, and the conversations about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from envoy.service.discovery.v3.discovery_pb2 import DeltaDiscoveryRequest, DeltaDiscoveryResponse

from dlm.xds import endpoints
from dlm.xds.ports import Fleet
from dlm.xds.snapshot import ASSIGNMENT, Message, Snapshot
from dlm.xds.stream import DeltaStream
from mesh.spread import Spread
from myriad.dlm.v1.fleet_service_pb2 import EdgeState

SETTLE_SECONDS = 3.0
"""After the DLM's start an Envoy that comes back keeps what it has for so long: the hosts are coming back too."""
TAKE_SECONDS = 1.0
"""For so long Envoys may take to take new endpoints; it is a matter of milliseconds."""


class Edge:
    """Keeps the endpoints of every Envoy equal to the fleet; all other resources stay as given."""

    def __init__(self, fleet: Fleet, resources: Sequence[Message], settle_seconds: float = SETTLE_SECONDS) -> None:
        self._fleet = fleet
        self._resources = resources
        self._settled_at = asyncio.get_running_loop().time() + settle_seconds
        self._state = EdgeState()
        self._streams: set[DeltaStream] = set()
        self._waiting: set[asyncio.Event] = set()
        self._answered = asyncio.Event()
        self._changed_at = 0.0
        """Since when there are endpoints that some Envoy has not taken; 0: all have all."""
        self.pushes = Spread()
        """How long it took until all Envoys had endpoints that changed, in seconds."""
        self._draining = False
        self.snapshot = self._build(resources)
        fleet.subscribe(self._fleet_changed)

    def edge_state(self) -> EdgeState:
        """How many Envoys are connected and what they said."""
        state = EdgeState.FromString(self._state.SerializeToString())
        state.envoys.extend(sorted((one.envoy for one in self._streams), key=lambda envoy: envoy.node))
        return state

    def program(self, resources: Sequence[Message]) -> None:
        """Give every Envoy other resources from now on. InconsistentSnapshot if they do not fit together."""
        self.snapshot, self._resources = self._build(resources), resources
        self._tell()

    async def reached(self) -> bool:
        """Wait until all Envoys that are connected have the endpoints that there are now; False if that takes long."""
        # One that came back is told nothing yet while the DLM settles.
        settles = max(self._settled_at - asyncio.get_running_loop().time(), 0.0)
        with suppress(TimeoutError):
            async with asyncio.timeout(TAKE_SECONDS + settles * any(stream.resumed for stream in self._streams)):
                while not all(stream.has_taken(ASSIGNMENT, self.snapshot) for stream in self._streams):
                    await self._answered.wait()
                return True
        return False

    async def drain(self) -> None:
        """End all conversations: an Envoy keeps what it has and looks for another DLM, or for this one again."""
        self._draining = True
        self._tell()

    async def converse(self, requests: AsyncIterator[DeltaDiscoveryRequest]) -> AsyncIterator[DeltaDiscoveryResponse]:
        """One Envoy's Delta ADS stream; ends when its requests do."""
        stream, news = DeltaStream(self._state), asyncio.Event()
        listening = asyncio.create_task(self._listen(requests, stream, news))
        self._streams.add(stream)
        self._waiting.add(news)
        self._state.connected_count += 1
        try:
            await news.wait()
            if stream.resumed:
                await asyncio.sleep(self._settled_at - asyncio.get_running_loop().time())
            while not (listening.done() or self._draining):
                news.clear()
                for response in stream.responses(self.snapshot):
                    yield response
                await news.wait()
        finally:
            self._state.connected_count -= 1
            self._streams.discard(stream)
            self._waiting.discard(news)
            self._tell_answered()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    def _fleet_changed(self) -> None:
        before, self.snapshot = self.snapshot, self._build(self._resources)
        if not self._changed_at and self.snapshot.of_type(ASSIGNMENT) != before.of_type(ASSIGNMENT):
            self._changed_at = asyncio.get_running_loop().time()
        self._tell()

    def _build(self, resources: Sequence[Message]) -> Snapshot:
        return Snapshot([*resources, endpoints.assignment(self._fleet.hosts())])

    def _tell(self) -> None:
        for news in self._waiting:
            news.set()

    def _tell_answered(self) -> None:
        if self._changed_at and all(stream.has_taken(ASSIGNMENT, self.snapshot) for stream in self._streams):
            if self._streams:
                self.pushes.add(asyncio.get_running_loop().time() - self._changed_at)
            self._changed_at = 0.0
        self._answered.set()  # wakes those who wait now, and nobody later
        self._answered.clear()

    async def _listen(
        self, requests: AsyncIterator[DeltaDiscoveryRequest], stream: DeltaStream, news: asyncio.Event
    ) -> None:
        try:
            async for request in requests:
                stream.receive(request)
                news.set()
                self._tell_answered()
        finally:
            news.set()
