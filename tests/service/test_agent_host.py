"""The agent host over gRPC, with a small DLM."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest

from agent_host import ask
from agent_host.reply import reply
from agent_host.server import build
from agent_host.settings import Settings
from mesh.errors import Received, received
from mesh.server import Service, serving
from myriad.agent.v1 import agent_host_service_pb2 as host_pb
from myriad.agent.v1.agent_ask_service_pb2 import AskAgentRequest, AskAgentResponse
from myriad.agent.v1.agent_ask_service_pb2_grpc import AgentAskServiceStub
from myriad.agent.v1.agent_host_service_pb2_grpc import AgentHostServiceStub
from myriad.agent.v1.evidence_pb2 import AgentReply, SourceSpan
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence
from myriad.dlm.v1 import lifecycle_service_pb2 as dlm_pb
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2_grpc import (
    LifecycleServiceServicer,
    add_LifecycleServiceServicer_to_server,
)
from myriad.type.v1.error_reason_pb2 import ErrorReason
from tests.identities import calling, identity, settings

ALL_AT_ONCE = 400
"""Agents of a long call."""
TEXT = "Maximum Overdrive was directed by Stephen King."
READER = (("x-myriad-key", "k1"), ("x-myriad-role", "ROLE_READER"), ("x-myriad-minds", "minds/m"))


def name(number: int) -> str:
    return f"minds/m/agents/a{number}"


def packet(number: int) -> host_pb.PacketBytes:
    content = CognitivePacket(
        schema=1,
        agent=name(number),
        document="minds/m/documents/d1",
        title="Maximum Overdrive",
        text=TEXT,
        source_start=7,
        sentences=[Sentence(start=0, end=len(TEXT))],
    )
    return given(name(number), content.SerializeToString())


def given(agent: str, packet: bytes) -> host_pb.PacketBytes:
    return host_pb.PacketBytes(agent=agent, packet=packet, packet_sha256=hashlib.sha256(packet).digest())


class Dlm(LifecycleServiceServicer):
    """Brings agents 1 to 9 into the host when asked, and keeps what it hears of it."""

    def __init__(self) -> None:
        self.host: AgentHostServiceStub | None = None
        self.lease_seconds = 30.0
        self.resident: set[str] = set()
        self.reports: list[Host] = []
        self.brings = True
        self.hangs = False

    async def RegisterHost(self, request_iterator, context):  # type: ignore[no-untyped-def]
        async for report in request_iterator:
            self.resident |= set(report.placed)
            self.resident -= set(report.released)
            self.reports.append(report.host)
            if self.hangs:
                await asyncio.sleep(60)
            response = dlm_pb.RegisterHostResponse()
            response.lease.FromMilliseconds(int(self.lease_seconds * 1e3))
            yield response

    async def Hydrate(self, request, context):  # type: ignore[no-untyped-def]
        assert request.host == "h1"
        assert self.host is not None
        if self.hangs:
            await asyncio.sleep(60)
        agent = request.agents[0].agent
        if not agent[-1].isdecimal():
            failure = dlm_pb.HydrateFailure(agent=agent, reason=ErrorReason.ERROR_REASON_AGENT_NOT_FOUND)
            return dlm_pb.HydrateResponse(failures=[failure])
        if self.brings:
            await self.host.Inject(host_pb.InjectRequest(packets=[packet(int(agent[-1]))]))
        return dlm_pb.HydrateResponse()

    async def Dehydrate(self, request, context):  # type: ignore[no-untyped-def]
        raise AssertionError

    async def LocateAgent(self, request, context):  # type: ignore[no-untyped-def]
        raise AssertionError

    async def WatchPlacements(self, request, context):  # type: ignore[no-untyped-def, override]
        raise AssertionError


@dataclass
class World:
    """A host in its fleet."""

    dlm: Dlm
    host: AgentHostServiceStub
    agents: AgentAskServiceStub
    stop: AsyncExitStack = field(default_factory=AsyncExitStack)
    services: Sequence[Service] = ()

    def counted(self, metric: str) -> int:
        """What the host counts, as its metrics have it."""
        collected = (one for service in self.services if service.metrics for one in service.metrics())
        return next(int(one.samples[0].value) for one in collected if one.name == metric)

    async def inject(self, *numbers: int) -> host_pb.InjectResponse:
        return await self.host.Inject(host_pb.InjectRequest(packets=[packet(number) for number in numbers]))

    async def ask(self, *numbers: int) -> host_pb.AskResponse:
        agents = [host_pb.AskedAgent(agent=name(number)) for number in numbers]
        return await self.host.Ask(
            host_pb.AskRequest(mind="minds/m", question="Who directed Maximum Overdrive?", agents=agents)
        )

    async def ask_agent(self, agent: str, *metadata: tuple[str, str]) -> AskAgentResponse:
        request = AskAgentRequest(name=agent, question="Who directed Maximum Overdrive?")
        return await self.agents.AskAgent(request, metadata=metadata or READER)


async def eventually(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("this did not become true")


async def failure(awaitable: object) -> Received:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await awaitable  # type: ignore[misc]
    return received(caught.value)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def serving_dlm(dlm: Dlm, listen: str = "127.0.0.1:0") -> AbstractAsyncContextManager[str]:
    descriptor = dlm_pb.DESCRIPTOR.services_by_name["LifecycleService"]
    service = Service(descriptor, add_LifecycleServiceServicer_to_server, dlm)
    return serving("dlm", settings("dlm", listen=listen), [service])


@pytest.fixture
async def world() -> AsyncIterator[World]:
    dlm = Dlm()
    async with AsyncExitStack() as outer, AsyncExitStack() as stack:
        target = await outer.enter_async_context(serving_dlm(dlm))
        told = Settings(
            host_id="h1",
            dlm_target=target,
            listen=f"127.0.0.1:{free_port()}",
            tls=identity("agent_host"),
            capacity_bytes=30_000,
            stop_seconds=0.1,
            drain_seconds=0.1,
        )
        services = await build(told, stack)
        address = await stack.enter_async_context(serving("agent_host", told, services))
        connection = await outer.enter_async_context(calling(address, "agent_host"))
        dlm.host = AgentHostServiceStub(connection)
        await eventually(lambda: bool(dlm.reports))
        # The lease is on its way back.
        await asyncio.sleep(0.02)
        yield World(dlm, dlm.host, AgentAskServiceStub(connection), stack, services)


async def test_a_packet_with_another_text_than_the_connectome_knows_is_refused(world: World) -> None:
    forged = packet(1)
    content = CognitivePacket.FromString(forged.packet)
    content.text = content.text.replace("King", "Ring")
    forged.packet = content.SerializeToString()
    unnamed = host_pb.PacketBytes(agent=name(2), packet=packet(2).packet)
    error = await failure(world.host.Inject(host_pb.InjectRequest(packets=[forged, unnamed, packet(3)])))
    assert error.reason == "PACKET_CORRUPT"
    assert list((await world.ask(1, 2, 3)).not_here) == [name(1), name(2)]


async def test_what_is_injected_answers_and_what_is_not_is_named(world: World) -> None:
    await world.inject(1, 2)
    response = await world.ask(2, 3, 1)
    assert [reply.agent for reply in response.replies] == [name(2), name(1)]
    assert list(response.not_here) == [name(3)]
    evidence = response.replies[0].evidence[0]
    assert (evidence.quote, list(evidence.spans)) == (TEXT, [SourceSpan(source_start=7, source_end=7 + len(TEXT))])


async def test_the_dlm_hears_at_once_what_comes_and_goes(world: World) -> None:
    await world.inject(1, 2)
    await eventually(lambda: world.dlm.resident == {name(1), name(2)})
    released = await world.host.Release(host_pb.ReleaseRequest(agents=[name(1), name(9)]))
    assert list(released.released) == [name(1)]
    await eventually(lambda: world.dlm.resident == {name(2)})


async def test_room_is_made_for_what_comes(world: World) -> None:
    evicted: list[str] = []
    for number in range(1, 60):
        evicted += (await world.inject(number)).evicted
    assert len(evicted) == len(set(evicted)) > 10
    await eventually(lambda: world.dlm.reports[-1].agent_count == 59 - len(evicted))
    assert world.dlm.reports[-1].used_bytes <= world.dlm.reports[-1].capacity_bytes == 30_000


async def test_a_corrupt_packet_is_refused_with_its_agent(world: World) -> None:
    broken = given(name(2), packet(1).packet)
    error = await failure(world.host.Inject(host_pb.InjectRequest(packets=[broken, packet(1)])))
    assert (error.reason, error.metadata["agents"]) == ("PACKET_CORRUPT", name(2))
    assert len((await world.ask(1)).replies) == 1


async def test_a_packet_larger_than_the_host_is_refused(world: World) -> None:
    large = CognitivePacket(schema=1, agent=name(1), text="a" * 40_000).SerializeToString()
    request = host_pb.InjectRequest(packets=[given(name(1), large)])
    assert (await failure(world.host.Inject(request))).reason == "HOST_FULL"


async def test_an_agent_that_sleeps_is_woken_by_asking_it(world: World) -> None:
    response = await world.ask_agent(name(4))
    assert response.host == "h1"
    assert response.reply.evidence[0].quote == TEXT
    assert response.reply.text == TEXT


async def test_an_agent_that_cannot_be_brought_in_is_not_here(world: World) -> None:
    world.dlm.brings = False
    error = await failure(world.ask_agent(name(4)))
    assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "AGENT_NOT_HERE")


async def test_while_the_dlm_stands_still_an_agent_that_sleeps_is_not_to_be_had_and_one_that_is_awake_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_host.adapters.dlm.HYDRATE_SECONDS", 0.2)
    await world.ask_agent(name(1))
    world.dlm.hangs = True
    error = await failure(world.ask_agent(name(4)))
    assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "COMPONENT_UNAVAILABLE")
    assert (await world.ask_agent(name(1))).host == "h1"


async def test_an_agent_that_does_not_exist_is_not_found(world: World) -> None:
    error = await failure(world.ask_agent("minds/m/agents/nobody"))
    assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "AGENT_NOT_FOUND")


async def test_an_agent_of_another_mind_cannot_be_asked(world: World) -> None:
    assert (await failure(world.ask_agent("minds/other/agents/a1"))).reason == "MIND_NOT_FOUND"


async def test_a_header_that_names_another_agent_is_refused(world: World) -> None:
    error = await failure(world.ask_agent(name(1), *READER, ("x-myriad-agent", name(2))))
    assert (error.reason, error.metadata["field"]) == ("INVALID_FIELD", "name")
    assert (await world.ask_agent(name(1), *READER, ("x-myriad-agent", name(1)))).host == "h1"


@pytest.mark.parametrize(
    ("request_", "field_"),
    [
        (host_pb.AskRequest(mind="minds/m", question=""), "question"),
        (host_pb.AskRequest(mind="minds/m", question="a\x00"), "question"),
        (host_pb.AskRequest(mind="M", question="a"), "mind"),
        (host_pb.AskRequest(mind="minds/m", question="a", max_evidence=51), "max_evidence"),
        (
            host_pb.AskRequest(mind="minds/m", question="a", agents=[host_pb.AskedAgent(agent="minds/n/agents/a")]),
            "agents",
        ),
        (host_pb.AskRequest(mind="minds/m", question="a", agents=[host_pb.AskedAgent()] * 1001), "agents"),
    ],
)
async def test_a_field_that_breaks_its_rule_is_named(world: World, request_: host_pb.AskRequest, field_: str) -> None:
    error = await failure(world.host.Ask(request_))
    assert (error.reason, error.metadata["field"]) == ("INVALID_FIELD", field_)


async def test_without_a_lease_the_host_says_so_serves_nobody_and_keeps_what_it_holds(world: World) -> None:
    await world.inject(1)
    assert not (await world.host.Release(host_pb.ReleaseRequest())).lapsed
    world.dlm.lease_seconds = 0.0
    await asyncio.sleep(0.7)
    assert list((await world.ask(1)).not_here) == [name(1)]
    assert (await world.host.Release(host_pb.ReleaseRequest())).lapsed
    assert (await failure(world.ask_agent(name(1)))).reason == "AGENT_NOT_HERE"
    world.dlm.lease_seconds = 30.0
    await asyncio.sleep(0.7)
    assert len((await world.ask(1)).replies) == 1


async def test_while_the_dlm_hangs_the_host_answers_until_its_lease_ends(world: World) -> None:
    await world.inject(1)
    world.dlm.lease_seconds = 1.5
    await asyncio.sleep(0.7)
    world.dlm.hangs = True
    await asyncio.sleep(0.3)
    assert len((await world.ask(1)).replies) == 1
    await asyncio.sleep(1.7)
    assert list((await world.ask(1)).not_here) == [name(1)]
    error = await failure(world.ask_agent(name(1)))
    assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "AGENT_NOT_HERE")


async def test_a_dlm_that_was_away_has_the_host_back_within_a_second() -> None:
    dlm, target = Dlm(), f"127.0.0.1:{free_port()}"
    async with AsyncExitStack() as stack:
        await build(Settings(host_id="h1", dlm_target=target, tls=identity("agent_host")), stack)
        await asyncio.sleep(2.5)  # long enough for both backoffs to be at their longest
        await stack.enter_async_context(serving_dlm(dlm, target))
        started = time.monotonic()
        await eventually(lambda: bool(dlm.reports))
        assert time.monotonic() - started < 1


async def test_what_a_host_held_when_its_lease_ended_nobody_is_told_when_it_is_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_host.membership.SILENCE_SECONDS", 0.5)
    await world.inject(1)
    await eventually(lambda: world.dlm.resident == {name(1)})
    world.dlm.lease_seconds = 0.1
    await asyncio.sleep(0.7)
    world.dlm.hangs = True
    await asyncio.sleep(1)
    world.dlm.hangs, world.dlm.lease_seconds, world.dlm.resident = False, 30.0, set()
    await eventually(lambda: world.dlm.reports[-1].agent_count == 0)
    assert list((await world.ask(1)).not_here) == [name(1)]
    assert world.dlm.resident == set()


async def test_the_dlm_is_told_before_the_host_stops(world: World) -> None:
    await world.stop.aclose()
    assert world.dlm.reports[-1].state == Host.STATE_DRAINING


async def test_many_ask_at_once_and_each_gets_its_answer(world: World) -> None:
    await world.inject(1, 2, 3)
    responses = await asyncio.gather(*(world.ask(1, 2, 3) for _ in range(50)))
    assert all(len(response.replies) == 3 for response in responses)


async def test_a_call_that_is_cancelled_asks_no_further_agents_and_the_hosts_count_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.inject(1)
    begun = asyncio.Event()

    def slow(*arguments: Any, **options: Any) -> AgentReply:
        begun.set()
        time.sleep(0.005)
        return reply(*arguments, **options)

    monkeypatch.setattr(ask, "reply", slow)
    call = world.host.Ask(
        host_pb.AskRequest(
            mind="minds/m", question="Who directed it?", agents=[host_pb.AskedAgent(agent=name(1))] * ALL_AT_ONCE
        )
    )
    await begun.wait()
    call.cancel()
    await asyncio.sleep(0.3)
    asked = world.counted("myriad_host_asked")
    assert 0 < asked < ALL_AT_ONCE / 2
    await asyncio.sleep(0.3)
    assert world.counted("myriad_host_asked") == asked
