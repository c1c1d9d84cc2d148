"""
Several genesis over one packet store and one graph, call by call in any order, killed at any point.

Each call waits for its turn before it takes effect and before its answer arrives. Who is killed leaves calls behind
that may take effect at any time later.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from genesis import storage as storage_module
from genesis import sweep as sweep_module
from genesis.errors import Conflict, DocumentNotFound
from genesis.forget import Forgetter
from genesis.forget_mind import MindForgetter
from genesis.locks import Locks
from genesis.ports import Connectome, Move, Residents, Traces
from genesis.storage import Storage
from genesis.sweep import OLD_SECONDS, sweep
from mesh.access import MindNotFound
from mesh.admission import TooMany
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.connectome.v1.agent_record_pb2 import AgentRecord, RemovedAgent
from myriad.connectome.v1.registry_service_pb2 import RemoveAgentsResponse
from myriad.dlm.v1.lifecycle_service_pb2 import DehydrateResponse
from myriad.genesis.v1.document_pb2 import Document
from myriad.orchestrator.v1.trace_service_pb2 import PurgeTracesResponse
from myriad.type.v1.retention_pb2 import Retained
from substrate import bundles
from substrate.bundles import Place
from substrate.errors import PacketNotFound
from substrate.ports import Stored

MIND = "minds/m"
DOCUMENTS = ("d1", "d2")
GENESIS = 2
T = TypeVar("T")


@dataclass
class World:
    """What all genesis share, and whose turn it is."""

    now: float = 0.0
    bundles: dict[str, tuple[float, bytes]] = field(default_factory=dict)
    agents: dict[str, str] = field(default_factory=dict)
    """Locations of packets."""
    meant: dict[str, str] = field(default_factory=dict)
    """Of agents, the SHA-256 of the packet that was learned last."""
    learned: set[str] = field(default_factory=set)
    """Locations of packets that were learned, not merely moved."""
    condemned: set[str] = field(default_factory=set)
    waiting: list[asyncio.Event] = field(default_factory=list)
    freely: bool = False
    """Nobody waits for a turn."""

    async def call(self, effect: Callable[[], T]) -> T:
        return await asyncio.shield(asyncio.ensure_future(self._called(effect)))

    async def _called(self, effect: Callable[[], T]) -> T:
        await self._turn()
        try:
            return effect()
        finally:
            await self._turn()

    async def _turn(self) -> None:
        if not self.freely:
            event = asyncio.Event()
            self.waiting.append(event)
            await event.wait()

    def keep_off(self, locations: Iterable[str]) -> None:
        if not self.condemned.isdisjoint(map(bundle_of, locations)):
            raise Conflict("a bundle is condemned")

    def means(self, locations: Mapping[str, str]) -> None:
        self.agents |= locations
        self.meant |= {agent: Place.parse(location).sha256 for agent, location in locations.items()}

    def read(self, uri: str, start: int, length: int) -> bytes:
        content = self.bundles.get(uri, (0, b""))[1][start : start + length]
        if len(content) != length:
            raise PacketNotFound("gone", bundle=uri)
        return content

    def packet(self, location: str) -> CognitivePacket:
        place = Place.parse(location)
        frame = self.read(place.bundle, place.start, place.length)
        return CognitivePacket.FromString(bundles.packet(frame, place.sha256))


class Store:
    """See `substrate.ports.PacketStore`."""

    retained: Sequence[Retained] = ()

    def __init__(self, world: World) -> None:
        self._world = world

    async def write(self, mind: str, bundle: bytes) -> str:
        uri = f"store:///{mind}/bundles/{hashlib.sha256(bundle).hexdigest()[:32]}.pak"
        await self._world.call(lambda: self._world.bundles.update({uri: (self._world.now, bundle)}))
        return uri

    async def read(self, uri: str, start: int, length: int) -> bytes:
        return await self._world.call(lambda: self._world.read(uri, start, length))

    async def delete(self, uri: str) -> None:
        await self._world.call(lambda: self._world.bundles.pop(uri, None))

    async def find(self, uri: str) -> Stored | None:
        return await self._world.call(lambda: self._stored(uri) if uri in self._world.bundles else None)

    async def list(self, mind: str = "") -> AsyncGenerator[Stored, None]:
        for stored in await self._world.call(lambda: [self._stored(uri) for uri in sorted(self._world.bundles)]):
            yield stored

    def _stored(self, uri: str) -> Stored:
        written, content = self._world.bundles[uri]
        return Stored(uri, MIND, len(content), self._world.now - written)


class Neighbours:
    """The connectome, the DLM and the orchestrator."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def register(self, document: str, new: dict[str, str], kept: Iterable[str]) -> Sequence[RemovedAgent]:
        def effect() -> Sequence[RemovedAgent]:
            self._world.keep_off(new.values())
            if not set(kept) <= self._world.agents.keys():
                raise Conflict("an agent that should be there is not")
            before = self._of(document)
            removed = [self._removed(agent) for agent in before if agent in new or agent not in set(kept)]
            self._world.means(new)
            return removed

        return await self._world.call(effect)

    async def remove(self, mind: str, documents: Sequence[str] | None) -> RemoveAgentsResponse:
        def effect() -> RemoveAgentsResponse:
            gone = [agent for document in documents or DOCUMENTS for agent in self._of(document.rpartition("/")[2])]
            found = RemoveAgentsResponse(documents=documents if gone else [])
            found.removed.extend(map(self._removed, gone))
            return found

        return await self._world.call(effect)

    async def documents(self, mind: str, page_size: int, page_token: str) -> tuple[Sequence[Document], str]:
        def effect() -> Sequence[Document]:
            return [Document(name=f"{MIND}/documents/{one}") for one in DOCUMENTS if self._of(one)]

        return await self._world.call(effect), ""

    async def agents(self, mind: str, names: Sequence[str]) -> Sequence[AgentRecord]:
        def effect() -> Sequence[AgentRecord]:
            there = [one for one in names if one in self._world.agents]
            return [AgentRecord(agent=one, packet_location=self._world.agents[one]) for one in there]

        return await self._world.call(effect)

    async def relocate(self, mind: str, moves: Sequence[Move]) -> None:
        def effect() -> None:
            self._world.keep_off(move.location for move in moves)
            for move in moves:
                if move.moved_from == self._world.agents.get(move.agent):
                    self._world.agents[move.agent] = move.location
                    if move.location in self._world.learned:
                        self._world.means({move.agent: move.location})

        await self._world.call(effect)

    async def places(self, mind: str, uris: Sequence[str]) -> Sequence[tuple[str, str]]:
        return await self._world.call(lambda: [one for one in self._world.agents.items() if bundle_of(one[1]) in uris])

    async def condemn(self, mind: str, uris: Sequence[str]) -> Sequence[str]:
        def effect() -> Sequence[str]:
            condemned = sorted(set(uris) - set(map(bundle_of, self._values())))
            self._world.condemned.update(condemned)
            return condemned

        return await self._world.call(effect)

    async def dehydrate(self, mind: str, agents: Sequence[str] | None) -> DehydrateResponse:
        return await self._world.call(DehydrateResponse)

    async def purge(self, mind: str, document: str | None) -> PurgeTracesResponse:
        return await self._world.call(PurgeTracesResponse)

    def _values(self) -> set[str]:
        return set(self._world.agents.values())

    def _of(self, document: str) -> list[str]:
        return [agent for agent in self._world.agents if agent.startswith(f"{MIND}/agents/{document}-")]

    def _removed(self, agent: str) -> RemovedAgent:
        return RemovedAgent(agent=agent, packet_location=self._world.agents.pop(agent))


class Genesis:
    """One replica: what it was asked for is under way until it is killed."""

    def __init__(self, world: World) -> None:
        self.tasks: list[asyncio.Task[object]] = []
        self._world = world
        self._store, self._neighbours, self._locks = Store(world), Neighbours(world), Locks()
        connectome = cast("Connectome", self._neighbours)
        residents, traces = cast("Residents", self._neighbours), cast("Traces", self._neighbours)
        self._storage = Storage(self._store, connectome, residents)
        self._forgetter = Forgetter(connectome, self._storage, residents, traces, self._locks)
        self._mind_forgetter = MindForgetter(connectome, self._storage, residents, traces)

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    async def learn(self, document: str, version: int) -> None:
        """What `genesis.learn` does: an agent of the document stays and says something else, another is new."""
        stays, new = f"{MIND}/agents/{document}-stays", f"{MIND}/agents/{document}-{version}"
        async with self._locks.held((f"{MIND}/documents/{document}",)):
            for _ in range(4):
                before = await self._neighbours.agents(MIND, [stays])
                moved = await self._storage.write(MIND, [framed(stays, document, version)] if before else [])
                added = [framed(one, document, version) for one in ((new,) if before else (stays, new))]
                at = await self._storage.write(MIND, added)
                try:
                    if moved:
                        self._world.learned.update(moved.values())
                        moves = [Move(one.agent, moved[one.agent], one.packet_location) for one in before]
                        await self._storage.relocate(MIND, moves)
                    removed = await self._neighbours.register(document, dict(at), moved)
                except Conflict:
                    self._storage.outdate(MIND, [*at.values(), *moved.values()])
                    continue
                self._storage.outdate(MIND, (one.packet_location for one in removed))
                break
        await self._storage.compact(MIND)

    async def forget(self, document: str) -> None:
        await self._forgetter.forget(f"{MIND}/documents/{document}")

    async def forget_all(self) -> None:
        await self._mind_forgetter.forget(MIND)

    async def sweep(self) -> None:
        await sweep(self._store, self._storage)


class Races(RuleBasedStateMachine):
    """No agent is ever without its packet, and in the end there are no others."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world = World()
        self.genesis = [Genesis(self.world) for _ in range(GENESIS)]

    def run(self, work: Awaitable[T]) -> T:
        async def running() -> T:
            return await work

        return self.loop.run_until_complete(running())

    def start(self, which: int, work: Callable[[Genesis], Coroutine[Any, Any, object]]) -> None:
        async def starting() -> None:
            self.genesis[which].start(work(self.genesis[which]))
            await settled()

        self.run(starting())

    @rule(which=st.integers(0, GENESIS - 1), document=st.sampled_from(DOCUMENTS), version=st.integers(1, 2))
    def learn(self, which: int, document: str, version: int) -> None:
        self.start(which, lambda one: one.learn(document, version))

    @rule(which=st.integers(0, GENESIS - 1), document=st.sampled_from(DOCUMENTS))
    def forget(self, which: int, document: str) -> None:
        self.start(which, lambda one: one.forget(document))

    @rule(which=st.integers(0, GENESIS - 1))
    def forget_all(self, which: int) -> None:
        self.start(which, Genesis.forget_all)

    @rule(which=st.integers(0, GENESIS - 1))
    def sweep(self, which: int) -> None:
        self.start(which, Genesis.sweep)

    @rule(turns=st.lists(st.integers(0, 7), min_size=1, max_size=30))
    def go_on(self, turns: Sequence[int]) -> None:
        self.run(self.going_on(turns))

    @rule()
    def all_go_on(self) -> None:
        self.run(self.going_on([0] * 1_000))

    async def going_on(self, turns: Iterable[int]) -> None:
        for turn in turns:
            if not self.world.waiting:
                break
            self.world.waiting.pop(turn % len(self.world.waiting)).set()
            await settled()
            self.check()

    @rule(seconds=st.sampled_from([60.0, 2 * OLD_SECONDS]))
    def wait(self, seconds: float) -> None:
        self.world.now += seconds

    @rule(which=st.integers(0, GENESIS - 1))
    def kill(self, which: int) -> None:
        async def killing() -> None:
            for task in self.genesis[which].tasks:
                task.cancel()
            await asyncio.gather(*self.genesis[which].tasks, return_exceptions=True)

        self.run(killing())
        self.genesis[which] = Genesis(self.world)

    @invariant()
    def check(self) -> None:
        for agent, location in self.world.agents.items():
            assert self.world.packet(location).agent == agent
            assert Place.parse(location).sha256 == self.world.meant[agent]

    def teardown(self) -> None:
        self.world.freely = True
        self.run(self.ending())
        for _ in range(2):
            self.world.now += 2 * OLD_SECONDS
            self.run(self.genesis[0].sweep())
        self.loop.close()
        self.check()
        needed = set(self.world.agents.values())
        for uri, (_, content) in self.world.bundles.items():
            assert {str(Place(uri, *place)) for place in bundles.index(content).values()} <= needed

    async def ending(self) -> None:
        tasks = [task for one in self.genesis for task in one.tasks]
        while self.world.waiting or not all(task.done() for task in tasks):
            if self.world.waiting:
                self.world.waiting.pop().set()
            await settled()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, BaseException):
                assert isinstance(outcome, (DocumentNotFound, MindNotFound, TooMany)), outcome


def bundle_of(location: str) -> str:
    return Place.parse(location).bundle


def framed(agent: str, document: str, version: int) -> tuple[str, bytes]:
    packet = CognitivePacket(agent=agent, document=f"{MIND}/documents/{document}", text=f"version {version}")
    return agent, bundles.frame(packet.SerializeToString())


async def settled() -> None:
    """Everybody waits for a turn, or for a lock."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(work: Callable[..., T], *given: Any) -> T:
        return work(*given)

    monkeypatch.setattr(asyncio, "to_thread", at_once)
    monkeypatch.setattr(storage_module, "BUNDLES_AT_ONCE", 2)
    monkeypatch.setattr(sweep_module, "BUNDLES_AT_ONCE", 2)
    monkeypatch.setattr(sweep_module, "MERGED_AT_LEAST", 2)


TestRaces = Races.TestCase
TestRaces.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
