"""States of hosts: a real DLM, real agent hosts and a real gatekeeper behind a real Envoy."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

import agent_host.server
import agent_host.settings
import gatekeeper.server
import gatekeeper.settings
from cli.supervisor import envoy
from cli.supervisor.ports import free
from mesh.identity import AGENT_HOST, ENVOY
from mesh.server import serving
from myriad.agent.v1.agent_ask_service_pb2 import AskAgentRequest, AskAgentResponse
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.dlm.v1.fleet_service_pb2 import GetFleetRequest
from myriad.dlm.v1.host_pb2 import Host
from myriad.gatekeeper.v1.key_pb2 import Key
from myriad.gatekeeper.v1.key_service_pb2 import CreateKeyRequest
from myriad.gatekeeper.v1.key_service_pb2_grpc import KeyServiceStub
from myriad.type.v1.access_pb2 import Role
from substrate import bundles
from tests.edge.harness import envoy_binary, ready, running_envoy
from tests.identities import calling, identity
from tests.service.test_dlm import MIND, World

TEXT = "Maximum Overdrive was directed by Stephen King."
QUESTION = "Who directed Maximum Overdrive?"
ASK = "/myriad.agent.v1.AgentAskService/AskAgent"


@dataclass
class Edge:
    """All that runs."""

    dlm: World
    folder: Path
    http: httpx.AsyncClient
    secret: str
    hosts: dict[str, str] = field(default_factory=dict)
    """Addresses by id."""

    async def states(self) -> dict[str, str]:
        """What the DLM says of each host."""
        fleet = await self.dlm.fleet.GetFleet(GetFleetRequest())
        return {host.id: Host.Phase.Name(host.phase).removeprefix("PHASE_").lower() for host in fleet.hosts}

    async def endpoints(self) -> dict[str, str]:
        """The hosts that Envoy knows, by id, each with its health."""
        with envoy.admin(self.folder) as admin:
            async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=admin)) as client:
                said = (await client.get("http://envoy/clusters?format=json")).json()
        names = {address: name for name, address in self.hosts.items()}
        found = {}
        for cluster in said.get("cluster_statuses", ()):
            for one in cluster.get("host_statuses", ()) if cluster["name"] == "agent_hosts" else ():
                where = one["address"]["socket_address"]
                found[names[f"{where['address']}:{where['port_value']}"]] = one["health_status"]["eds_health_status"]
        return found

    async def ask(self, agent: str) -> httpx.Response:
        return await self.http.post(f"/v1/{agent}:ask", json={"question": QUESTION})

    async def learn(self, count: int) -> list[str]:
        packets = {}
        for number in range(count):
            agent = f"{MIND}/agents/a{number}"
            packet = CognitivePacket(
                schema=1,
                agent=agent,
                document=f"{MIND}/documents/d",
                title="Maximum Overdrive",
                text=TEXT,
                source_start=7,
                sentences=[Sentence(start=0, end=len(TEXT))],
            )
            packets[agent] = bundles.frame(packet.SerializeToString())
        for bundle, places in bundles.build(list(packets.items())):
            uri = await self.dlm.store.write(MIND, bundle)
            for agent, place in places.items():
                location = str(bundles.Place(uri, *place))
                self.dlm.connectome.records[agent] = AgentRecord(
                    agent=agent, document=f"{MIND}/documents/d", title="D", packet_location=location
                )
        return list(packets)


@pytest.fixture
def told() -> dict[str, Any]:
    """Further settings of the DLM."""
    return {}


@pytest.fixture
async def edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]) -> AsyncIterator[Edge]:
    """Two hosts, both idle, and an Envoy that knows neither."""
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)
    addresses = [f"127.0.0.1:{port}" for port in free(5)]
    listen, dlm_listen, check, *hosts = addresses
    async with AsyncExitStack() as stack:
        dlm = World(tmp_path / "packets", stack)
        dlm.listen = dlm_listen
        dlm.told = {
            "edge_listen": listen,
            "edge_tls": str(identity(ENVOY).folder),
            "check_target": check,
            "dlm_target": (dlm_listen,),
            **told,
        }
        await dlm.start()
        told_gatekeeper = gatekeeper.settings.Settings(
            data=tmp_path / "keys", dlm_target=dlm_listen, check_listen=check, tls=identity("gatekeeper")
        )
        services = await gatekeeper.server.build(told_gatekeeper, stack)
        address = await stack.enter_async_context(serving("gatekeeper", told_gatekeeper, services))
        keys = KeyServiceStub(await stack.enter_async_context(calling(address, "gatekeeper")))
        made = await keys.CreateKey(CreateKeyRequest(key=Key(role=Role.ROLE_READER, all_minds=True)))
        folder = tmp_path / "envoy"
        folder.mkdir()
        await stack.enter_async_context(running_envoy(envoy_binary(), folder, dlm_listen))
        http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=f"http://{listen}", headers={"x-api-key": made.secret}, timeout=10)
        )
        await ready(http)
        one = Edge(dlm, folder, http, made.secret)
        for name, address in zip(("h1", "h2"), hosts, strict=True):
            await join(stack, one, name, address)
        await until(lambda: became(one.states, {"h1": "idle", "h2": "idle"}))
        yield one


async def join(stack: AsyncExitStack, edge: Edge, name: str, address: str) -> None:
    told = agent_host.settings.Settings(
        host_id=name, dlm_target=edge.dlm.listen, listen=address, tls=identity(AGENT_HOST), drain_seconds=2.0
    )
    services = await agent_host.server.build(told, stack)
    await stack.enter_async_context(serving(AGENT_HOST, told, services))
    edge.hosts[name] = address


async def became(read: Callable[[], Awaitable[Any]], value: Any) -> bool:
    return bool(await read() == value)


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110  # what is awaited has no event
            await asyncio.sleep(0.02)


async def test_fifty_agents_asked_at_once_while_all_hosts_are_idle_are_answered_by_one_that_becomes_active(
    edge: Edge,
) -> None:
    agents = await edge.learn(50)
    assert await edge.endpoints() == {}
    answers = await asyncio.gather(*map(edge.ask, agents))
    assert [answer.status_code for answer in answers] == [200] * 50, [a.text for a in answers if a.is_error][:1]
    assert sorted((await edge.states()).values()) == ["active", "idle"]
    [(active, health)] = (await edge.endpoints()).items()
    assert health == "HEALTHY"
    assert {answer.json()["host"] for answer in answers} == {active}


async def test_a_host_that_agents_were_brought_to_gets_requests_as_soon_as_the_dlm_has_said_so(edge: Edge) -> None:
    [agent] = await edge.learn(1)
    for name in ("h1", "h2"):
        began = time.monotonic()
        await edge.dlm.hydrate([agent], host=name)
        assert name in await edge.endpoints()
        assert time.monotonic() - began < 1, "Envoy had taken notice, nobody gave up waiting for it"
    async with grpc.aio.insecure_channel(str(edge.http.base_url).removeprefix("http://")) as channel:
        ask: Any = channel.unary_unary(ASK)
        metadata = (("x-api-key", edge.secret), ("x-myriad-agent", agent))
        request = AskAgentRequest(name=agent, question=QUESTION).SerializeToString()
        answer = AskAgentResponse.FromString(await ask(request, metadata=metadata))
    assert answer.host in ("h1", "h2")


@pytest.mark.parametrize(
    ("agent", "status"), [("minds/m/agents/none", 404), ("minds/m/agents/NONE", 400), ("minds/other/agents/a", 404)]
)
async def test_whoever_asks_what_is_not_there_while_all_hosts_are_idle_is_told_so(
    edge: Edge, agent: str, status: int
) -> None:
    answer = await edge.ask(agent)
    assert answer.status_code == status, json.dumps(answer.json())


@pytest.fixture
def restless(told: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts that nobody asks are idle soon."""
    told["host_idle_seconds"] = 0.5
    monkeypatch.setattr("dlm.resting.LINGER_SECONDS", 0.7)


@pytest.mark.usefixtures("restless")
async def test_a_host_that_nobody_asks_gives_up_its_agents_and_leaves_envoy_and_comes_back_when_somebody_does(
    edge: Edge,
) -> None:
    agents = await edge.learn(3)
    await asyncio.gather(*map(edge.ask, agents))
    await until(lambda: became(edge.states, {"h1": "idle", "h2": "idle"}))
    assert await edge.endpoints() == {}
    fleet = await edge.dlm.fleet.GetFleet(GetFleetRequest())
    assert [host.agent_count for host in fleet.hosts] == [0, 0]
    assert (await edge.ask(agents[0])).status_code == 200


@pytest.mark.usefixtures("restless")
async def test_whoever_asks_while_a_host_goes_to_rest_is_answered_at_every_moment_of_it(edge: Edge) -> None:
    agents = await edge.learn(2)
    seen = set[str]()
    for moment in range(14):
        await asyncio.sleep(moment * 0.18)
        seen |= set((await edge.states()).values())
        answers = await asyncio.gather(*map(edge.ask, agents))
        assert [answer.status_code for answer in answers] == [200, 200], answers[0].text + answers[1].text
    assert {"draining", "active"} <= seen, "some were asked while it rested"
