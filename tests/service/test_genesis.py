"""Genesis among stand-ins of its neighbours, with a real packet store."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from structlog.testing import capture_logs

from genesis import fairness, inflow, passages
from genesis import learn as learning
from genesis.adapters import connectome as connectome_adapter
from genesis.adapters.connectome import GrpcConnectome
from genesis.adapters.dlm import GrpcResidents
from genesis.errors import Conflict
from genesis.readers.jsonl import LARGEST_LINES
from genesis.server import build
from genesis.settings import Settings
from genesis.storage import Storage
from genesis.sweep import MERGED_AT_LEAST, sweep
from language.english import concepts
from mesh import names
from mesh.access import MindNotFound
from mesh.call import Context
from mesh.channels import channel
from mesh.errors import ComponentUnavailable, MyriadError, NotImplementedYet, received
from mesh.server import Service, serving
from mesh.settings import load
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.connectome.v1 import (
    agent_record_service_pb2,
    agent_record_service_pb2_grpc,
    ledger_service_pb2,
    ledger_service_pb2_grpc,
    registry_service_pb2,
    registry_service_pb2_grpc,
)
from myriad.connectome.v1.agent_record_pb2 import AgentRecord, PacketPlace
from myriad.connectome.v1.agent_record_service_pb2 import (
    BatchGetAgentRecordsRequest,
    BatchGetAgentRecordsResponse,
    ListAgentRecordsRequest,
    ListAgentRecordsResponse,
)
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.ledger_service_pb2 import (
    CancelJobRequest,
    CancelJobResponse,
    CloseJobRequest,
    CloseJobResponse,
    ListJobsRequest,
    ListJobsResponse,
    OpenJobRequest,
    OpenJobResponse,
    ReadJobRequest,
    ReadJobResponse,
    RecordEntriesRequest,
    RecordEntriesResponse,
)
from myriad.connectome.v1.registry_service_pb2 import (
    CondemnBundlesRequest,
    CondemnBundlesResponse,
    GetDocumentRecordRequest,
    GetDocumentRecordResponse,
    ListDocumentRecordsRequest,
    ListDocumentRecordsResponse,
    ListPacketsRequest,
    ListPacketsResponse,
    PlanDocumentsRequest,
    PlanDocumentsResponse,
    RegisterAgentsRequest,
    RegisterAgentsResponse,
    RelocatePacketsRequest,
    RelocatePacketsResponse,
    RemoveAgentsRequest,
    RemoveAgentsResponse,
)
from myriad.dlm.v1 import lifecycle_service_pb2 as dlm
from myriad.dlm.v1 import lifecycle_service_pb2_grpc as dlm_grpc
from myriad.gatekeeper.v1 import access_service_pb2, access_service_pb2_grpc
from myriad.gatekeeper.v1.access_service_pb2 import CheckKeyRequest, CheckKeyResponse
from myriad.genesis.v1 import document_service_pb2 as pb
from myriad.genesis.v1.document_pb2 import Document, DocumentInput, DocumentResult, ForgetReceipt, Job, LostDocument
from myriad.genesis.v1.document_service_pb2_grpc import DocumentServiceStub
from myriad.orchestrator.v1 import trace_service_pb2 as orchestrator
from myriad.orchestrator.v1 import trace_service_pb2_grpc as orchestrator_grpc
from myriad.type.v1.error_reason_pb2 import ErrorReason
from substrate import bundles
from substrate.adapters.folder import FolderPacketStore
from substrate.bundles import Place
from tests.identities import calling, identity, settings
from tests.service.audit import Written
from tests.shapes import SHAPES

LEARNED, UNCHANGED = DocumentResult.STATE_LEARNED, DocumentResult.STATE_UNCHANGED
FAILED = DocumentResult.STATE_FAILED


class NotFound(MyriadError):
    code = grpc.StatusCode.NOT_FOUND

    def __init__(self, reason: ErrorReason.ValueType) -> None:
        super().__init__("not found")
        self.reason = reason


class Connectome(
    registry_service_pb2_grpc.RegistryServiceServicer, agent_record_service_pb2_grpc.AgentRecordServiceServicer
):
    """Documents and agents in dictionaries, and what went wrong when it was asked to."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.agents: dict[str, AgentRecord] = {}
        self.calls: list[str] = []
        self.condemned: set[str] = set()
        self.conflicts = 0
        self.failures: list[str] = []
        self.registering = 0
        self.at_once = 0
        self.gate: asyncio.Event | None = None
        self.reached = asyncio.Event()

    def _called(self, method: str) -> None:
        self.calls.append(method)
        if method in self.failures:
            raise ComponentUnavailable(f"{method} was told to fail")

    def agents_of(self, document: str) -> list[str]:
        return [agent for agent, record in self.agents.items() if record.document == document]

    async def PlanDocuments(self, request: PlanDocumentsRequest, context: Context) -> PlanDocumentsResponse:
        self._called("PlanDocuments")
        response = PlanDocumentsResponse()
        for plan in request.documents:
            known = self.documents.get(plan.document)
            response.differences.add(
                known=known is not None,
                unchanged=known is not None and known.content_hash == plan.content_hash,
                new_agents=[agent for agent in plan.agents if agent not in self.agents],
            )
        return response

    async def RegisterAgents(self, request: RegisterAgentsRequest, context: Context) -> RegisterAgentsResponse:
        self.registering += 1
        self.at_once = max(self.at_once, self.registering)
        try:
            self.reached.set()
            if self.gate:
                await self.gate.wait()
            self._called("RegisterAgents")
            if self.conflicts:
                self.conflicts -= 1
                raise Conflict("somebody else was faster")
            self._keep_off(new.packet_location for one in request.documents for new in one.new_agents)
            response = RegisterAgentsResponse()
            for registered in request.documents:
                self._register(registered, response)
            return response
        finally:
            self.registering -= 1

    def _register(self, registered: RegisteredDocument, response: RegisterAgentsResponse) -> None:
        new = {record.agent: record for record in registered.new_agents}
        kept = set(registered.agents) - set(new)
        for agent in self.agents_of(registered.document.name):
            if agent not in kept:
                response.removed.add(agent=agent, packet_location=self.agents.pop(agent).packet_location)
        assert kept <= set(self.agents)
        self.agents |= new
        assert all(record.packet_location for record in new.values())
        registered.document.agent_count = len(registered.agents)
        self.documents[registered.document.name] = registered.document

    async def RemoveAgents(self, request: RemoveAgentsRequest, context: Context) -> RemoveAgentsResponse:
        self._called("RemoveAgents")
        assert request.documents
        response = RemoveAgentsResponse()
        for document in request.documents:
            if self.documents.pop(document, None):
                response.documents.append(document)
                response.concepts.append("lonely concept")
                response.link_count += 7
                for agent in self.agents_of(document):
                    response.removed.add(agent=agent, packet_location=self.agents.pop(agent).packet_location)
        return response

    async def RelocatePackets(self, request: RelocatePacketsRequest, context: Context) -> RelocatePacketsResponse:
        self._called("RelocatePackets")
        self._keep_off(place.packet_location for place in request.places)
        for place in request.places:
            record = self.agents.get(place.agent)
            if record and place.moved_from in ("", record.packet_location):
                record.packet_location = place.packet_location
        return RelocatePacketsResponse()

    async def ListPackets(self, request: ListPacketsRequest, context: Context) -> ListPacketsResponse:
        self._called("ListPackets")
        assert request.bundles
        assert request.page_size
        places = [
            PacketPlace(agent=agent, packet_location=record.packet_location)
            for agent, record in sorted(self.agents.items())
            if record.packet_location.rpartition("#")[0] in request.bundles and agent > request.page_token
        ][:2]
        return ListPacketsResponse(places=places, next_page_token=places[-1].agent if len(places) == 2 else "")

    async def CondemnBundles(self, request: CondemnBundlesRequest, context: Context) -> CondemnBundlesResponse:
        self._called("CondemnBundles")
        needed = {record.packet_location.rpartition("#")[0] for record in self.agents.values()}
        condemned = [one for one in request.bundles if one not in needed]
        self.condemned.update(condemned)
        return CondemnBundlesResponse(bundles=condemned)

    def _keep_off(self, locations: Iterable[str]) -> None:
        if not self.condemned.isdisjoint(location.rpartition("#")[0] for location in locations):
            raise Conflict("a bundle is condemned")

    async def BatchGetAgentRecords(
        self, request: BatchGetAgentRecordsRequest, context: Context
    ) -> BatchGetAgentRecordsResponse:
        return BatchGetAgentRecordsResponse(agents=[self.agents[one] for one in request.agents if one in self.agents])

    async def GetDocumentRecord(self, request: GetDocumentRecordRequest, context: Context) -> GetDocumentRecordResponse:
        if request.name not in self.documents:
            raise NotFound(ErrorReason.ERROR_REASON_DOCUMENT_NOT_FOUND)
        return GetDocumentRecordResponse(document=self.documents[request.name])

    async def ListDocumentRecords(
        self, request: ListDocumentRecordsRequest, context: Context
    ) -> ListDocumentRecordsResponse:
        if request.mind == "minds/none":
            raise MindNotFound(request.mind)
        return ListDocumentRecordsResponse(documents=self.documents.values(), next_page_token="next")

    async def ListAgentRecords(self, request: ListAgentRecordsRequest, context: Context) -> ListAgentRecordsResponse:
        agents = sorted(self.agents_of(request.document))
        rest = [agent for agent in agents if agent > request.page_token]
        last = rest[0] if len(rest) > 1 else ""  # a page has one agent
        return ListAgentRecordsResponse(agents=[self.agents[agent] for agent in rest[:1]], next_page_token=last)


class Ledger(ledger_service_pb2_grpc.LedgerServiceServicer):
    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.entries: list[DocumentResult] = []

    async def OpenJob(self, request: OpenJobRequest, context: Context) -> OpenJobResponse:
        job = self.jobs.setdefault(request.job, Job(name=f"{request.mind}/jobs/{request.job}"))
        job.state = Job.STATE_RUNNING
        return OpenJobResponse(job=job)

    async def RecordEntries(self, request: RecordEntriesRequest, context: Context) -> RecordEntriesResponse:
        self.entries.extend(request.entries)
        job = self.jobs[request.job]
        job.learned_count += sum(entry.state == LEARNED for entry in request.entries)
        job.failed_count += sum(entry.state == FAILED for entry in request.entries)
        return RecordEntriesResponse(job=job)

    async def ListJobs(self, request: ListJobsRequest, context: Context) -> ListJobsResponse:
        mine = [job for job in self.jobs.values() if job.name.startswith(f"{request.mind}/jobs/")]
        return ListJobsResponse(jobs=mine)

    async def CancelJob(self, request: CancelJobRequest, context: Context) -> CancelJobResponse:
        if request.job not in self.jobs:
            raise NotFound(ErrorReason.ERROR_REASON_JOB_NOT_FOUND)
        if self.jobs[request.job].state == Job.STATE_RUNNING:
            self.jobs[request.job].state = Job.STATE_CANCELLED
        return CancelJobResponse(job=self.jobs[request.job])

    async def CloseJob(self, request: CloseJobRequest, context: Context) -> CloseJobResponse:
        self.jobs[request.job].state = Job.STATE_FAILED if request.failed else Job.STATE_SUCCEEDED
        return CloseJobResponse(job=self.jobs[request.job])

    async def ReadJob(self, request: ReadJobRequest, context: Context) -> ReadJobResponse:
        if request.job not in self.jobs:
            raise NotFound(ErrorReason.ERROR_REASON_JOB_NOT_FOUND)
        return ReadJobResponse(job=self.jobs[request.job])


class Lifecycle(dlm_grpc.LifecycleServiceServicer):
    def __init__(self) -> None:
        self.slept: list[str] = []
        self.fails = False

    async def Dehydrate(self, request: dlm.DehydrateRequest, context: Context) -> dlm.DehydrateResponse:
        assert request.agents
        if self.fails:
            raise ComponentUnavailable("Dehydrate was told to fail")
        self.slept.extend(request.agents)
        return dlm.DehydrateResponse(hosts=["host-1"])

    async def Hydrate(self, request: dlm.HydrateRequest, context: Context) -> dlm.HydrateResponse:
        raise NotImplementedYet("Hydrate")

    async def WatchPlacements(
        self, request: dlm.WatchPlacementsRequest, context: Context
    ) -> AsyncIterator[dlm.WatchPlacementsResponse]:
        for response in list[dlm.WatchPlacementsResponse]():
            yield response

    async def RegisterHost(
        self, request_iterator: AsyncIterator[dlm.RegisterHostRequest], context: Context
    ) -> AsyncIterator[dlm.RegisterHostResponse]:
        for response in list[dlm.RegisterHostResponse]():
            yield response


class Traces(orchestrator_grpc.TraceServiceServicer):
    def __init__(self) -> None:
        self.kept: list[str] = []
        self.fails = False

    async def PurgeTraces(
        self, request: orchestrator.PurgeTracesRequest, context: Context
    ) -> orchestrator.PurgeTracesResponse:
        assert request.documents
        if self.fails:
            raise ComponentUnavailable("PurgeTraces was told to fail")
        gone = [one for one in self.kept if one in request.documents]
        self.kept = [one for one in self.kept if one not in request.documents]
        return orchestrator.PurgeTracesResponse(trace_count=len(gone))


class Refused(MyriadError):
    """A key that is good no more."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = ErrorReason.ERROR_REASON_KEY_INVALID


class Access(access_service_pb2_grpc.AccessServiceServicer):
    def __init__(self) -> None:
        self.revoked: set[str] = set()
        self.checks = 0

    async def CheckKey(self, request: CheckKeyRequest, context: Context) -> CheckKeyResponse:
        self.checks += 1
        if request.key in self.revoked:
            raise Refused("this API key is unknown or revoked")
        return CheckKeyResponse()


@dataclass
class World:
    """Genesis, its neighbours and the folder of its packets."""

    folder: Path
    connectome: Connectome = field(default_factory=Connectome)
    ledger: Ledger = field(default_factory=Ledger)
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    traces: Traces = field(default_factory=Traces)
    access: Access = field(default_factory=Access)
    written: Written = field(default_factory=Written)
    stub: DocumentServiceStub = None  # type: ignore[assignment]
    storage: Storage = None  # type: ignore[assignment]

    async def learn(self, *documents: DocumentInput, **fields: Any) -> pb.LearnDocumentsResponse:
        request = pb.LearnDocumentsRequest(parent="minds/m", documents=documents, **fields)
        response: pb.LearnDocumentsResponse = await self.stub.LearnDocuments(request)
        return response

    async def text(self, id: str, text: str, **fields: Any) -> DocumentResult:
        (result,) = (await self.learn(DocumentInput(id=id, text=text, **fields))).results
        return result

    async def forget(self, id: str) -> ForgetReceipt:
        request = pb.ForgetDocumentRequest(name=f"minds/m/documents/{id}")
        return (await self.stub.ForgetDocument(request)).receipt

    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.*"))

    def stored(self) -> dict[str, set[str]]:
        """By agent, the texts of its packets in the store, whoever points to them."""
        found: dict[str, set[str]] = {}
        for file in self.files():
            content = file.read_bytes()
            for agent, (start, length, _) in bundles.index(content).items():
                packet = CognitivePacket.FromString(bundles.packet(content[start : start + length]))
                found.setdefault(agent, set()).add(packet.text)
        return found

    def packet(self, agent: str) -> CognitivePacket:
        place = Place.parse(self.connectome.agents[agent].packet_location)
        content = (self.folder / place.bundle.removeprefix("folder:///")).read_bytes()
        return CognitivePacket.FromString(
            bundles.packet(content[place.start : place.start + place.length], place.sha256)
        )

    def check(self) -> None:
        """Every agent has its packet, and there are no others."""
        for agent, record in self.connectome.agents.items():
            packet = self.packet(agent)
            assert (packet.agent, packet.document, packet.text) == (agent, record.document, record.text)
            assert packet.title == self.connectome.documents[record.document].title
        assert set(self.stored()) == set(self.connectome.agents)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    async with AsyncExitStack() as stack:
        add = {
            "connectome": [
                Service(
                    registry_service_pb2.DESCRIPTOR.services_by_name["RegistryService"],
                    registry_service_pb2_grpc.add_RegistryServiceServicer_to_server,
                    world.connectome,
                ),
                Service(
                    agent_record_service_pb2.DESCRIPTOR.services_by_name["AgentRecordService"],
                    agent_record_service_pb2_grpc.add_AgentRecordServiceServicer_to_server,
                    world.connectome,
                ),
                Service(
                    ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"],
                    ledger_service_pb2_grpc.add_LedgerServiceServicer_to_server,
                    world.ledger,
                ),
            ],
            "dlm": [
                Service(
                    dlm.DESCRIPTOR.services_by_name["LifecycleService"],
                    dlm_grpc.add_LifecycleServiceServicer_to_server,
                    world.lifecycle,
                )
            ],
            "orchestrator": [
                Service(
                    orchestrator.DESCRIPTOR.services_by_name["TraceService"],
                    orchestrator_grpc.add_TraceServiceServicer_to_server,
                    world.traces,
                )
            ],
            "gatekeeper": [
                Service(
                    access_service_pb2.DESCRIPTOR.services_by_name["AccessService"],
                    access_service_pb2_grpc.add_AccessServiceServicer_to_server,
                    world.access,
                ),
                world.written.service,
            ],
        }
        targets = {
            f"MYRIAD_{name.upper()}_TARGET": await stack.enter_async_context(serving(name, settings(name), services))
            for name, services in add.items()
        }
        tls = identity("genesis")
        given = {"MYRIAD_PACKETS": f"folder:{tmp_path}", "MYRIAD_TLS": str(tls.folder)}
        told = load(Settings, targets | given)
        address = await stack.enter_async_context(serving("genesis", told, await build(told, stack)))
        world.stub = DocumentServiceStub(await stack.enter_async_context(calling(address, "genesis")))
        to_connectome = await stack.enter_async_context(channel(told.connectome_target, "connectome", tls))
        to_dlm = await stack.enter_async_context(channel(told.dlm_target, "dlm", tls))
        world.storage = Storage(FolderPacketStore(world.folder), GrpcConnectome(to_connectome), GrpcResidents(to_dlm))
        yield world


def paragraphs(*words: str) -> str:
    """One passage for each word."""
    return "\n\n".join(" ".join(f"{word.capitalize()} {number} is a fact." for number in range(16)) for word in words)


def lines(*texts: str, first_line: int = 1) -> DocumentInput:
    content = "\n".join(json.dumps({"title": f"T {text}", "text": text}) for text in texts)
    return DocumentInput(content=content.encode(), media_type="application/x-ndjson", first_line=first_line)


async def failure(awaitable: Awaitable[object]) -> tuple[str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await awaitable
    error = received(caught.value)
    return error.code.name, error.reason


# --- learning ---


async def test_a_document_becomes_agents_with_packets(world: World) -> None:
    response = await world.learn(
        DocumentInput(id="d", title="The Fox", text=paragraphs("red", "green", "blue"), uri="u")
    )
    (result,) = response.results
    assert (result.state, result.agent_count, result.added_agent_count, result.removed_agent_count) == (
        LEARNED,
        3,
        3,
        0,
    )
    assert response.job.state == Job.STATE_SUCCEEDED
    assert response.job.learned_count == 1
    assert {record.document for record in world.connectome.agents.values()} == {"minds/m/documents/d"}
    assert all("The Fox" in record.concepts for record in world.connectome.agents.values())
    world.check()


async def test_the_same_again_changes_nothing(world: World) -> None:
    text = paragraphs("red", "green")
    await world.text("d", text)
    before, world.connectome.calls = world.files(), []
    result = await world.text("d", text)
    assert (result.state, result.agent_count, result.added_agent_count) == (UNCHANGED, 2, 0)
    assert (world.files(), world.connectome.calls) == (before, ["PlanDocuments"])


async def test_an_edit_touches_only_what_was_edited(world: World) -> None:
    await world.text("other", paragraphs("white"))
    await world.text("d", paragraphs("red", "green", "blue"))
    before = set(world.connectome.agents)
    result = await world.text("d", paragraphs("new", "red", "yellow", "blue"))
    assert (result.state, result.agent_count, result.added_agent_count, result.removed_agent_count) == (
        LEARNED,
        4,
        2,
        1,
    )
    gone = before - set(world.connectome.agents)
    assert len(gone) == 1
    assert gone <= set(world.lifecycle.slept)
    world.check()


async def test_after_an_edit_the_spans_of_what_stayed_are_exact(world: World) -> None:
    await world.text("d", paragraphs("red", "green"))
    text = paragraphs("new", "red", "green")
    await world.text("d", text)
    for agent in world.connectome.agents:
        packet = world.packet(agent)
        assert text[packet.source_start :].startswith(packet.text)


async def test_a_new_title_makes_its_agents_handle_it(world: World) -> None:
    await world.text("d", paragraphs("red", "green"), title="Old Name")
    result = await world.text("d", paragraphs("red", "green"), title="New Name")
    assert (result.state, result.added_agent_count, result.removed_agent_count) == (LEARNED, 0, 0)
    assert all("New Name" in record.concepts for record in world.connectome.agents.values())
    assert set(world.connectome.agents) <= set(world.lifecycle.slept)
    world.check()


async def test_a_new_heading_makes_its_agents_handle_it(world: World) -> None:
    def text(heading: str) -> str:
        return f"# Guide\n\n{paragraphs('red')}\n\n## {heading}\n\n{paragraphs('green')}"

    await world.text("d", text("Old Part"), media_type="text/markdown")
    await world.text("d", text("New Part"), media_type="text/markdown")
    handled = [list(record.concepts) for record in world.connectome.agents.values()]
    assert sorted(handled) == [["Guide"], ["Guide", "New Part"]]
    world.check()


def reason(result: DocumentResult | LostDocument) -> str:
    return ErrorReason.Name(result.reason).removeprefix("ERROR_REASON_")


async def test_those_that_fail_are_told_in_order_and_the_rest_is_learned(world: World) -> None:
    response = await world.learn(
        DocumentInput(text="one"),
        DocumentInput(text="\0"),
        lines("two", "three", first_line=7),
        DocumentInput(content=b'{"text": "four"}\nnope\n', media_type="application/x-ndjson", uri="f.jsonl"),
        DocumentInput(media_type="application/zip", content=b"PK"),
    )
    assert [(one.state, reason(one), one.line) for one in response.results] == [
        (LEARNED, "UNSPECIFIED", 0),
        (FAILED, "DOCUMENT_NOT_TEXT", 0),
        (LEARNED, "UNSPECIFIED", 7),
        (LEARNED, "UNSPECIFIED", 8),
        (LEARNED, "UNSPECIFIED", 1),
        (FAILED, "LINE_INVALID", 2),
        (FAILED, "MEDIA_TYPE_UNKNOWN", 0),
    ]
    assert (response.job.learned_count, response.job.failed_count, response.job.state) == (4, 3, Job.STATE_SUCCEEDED)
    assert len(world.ledger.entries) == 7
    world.check()


async def test_no_document_harms_the_one_beside_it(world: World) -> None:
    documents = [
        document
        for number, shape in enumerate(SHAPES)
        for document in (
            DocumentInput(id=f"shape-{number}", content=shape.content(1_024), media_type=shape.media_type),
            DocumentInput(id=f"good-{number}", text=f"Fact {number} is a good one."),
        )
    ]
    response = await world.learn(*documents)
    good = [one for one in response.results if "/good-" in one.document]
    assert [one.state for one in good] == [LEARNED] * len(SHAPES)
    assert not [one for one in response.results if one.state == FAILED and reason(one) in ("UNSPECIFIED", "INTERNAL")]
    world.check()


@pytest.mark.parametrize("step", ["reading", "making packets"])
async def test_a_document_on_which_the_code_breaks_fails_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def broken(text: str, *others: Any, **named: Any) -> Any:
        if "secret" in str(text):
            raise RuntimeError(f"no idea what to do with {text}")
        return real(text, *others, **named)

    real: Any = passages.cut if step == "reading" else concepts.subject
    monkeypatch.setattr(*((passages, "cut") if step == "reading" else (concepts, "subject")), broken)
    with capture_logs() as logged:
        response = await world.learn(
            DocumentInput(id="a", text="one"),
            DocumentInput(id="b", text="a secret", title="secret"),
            lines("two", "secret", "three"),
        )
    assert [(one.state, reason(one), one.line) for one in response.results] == [
        (LEARNED, "UNSPECIFIED", 0),
        (FAILED, "INTERNAL", 0),
        (LEARNED, "UNSPECIFIED", 1),
        (FAILED, "INTERNAL", 2),
        (LEARNED, "UNSPECIFIED", 3),
    ]
    causes = [one for one in logged if one["event"] == "document.failed"]
    assert [one["error"] for one in causes] == ["RuntimeError"] * 2
    assert "secret" not in str(causes) + str(response)
    assert all("request id" in one.message for one in response.results if one.state == FAILED)
    world.check()


async def test_a_document_whose_packets_cannot_be_made_fails_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(packet: bytes) -> bytes:
        if b"secret" in packet:
            raise MemoryError
        return real(packet)

    real = bundles.frame
    monkeypatch.setattr(bundles, "frame", broken)
    response = await world.learn(DocumentInput(text="one"), DocumentInput(text="a secret"), DocumentInput(text="two"))
    assert [(one.state, reason(one)) for one in response.results] == [
        (LEARNED, "UNSPECIFIED"),
        (FAILED, "INTERNAL"),
        (LEARNED, "UNSPECIFIED"),
    ]
    world.check()


async def test_a_document_too_large_to_register_fails_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connectome_adapter, "MESSAGE_BYTES", 20_000)
    response = await world.learn(
        DocumentInput(text="one"),
        DocumentInput(text=paragraphs(*(f"w{n}" for n in range(40)))),
        DocumentInput(text="2"),
    )
    assert [(one.state, reason(one)) for one in response.results] == [
        (LEARNED, "UNSPECIFIED"),
        (FAILED, "DOCUMENT_TOO_LARGE"),
        (LEARNED, "UNSPECIFIED"),
    ]
    world.check()


async def test_many_records_are_learned_in_bounded_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "BATCH_AGENTS", 10)
    response = await world.learn(lines(*(f"fact {number}" for number in range(95))))
    assert [one.line for one in response.results] == list(range(1, 96))
    assert world.connectome.calls.count("RegisterAgents") == 10
    assert world.connectome.at_once <= 2
    world.check()


async def test_a_document_twice_in_a_call_is_as_given_last(world: World) -> None:
    response = await world.learn(DocumentInput(id="d", text="first"), DocumentInput(id="d", text="second"))
    assert [one.state for one in response.results] == [LEARNED, LEARNED]
    assert [record.text for record in world.connectome.agents.values()] == ["second"]
    world.check()


async def test_learns_of_one_document_at_once_wait_for_each_other(world: World) -> None:
    results = await asyncio.gather(*(world.text("d", f"version {number % 3}") for number in range(12)))
    assert {result.state for result in results} <= {LEARNED, UNCHANGED}
    assert world.connectome.at_once == 1
    assert len(world.connectome.agents) == 1
    world.check()


async def test_a_conflict_is_tried_again(world: World) -> None:
    world.connectome.conflicts = 2
    assert (await world.text("d", "text")).state == LEARNED
    world.check()


async def test_a_conflict_that_lasts_is_told(world: World) -> None:
    world.connectome.conflicts = 100
    result = await world.text("d", "text")
    assert (result.state, result.reason, result.document) == (
        FAILED,
        ErrorReason.ERROR_REASON_CONFLICT,
        "minds/m/documents/d",
    )
    assert world.connectome.calls.count("RegisterAgents") == 4


async def test_without_the_connectome_the_call_fails_and_the_job_stays_open(world: World) -> None:
    world.connectome.failures = ["RegisterAgents"]
    learned = world.learn(DocumentInput(id="d", text="text"), job_id="job-1")
    assert await failure(learned) == ("UNAVAILABLE", "COMPONENT_UNAVAILABLE")
    job = (await world.stub.GetJob(pb.GetJobRequest(name="minds/m/jobs/job-1"))).job
    assert job.state == Job.STATE_RUNNING
    world.connectome.failures = []
    response = await world.learn(DocumentInput(id="d", text="text"), job_id="job-1")
    assert (response.results[0].state, response.job.state) == (LEARNED, Job.STATE_SUCCEEDED)
    world.check()


async def test_without_the_dlm_documents_are_learned_all_the_same(world: World) -> None:
    await world.text("d", "one")
    world.lifecycle.fails = True
    assert (await world.text("d", "two")).state == LEARNED
    assert [record.text for record in world.connectome.agents.values()] == ["two"]


@pytest.mark.parametrize(
    "fields",
    [
        {"documents": []},
        {"documents": [DocumentInput(text="x")] * 1001},
        {"documents": [DocumentInput(text="x")], "job_id": "No Good"},
        {"documents": [DocumentInput(text="x")], "parent": "minds/No Good"},
        {"documents": [DocumentInput(content=b"\n" * (LARGEST_LINES - 1), media_type="application/x-ndjson")] * 2},
    ],
)
async def test_a_request_that_breaks_a_rule_is_refused(world: World, fields: dict[str, Any]) -> None:
    request = pb.LearnDocumentsRequest(**{"parent": "minds/m"} | fields)
    assert await failure(world.stub.LearnDocuments(request)) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    assert world.connectome.calls == []


# --- turns ---


SENTENCES = 120_000
GREEDY = [
    DocumentInput(id=f"d{number}", content=b"Open the valve.\n\n" * SENTENCES, media_type="text/plain")
    for number in range(8)
]


async def begun(world: World, work: list[int]) -> asyncio.Task[pb.LearnDocumentsResponse]:
    """A call that has eight documents of 2 MiB learned, with a key of its own, once it is under way."""
    request = pb.LearnDocumentsRequest(parent="minds/m", job_id="job-1", documents=GREEDY)

    async def learn() -> pb.LearnDocumentsResponse:
        return await world.stub.LearnDocuments(request, metadata=key("ROLE_TEACHER", "minds/m", id="greedy"))

    call = asyncio.create_task(learn())
    for _ in range(1_000):
        if not work:
            await asyncio.sleep(0.01)
    return call


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each sentence that is cut."""
    done: list[int] = []
    real = passages.words

    def counted(text: str) -> int:
        done.append(len(text))
        return real(text)

    monkeypatch.setattr(passages, "words", counted)
    return done


async def test_a_learn_whose_caller_left_stops_soon_and_can_go_on(world: World, work: list[int]) -> None:
    call = await begun(world, work)
    call.cancel()
    await settled(work)
    # Not even one of the eight documents was read to its end.
    assert len(work) < SENTENCES
    assert world.ledger.jobs["job-1"].state == Job.STATE_RUNNING
    assert "RegisterAgents" not in world.connectome.calls
    response = await world.learn(DocumentInput(id="d0", text="one"), job_id="job-1")
    assert (response.results[0].state, response.job.state) == (LEARNED, Job.STATE_SUCCEEDED)
    world.check()


JOB = "minds/m/jobs/job-1"
CANCELLED = ("ABORTED", "JOB_CANCELLED")


async def test_a_job_that_is_cancelled_stops_at_once_and_its_caller_is_told(world: World, work: list[int]) -> None:
    call = await begun(world, work)
    job = (await world.stub.CancelJob(pb.CancelJobRequest(name=JOB))).job
    assert job.state == Job.STATE_CANCELLED
    assert await failure(call) == CANCELLED
    await settled(work)
    # Not even one of the eight documents was read to its end.
    assert len(work) < SENTENCES
    assert "RegisterAgents" not in world.connectome.calls
    assert (await world.learn(DocumentInput(id="d0", text="one"))).results[0].state == LEARNED
    world.check()


async def test_a_cancelled_stream_ends_though_its_client_brings_nothing_and_what_it_learned_stays(world: World) -> None:
    call = world.stub.StreamLearn()
    await call.write(pb.StreamLearnRequest(parent="minds/m", job_id="job-1", documents=[DocumentInput(text="one")]))
    await call.read()
    await world.stub.CancelJob(pb.CancelJobRequest(name=JOB))
    assert await failure(call.read()) == CANCELLED
    assert [record.text for record in world.connectome.agents.values()] == ["one"]
    world.check()


async def test_a_job_that_was_cancelled_at_another_replica_ends_with_its_next_batch(world: World) -> None:
    call = world.stub.StreamLearn()
    await call.write(pb.StreamLearnRequest(parent="minds/m", job_id="job-1", documents=[DocumentInput(text="one")]))
    await call.read()
    world.ledger.jobs["job-1"].state = Job.STATE_CANCELLED
    await call.write(pb.StreamLearnRequest(documents=[DocumentInput(text="two")]))
    last = await call.read()
    assert isinstance(last, pb.StreamLearnResponse)
    assert [one.state for one in last.results] == [LEARNED]
    assert await failure(call.read()) == CANCELLED


async def test_jobs_are_listed_to_keys_of_their_mind(world: World) -> None:
    await world.learn(DocumentInput(text="one"), job_id="job-1")
    request = pb.ListJobsRequest(parent="minds/m")
    assert [job.name for job in (await world.stub.ListJobs(request)).jobs] == [JOB]
    stranger = key("ROLE_READER", "minds/other")
    assert await failure(world.stub.ListJobs(request, metadata=stranger)) == ("NOT_FOUND", "MIND_NOT_FOUND")


async def test_a_job_that_has_ended_is_not_cancelled(world: World) -> None:
    await world.learn(DocumentInput(text="one"), job_id="job-1")
    assert (await world.stub.CancelJob(pb.CancelJobRequest(name=JOB))).job.state == Job.STATE_SUCCEEDED
    other = pb.CancelJobRequest(name="minds/m/jobs/other")
    assert await failure(world.stub.CancelJob(other)) == ("NOT_FOUND", "JOB_NOT_FOUND")
    reader = key("ROLE_READER", "minds/m")
    assert await failure(world.stub.CancelJob(other, metadata=reader)) == ("PERMISSION_DENIED", "ROLE_TOO_LOW")


async def settled(work: list[int]) -> None:
    """Wait until nothing is read any more."""
    for _ in range(100):
        before = len(work)
        await asyncio.sleep(0.3)
        if before == len(work):
            return


async def test_another_keys_learn_does_not_wait_for_a_greedy_one(world: World, work: list[int]) -> None:
    call = await begun(world, work)
    for number in range(5):
        request = pb.LearnDocumentsRequest(parent="minds/m", documents=[DocumentInput(text=f"Fact {number}.")])
        response = await world.stub.LearnDocuments(request, metadata=key("ROLE_TEACHER", "minds/m", id="modest"))
        assert response.results[0].state == LEARNED
    # Five small learns are over before the third of the eight documents has been read, and so before the call is.
    assert not call.done()
    assert len(work) < 2 * SENTENCES
    call.cancel()


async def test_a_key_has_a_bounded_number_of_learns_under_way(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fairness, "MOST_OF_A_KEY", 2)
    world.connectome.gate = asyncio.Event()
    under_way = [asyncio.create_task(world.text(f"d{number}", "text")) for number in range(2)]
    await world.connectome.reached.wait()
    assert await failure(world.text("e", "text")) == ("RESOURCE_EXHAUSTED", "RATE_LIMITED")
    assert (
        await world.stub.LearnDocuments(
            pb.LearnDocumentsRequest(parent="minds/m", documents=[DocumentInput(media_type="none")]),
            metadata=key("ROLE_TEACHER", "minds/m"),
        )
    ).results[0].state == FAILED
    world.connectome.gate.set()
    assert [one.state for one in await asyncio.gather(*under_way)] == [LEARNED] * 2
    assert (await world.text("e", "text")).state == LEARNED


# --- the stream ---


async def test_a_stream_tells_each_batch_and_at_last_the_closed_job(world: World) -> None:
    call = world.stub.StreamLearn()
    await call.write(pb.StreamLearnRequest(parent="minds/m", job_id="job-1", documents=[DocumentInput(text="one")]))
    first = await call.read()
    assert isinstance(first, pb.StreamLearnResponse)
    assert ([one.state for one in first.results], first.job.state) == ([LEARNED], Job.STATE_RUNNING)
    for text in ("two", "three"):
        await call.write(pb.StreamLearnRequest(documents=[DocumentInput(text=text)]))
    await call.done_writing()
    rest = []
    while isinstance(response := await call.read(), pb.StreamLearnResponse):
        rest.append(response)
    assert sum(len(response.results) for response in rest) == 2
    assert ([one.state for one in rest[-1].results], rest[-1].job.state) == ([], Job.STATE_SUCCEEDED)
    world.check()


async def test_a_stream_that_breaks_off_leaves_what_was_acknowledged_and_can_go_on(world: World) -> None:
    call = world.stub.StreamLearn()
    await call.write(pb.StreamLearnRequest(parent="minds/m", job_id="job-1", documents=[DocumentInput(text="one")]))
    await call.read()
    call.cancel()
    await asyncio.sleep(0.1)
    assert world.ledger.jobs["job-1"].state == Job.STATE_RUNNING
    assert [record.text for record in world.connectome.agents.values()] == ["one"]
    response = await world.learn(DocumentInput(text="one"), DocumentInput(text="two"), job_id="job-1")
    assert [one.state for one in response.results] == [UNCHANGED, LEARNED]
    assert response.job.state == Job.STATE_SUCCEEDED
    world.check()


async def test_a_batch_that_was_begun_ends_though_the_client_left(world: World) -> None:
    world.connectome.gate = asyncio.Event()
    call = world.stub.StreamLearn()
    await call.write(pb.StreamLearnRequest(parent="minds/m", documents=[DocumentInput(id="d", text="one")]))
    await world.connectome.reached.wait()
    call.cancel()
    await asyncio.sleep(0.05)
    again = asyncio.create_task(world.text("d", "two"))
    await asyncio.sleep(0.05)
    assert world.connectome.registering == 1
    world.connectome.gate.set()
    assert (await again).state == LEARNED
    assert [record.text for record in world.connectome.agents.values()] == ["two"]
    world.check()


async def test_a_stream_reads_no_further_ahead_than_it_can_write(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflow, "ENOUGH_BYTES", 100_000)
    monkeypatch.setattr(learning, "BATCH_CHARACTERS", 100_000)
    world.connectome.gate = asyncio.Event()
    call = world.stub.StreamLearn()
    sent = 0

    async def send() -> None:
        nonlocal sent
        await call.write(pb.StreamLearnRequest(parent="minds/m"))
        for number in range(200):
            await call.write(pb.StreamLearnRequest(documents=[DocumentInput(text=f"{number} " + " " * 100_000)]))
            sent += 1
        await call.done_writing()

    sending = asyncio.create_task(send())
    await asyncio.sleep(1)
    assert sent < 150
    world.connectome.gate.set()
    await asyncio.wait_for(sending, 60)
    results = [result async for response in call for result in response.results]
    assert [result.state for result in results] == [LEARNED] * 200


TEACHER = (("x-myriad-key", "k1"), ("x-myriad-role", "ROLE_TEACHER"), ("x-myriad-minds", "minds/m"))


async def test_a_stream_whose_key_was_revoked_writes_nothing_more(world: World) -> None:
    call = world.stub.StreamLearn(metadata=TEACHER)
    await call.write(pb.StreamLearnRequest(parent="minds/m", documents=[DocumentInput(text="one")]))
    assert [one.state for one in (await call.read()).results] == [LEARNED]  # type: ignore[attr-defined]
    world.access.revoked.add("keys/k1")
    await call.write(pb.StreamLearnRequest(documents=[DocumentInput(text="two")]))
    assert await failure(call.read()) == ("UNAUTHENTICATED", "KEY_INVALID")
    await asyncio.sleep(0.1)
    assert [record.text for record in world.connectome.agents.values()] == ["one"]
    world.check()


async def test_a_stream_is_checked_once_a_piece_and_not_once_a_message(world: World) -> None:
    call = world.stub.StreamLearn(metadata=TEACHER)
    for number in range(200):
        await call.write(pb.StreamLearnRequest(parent="minds/m", documents=[DocumentInput(text=f"text {number}")]))
    await call.done_writing()
    assert sum([len(response.results) async for response in call]) == 200
    assert 0 < world.access.checks < 100


async def test_a_stream_that_brings_nothing_ends_with_the_reason(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflow, "IDLE_SECONDS", 0.2)
    call = world.stub.StreamLearn(metadata=TEACHER)
    await call.write(pb.StreamLearnRequest(parent="minds/m", documents=[DocumentInput(text="one")]))
    assert [one.state for one in (await call.read()).results] == [LEARNED]  # type: ignore[attr-defined]
    assert await failure(call.read()) == ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED")


@pytest.mark.parametrize(
    "second", [pb.StreamLearnRequest(parent="minds/other"), pb.StreamLearnRequest(job_id="another")]
)
async def test_a_stream_keeps_to_one_mind_and_job(world: World, second: pb.StreamLearnRequest) -> None:
    call = world.stub.StreamLearn()
    await call.write(pb.StreamLearnRequest(parent="minds/m"))
    await call.write(second)
    await call.done_writing()
    assert await failure(call.read()) == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_an_empty_stream_needs_a_mind(world: World) -> None:
    call = world.stub.StreamLearn()
    await call.done_writing()
    assert await failure(call.read()) == ("INVALID_ARGUMENT", "MIND_REQUIRED")


# --- forgetting ---


async def residue(world: World, word: str) -> list[str]:
    """Where the word still stands: agents, packets of the store."""
    found = [agent for agent, record in world.connectome.agents.items() if word in record.text]
    return found + [agent for agent, texts in world.stored().items() if any(word in text for text in texts)]


async def test_forgetting_leaves_nothing_and_says_what_went(world: World) -> None:
    await world.learn(
        DocumentInput(id="d", text=paragraphs("secret", "hidden")), DocumentInput(id="e", text=paragraphs("open"))
    )
    world.traces.kept = ["minds/m/documents/d", "minds/m/documents/e"]
    agents = world.connectome.agents_of("minds/m/documents/d")
    receipt = await world.forget("d")
    assert receipt.document == "minds/m/documents/d"
    assert sorted(receipt.agents) == sorted(agents)
    assert (list(receipt.concepts), receipt.link_count, receipt.trace_count) == (["lonely concept"], 7, 1)
    assert (len(receipt.bundles), list(receipt.hosts)) == (1, ["host-1"])
    assert set(agents) <= set(world.lifecycle.slept)
    assert await residue(world, "Secret") == await residue(world, "Hidden") == []
    assert world.traces.kept == ["minds/m/documents/e"]
    world.check()


async def test_what_an_edit_removed_is_gone_at_once(world: World) -> None:
    await world.learn(
        DocumentInput(id="d", text=paragraphs("secret", "blue")), DocumentInput(id="e", text=paragraphs("open"))
    )
    await world.text("d", paragraphs("blue"))
    assert await residue(world, "Secret") == []
    world.check()


async def test_what_a_broken_off_job_left_goes_with_the_document(world: World) -> None:
    await world.learn(
        DocumentInput(id="d", text=paragraphs("secret", "blue")), DocumentInput(id="e", text=paragraphs("open"))
    )
    call = world.stub.StreamLearn()
    edit = DocumentInput(id="d", text=paragraphs("blue"))
    await call.write(pb.StreamLearnRequest(parent="minds/m", documents=[edit]))
    await call.read()
    call.cancel()
    await world.forget("d")
    assert await residue(world, "Secret") == await residue(world, "Blue") == []
    world.check()


async def test_the_last_document_of_a_bundle_takes_the_bundle_along(world: World) -> None:
    await world.text("d", "secret")
    await world.forget("d")
    assert world.files() == []


async def test_an_unknown_document_is_not_found(world: World) -> None:
    await world.text("e", "open")
    assert await failure(world.forget("d")) == ("NOT_FOUND", "DOCUMENT_NOT_FOUND")
    assert world.lifecycle.slept == []
    world.check()


@pytest.mark.parametrize("broken", ["dlm", "ListPackets", "RelocatePackets", "traces"])
async def test_a_forget_that_broke_off_is_finished_by_the_next(world: World, broken: str) -> None:
    await world.learn(DocumentInput(id="d", text="secret " * 200), DocumentInput(id="e", text=paragraphs("open")))
    world.traces.kept = ["minds/m/documents/d"]
    agents = set(world.connectome.agents_of("minds/m/documents/d"))
    world.lifecycle.fails, world.traces.fails = broken == "dlm", broken == "traces"
    world.connectome.failures = [broken]
    assert await failure(world.forget("d")) == ("UNAVAILABLE", "COMPONENT_UNAVAILABLE")
    world.lifecycle.fails = world.traces.fails = False
    world.connectome.failures = []
    receipt = await world.forget("d")
    assert receipt.trace_count == 1
    assert set(receipt.agents) in ({*agents}, set())
    assert agents <= set(world.lifecycle.slept)
    assert await residue(world, "secret") == []
    world.check()
    assert await failure(world.forget("d")) == ("NOT_FOUND", "DOCUMENT_NOT_FOUND")


async def test_forgetting_many_at_once_keeps_every_other_packet(world: World) -> None:
    names = [f"d{number}" for number in range(12)]
    await world.learn(*(DocumentInput(id=name, text=f"{name} secret") for name in names))
    receipts = await asyncio.gather(*(world.forget(name) for name in names[::2]))
    assert all(len(receipt.agents) == 1 for receipt in receipts)
    assert len(world.connectome.agents) == 6
    world.check()


async def test_a_key_that_forgets_very_much_at_once_is_told_to_wait_and_what_it_was_told_holds(world: World) -> None:
    names = [f"d{number}" for number in range(3 * fairness.MOST_OF_A_KEY)]
    await world.learn(*(DocumentInput(id=name, text=f"{name} is a thing.") for name in names))
    told = await asyncio.gather(*(world.forget(name) for name in names), return_exceptions=True)
    refused = [name for name, one in zip(names, told, strict=True) if isinstance(one, grpc.aio.AioRpcError)]
    assert {one.code() for one in told if isinstance(one, grpc.aio.AioRpcError)} == {grpc.StatusCode.RESOURCE_EXHAUSTED}
    assert len(refused) <= len(names) - fairness.MOST_OF_A_KEY
    for name in refused:
        await world.forget(name)


async def test_learning_and_forgetting_at_once_loses_nothing(world: World) -> None:
    await world.learn(*(DocumentInput(id=f"d{number}", text=paragraphs(f"old{number}")) for number in range(8)))

    async def edit(number: int) -> None:
        for version in range(4):
            await world.text(f"d{number}", paragraphs(f"old{number}", f"v{version}"))

    await asyncio.gather(
        *(edit(number) for number in range(4)), *(world.forget(f"d{number}") for number in range(4, 8))
    )
    assert set(world.connectome.documents) == {f"minds/m/documents/d{number}" for number in range(4)}
    world.check()


@pytest.mark.parametrize("seed", range(3))
async def test_forgetting_beside_learning_succeeds_or_finds_no_document(world: World, seed: int) -> None:
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()

    async def teach(number: int) -> None:
        for version in range(8):
            some = chance.sample(range(12), 4)
            documents = [DocumentInput(id=f"d{one}", text=paragraphs(f"{number}v{version}", "same")) for one in some]
            states = {one.state for one in (await world.learn(*documents)).results}
            assert states <= {LEARNED, UNCHANGED}

    async def forget() -> None:
        for _ in range(20):
            try:
                await world.forget(f"d{chance.randrange(12)}")
                outcomes["OK"] += 1
            except grpc.aio.AioRpcError as error:
                outcomes[received(error).reason] += 1

    await asyncio.gather(*(teach(number) for number in range(3)), *(forget() for _ in range(6)))
    assert set(outcomes) == {"OK", "DOCUMENT_NOT_FOUND"}
    for one in range(12):
        with suppress(grpc.aio.AioRpcError):
            await world.forget(f"d{one}")
    assert (world.connectome.agents, world.files()) == ({}, [])


async def test_what_is_forgotten_while_its_bundle_is_looked_at_is_not_left_in_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.learn(DocumentInput(id="a", text="A is a thing."), DocumentInput(id="b", text="B is a thing."))
    (agent,) = world.connectome.agents_of("minds/m/documents/a")
    location = world.connectome.agents[agent].packet_location
    sleeping = world.storage._residents.dehydrate

    async def forgotten_meanwhile(mind: str, agents: Sequence[str]) -> dlm.DehydrateResponse:
        if world.connectome.agents.pop(agent, None):
            world.storage.outdate(mind, [location])
        return await sleeping(mind, agents)

    monkeypatch.setattr(world.storage._residents, "dehydrate", forgotten_meanwhile)
    await world.storage.compact("minds/m", [Place.parse(location).bundle])
    world.check()


async def test_a_packet_that_was_moved_while_its_document_was_learned_again_is_left_nowhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.text("d", paragraphs("first", "same"))
    (file,) = world.files()
    copy = file.with_name("0" * 32 + file.suffix)
    keep_off = world.connectome._keep_off

    def moved_meanwhile(locations: Iterable[str]) -> None:
        if not copy.exists():
            copy.write_bytes(file.read_bytes())
            for record in world.connectome.agents.values():
                record.packet_location = record.packet_location.replace(file.name, copy.name)
        keep_off(locations)

    monkeypatch.setattr(world.connectome, "_keep_off", moved_meanwhile)
    assert (await world.text("d", paragraphs("before", "first", "same"))).state == LEARNED
    assert not {file, copy} & {*world.files()}
    world.check()


# --- the sweeper ---


def aged(world: World) -> None:
    for file in world.files():
        os.utime(file, (0, 0))


async def test_the_sweeper_removes_old_bundles_that_no_agent_points_to(world: World) -> None:
    await world.text("d", "kept")
    store = FolderPacketStore(world.folder)
    orphan = next(bundles.build([("minds/m/agents/a1", bundles.frame(b"orphan"))]))[0]
    gone = [await store.write("minds/m", orphan), await store.write("minds/deleted", orphan)]
    half = world.files()[0].with_suffix(".x1.part")
    half.write_bytes(b"half a bundle")
    assert await sweep(store, world.storage) == []
    aged(world)
    swept = await sweep(store, world.storage)
    assert set(gone) < set(swept)
    assert len(swept) == 3
    assert not half.exists()
    world.check()


async def test_the_sweeper_cuts_left_over_packets_out_of_bundles_in_use(world: World) -> None:
    await world.learn(DocumentInput(id="d", text="secret"), DocumentInput(id="e", text="open"))
    (agent,) = world.connectome.agents_of("minds/m/documents/d")
    del world.connectome.agents[agent], world.connectome.documents["minds/m/documents/d"]
    aged(world)
    assert len(await sweep(FolderPacketStore(world.folder), world.storage)) == 1
    assert world.lifecycle.slept == [agent]
    world.check()


async def test_the_sweeper_leaves_alone_what_is_being_registered(world: World) -> None:
    store = FolderPacketStore(world.folder)
    await world.storage.write("minds/m", [("minds/m/agents/a1", bundles.frame(b"fresh"))])
    assert await sweep(store, world.storage) == []
    aged(world)
    assert len(await sweep(store, world.storage)) == 1


@pytest.mark.parametrize("edited", [False, True])
async def test_what_was_swept_away_while_it_was_registered_is_written_again(world: World, edited: bool) -> None:
    """A learn that hangs for so long that its bundle is old: the bundle goes, and nothing points to it."""
    if edited:
        await world.text("d", paragraphs("kept"))
    world.connectome.gate, world.connectome.reached = asyncio.Event(), asyncio.Event()
    learning = asyncio.create_task(world.text("d", paragraphs("kept", "new")))
    await world.connectome.reached.wait()
    aged(world)
    assert await sweep(FolderPacketStore(world.folder), world.storage)
    world.connectome.gate.set()
    assert (await learning).state == LEARNED
    assert world.connectome.calls.count("RegisterAgents") == 2 + edited
    world.check()


async def test_small_bundles_of_a_mind_become_one_and_no_packet_changes(world: World) -> None:
    for number in range(MERGED_AT_LEAST):
        assert await sweep(FolderPacketStore(world.folder), world.storage) == []
        await world.text(f"d{number}", paragraphs(f"word{number}"))
    before = {agent: world.packet(agent) for agent in world.connectome.agents}
    aged(world)
    assert len(await sweep(FolderPacketStore(world.folder), world.storage)) == MERGED_AT_LEAST
    assert len(world.files()) == 1
    assert {agent: world.packet(agent) for agent in world.connectome.agents} == before
    assert world.lifecycle.slept == []
    world.check()


async def test_a_few_small_bundles_are_left_as_they_are(world: World) -> None:
    for number in range(MERGED_AT_LEAST - 1):
        await world.text(f"d{number}", paragraphs(f"word{number}"))
    aged(world)
    assert await sweep(FolderPacketStore(world.folder), world.storage) == []


@pytest.mark.parametrize("broken", ["ListPackets", "RelocatePackets", "CondemnBundles"])
async def test_a_merge_that_broke_off_has_lost_nothing_and_the_next_pass_ends_it(world: World, broken: str) -> None:
    for number in range(MERGED_AT_LEAST):
        await world.text(f"d{number}", paragraphs(f"word{number}"))
    aged(world)
    world.connectome.failures = [broken]
    assert await sweep(FolderPacketStore(world.folder), world.storage) == []
    world.check()
    world.connectome.failures = []
    aged(world)
    await sweep(FolderPacketStore(world.folder), world.storage)
    aged(world)
    await sweep(FolderPacketStore(world.folder), world.storage)
    assert len(world.files()) == 1
    world.check()


# --- what is damaged or lost ---


def damage(world: World, agent: str) -> Path:
    """Turn over a bit of an agent's packet; its bundle."""
    place = Place.parse(world.connectome.agents[agent].packet_location)
    file = world.folder / place.bundle.removeprefix("folder:///")
    content = bytearray(file.read_bytes())
    content[place.start + place.length // 2] ^= 1
    file.write_bytes(content)
    return file


async def repaired(world: World) -> pb.RepairDocumentsResponse:
    return await world.stub.RepairDocuments(pb.RepairDocumentsRequest(parent="minds/m"))


def told(response: pb.RepairDocumentsResponse) -> list[tuple[str, int, str]]:
    return [(names.leaf(one.document), one.lost_agent_count, reason(one)) for one in response.lost_documents]


async def test_learning_again_brings_back_a_lost_bundle(world: World) -> None:
    both = [DocumentInput(id=one, text=paragraphs(one, f"more {one}")) for one in ("red", "blue")]
    await world.learn(*both)
    (file,) = world.files()
    file.unlink()
    assert [one.state for one in (await world.learn(*both)).results] == [LEARNED, LEARNED]
    world.check()
    assert [one.state for one in (await world.learn(*both)).results] == [UNCHANGED, UNCHANGED]


async def test_learning_again_brings_back_a_damaged_packet_and_nothing_else(world: World) -> None:
    both = [DocumentInput(id=one, text=paragraphs(one, f"more {one}")) for one in ("red", "blue")]
    await world.learn(*both)
    agent = world.connectome.agents_of("minds/m/documents/red")[0]
    before = set(world.connectome.agents)
    damage(world, agent)
    results = (await world.learn(*both)).results
    assert [(one.state, one.added_agent_count, one.removed_agent_count) for one in results] == [
        (LEARNED, 0, 0),
        (UNCHANGED, 0, 0),
    ]
    assert set(world.connectome.agents) == before
    assert agent in world.lifecycle.slept
    world.check()


async def test_a_damaged_bundle_is_written_anew(world: World) -> None:
    await world.text("d", "kept")
    (agent,) = world.connectome.agents
    file = damage(world, agent)
    assert (await world.text("d", "kept")).state == LEARNED
    assert file not in world.files()
    world.check()


async def test_repair_says_whose_packets_are_lost(world: World) -> None:
    documents = [DocumentInput(id=one, text=paragraphs(one, f"more {one}"), uri=one) for one in ("a", "b", "c")]
    await world.learn(*documents)
    assert told(await repaired(world)) == []
    lost = world.connectome.agents_of("minds/m/documents/b")[0]
    damaged = damage(world, lost)
    response = await repaired(world)
    assert told(response) == [("b", 1, "PACKET_CORRUPT")]
    assert (response.lost_documents[0].uri, response.document_count, response.packet_count) == ("b", 3, 6)
    damaged.unlink()
    assert told(await repaired(world)) == [(one, 2, "PACKET_NOT_FOUND") for one in ("a", "b", "c")]
    await world.learn(*documents)
    assert told(await repaired(world)) == []
    world.check()


async def test_repair_saves_what_lies_in_a_bundle_whose_index_is_damaged(world: World) -> None:
    await world.learn(*(DocumentInput(id=one, text=paragraphs(one)) for one in ("a", "b")))
    (file,) = world.files()
    file.write_bytes(file.read_bytes()[:-1])
    await world.forget("a")
    assert file not in world.files()
    world.check()


async def test_a_bundle_that_is_cut_short_keeps_what_can_be_read(world: World) -> None:
    await world.learn(*(DocumentInput(id=one, text=paragraphs(one)) for one in ("a", "b", "c")))
    (file,) = world.files()
    last = max(world.connectome.agents, key=lambda one: Place.parse(world.connectome.agents[one].packet_location).start)
    os.truncate(file, Place.parse(world.connectome.agents[last].packet_location).start + 10)
    ((document, count, reason),) = told(await repaired(world))
    assert (document, count, reason) == ("c", 1, "PACKET_NOT_FOUND")
    await world.text("c", paragraphs("c"))
    assert told(await repaired(world)) == []
    world.check()


async def test_the_sweeper_deletes_no_bundle_that_alone_holds_what_an_agent_needs(world: World) -> None:
    await world.text("d", "kept")
    (agent,) = world.connectome.agents
    file = damage(world, agent)
    file.write_bytes(file.read_bytes()[:-1])
    aged(world)
    assert await sweep(FolderPacketStore(world.folder), world.storage) == []
    assert file.exists()


async def test_repair_needs_a_mind_and_a_teacher(world: World) -> None:
    request = pb.RepairDocumentsRequest(parent="minds/none")
    assert await failure(world.stub.RepairDocuments(request)) == ("NOT_FOUND", "MIND_NOT_FOUND")
    reader = world.stub.RepairDocuments(request, metadata=key("ROLE_READER", "minds/none"))
    assert await failure(reader) == ("PERMISSION_DENIED", "ROLE_TOO_LOW")


# --- reading, and who may ---


async def test_documents_are_read_and_listed(world: World) -> None:
    await world.text("d", "text", title="T", metadata={"a": "b"})
    document = (await world.stub.GetDocument(pb.GetDocumentRequest(name="minds/m/documents/d"))).document
    assert (document.title, document.agent_count, dict(document.metadata)) == ("T", 1, {"a": "b"})
    listed = await world.stub.ListDocuments(pb.ListDocumentsRequest(parent="minds/m"))
    assert ([one.name for one in listed.documents], listed.next_page_token) == (["minds/m/documents/d"], "next")


def key(role: str, *minds: str, id: str = "k1") -> tuple[tuple[str, str], ...]:
    return (("x-myriad-key", id), ("x-myriad-role", role), ("x-myriad-minds", ",".join(minds)))


async def test_what_there_is_not_is_not_found(world: World) -> None:
    get, read = world.stub.GetDocument, world.stub.GetJob
    assert await failure(get(pb.GetDocumentRequest(name="minds/m/documents/x"))) == ("NOT_FOUND", "DOCUMENT_NOT_FOUND")
    assert await failure(read(pb.GetJobRequest(name="minds/m/jobs/x"))) == ("NOT_FOUND", "JOB_NOT_FOUND")
    listing = world.stub.ListDocuments(pb.ListDocumentsRequest(parent="minds/none"))
    assert await failure(listing) == ("NOT_FOUND", "MIND_NOT_FOUND")
    assert await failure(get(pb.GetDocumentRequest(name="documents/x"))) == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_a_reader_cannot_teach_and_nobody_sees_anothers_mind(world: World) -> None:
    stub = world.stub
    learn = pb.LearnDocumentsRequest(parent="minds/m", documents=[DocumentInput(text="x")])
    forget = pb.ForgetDocumentRequest(name="minds/m/documents/d")
    reader, stranger = key("ROLE_READER", "minds/m"), key("ROLE_ADMIN", "minds/other")
    for call in (stub.LearnDocuments(learn, metadata=reader), stub.ForgetDocument(forget, metadata=reader)):
        assert await failure(call) == ("PERMISSION_DENIED", "ROLE_TOO_LOW")
    calls: Iterable[Awaitable[object]] = (
        stub.LearnDocuments(learn, metadata=stranger),
        stub.ForgetDocument(forget, metadata=stranger),
        stub.GetDocument(pb.GetDocumentRequest(name="minds/m/documents/d"), metadata=stranger),
        stub.ListDocuments(pb.ListDocumentsRequest(parent="minds/m"), metadata=stranger),
        stub.GetJob(pb.GetJobRequest(name="minds/m/jobs/x"), metadata=stranger),
    )
    for refused in calls:
        assert await failure(refused) == ("NOT_FOUND", "MIND_NOT_FOUND")
    assert world.connectome.calls == []


async def test_a_key_with_one_mind_need_not_name_it(world: World) -> None:
    request = pb.LearnDocumentsRequest(documents=[DocumentInput(id="d", text="x")])
    response = await world.stub.LearnDocuments(request, metadata=key("ROLE_TEACHER", "minds/mine"))
    assert response.results[0].document == "minds/mine/documents/d"


def taught(stub: DocumentServiceStub, job: str = "j1") -> Awaitable[object]:
    request = pb.LearnDocumentsRequest(parent="minds/m", job_id=job, documents=[DocumentInput(id="a", text="A is.")])
    return stub.LearnDocuments(request)


async def streamed(stub: DocumentServiceStub) -> None:
    call = stub.StreamLearn()
    for number in range(3):
        document = DocumentInput(id=f"d{number}", text=f"{number} is a number.")
        await call.write(pb.StreamLearnRequest(parent="minds/m", job_id="j2", documents=[document]))
        # A write upon the end of a call would lose its status: https://github.com/grpc/grpc/issues/36066.
        await call.read()
    await call.done_writing()
    while isinstance(await call.read(), pb.StreamLearnResponse):
        pass


WRITES: Mapping[str, tuple[str, Callable[[DocumentServiceStub], Awaitable[object]]]] = {
    "learned": ("document.learn minds/m/jobs/j1", taught),
    "streamed": ("document.learn minds/m/jobs/j2", streamed),
    "forgotten": (
        "document.forget minds/m/documents/known",
        lambda stub: stub.ForgetDocument(pb.ForgetDocumentRequest(name="minds/m/documents/known")),
    ),
    "repaired": (
        "document.repair minds/m",
        lambda stub: stub.RepairDocuments(pb.RepairDocumentsRequest(parent="minds/m")),
    ),
    "cancelled": (
        "job.cancel minds/m/jobs/j1",
        lambda stub: stub.CancelJob(pb.CancelJobRequest(name="minds/m/jobs/j1")),
    ),
}


@pytest.mark.parametrize("change", WRITES)
async def test_what_changes_documents_is_one_entry_of_the_audit_log(world: World, change: str) -> None:
    await world.text("known", "The known is known.")
    await taught(world.stub)
    world.written.changes.clear()
    said, work = WRITES[change]
    await work(world.stub)
    assert [f"{one.action} {one.subject}" for one in world.written.changes] == [said]


@pytest.mark.parametrize("change", WRITES)
async def test_no_document_changes_without_an_entry_in_the_audit_log(world: World, change: str) -> None:
    await world.text("known", "The known is known.")
    before = dict(world.connectome.documents), dict(world.ledger.jobs)
    world.written.broken = True
    assert await failure(WRITES[change][1](world.stub)) == ("UNAVAILABLE", "COMPONENT_UNAVAILABLE")
    assert (world.connectome.documents, world.ledger.jobs) == before


async def test_an_entry_counts_what_came_at_once_and_names_what_has_a_name(world: World) -> None:
    await world.learn(DocumentInput(id="a", text="A is."), DocumentInput(text="B."), DocumentInput(id="!", text="C."))
    (change,) = world.written.changes
    assert (change.source_count, list(change.documents)) == (3, ["minds/m/documents/a"])
