"""The connectome, over gRPC: the graph and the ledger of jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

import grpc

from genesis.errors import Conflict, DocumentTooLarge
from genesis.ports import Move
from mesh import names
from mesh.access import MindNotFound
from mesh.call import calling, outgoing
from mesh.connections import MESSAGE_BYTES
from mesh.errors import CallFailed
from myriad.connectome.v1.agent_record_pb2 import AgentRecord, PacketPlace, RemovedAgent
from myriad.connectome.v1.agent_record_service_pb2 import BatchGetAgentRecordsRequest, ListAgentRecordsRequest
from myriad.connectome.v1.agent_record_service_pb2_grpc import AgentRecordServiceStub
from myriad.connectome.v1.document_record_pb2 import DocumentDifference, DocumentPlan, RegisteredDocument
from myriad.connectome.v1.ledger_service_pb2 import (
    CancelJobRequest,
    CloseJobRequest,
    ListJobsRequest,
    OpenJobRequest,
    ReadJobRequest,
    RecordEntriesRequest,
)
from myriad.connectome.v1.ledger_service_pb2_grpc import LedgerServiceStub
from myriad.connectome.v1.mind_pb2 import Weight
from myriad.connectome.v1.registry_service_pb2 import (
    CondemnBundlesRequest,
    GetDocumentRecordRequest,
    ListDocumentRecordsRequest,
    ListPacketsRequest,
    PlanDocumentsRequest,
    RegisterAgentsRequest,
    RelocatePacketsRequest,
    RemoveAgentsRequest,
    RemoveAgentsResponse,
)
from myriad.connectome.v1.registry_service_pb2_grpc import RegistryServiceStub
from myriad.connectome.v1.weight_service_pb2 import ListWrittenWeightsRequest, RestoreWeightsRequest
from myriad.connectome.v1.weight_service_pb2_grpc import WeightServiceStub
from myriad.genesis.v1.document_pb2 import Document, DocumentResult, Job

READ_SECONDS = 10.0
WRITE_SECONDS = 60.0
_AGENTS_A_CALL = 1_000
_WEIGHTS_A_CALL = 1_000
_PLACES_A_CALL = 20_000
_PLACES_A_PAGE = 1_000


class GrpcConnectome:
    """See `genesis.ports.Connectome`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._registry = RegistryServiceStub(channel)
        self._records = AgentRecordServiceStub(channel)

    async def plan(self, mind: str, documents: Sequence[DocumentPlan]) -> Sequence[DocumentDifference]:
        request = PlanDocumentsRequest(mind=mind, documents=documents)
        with calling():
            return (await self._registry.PlanDocuments(request, **outgoing(WRITE_SECONDS))).differences

    async def register(self, mind: str, documents: Sequence[RegisteredDocument]) -> Sequence[RemovedAgent]:
        request = RegisterAgentsRequest(mind=mind, documents=documents)
        if request.ByteSize() > MESSAGE_BYTES:
            raise DocumentTooLarge("the document makes more agents than can be registered at once; cut it into several")
        with _conflicts(), calling():
            return (await self._registry.RegisterAgents(request, **outgoing(WRITE_SECONDS))).removed

    async def remove(self, mind: str, documents: Sequence[str] | None) -> RemoveAgentsResponse:
        request = RemoveAgentsRequest(mind=mind, documents=documents, all_documents=documents is None)
        with calling():
            return await self._registry.RemoveAgents(request, **outgoing(WRITE_SECONDS))

    async def document(self, name: str) -> Document:
        request = GetDocumentRecordRequest(name=name)
        with calling():
            return (await self._registry.GetDocumentRecord(request, **outgoing(READ_SECONDS))).document

    async def documents(self, mind: str, page_size: int, page_token: str) -> tuple[Sequence[Document], str]:
        request = ListDocumentRecordsRequest(mind=mind, page_size=page_size, page_token=page_token)
        with calling():
            response = await self._registry.ListDocumentRecords(request, **outgoing(READ_SECONDS))
        return response.documents, response.next_page_token

    async def agents(self, mind: str, names: Sequence[str]) -> Sequence[AgentRecord]:
        found: list[AgentRecord] = []
        for start in range(0, len(names), _AGENTS_A_CALL):
            request = BatchGetAgentRecordsRequest(mind=mind, agents=names[start : start + _AGENTS_A_CALL])
            with calling():
                found.extend((await self._records.BatchGetAgentRecords(request, **outgoing(READ_SECONDS))).agents)
        return found

    async def agents_of(self, document: str) -> AsyncIterator[Sequence[AgentRecord]]:
        request = ListAgentRecordsRequest(mind=names.parent(document), document=document, page_size=_AGENTS_A_CALL)
        while True:
            with calling():
                response = await self._records.ListAgentRecords(request, **outgoing(READ_SECONDS))
            yield response.agents
            if not response.next_page_token:
                return
            request.page_token = response.next_page_token

    async def relocate(self, mind: str, moves: Sequence[Move]) -> None:
        for start in range(0, len(moves), _PLACES_A_CALL):
            places = [
                PacketPlace(agent=move.agent, packet_location=move.location, moved_from=move.moved_from)
                for move in moves[start : start + _PLACES_A_CALL]
            ]
            request = RelocatePacketsRequest(mind=mind, places=places)
            with _conflicts(), calling():
                await self._registry.RelocatePackets(request, **outgoing(WRITE_SECONDS))

    async def places(self, mind: str, bundles: Sequence[str]) -> Sequence[tuple[str, str]]:
        if not bundles:
            return []
        found: list[tuple[str, str]] = []
        request = ListPacketsRequest(mind=mind, bundles=bundles, page_size=_PLACES_A_PAGE)
        while True:
            try:
                with calling():
                    response = await self._registry.ListPackets(request, **outgoing(WRITE_SECONDS))
            except CallFailed as error:
                if error.reason != MindNotFound.reason:
                    raise
                return []
            found.extend((place.agent, place.packet_location) for place in response.places)
            if not response.next_page_token:
                return found
            request.page_token = response.next_page_token

    async def condemn(self, mind: str, bundles: Sequence[str]) -> Sequence[str]:
        with calling():
            request = CondemnBundlesRequest(mind=mind, bundles=bundles)
            return (await self._registry.CondemnBundles(request, **outgoing(WRITE_SECONDS))).bundles


@contextmanager
def _conflicts() -> Iterator[None]:
    try:
        yield
    except CallFailed as error:
        if error.reason == Conflict.reason:
            raise Conflict(error.message) from None
        raise


class GrpcWeights:
    """See `genesis.ports.Weights`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = WeightServiceStub(channel)

    async def written(self, mind: str) -> AsyncIterator[Sequence[Weight]]:
        request = ListWrittenWeightsRequest(mind=mind, page_size=_WEIGHTS_A_CALL)
        while True:
            with calling():
                response = await self._stub.ListWrittenWeights(request, **outgoing(READ_SECONDS))
            yield response.weights
            if not response.next_page_token:
                return
            request.page_token = response.next_page_token

    async def restore(self, mind: str, weights: Sequence[Weight]) -> None:
        for start in range(0, len(weights), _WEIGHTS_A_CALL):
            request = RestoreWeightsRequest(mind=mind, weights=weights[start : start + _WEIGHTS_A_CALL])
            with calling():
                await self._stub.RestoreWeights(request, **outgoing(WRITE_SECONDS))


class GrpcLedger:
    """See `genesis.ports.Ledger`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = LedgerServiceStub(channel)

    async def open(self, job: str) -> Job:
        request = OpenJobRequest(mind=names.parent(job), job=names.leaf(job))
        with calling():
            return (await self._stub.OpenJob(request, **outgoing(READ_SECONDS))).job

    async def record(self, job: str, results: Sequence[DocumentResult]) -> Job:
        request = RecordEntriesRequest(mind=names.parent(job), job=names.leaf(job), entries=results)
        with calling():
            return (await self._stub.RecordEntries(request, **outgoing(WRITE_SECONDS))).job

    async def close(self, job: str) -> Job:
        request = CloseJobRequest(mind=names.parent(job), job=names.leaf(job))
        with calling():
            return (await self._stub.CloseJob(request, **outgoing(READ_SECONDS))).job

    async def cancel(self, job: str) -> Job:
        request = CancelJobRequest(mind=names.parent(job), job=names.leaf(job))
        with calling():
            return (await self._stub.CancelJob(request, **outgoing(READ_SECONDS))).job

    async def jobs(self, mind: str, page_size: int, page_token: str) -> tuple[Sequence[Job], str]:
        request = ListJobsRequest(mind=mind, page_size=page_size, page_token=page_token)
        with calling():
            response = await self._stub.ListJobs(request, **outgoing(READ_SECONDS))
        return response.jobs, response.next_page_token

    async def read(self, job: str) -> Job:
        request = ReadJobRequest(mind=names.parent(job), job=names.leaf(job))
        with calling():
            return (await self._stub.ReadJob(request, **outgoing(READ_SECONDS))).job
