"""The DLM as other components see it, with agent hosts and a connectome played in this process."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest

from dlm import server
from dlm.placement import in_turn
from dlm.settings import Settings
from dlm.speculation import PAUSE_SECONDS
from mesh.dependencies import Dependency
from mesh.errors import MyriadError, Overloaded, received
from mesh.server import Service, serving
from mesh.settings import NONE, Secret
from myriad.agent.v1 import agent_host_service_pb2 as host_pb
from myriad.agent.v1 import agent_service_pb2 as agent_pb
from myriad.agent.v1.agent_host_service_pb2_grpc import (
    AgentHostServiceServicer,
    add_AgentHostServiceServicer_to_server,
)
from myriad.agent.v1.agent_pb2 import Agent
from myriad.agent.v1.agent_service_pb2_grpc import AgentServiceStub
from myriad.connectome.v1 import activation_service_pb2, agent_record_service_pb2
from myriad.connectome.v1.activation_pb2 import ActivatedAgent
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse
from myriad.connectome.v1.activation_service_pb2_grpc import (
    ActivationServiceServicer,
    add_ActivationServiceServicer_to_server,
)
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.agent_record_service_pb2 import (
    BatchGetAgentRecordsRequest,
    BatchGetAgentRecordsResponse,
    GetNeighboursRequest,
    GetNeighboursResponse,
    ListAgentRecordsRequest,
    ListAgentRecordsResponse,
    ListPinnedAgentsRequest,
    ListPinnedAgentsResponse,
)
from myriad.connectome.v1.agent_record_service_pb2_grpc import (
    AgentRecordServiceServicer,
    add_AgentRecordServiceServicer_to_server,
)
from myriad.dlm.v1 import fleet_service_pb2 as fleet_pb
from myriad.dlm.v1 import lifecycle_service_pb2 as pb
from myriad.dlm.v1.fleet_service_pb2_grpc import FleetServiceStub
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceStub
from myriad.type.v1.error_reason_pb2 import ErrorReason
from myriad.type.v1.standing_pb2 import Standing
from substrate import bundles
from substrate.adapters.folder import FolderPacketStore
from tests.identities import calling, identity, settings
from tests.service.audit import Written, gatekeeper

MIND = "minds/m"
READER = (("x-myriad-key", "k1"), ("x-myriad-role", "ROLE_READER"), ("x-myriad-minds", "minds/m"))
TEACHER = (("x-myriad-key", "k1"), ("x-myriad-role", "ROLE_TEACHER"), ("x-myriad-minds", "minds/m"))


class Full(MyriadError):
    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = ErrorReason.ERROR_REASON_HOST_FULL


class Corrupt(MyriadError):
    code = grpc.StatusCode.DATA_LOSS
    reason = ErrorReason.ERROR_REASON_PACKET_CORRUPT


@dataclass
class FakeHost(AgentHostServiceServicer):
    """An agent host that holds whatever it is given."""

    id: str
    held: dict[str, bytes] = field(default_factory=dict)
    injected: list[list[str]] = field(default_factory=list)
    evicts: list[str] = field(default_factory=list)
    fails: Exception | None = None
    refuses: set[str] = field(default_factory=set)
    pinned: set[str] = field(default_factory=set)
    spares: list[bool] = field(default_factory=list)
    """Of each message that came: whether it shall have spare room only."""
    deaf: bool = False
    """Whether it does not confirm a release."""
    open: asyncio.Event = field(default_factory=asyncio.Event)
    injecting: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""
    state: Host.State.ValueType = Host.STATE_READY
    busy: bool = False

    def __post_init__(self) -> None:
        self.open.set()

    async def Inject(self, request: host_pb.InjectRequest, context: object) -> host_pb.InjectResponse:
        self.injected.append([packet.agent for packet in request.packets])
        self.spares.append(request.spare)
        self.pinned |= {packet.agent for packet in request.packets if packet.pinned}
        self.injecting.set()
        await self.open.wait()
        if self.fails:
            raise self.fails
        if bad := self.refuses & {packet.agent for packet in request.packets}:
            raise Corrupt("corrupt", agent=min(bad))
        self.held |= {packet.agent: packet.packet for packet in request.packets}
        for agent in self.evicts:
            self.held.pop(agent, None)
        return host_pb.InjectResponse(evicted=self.evicts)

    async def Release(self, request: host_pb.ReleaseRequest, context: object) -> host_pb.ReleaseResponse:
        if self.deaf:
            await asyncio.Event().wait()
        return host_pb.ReleaseResponse(
            released=[agent for agent in request.agents if self.held.pop(agent, None) is not None]
        )

    async def Ask(self, request: host_pb.AskRequest, context: object) -> host_pb.AskResponse:
        raise AssertionError

    def host(self) -> Host:
        return Host(id=self.id, address=self.address, state=self.state, busy=self.busy)


class Connectome(AgentRecordServiceServicer, ActivationServiceServicer):
    """Knows the agents in `records`; every question wakes them all."""

    def __init__(self) -> None:
        self.records: dict[str, AgentRecord] = {}
        self.asked: list[list[str]] = []
        self.pinned: set[str] = set()
        self.near: dict[str, list[str]] = {}
        self.asked_near = 0
        self.said = Standing()

    async def BatchGetAgentRecords(
        self, request: BatchGetAgentRecordsRequest, context: object
    ) -> BatchGetAgentRecordsResponse:
        self.asked.append(list(request.agents))
        return BatchGetAgentRecordsResponse(
            agents=[self.records[agent] for agent in request.agents if agent in self.records]
        )

    async def Activate(self, request: ActivateRequest, context: object) -> ActivateResponse:
        known = [self.records[agent] for agent in sorted(self.records)][: request.budget.max_agents]
        agents = [ActivatedAgent(agent=one.agent, packet_location=one.packet_location) for one in known]
        return ActivateResponse(agents=agents)

    async def GetNeighbours(self, request: GetNeighboursRequest, context: object) -> GetNeighboursResponse:
        self.asked_near += 1
        near = [near for agent in request.agents for near in self.near.get(agent, ())]
        return GetNeighboursResponse(agents=[self.records[agent] for agent in near][: request.max_neighbours])

    async def ListPinnedAgents(self, request: ListPinnedAgentsRequest, context: object) -> ListPinnedAgentsResponse:
        return ListPinnedAgentsResponse(agents=[self.records[agent] for agent in sorted(self.pinned)])

    async def ListAgentRecords(self, request: ListAgentRecordsRequest, context: object) -> ListAgentRecordsResponse:
        records = [self.records[agent] for agent in sorted(self.records)]
        found = [one for one in records if request.document in ("", one.document)]
        return ListAgentRecordsResponse(agents=found[: request.page_size], next_page_token="more")


class World:
    """A DLM with its surroundings."""

    def __init__(self, folder: Path, stack: AsyncExitStack, redis: Secret = NONE, namespace: str = "") -> None:
        self.store = FolderPacketStore(folder)
        self.folder = folder
        self.redis = redis
        self.namespace = namespace
        self.listen = "127.0.0.1:0"
        self.told: dict[str, Any] = {}
        """Further settings of the DLM."""
        self.connectome = Connectome()
        self.written = Written()
        self.stack = stack
        self._streams: dict[str, tuple[AsyncExitStack, asyncio.Queue[pb.RegisterHostRequest | None]]] = {}
        self._servers: dict[str, AsyncExitStack] = {}
        self.answers: dict[str, pb.RegisterHostResponse] = {}
        """What the DLM said last to each host."""

    async def start(self) -> None:
        service = Service(
            agent_record_service_pb2.DESCRIPTOR.services_by_name["AgentRecordService"],
            add_AgentRecordServiceServicer_to_server,
            self.connectome,
            tell=lambda standing: standing.MergeFrom(self.connectome.said),
        )
        activation = Service(
            activation_service_pb2.DESCRIPTOR.services_by_name["ActivationService"],
            add_ActivationServiceServicer_to_server,
            self.connectome,
        )
        self.gatekeeper_target = await self.stack.enter_async_context(gatekeeper(self.written))
        self.connectome_life = await self.stack.enter_async_context(AsyncExitStack())
        self.connectome_target = await self.connectome_life.enter_async_context(
            serving("connectome", settings("connectome"), [service, activation])
        )
        await self.start_dlm(self.listen)

    async def start_dlm(self, listen: str) -> None:
        self.dlm_life = await self.stack.enter_async_context(AsyncExitStack())
        told = Settings(
            listen=listen,
            tls=identity("dlm"),
            packets=f"folder:{self.folder}",
            redis=self.redis,
            connectome_target=self.connectome_target,
            namespace=self.namespace,
            gatekeeper_target=self.gatekeeper_target,
            **{"genesis_target": "127.0.0.1:9", **self.told},
        )
        services = await server.build(told, self.dlm_life)
        self.dlm_target = await self.dlm_life.enter_async_context(serving("dlm", told, services))
        connection = await self.stack.enter_async_context(calling(self.dlm_target, "dlm"))
        self.dlm = LifecycleServiceStub(connection)
        self.agents = AgentServiceStub(connection)
        self.fleet = FleetServiceStub(connection)

    async def host(self, id: str, listen: str = "127.0.0.1:0") -> FakeHost:
        """A host that serves and has joined."""
        host = FakeHost(id)
        self._servers[id] = await self.stack.enter_async_context(AsyncExitStack())
        service = Service(
            host_pb.DESCRIPTOR.services_by_name["AgentHostService"], add_AgentHostServiceServicer_to_server, host
        )
        host.address = await self._servers[id].enter_async_context(
            serving("agent_host", settings("agent_host", listen=listen), [service])
        )
        await self.join(host)
        return host

    async def join(self, host: FakeHost, *, beats: bool = True) -> None:
        """Open the host's stream; returns when the DLM has answered its first report."""
        life = await self.stack.enter_async_context(AsyncExitStack())
        reports: asyncio.Queue[pb.RegisterHostRequest | None] = asyncio.Queue()
        joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def requests() -> AsyncIterator[pb.RegisterHostRequest]:
            yield pb.RegisterHostRequest(host=host.host(), placed=list(host.held))
            while True:
                try:
                    report = await asyncio.wait_for(reports.get(), 0.5 if beats else None)
                except TimeoutError:
                    report = pb.RegisterHostRequest(host=host.host())
                if report is None:
                    return
                yield report

        async def stay() -> None:
            try:
                async for response in self.dlm.RegisterHost(requests()):
                    assert response.lease.seconds == 30
                    self.answers[host.id] = response
                    if not joined.done():
                        joined.set_result(None)
            except grpc.aio.AioRpcError as error:
                if not joined.done():
                    joined.set_exception(error)

        task = asyncio.create_task(stay())

        async def end() -> None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        life.push_async_callback(end)
        self._streams[host.id] = (life, reports)
        await joined

    def report(
        self,
        host: FakeHost,
        placed: Sequence[str] = (),
        released: Sequence[str] = (),
        wanted_elsewhere: Sequence[str] = (),
    ) -> None:
        report = pb.RegisterHostRequest(
            host=host.host(), placed=placed, released=released, wanted_elsewhere=wanted_elsewhere
        )
        self._streams[host.id][1].put_nowait(report)

    def dlm_drained(self, host: FakeHost) -> Callable[[], bool]:
        """Whether the DLM has said that nothing of the host's is still to be brought elsewhere."""

        def drained() -> bool:
            self.report(host)
            return self.answers[host.id].drained

        return drained

    def end(self, host: FakeHost) -> None:
        """End the host's stream from its side, as one does that has said all."""
        self._streams[host.id][1].put_nowait(None)

    async def leave(self, host: FakeHost) -> None:
        """Cut the host's stream."""
        await self._streams[host.id][0].aclose()

    async def kill(self, host: FakeHost) -> None:
        await self._servers[host.id].aclose()
        await self.leave(host)

    async def learn(self, count: int, mind: str = MIND) -> list[str]:
        """Agents whose packets lie side by side in one bundle."""
        packets = {f"{mind}/agents/a{n}": f"packet {n}".encode() for n in range(count)}
        frames = [(agent, bundles.frame(packet)) for agent, packet in packets.items()]
        for bundle, places in bundles.build(frames):
            uri = await self.store.write(mind, bundle)
            for agent, place in places.items():
                location = str(bundles.Place(uri, *place))
                self.connectome.records[agent] = AgentRecord(
                    agent=agent, document=f"{mind}/documents/d", title="D", packet_location=location
                )
        return list(packets)

    async def hydrate(self, agents: Sequence[str], *, located: bool = True, host: str = "") -> pb.HydrateResponse:
        places = {
            agent: self.connectome.records[agent].packet_location
            if located and agent in self.connectome.records
            else ""
            for agent in agents
        }
        wanted = [pb.WantedAgent(agent=agent, packet_location=place) for agent, place in places.items()]
        return await self.dlm.Hydrate(pb.HydrateRequest(mind=MIND, agents=wanted, host=host))

    async def reads(self) -> int:
        return (await self.fleet.GetFleet(fleet_pb.GetFleetRequest())).hydration.store_read_count


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)
    async with AsyncExitStack() as stack:
        world = World(tmp_path, stack)
        await world.start()
        yield world


async def two_in_turn(world: World) -> list[FakeHost]:
    """Two hosts, first the one that is activated first."""
    return [await world.host(name) for name in in_turn(("h1", "h2"))]


async def failure(awaitable: Awaitable[object]) -> tuple[str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await awaitable
    error = received(caught.value)
    return error.reason, error.message


async def eventually(holds: Callable[[], bool], seconds: float = 1.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  # what is awaited has no event
            await asyncio.sleep(0.01)


def failed(response: pb.HydrateResponse) -> dict[str, str]:
    return {one.agent: ErrorReason.Name(one.reason).removeprefix("ERROR_REASON_") for one in response.failures}


class View:
    """What a watcher knows."""

    def __init__(self, world: World) -> None:
        self.hosts: dict[str, Host] = {}
        self.placed: set[tuple[str, str]] = set()
        self.synced = asyncio.Event()
        self.ended = asyncio.Event()
        self._task = asyncio.create_task(self._follow(world.dlm))
        world.stack.callback(self._task.cancel)

    async def _follow(self, dlm: LifecycleServiceStub) -> None:
        async for change in dlm.WatchPlacements(pb.WatchPlacementsRequest()):
            self.hosts |= {host.id: host for host in change.hosts}
            self.placed |= {(one.agent, one.host) for one in change.placed}
            self.placed -= {(one.agent, one.host) for one in change.released}
            for gone in change.hosts_gone:
                del self.hosts[gone]
                self.placed = {one for one in self.placed if one[1] != gone}
            if change.synced:
                self.synced.set()
        self.ended.set()


# Hydrating


async def test_sleeping_agents_cost_one_read_and_one_inject_a_host(world: World) -> None:
    hosts = [await world.host("h1"), await world.host("h2")]
    agents = await world.learn(12)
    response = await world.hydrate(agents)
    assert [placement.agent for placement in response.placements] == agents
    assert (response.fetched_count, response.cache_hit_count, response.resident_count) == (12, 0, 0)
    assert await world.reads() == 1
    assert sorted(len(host.injected) for host in hosts) == [0, 1]
    for placement in response.placements:
        held = next(host.held for host in hosts if host.id == placement.host)
        assert held[placement.agent] == f"packet {placement.agent.rsplit('a')[-1]}".encode()


async def test_residents_cost_nothing(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(12)
    first = await world.hydrate(agents)
    again = await world.hydrate(agents)
    assert again.resident_count == 12
    assert again.placements == first.placements
    assert len(host.injected) == 1
    assert world.connectome.asked == []


async def test_the_connectome_is_asked_for_what_has_no_location(world: World) -> None:
    await world.host("h1")
    agents = await world.learn(3)
    response = await world.hydrate([*agents, f"{MIND}/agents/ghost"], located=False)
    assert [placement.agent for placement in response.placements] == agents
    assert failed(response) == {f"{MIND}/agents/ghost": "AGENT_NOT_FOUND"}


async def test_fifty_callers_at_once_are_one_load(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(12)
    responses = await asyncio.gather(*(world.hydrate(agents) for _ in range(50)))
    assert all(len(response.placements) == 12 for response in responses)
    assert await world.reads() == 1
    assert len(host.injected) == 1


async def test_a_caller_that_gives_up_does_not_end_the_load_for_others(world: World) -> None:
    host = await world.host("h1")
    host.open.clear()
    agents = await world.learn(2)
    first = asyncio.create_task(world.hydrate(agents))
    await host.injecting.wait()
    second = asyncio.create_task(world.hydrate(agents))
    await asyncio.sleep(0.05)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    host.open.set()
    assert len((await second).placements) == 2
    assert len(host.injected) == 1


async def test_a_short_deadline_of_the_first_caller_is_its_own(world: World) -> None:
    host = await world.host("h1")
    host.open.clear()
    agents = await world.learn(1)
    request = pb.HydrateRequest(
        mind=MIND,
        agents=[pb.WantedAgent(agent=agents[0], packet_location=world.connectome.records[agents[0]].packet_location)],
    )
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await world.dlm.Hydrate(request, timeout=0.1)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    second = asyncio.create_task(world.hydrate(agents))
    await asyncio.sleep(0.05)
    host.open.set()
    assert len((await second).placements) == 1
    assert len(host.injected) == 1


async def test_what_was_needed_before_comes_from_the_cache(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(4)
    await world.hydrate(agents)
    host.held.clear()
    world.report(host, released=agents)
    view = View(world)
    await eventually(lambda: view.synced.is_set() and not view.placed)
    response = await world.hydrate(agents)
    assert (response.cache_hit_count, response.fetched_count) == (4, 0)
    assert await world.reads() == 1


async def test_a_host_killed_while_it_takes_agents_in_is_replaced_by_another(world: World) -> None:
    first, second = await two_in_turn(world)
    agents = await world.learn(12)
    first.open.clear()
    hydration = asyncio.create_task(world.hydrate(agents))
    await first.injecting.wait()
    await world.kill(first)
    response = await hydration
    assert {placement.host for placement in response.placements} == {second.id}
    assert len(response.placements) == 12


async def test_a_host_that_is_frozen_is_replaced_by_another_while_there_is_time(world: World) -> None:
    first, second = await two_in_turn(world)
    agents = await world.learn(12)
    first.open.clear()
    async with asyncio.timeout(2):
        response = await world.hydrate(agents)
    assert {placement.host for placement in response.placements} == {second.id}
    assert len(response.placements) == 12


async def test_a_full_host_sends_its_share_to_another(world: World) -> None:
    first, second = await two_in_turn(world)
    first.fails = Full("full")
    response = await world.hydrate(await world.learn(12))
    assert {placement.host for placement in response.placements} == {second.id}
    second.fails = Full("full")
    other = [f"{MIND}/agents/b1"]
    world.connectome.records[other[0]] = world.connectome.records[f"{MIND}/agents/a1"]
    assert failed(await world.hydrate(other)) == {other[0]: "HOST_FULL"}


async def test_an_agent_given_up_to_make_room_leaves_the_directory(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(3)
    await world.hydrate(agents[:1])
    host.evicts = agents[:1]
    assert len((await world.hydrate(agents[1:])).placements) == 2
    host.evicts = []
    assert (await world.hydrate(agents[:1])).cache_hit_count == 1


async def test_one_bad_packet_does_not_keep_the_others_out(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(9)
    host.refuses = {agents[4]}
    response = await world.hydrate(agents)
    assert failed(response) == {agents[4]: "PACKET_CORRUPT"}
    assert len(response.placements) == 8


async def test_a_packet_that_a_host_took_for_damaged_goes_to_another_and_not_to_it_again(world: World) -> None:
    first = await world.host("h1")
    agents = await world.learn(1)
    first.refuses = {agents[0]}
    for _ in range(3):
        assert failed(await world.hydrate(agents)) == {agents[0]: "PACKET_CORRUPT"}
    assert len(first.injected) == 1
    await world.host("h2")
    assert [one.host for one in (await world.hydrate(agents)).placements] == ["h2"]
    assert len(first.injected) == 1


async def test_beyond_what_may_wait_loads_are_refused_with_when_to_try_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.host("h1")
    agents = await world.learn(2)
    monkeypatch.setattr("dlm.turns.Turns._wait", full)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await world.hydrate(agents)
    error = received(caught.value)
    assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "OVERLOADED")
    assert b"RetryInfo" in dict(caught.value.trailing_metadata() or ())["grpc-status-details-bin"]


async def full(_turns: object) -> None:
    raise Overloaded("too many agents are being brought in; try again")


async def test_a_damaged_packet_is_reported_and_not_read_again_at_once(world: World) -> None:
    await world.host("h1")
    agents = await world.learn(3)
    (path,) = world.folder.rglob("*.pak")
    start = bundles.Place.parse(world.connectome.records[agents[1]].packet_location).start
    content = bytearray(path.read_bytes())
    content[start + 20] ^= 1
    path.write_bytes(content)
    assert failed(await world.hydrate(agents)) == {agents[1]: "PACKET_CORRUPT"}
    reads = await world.reads()
    assert failed(await world.hydrate(agents)) == {agents[1]: "PACKET_CORRUPT"}
    assert await world.reads() == reads
    counts = (await world.fleet.GetFleet(fleet_pb.GetFleetRequest())).hydration
    assert (counts.lost_count, counts.failed_count) == (2, 2)
    assert time.time() - 30 < counts.last_lost_time.seconds <= time.time()


async def test_a_forged_bundle_is_refused_by_what_the_connectome_knows(world: World) -> None:
    await world.host("h1")
    (agent,) = await world.learn(1)
    place = bundles.Place.parse(world.connectome.records[agent].packet_location)
    ((bundle, _),) = bundles.build([(agent, bundles.frame(b"forgery!"))])
    (world.folder / place.bundle.removeprefix("folder:///")).write_bytes(bundle)
    assert failed(await world.hydrate([agent])) == {agent: "PACKET_CORRUPT"}


async def test_a_location_older_than_a_rewritten_bundle_is_looked_up_again(world: World) -> None:
    await world.host("h1")
    (agent,) = await world.learn(1)
    wanted = [pb.WantedAgent(agent=agent, packet_location=f"folder:///{MIND}/bundles/{'0' * 32}.pak#0+10+{'0' * 64}")]
    response = await world.dlm.Hydrate(pb.HydrateRequest(mind=MIND, agents=wanted))
    assert [placement.agent for placement in response.placements] == [agent]
    assert world.connectome.asked == [[agent]]


async def test_a_bundle_that_goes_between_look_up_and_read_is_looked_up_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What merging bundles does to who reads one: with whatever location he came."""
    await world.host("h1")
    (agent,) = await world.learn(1)
    read = FolderPacketStore.read

    async def moved(store: FolderPacketStore, uri: str, start: int, length: int) -> bytes:
        monkeypatch.setattr(FolderPacketStore, "read", read)
        await world.learn(1)
        await store.delete(uri)
        return await read(store, uri, start, length)

    monkeypatch.setattr(FolderPacketStore, "read", moved)
    response = await world.hydrate([agent], located=False)
    assert [placement.agent for placement in response.placements] == [agent]
    assert world.connectome.asked == [[agent], [agent]]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("nonsense", "PACKET_CORRUPT"),
        ("folder:///minds/m/bundles/x.pak#0+9999999999999999999+" + "0" * 64, "PACKET_CORRUPT"),
        ("folder:///../../etc/passwd#0+10+" + "0" * 64, "PACKET_NOT_FOUND"),
        ("file:///etc/passwd#0+10+" + "0" * 64, "PACKET_NOT_FOUND"),
    ],
)
async def test_a_hostile_location_reads_nothing(world: World, location: str, reason: str) -> None:
    await world.host("h1")
    (agent,) = await world.learn(1)
    world.connectome.records[agent].packet_location = location
    assert failed(await world.hydrate([agent])) == {agent: reason}


async def test_no_host_is_an_error_to_try_again(world: World) -> None:
    agents = await world.learn(1)
    reason, message = await failure(world.hydrate(agents))
    assert (reason, message) == ("NO_HOST_READY", "no agent host is ready; try again")
    assert await world.reads() == 0


async def test_after_the_start_agents_wait_for_the_hosts_to_come_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    agents = await world.learn(2)
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 30.0)
    await world.dlm_life.aclose()
    await world.start_dlm(world.dlm_target)
    calls = world.hydrate(agents[:1]), world.hydrate(agents, host="h2")
    hydrating = [asyncio.ensure_future(one) for one in calls]
    await world.host("h1")
    assert [placement.host for placement in (await hydrating[0]).placements] == ["h1"]
    assert not hydrating[1].done()
    await world.host("h2")
    assert [placement.host for placement in (await hydrating[1]).placements] == ["h2", "h2"]


async def test_the_host_that_a_caller_names_is_used_even_for_residents_elsewhere(world: World) -> None:
    hosts = {name: await world.host(name) for name in ("h1", "h2")}
    agents = await world.learn(6)
    await world.hydrate(agents)
    response = await world.hydrate(agents, host="h2")
    assert {placement.host for placement in response.placements} == {"h2"}
    assert set(hosts["h2"].held) == set(agents)
    reason, message = await failure(world.hydrate(agents, host="h9"))
    assert reason == "NO_HOST_READY"
    assert "'h9'" in message


async def test_a_draining_host_answers_for_its_own_and_takes_nothing_new(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(2)
    await world.hydrate(agents[:1])
    host.state = Host.STATE_DRAINING
    world.report(host)
    view = View(world)
    await eventually(lambda: view.synced.is_set() and view.hosts["h1"].state == Host.STATE_DRAINING)
    response = await world.hydrate(agents)
    assert [placement.agent for placement in response.placements] == agents[:1]
    assert failed(response) == {agents[1]: "NO_HOST_READY"}


async def test_a_busy_host_keeps_what_it_holds_and_shares_it_and_what_is_woken_goes_to_another(world: World) -> None:
    first, second = await two_in_turn(world)
    agents = await world.learn(3)
    await world.hydrate(agents[:1])
    assert not second.held
    first.busy = True
    world.report(first, wanted_elsewhere=agents[:1])
    await eventually(lambda: second.held.keys() == set(agents[:1]))
    assert second.spares == [True]
    assert {one.host for one in (await world.hydrate(agents[1:])).placements} == {second.id}
    assert first.held.keys() == set(agents[:1])


async def test_agents_are_brought_where_those_are_that_are_asked_with_them(world: World) -> None:
    for name in ("h1", "h2", "h3"):
        await world.host(name)
    agents = await world.learn(8)
    for awake, new, host in zip(agents[:4], agents[4:], ("h1", "h3", "h2", "h1"), strict=True):
        there = [one.host for one in (await world.hydrate([awake], host=host)).placements]
        wanted = [pb.WantedAgent(agent=new)]
        response = await world.dlm.Hydrate(pb.HydrateRequest(mind=MIND, agents=wanted, beside=[awake]))
        assert [one.host for one in response.placements] == there


async def test_what_a_draining_host_was_asked_for_lately_is_brought_to_another_before_it_is_done(world: World) -> None:
    first = await world.host("h1")
    agents = await world.learn(20)
    await world.hydrate(agents)
    second = await world.host("h2")
    drained = world.dlm_drained(first)
    assert not drained()
    view = View(world)
    await view.synced.wait()
    first.state = Host.STATE_DRAINING
    world.report(first, wanted_elsewhere=agents[:15])
    await eventually(drained)
    assert sorted(second.held) == sorted(agents[:15])
    assert view.hosts["h1"].state == Host.STATE_DRAINING
    assert set(agents) <= set(first.held)


async def test_a_draining_host_without_another_that_is_ready_has_nothing_to_wait_for(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(3)
    await world.hydrate(agents)
    host.state = Host.STATE_DRAINING
    world.report(host, wanted_elsewhere=agents)
    await eventually(world.dlm_drained(host))


async def test_of_what_is_asked_very_often_another_host_holds_a_copy_if_it_has_room(world: World) -> None:
    hosts = {name: await world.host(name) for name in ("h1", "h2", "h3")}
    agents = await world.learn(2)
    [placed] = (await world.hydrate(agents[:1])).placements
    world.report(hosts[placed.host], wanted_elsewhere=agents[:1])
    others = [host for name, host in hosts.items() if name != placed.host]
    await eventually(lambda: sum(agents[0] in host.held for host in others) == 1)
    assert [host.spares for host in others if host.held] == [[True]]
    world.report(hosts[placed.host], wanted_elsewhere=agents[:1])
    await asyncio.sleep(0.05)
    assert sum(agents[0] in host.held for host in hosts.values()) == 2


@pytest.fixture
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A DLM that starts now looks all the time which agents are pinned."""
    monkeypatch.setattr("dlm.pins.LOOK_SECONDS", 0.02)


@pytest.mark.usefixtures("looks_often")
async def test_pinned_agents_are_awake_again_wherever_they_fell_asleep(world: World) -> None:
    hosts = [await world.host(name) for name in ("h1", "h2")]
    agents = await world.learn(6)
    await world.hydrate(agents[:1])
    world.connectome.pinned = set(agents[:3])
    await eventually(lambda: hosts[0].pinned | hosts[1].pinned == set(agents[:3]), 3)
    first = next(host for host in hosts if host.pinned)
    await world.kill(first)
    [other] = [host for host in hosts if host is not first]
    await eventually(lambda: other.pinned >= first.pinned, 3)
    world.connectome.pinned = set(agents[:1])
    await eventually(lambda: agents[0] in other.held and not {agents[1], agents[2]} & other.held.keys(), 3)


@pytest.mark.usefixtures("looks_often")
async def test_of_two_hosts_that_nobody_asks_one_stays_active_for_what_is_pinned_and_the_other_rests(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlm.resting.LINGER_SECONDS", 0.1)
    await world.dlm_life.aclose()
    world.told = {"host_idle_seconds": 0.2}
    await world.start_dlm(world.dlm_target)
    stays, rests = await two_in_turn(world)
    agents = await world.learn(3)
    for agent, host in zip(agents, (rests, rests, stays), strict=True):
        await world.hydrate([agent], host=host.id)
    world.connectome.pinned = {agents[0]}
    await eventually(lambda: not rests.held, 5)
    assert stays.pinned == {agents[0]}
    await asyncio.sleep(0.5)
    assert stays.held.keys() == {agents[0], agents[2]}
    fleet = await world.fleet.GetFleet(fleet_pb.GetFleetRequest())
    assert {host.id: host.phase for host in fleet.hosts} == {
        stays.id: Host.PHASE_ACTIVE,
        rests.id: Host.PHASE_IDLE,
    }


async def test_what_learned_links_lead_to_is_brought_in_ahead_into_spare_room(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(6)
    world.connectome.near = {agents[0]: agents[1:3], agents[1]: [agents[5]]}
    await world.hydrate(agents[:1])
    await eventually(lambda: set(agents[1:3]) <= host.held.keys(), 3)
    assert host.spares == [False, True]
    # What was brought in ahead leads to nothing more, and what is awake leads nowhere.
    await world.hydrate(agents[:3])
    await asyncio.sleep(0.4)
    assert sorted(host.held) == agents[:3]


async def test_nothing_is_brought_in_ahead_when_that_is_switched_off(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        world = World(tmp_path, stack)
        world.told = {"speculate": False}
        await world.start()
        host = await world.host("h1")
        agents = await world.learn(3)
        world.connectome.near = {agents[0]: agents[1:]}
        await world.hydrate(agents[:1])
        await asyncio.sleep(4 * PAUSE_SECONDS)
        assert list(host.held) == agents[:1]
        assert world.connectome.asked_near == 0


async def test_what_was_forgotten_is_not_brought_in_ahead(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(3)
    world.connectome.near = {agents[0]: agents[1:2]}
    await world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents[1:2]))
    near = world.connectome.records[agents[1]]
    del world.connectome.records[agents[1]]
    world.connectome.near = {agents[0]: ["old"]}
    world.connectome.records["old"] = near  # an answer from before
    await world.hydrate(agents[:1])
    await asyncio.sleep(0.6)
    assert list(host.held) == agents[:1]


async def test_an_operator_has_a_host_drain(world: World) -> None:
    host = await world.host("h1")
    admin = (("x-myriad-key", "k1"), ("x-myriad-role", "ROLE_ADMIN"), ("x-myriad-minds", "minds/m"))
    response = await world.fleet.DrainHost(fleet_pb.DrainHostRequest(host="h1"), metadata=admin)
    assert response.host.address == host.address
    assert world.written.told == [("keys/k1", "host.drain", "hosts/h1")]
    await eventually(lambda: world.answers["h1"].drain, 2)
    assert (await failure(world.fleet.DrainHost(fleet_pb.DrainHostRequest(host="h9"), metadata=admin)))[0] == (
        "HOST_NOT_FOUND"
    )


async def test_no_host_drains_without_an_entry_in_the_audit_log(world: World) -> None:
    await world.host("h1")
    world.written.broken = True
    assert (await failure(world.fleet.DrainHost(fleet_pb.DrainHostRequest(host="h1"))))[0] == "COMPONENT_UNAVAILABLE"
    await asyncio.sleep(0.6)
    assert not world.answers["h1"].drain


async def test_a_connectome_that_is_away_fails_only_what_needs_it(world: World) -> None:
    await world.host("h1")
    agents = await world.learn(2)
    await world.connectome_life.aclose()
    await world.hydrate(agents[:1])
    wanted = [
        pb.WantedAgent(agent=agents[0]),
        pb.WantedAgent(agent=agents[1], packet_location=world.connectome.records[agents[1]].packet_location),
        pb.WantedAgent(agent=f"{MIND}/agents/b"),
    ]
    response = await world.dlm.Hydrate(pb.HydrateRequest(mind=MIND, agents=wanted))
    assert [placement.agent for placement in response.placements] == agents
    assert failed(response) == {f"{MIND}/agents/b": "COMPONENT_UNAVAILABLE"}


@pytest.mark.parametrize("agent", ["minds/other/agents/a", "minds/m/documents/a", "minds/m/agents/A B", ""])
async def test_an_agent_that_is_not_the_minds_is_refused(world: World, agent: str) -> None:
    request = pb.HydrateRequest(mind=MIND, agents=[pb.WantedAgent(agent=agent)])
    assert (await failure(world.dlm.Hydrate(request)))[0] == "INVALID_FIELD"
    dehydrate = pb.DehydrateRequest(mind=MIND, agents=[agent])
    assert (await failure(world.dlm.Dehydrate(dehydrate)))[0] == "INVALID_FIELD"


async def test_keys_cannot_call_what_is_for_components(world: World) -> None:
    call = world.dlm.Hydrate(pb.HydrateRequest(mind=MIND), metadata=TEACHER)
    assert (await failure(call))[0] == "ROLE_TOO_LOW"


# Forgetting


async def test_a_forgotten_field_puts_nobody_to_sleep(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(2)
    await world.hydrate(agents)
    for request in (pb.DehydrateRequest(mind=MIND), pb.DehydrateRequest(mind=MIND, agents=agents, all_agents=True)):
        assert (await failure(world.dlm.Dehydrate(request)))[0] == "INVALID_FIELD"
    assert host.held.keys() == set(agents)


async def test_dehydrated_agents_are_nowhere(world: World) -> None:
    hosts = {name: await world.host(name) for name in ("h1", "h2")}
    agents = await world.learn(12)
    for agent, host in zip(agents, itertools.cycle(hosts)):
        await world.hydrate([agent], host=host)
    view = View(world)
    await view.synced.wait()
    response = await world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, all_agents=True))
    assert (list(response.hosts), response.cached_count) == (["h1", "h2"], 12)
    assert not any(host.held for host in hosts.values())
    await eventually(lambda: not view.placed)


async def test_a_forgotten_agent_leaves_its_second_copy_and_no_copy_is_made_of_it_any_more(world: World) -> None:
    hosts = {name: await world.host(name) for name in ("h1", "h2", "h3")}
    agents = await world.learn(1)
    [placed] = (await world.hydrate(agents)).placements
    world.report(hosts[placed.host], wanted_elsewhere=agents)
    await eventually(lambda: sum(bool(host.held) for host in hosts.values()) == 2)
    del world.connectome.records[agents[0]]
    response = await world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents))
    assert len(response.hosts) == 2
    world.report(hosts[placed.host], wanted_elsewhere=agents)  # said before the host was told
    await asyncio.sleep(0.1)
    assert not any(host.held for host in hosts.values())


@pytest.mark.usefixtures("looks_often")
async def test_what_was_pinned_and_is_forgotten_is_woken_no_more(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(2)
    world.connectome.pinned = set(agents)
    await eventually(lambda: host.pinned == set(agents), 3)
    world.connectome.records["old"] = world.connectome.records.pop(agents[0])  # an answer from before
    world.connectome.pinned = {"old", agents[1]}
    await world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents[:1]))
    await asyncio.sleep(0.2)
    assert set(host.held) == set(agents[1:])


async def test_dehydration_reaches_a_host_whose_answer_was_lost(world: World) -> None:
    """The directory does not know that the host holds the agent; the host is asked all the same."""
    host = await world.host("h1")
    agents = await world.learn(1)
    host.held[agents[0]] = b"packet 0"
    response = await world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents))
    assert list(response.hosts) == ["h1"]
    assert not host.held


@pytest.mark.parametrize("whole", [False, True])
async def test_a_load_under_way_does_not_bring_a_forgotten_agent_back(world: World, whole: bool) -> None:
    host = await world.host("h1")
    host.open.clear()
    agents = await world.learn(2)
    hydration = asyncio.create_task(world.hydrate(agents))
    await host.injecting.wait()
    request = pb.DehydrateRequest(mind=MIND, agents=[] if whole else agents[:1], all_agents=whole)
    forgetting = world.dlm.Dehydrate(request)
    await asyncio.sleep(0.05)
    late = asyncio.create_task(world.hydrate(agents[:1]))
    await asyncio.sleep(0.05)
    host.open.set()
    await forgetting
    assert failed(await late) == {agents[0]: "CONFLICT"}
    gone = agents if whole else agents[:1]
    assert failed(await hydration) == dict.fromkeys(gone, "CONFLICT")
    assert set(host.held) == set(agents) - set(gone)


async def test_an_old_location_does_not_bring_a_forgotten_agent_back(world: World) -> None:
    """A question from before the forgetting still carries the location, and the bundle still lies there."""
    host = await world.host("h1")
    agents = await world.learn(2)
    old = [
        pb.WantedAgent(agent=agent, packet_location=world.connectome.records[agent].packet_location) for agent in agents
    ]
    del world.connectome.records[agents[0]]
    await world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents[:1]))
    response = await world.dlm.Hydrate(pb.HydrateRequest(mind=MIND, agents=old))
    assert failed(response) == {agents[0]: "AGENT_NOT_FOUND"}
    assert set(host.held) == set(agents[1:])


async def test_an_agent_learned_again_wakes_again(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(2)
    await world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, all_agents=True))
    assert len((await world.hydrate(agents)).placements) == 2
    world.report(host, placed=agents)
    await asyncio.sleep(0.05)
    assert set(host.held) == set(agents)
    assert (await world.hydrate(agents)).resident_count == 2


async def test_a_host_that_was_away_gives_up_what_was_forgotten_meanwhile(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(2)
    await world.hydrate(agents)
    await world.leave(host)
    view = View(world)
    await eventually(lambda: view.synced.is_set() and not view.hosts)
    await world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents[:1]))
    await world.join(host)
    assert set(host.held) == set(agents[1:])
    await eventually(lambda: view.placed == {(agents[1], "h1")})


async def test_a_host_that_does_not_confirm_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlm.adapters.agent_hosts.RELEASE_SECONDS", 0.1)
    monkeypatch.setattr("dlm.dehydrate.RELEASE_SECONDS", 0.2)
    for name in ("h1", "h2"):
        await world.host(name)
    deaf = await world.host("h3")
    deaf.deaf = True
    agents = await world.learn(1)
    reason, message = await failure(world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents)))
    assert reason == "COMPONENT_UNAVAILABLE"
    assert message.endswith("gave the agents up: h3")


async def test_a_host_that_dies_does_not_hold_forgetting_up(world: World) -> None:
    host = await world.host("h1")
    agents = await world.learn(1)
    await world.hydrate(agents)
    host.deaf = True
    forgetting = world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents))
    await asyncio.sleep(0.05)
    await world.kill(host)
    assert list((await forgetting).hosts) == []


async def test_a_host_that_is_silent_or_whose_stream_breaks_is_shown_as_lost_until_it_is_back(world: World) -> None:
    async def shown() -> dict[str, str]:
        hosts = (await world.fleet.GetFleet(fleet_pb.GetFleetRequest())).hosts
        return {one.id: Host.State.Name(one.state).removeprefix("STATE_") for one in hosts}

    async def until(expected: dict[str, str]) -> None:
        async with asyncio.timeout(5):
            while await shown() != expected:  # noqa: ASYNC110  # what is awaited has no event
                await asyncio.sleep(0.02)

    breaks, silent = await world.host("breaks"), await world.host("silent")
    ends = await world.host("ends")
    await world.leave(breaks)
    world.end(ends)
    await world.leave(silent)
    await world.join(silent, beats=False)
    await until({"breaks": "LOST", "silent": "LOST"})
    await world.join(breaks)
    await until({"breaks": "READY", "silent": "LOST"})


async def test_a_host_that_left_without_a_word_is_asked_while_its_lease_lasts(world: World) -> None:
    """Its tie broke; it has not noticed, and answers whoever knows its address."""
    host = await world.host("h1")
    agents = await world.learn(1)
    await world.hydrate(agents)
    await world.leave(host)
    await gone(world, "h1")
    assert list((await world.dlm.Dehydrate(pb.DehydrateRequest(mind=MIND, agents=agents))).hosts) == ["h1"]
    assert not host.held


async def test_forgetting_waits_for_the_lease_of_a_host_that_left_and_does_not_confirm(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlm.adapters.agent_hosts.RELEASE_SECONDS", 0.1)
    monkeypatch.setattr("dlm.dehydrate.RELEASE_SECONDS", 0.2)
    monkeypatch.setattr("dlm.fleet.LEASE_SECONDS", 3)
    host = await world.host("h1")
    agents = await world.learn(1)
    await world.hydrate(agents)
    host.deaf = True
    await world.leave(host)
    await gone(world, "h1")
    request = pb.DehydrateRequest(mind=MIND, agents=agents)
    assert (await failure(world.dlm.Dehydrate(request)))[1].endswith("gave the agents up: h1")
    await asyncio.sleep(3)
    assert list((await world.dlm.Dehydrate(request)).hosts) == []


async def gone(world: World, host: str) -> None:
    """Until the fleet is without a host."""
    view = View(world)
    await view.synced.wait()
    await eventually(lambda: host not in view.hosts, 2.0)


# The fleet and those who watch it


async def test_hosts_that_come_and_go_are_seen_within_a_second(world: World) -> None:
    view = View(world)
    await view.synced.wait()
    host = await world.host("h1")
    agents = await world.learn(2)
    await eventually(lambda: view.hosts.keys() == {"h1"})
    await world.hydrate(agents)
    await eventually(lambda: view.placed == {(agent, "h1") for agent in agents})
    await world.leave(host)
    await eventually(lambda: not view.hosts and not view.placed)


async def test_a_silent_host_is_gone_after_three_seconds(world: World) -> None:
    host = FakeHost("h1", address="127.0.0.1:9")
    view = View(world)
    await world.join(host, beats=False)
    await eventually(lambda: bool(view.hosts))
    await eventually(lambda: not view.hosts, 4.0)


async def test_a_host_that_comes_again_takes_the_place_of_the_old_one(world: World) -> None:
    old, new = await world.host("h1"), FakeHost("h1", held={f"{MIND}/agents/b": b""}, address="127.0.0.1:9")
    agents = await world.learn(1)
    await world.hydrate(agents)
    view = View(world)
    await world.join(new)
    await eventually(lambda: view.synced.is_set() and view.placed == {(f"{MIND}/agents/b", "h1")})
    world.report(old)
    await asyncio.sleep(0.7)
    assert view.hosts["h1"].address == new.address
    assert view.placed == {(f"{MIND}/agents/b", "h1")}


async def test_after_a_restart_the_hosts_reports_rebuild_the_directory(world: World) -> None:
    hosts = [await world.host("h1"), await world.host("h2")]
    agents = await world.learn(12)
    before = (await world.hydrate(agents)).placements
    await world.dlm_life.aclose()
    await world.start_dlm(world.dlm_target)
    for host in hosts:
        await world.join(host)
    after = await world.hydrate(agents)
    assert after.resident_count == 12
    assert after.placements == before


async def test_a_stop_ends_the_streams_and_tells_nobody_that_the_hosts_are_gone(world: World) -> None:
    await world.host("h1")
    view = View(world)
    await view.synced.wait()
    started = asyncio.get_running_loop().time()
    await world.dlm_life.aclose()
    await asyncio.wait_for(view.ended.wait(), 1.0)
    assert view.hosts.keys() == {"h1"}
    assert asyncio.get_running_loop().time() - started < 1.0


@pytest.mark.parametrize(
    "host",
    [
        Host(id="Up Per", address="127.0.0.1:1", state=Host.STATE_READY),
        Host(id="h1", address="127.0.0.1", state=Host.STATE_READY),
        Host(id="h1", address="127.0.0.1:70000", state=Host.STATE_READY),
        Host(id="h1", address="a b:1", state=Host.STATE_READY),
        Host(id="h1", address="127.0.0.1:1"),
        Host(),
    ],
)
async def test_a_host_that_makes_no_sense_does_not_join(world: World, host: Host) -> None:
    stream = world.dlm.RegisterHost(iter([pb.RegisterHostRequest(host=host)]))

    async def leases() -> None:
        async for _ in stream:
            pass

    assert (await failure(leases()))[0] == "INVALID_FIELD"


async def test_the_fleet_shows_hosts_components_and_counts(world: World) -> None:
    await world.host("h1")
    agents = await world.learn(3)
    await world.hydrate(agents)
    await world.hydrate([*agents, f"{MIND}/agents/ghost"])
    fleet = await world.fleet.GetFleet(fleet_pb.GetFleetRequest(), metadata=READER)
    assert [host.id for host in fleet.hosts] == ["h1"]
    assert {(one.name, one.state) for one in fleet.components} == {
        ("connectome", fleet_pb.Component.STATE_SERVING),
        ("gatekeeper", fleet_pb.Component.STATE_SERVING),
        ("genesis", fleet_pb.Component.STATE_UNREACHABLE),
    }
    counts = fleet.hydration
    assert (counts.requested_count, counts.resident_count, counts.fetched_count) == (7, 3, 3)
    assert counts.failed_count == 1
    assert fleet.version


async def test_the_fleet_shows_what_components_say_of_themselves_but_no_job_of_a_mind_that_the_key_may_not_see(
    world: World,
) -> None:
    for mind in ("m", "other"):
        world.connectome.said.learning.add(job=f"minds/{mind}/jobs/j", document_count=3)
    world.connectome.said.questions.answered_count = 7
    all_minds = (*READER[:2], ("x-myriad-minds", "*"))
    for metadata, jobs in ((READER, ["minds/m/jobs/j"]), (all_minds, ["minds/m/jobs/j", "minds/other/jobs/j"])):
        fleet = await world.fleet.GetFleet(fleet_pb.GetFleetRequest(), metadata=metadata)
        said = {one.name: one for one in fleet.components}
        assert [one.job for one in said["connectome"].standing.learning] == jobs
        assert said["connectome"].standing.questions.answered_count == 7
        assert said["connectome"].standing.version == fleet.version
        assert said["connectome"].standing.HasField("start_time")
        assert not said["genesis"].HasField("standing")


async def test_the_fleet_shows_which_store_does_not_answer_since_when_and_why(world: World) -> None:
    graph, cache = Dependency("graph", "127.0.0.1:7687"), Dependency("cache", "127.0.0.1:6379")
    graph.failed("it refuses connections")
    fleet = await world.fleet.GetFleet(fleet_pb.GetFleetRequest(), metadata=READER)
    (connectome,) = (one for one in fleet.components if one.name == "connectome")
    for stated in (connectome.dependencies, fleet.dependencies):
        ours = [one for one in stated if one.address in (graph.address, cache.address)]  # tests before had others
        assert [(one.store, one.address, one.available, one.failure) for one in ours] == [
            ("cache", cache.address, True, ""),
            ("graph", graph.address, False, "it refuses connections"),
        ]
    assert connectome.state == fleet_pb.Component.STATE_SERVING  # it answers, and does what it can


# Agents, one by one


async def test_an_agent_is_woken_shown_and_put_to_sleep(world: World) -> None:
    host = await world.host("h1")
    (name,) = await world.learn(1)
    get = agent_pb.GetAgentRequest(name=name)
    agent = (await world.agents.GetAgent(get, metadata=READER)).agent
    assert (agent.state, list(agent.hosts), agent.title) == (Agent.STATE_DORMANT, [], "D")
    woken = await world.agents.HydrateAgent(agent_pb.HydrateAgentRequest(name=name), metadata=TEACHER)
    assert (woken.agent.state, list(woken.agent.hosts)) == (Agent.STATE_ACTIVE, ["h1"])
    assert (await world.agents.GetAgent(get, metadata=READER)).agent == woken.agent
    slept = await world.agents.DehydrateAgent(agent_pb.DehydrateAgentRequest(name=name), metadata=TEACHER)
    assert slept.agent == agent
    assert not host.held


async def test_an_agent_on_its_way_is_hydrating(world: World) -> None:
    host = await world.host("h1")
    host.open.clear()
    (name,) = await world.learn(1)
    hydration = asyncio.create_task(world.hydrate([name]))
    await host.injecting.wait()
    agent = (await world.agents.GetAgent(agent_pb.GetAgentRequest(name=name))).agent
    assert agent.state == Agent.STATE_HYDRATING
    host.open.set()
    await hydration


async def test_agents_are_listed_with_where_they_are(world: World) -> None:
    await world.host("h1")
    agents = await world.learn(3)
    await world.hydrate(agents[:1])
    request = agent_pb.ListAgentsRequest(parent=MIND, page_size=2)
    page = await world.agents.ListAgents(request, metadata=READER)
    assert [(agent.name, list(agent.hosts)) for agent in page.agents] == [(agents[0], ["h1"]), (agents[1], [])]
    assert page.next_page_token == "more"


async def test_what_cannot_be_done_with_an_agent_says_why(world: World) -> None:
    (name,) = await world.learn(1)
    ghost, other = f"{MIND}/agents/ghost", "minds/n/agents/a"
    stub = world.agents
    calls: list[tuple[Awaitable[object], str]] = [
        (stub.GetAgent(agent_pb.GetAgentRequest(name=ghost), metadata=READER), "AGENT_NOT_FOUND"),
        (stub.GetAgent(agent_pb.GetAgentRequest(name=other), metadata=READER), "MIND_NOT_FOUND"),
        (stub.GetAgent(agent_pb.GetAgentRequest(name="nonsense"), metadata=READER), "INVALID_FIELD"),
        (stub.HydrateAgent(agent_pb.HydrateAgentRequest(name=name), metadata=TEACHER), "NO_HOST_READY"),
        (stub.HydrateAgent(agent_pb.HydrateAgentRequest(name=name), metadata=READER), "ROLE_TOO_LOW"),
        (stub.HydrateAgent(agent_pb.HydrateAgentRequest(name=ghost), metadata=TEACHER), "AGENT_NOT_FOUND"),
        (stub.DehydrateAgent(agent_pb.DehydrateAgentRequest(name=other), metadata=TEACHER), "MIND_NOT_FOUND"),
        (stub.ListAgents(agent_pb.ListAgentsRequest(parent="minds/n"), metadata=READER), "MIND_NOT_FOUND"),
        (stub.ListAgents(agent_pb.ListAgentsRequest(parent=MIND, page_size=-1), metadata=READER), "INVALID_FIELD"),
        (stub.ListAgents(agent_pb.ListAgentsRequest(document="minds/n/documents/d"), metadata=READER), "INVALID_FIELD"),
    ]
    for call, reason in calls:
        assert (await failure(call))[0] == reason
