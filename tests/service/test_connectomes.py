"""Several connectomes, each a process of its own, that write one mind on one Neo4j at the same time."""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest

from connectome.adapters.tantivy_index import TantivyLexicalIndex
from connectome.turn import LEASE_SECONDS
from connectome.weights import NEUTRAL, SUCCESS
from myriad.connectome.v1 import agent_record_service_pb2 as records_pb
from myriad.connectome.v1 import mind_service_pb2 as minds_pb
from myriad.connectome.v1 import registry_service_pb2 as pb
from myriad.connectome.v1 import weight_service_pb2 as weights_pb
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse
from myriad.connectome.v1.activation_service_pb2_grpc import ActivationServiceStub
from myriad.connectome.v1.agent_record_pb2 import AgentRecord, PacketPlace
from myriad.connectome.v1.agent_record_service_pb2_grpc import AgentRecordServiceStub
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.mind_service_pb2_grpc import MindServiceStub
from myriad.connectome.v1.registry_service_pb2_grpc import RegistryServiceStub
from myriad.connectome.v1.weight_service_pb2_grpc import WeightServiceStub
from myriad.genesis.v1.document_pb2 import Document
from tests.identities import calling, identity
from tests.servers import Neo4j
from tests.system.harness import environment, free_port

MIND = "minds/m"
ROUNDS = 8
SECONDS = 60.0
ANCHORS = ("Blue Moon", "Richard Rodgers")


@dataclass
class Process:
    """A connectome, and whoever calls it."""

    data: Path
    log: Path
    running: asyncio.subprocess.Process
    channel: grpc.aio.Channel

    async def learn(self, *documents: RegisteredDocument) -> int:
        request = pb.RegisterAgentsRequest(mind=MIND, documents=documents)
        return int((await RegistryServiceStub(self.channel).RegisterAgents(request, timeout=SECONDS)).mind_version)

    async def forget(self, title: str) -> int:
        request = pb.RemoveAgentsRequest(mind=MIND, documents=[document_of(title)])
        return int((await RegistryServiceStub(self.channel).RemoveAgents(request, timeout=SECONDS)).mind_version)

    async def reinforce(self) -> None:
        agents = [agent_of(title) for title in ANCHORS]
        request = weights_pb.ReinforceRequest(mind=MIND, agents=agents, concepts=ANCHORS[:1], success=True)
        await WeightServiceStub(self.channel).Reinforce(request, timeout=SECONDS)

    async def relocate(self, title: str, bundle: str) -> None:
        place = PacketPlace(agent=agent_of(title), packet_location=location(title, bundle))
        request = pb.RelocatePacketsRequest(mind=MIND, places=[place])
        await RegistryServiceStub(self.channel).RelocatePackets(request, timeout=SECONDS)

    async def ask(self, title: str) -> ActivateResponse:
        budget = Budget(max_agents=8, max_hops=3, max_pushes=200)
        request = ActivateRequest(mind=MIND, question=f"Who wrote {title}?", budget=budget)
        request.weights_as_of.seconds = 1
        return await ActivationServiceStub(self.channel).Activate(request, timeout=SECONDS)

    async def counts(self) -> tuple[int, int, int]:
        """Of agents: as the mind has them, as they are listed, and of their packets."""
        mind = (await MindServiceStub(self.channel).GetMind(minds_pb.GetMindRequest(name=MIND))).mind
        records = records_pb.ListAgentRecordsRequest(mind=MIND, page_size=1000)
        listed = (await AgentRecordServiceStub(self.channel).ListAgentRecords(records)).agents
        places = pb.ListPacketsRequest(mind=MIND, all_bundles=True, page_size=1000)
        packets = (await RegistryServiceStub(self.channel).ListPackets(places)).places
        return mind.agent_count, len(listed), len(packets)

    async def kill(self) -> None:
        self.running.kill()
        await self.running.wait()

    @property
    def found_regions(self) -> int:
        return self.log.read_text().count('"regions.found"')


@pytest.fixture
async def connectomes(neo4j: Neo4j, tmp_path: Path) -> AsyncIterator[Sequence[Process]]:
    async with AsyncExitStack() as stack:
        yield await asyncio.gather(*(started(neo4j, tmp_path / str(number), stack) for number in range(2)))


async def started(neo4j: Neo4j, data: Path, stack: AsyncExitStack) -> Process:
    address, log = f"127.0.0.1:{free_port()}", data.with_suffix(".log")
    told = {
        "MYRIAD_LISTEN": address,
        "MYRIAD_DATA": str(data),
        "MYRIAD_TLS": str(identity("connectome").folder),
        "MYRIAD_GENESIS_TARGET": "127.0.0.1:9",
        "MYRIAD_GATEKEEPER_TARGET": "127.0.0.1:9",
        "MYRIAD_GRAPH": neo4j.uri,
        "MYRIAD_GRAPH_PASSWORD": neo4j.password,
    }
    with log.open("wb") as output:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "connectome", env=environment(**told), stdout=output, stderr=output
        )
    channel = await stack.enter_async_context(calling(address, "connectome"))
    process = Process(data, log, running, channel)
    stack.push_async_callback(stopped, process)
    request = minds_pb.ListMindsRequest()
    await MindServiceStub(channel).ListMinds(request, wait_for_ready=True, timeout=SECONDS)
    return process


async def stopped(process: Process) -> None:
    if process.running.returncode is None:
        process.running.terminate()
        await process.running.wait()


def bare(title: str) -> str:
    return title.replace(" ", "-").lower()


def document_of(title: str) -> str:
    return f"{MIND}/documents/{bare(title)}"


def agent_of(title: str) -> str:
    return f"{MIND}/agents/{bare(title)}"


def location(title: str, bundle: str) -> str:
    return f"folder:///{bundle}.pak#{abs(hash(title)) % 10**6}+1+{0:064x}"


def document(title: str, text: str) -> RegisteredDocument:
    record = AgentRecord(
        agent=agent_of(title),
        document=document_of(title),
        text=text,
        packet_location=location(title, "first"),
        concepts=[title],
        mentions=["Queens"],
    )
    described = Document(name=document_of(title), title=title, content_hash=text)
    return RegisteredDocument(document=described, agents=[record.agent], new_agents=[record])


def anchors() -> list[RegisteredDocument]:
    return [
        document("Blue Moon", "Blue Moon was written by Richard Rodgers, who hums here."),
        document("Richard Rodgers", "He was born in Queens and hums here."),
    ]


async def test_nothing_that_either_writes_is_lost_and_nothing_outlives_what_the_other_wrote(
    connectomes: Sequence[Process],
) -> None:
    versions: list[list[int]] = [[], []]
    left = set(ANCHORS)

    async def write(number: int) -> None:
        one, other = connectomes[number], connectomes[1 - number]
        mine, draw = versions[number], random.Random(number)
        for count in range(ROUNDS):
            title = f"Opus {number} {count}"
            mine.append(await one.learn(document(title, f"{title} is by Richard Rodgers, of Blue Moon; it hums here.")))
            left.add(title)
            found = await other.ask(title)
            assert found.mind_version >= mine[-1]
            assert agent_of(title) in {agent.agent for agent in found.agents}
            if count % 2:
                await one.reinforce()
            await one.relocate(title, "second")
            places = {agent.agent: agent.packet_location for agent in (await other.ask(title)).agents}
            assert places[agent_of(title)] == location(title, "second")
            if draw.random() < 0.5:
                mine.append(await one.forget(title))
                left.discard(title)
                found = await other.ask(title)
                assert found.mind_version >= mine[-1]
                assert agent_of(title) not in {agent.agent for agent in found.agents}

    for number, version in enumerate(await asyncio.gather(*(one.learn(*anchors()) for one in connectomes))):
        versions[number].append(version)  # neither knew that there was such a mind
    await asyncio.gather(*(write(number) for number in range(2)))

    every = list(itertools.chain(*versions))
    assert len(set(every)) == len(every)
    assert all(mine == sorted(mine) for mine in versions)
    assert [await one.counts() for one in connectomes] == [(len(left),) * 3] * 2
    for title in ("Blue Moon", *sorted(left)):
        first, second = [await one.ask(title) for one in connectomes]
        assert [(agent.agent, agent.packet_location) for agent in first.agents] == [
            (agent.agent, agent.packet_location) for agent in second.agents
        ]
        assert first.mind_version == second.mind_version
    request = weights_pb.ListWrittenWeightsRequest(mind=MIND, page_size=100)
    weights = (await WeightServiceStub(connectomes[0].channel).ListWrittenWeights(request)).weights
    taught = {(weight.agent, weight.concept): weight.weight for weight in weights}
    expected = NEUTRAL + ROUNDS * SUCCESS
    assert taught[agent_of("Blue Moon"), "Blue Moon"] == pytest.approx(expected, abs=0.01)
    for one in connectomes:
        await stopped(one)
        index = TantivyLexicalIndex(one.data / "connectome" / "lexical")
        assert len(index.holding(MIND, ["hums", "here"])) == len(left)


@pytest.mark.soak
async def test_regions_are_found_by_one_and_by_the_other_when_it_dies(connectomes: Sequence[Process]) -> None:
    await connectomes[0].learn(*anchors())
    async with asyncio.timeout(SECONDS):
        while not any(one.found_regions for one in connectomes):  # noqa: ASYNC110  # another process finds
            await asyncio.sleep(0.1)
    finder, idle = sorted(connectomes, key=lambda one: -one.found_regions)
    await idle.learn(document("More", "More of Blue Moon and Richard Rodgers."))
    async with asyncio.timeout(SECONDS):
        while finder.found_regions < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert not idle.found_regions
    await finder.kill()
    await idle.learn(document("Last", "The last of Blue Moon and Richard Rodgers."))
    async with asyncio.timeout(3 * LEASE_SECONDS):
        while not idle.found_regions:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
