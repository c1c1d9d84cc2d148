"""The connectome's servicers. Every use case runs in a worker thread: the stores are synchronous."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

from connectome import weights
from connectome.activate import activate
from connectome.dense import DenseSense
from connectome.following import Following
from connectome.linking import Linker
from connectome.neighbours import neighbours
from connectome.ports import (
    AgentStore,
    Forgetting,
    Graph,
    JobLedger,
    LexicalIndex,
    MindAt,
    MindStore,
    Registry,
    WeightStore,
)
from connectome.projection import Projection
from connectome.regions import RegionStore
from connectome.register import reading_of, register
from connectome.reinforce import reinforce, reset, restore
from connectome.remembering import Memories, Memory
from connectome.remove import remove
from connectome.update import changing, checked_display_name, update
from mesh import caches, call, names, pages, repeats
from mesh.access import ALL_MINDS, Caller, MindNotFound
from mesh.call import Context
from mesh.changes import Changes
from mesh.errors import InvalidField
from mesh.processor import in_thread
from mesh.scope import some_or_all
from myriad.connectome.v1 import activation_service_pb2 as activation_pb
from myriad.connectome.v1 import agent_record_service_pb2 as records_pb
from myriad.connectome.v1 import ledger_service_pb2 as ledger_pb
from myriad.connectome.v1 import mind_service_pb2 as minds_pb
from myriad.connectome.v1 import registry_service_pb2 as pb
from myriad.connectome.v1 import weight_service_pb2 as weights_pb
from myriad.connectome.v1.activation_service_pb2_grpc import ActivationServiceServicer
from myriad.connectome.v1.agent_record_pb2 import PacketPlace
from myriad.connectome.v1.agent_record_service_pb2_grpc import AgentRecordServiceServicer
from myriad.connectome.v1.ledger_service_pb2_grpc import LedgerServiceServicer
from myriad.connectome.v1.mind_pb2 import Mind
from myriad.connectome.v1.mind_service_pb2_grpc import MindServiceServicer
from myriad.connectome.v1.registry_service_pb2_grpc import RegistryServiceServicer
from myriad.connectome.v1.weight_service_pb2_grpc import WeightServiceServicer

P = ParamSpec("P")
R = TypeVar("R")
MOST_NEIGHBOURS = 100


class ActivationServicer(ActivationServiceServicer):
    """What a question wakes, for the orchestrator."""

    def __init__(
        self,
        graph: Graph,
        lexical: LexicalIndex,
        memories: Memories,
        dense: DenseSense | None = None,
        following: Following | None = None,
    ) -> None:
        self._graph = graph
        self._lexical = lexical
        self._memories = memories
        self._dense = dense
        self._following = following

    async def Activate(
        self, request: activation_pb.ActivateRequest, context: Context
    ) -> activation_pb.ActivateResponse:
        wanted = request.weights_as_of.seconds if request.HasField("weights_as_of") else time.time()
        as_of = weights.quarter(wanted)
        remembered = partial(self._remembered, as_of)
        response = await in_thread(activate, self._graph.as_of(as_of), self._lexical, request, self._dense, remembered)
        response.weights_as_of.seconds = as_of
        return response

    def _remembered(self, as_of: int, mind: str, now: MindAt) -> Memory:
        if self._following:
            self._following.reach(mind, now)
        return self._memories.of(as_of, mind, now)


class RegistryServicer(RegistryServiceServicer):
    """What the graph consists of, for genesis."""

    def __init__(
        self,
        registry: Registry,
        agents: AgentStore,
        ledger: JobLedger,
        projection: Projection,
        linker: Linker,
        memories: Memories,
        writer: Executor,
    ) -> None:
        self._registry = registry
        self._agents = agents
        self._ledger = ledger
        self._projection = projection
        self._linker = linker
        self._memories = memories
        self._writer = writer
        """One thread: a write whose caller has gone still ends before the next begins."""

    async def PlanDocuments(self, request: pb.PlanDocumentsRequest, context: Context) -> pb.PlanDocumentsResponse:
        differences = await in_thread(self._registry.plan, list(request.documents))
        return pb.PlanDocumentsResponse(differences=differences)

    async def RegisterAgents(self, request: pb.RegisterAgentsRequest, context: Context) -> pb.RegisterAgentsResponse:
        reading = await in_thread(reading_of, request)
        write = partial(register, self._registry, self._projection, self._linker, reading)
        return await self._changed(request.mind, write)

    async def RemoveAgents(self, request: pb.RemoveAgentsRequest, context: Context) -> pb.RemoveAgentsResponse:
        some_or_all(request.documents, request.all_documents, "documents")
        write = partial(remove, self._registry, self._ledger, self._projection, self._linker, request)
        response = await self._changed(request.mind, write)
        caches.empty()
        return response

    async def RelocatePackets(self, request: pb.RelocatePacketsRequest, context: Context) -> pb.RelocatePacketsResponse:
        await self._changed(request.mind, partial(self._agents.relocate, request.mind, list(request.places)))
        return pb.RelocatePacketsResponse()

    async def ListPackets(self, request: pb.ListPacketsRequest, context: Context) -> pb.ListPacketsResponse:
        bundles = some_or_all(request.bundles, request.all_bundles, "bundles")
        if request.page_size < 1:  # who overlooks a page takes what is needed for left over
            raise InvalidField("page_size", "is at least 1")
        size, after = pages.size(request.page_size), pages.after(request.page_token)
        bundle, _, agent = after.partition("\n")
        places = await in_thread(self._agents.packets, request.mind, bundles, (bundle, agent), size + 1)
        last = places[size - 1] if len(places) > size else PacketPlace()
        token = pages.token(f"{last.packet_location.rpartition('#')[0]}\n{last.agent}" if last.agent else "")
        return pb.ListPacketsResponse(places=places[:size], next_page_token=token)

    async def CondemnBundles(self, request: pb.CondemnBundlesRequest, context: Context) -> pb.CondemnBundlesResponse:
        work = partial(self._agents.condemn, request.mind, request.bundles)
        return pb.CondemnBundlesResponse(bundles=await asyncio.get_running_loop().run_in_executor(self._writer, work))

    async def GetDocumentRecord(
        self, request: pb.GetDocumentRecordRequest, context: Context
    ) -> pb.GetDocumentRecordResponse:
        return pb.GetDocumentRecordResponse(document=await in_thread(self._agents.get_document, request.name))

    async def ListDocumentRecords(
        self, request: pb.ListDocumentRecordsRequest, context: Context
    ) -> pb.ListDocumentRecordsResponse:
        size, after = pages.size(request.page_size), pages.after(request.page_token)
        documents = await in_thread(self._agents.list_documents, request.mind, after, size + 1)
        last = documents[size - 1].name if len(documents) > size else ""
        return pb.ListDocumentRecordsResponse(documents=documents[:size], next_page_token=pages.token(last))

    async def _changed(self, mind: str, write: Callable[[], R]) -> R:
        """Write; nothing is remembered then of what was."""

        def work() -> R:
            try:
                return write()
            finally:
                self._memories.forget(mind)

        return await asyncio.get_running_loop().run_in_executor(self._writer, work)


class AgentRecordServicer(AgentRecordServiceServicer):
    """Agents as the graph knows them, for the DLM and genesis."""

    def __init__(self, agents: AgentStore, graph: Graph) -> None:
        self._agents = agents
        self._graph = graph

    async def BatchGetAgentRecords(
        self, request: records_pb.BatchGetAgentRecordsRequest, context: Context
    ) -> records_pb.BatchGetAgentRecordsResponse:
        agents = await in_thread(self._agents.get_agents, request.mind, list(request.agents))
        return records_pb.BatchGetAgentRecordsResponse(agents=agents)

    async def ListAgentRecords(
        self, request: records_pb.ListAgentRecordsRequest, context: Context
    ) -> records_pb.ListAgentRecordsResponse:
        size, after = pages.size(request.page_size), pages.after(request.page_token)
        agents = await in_thread(self._agents.list_agents, request.mind, request.document, after, size + 1)
        last = agents[size - 1].agent if len(agents) > size else ""
        return records_pb.ListAgentRecordsResponse(agents=agents[:size], next_page_token=pages.token(last))

    async def GetNeighbours(
        self, request: records_pb.GetNeighboursRequest, context: Context
    ) -> records_pb.GetNeighboursResponse:
        if len(request.agents) > MOST_NEIGHBOURS:
            raise InvalidField("agents", f"names {MOST_NEIGHBOURS} at most")
        if not 0 <= request.max_neighbours <= MOST_NEIGHBOURS:
            raise InvalidField("max_neighbours", f"is between 0 and {MOST_NEIGHBOURS}")
        reader, most = self._graph.as_of(weights.quarter(time.time())), request.max_neighbours
        agents = await in_thread(neighbours, reader, self._agents, request.mind, list(request.agents), most)
        return records_pb.GetNeighboursResponse(agents=agents)

    async def ListPinnedAgents(
        self, request: records_pb.ListPinnedAgentsRequest, context: Context
    ) -> records_pb.ListPinnedAgentsResponse:
        size, after = pages.size(request.page_size), pages.after(request.page_token)
        agents = await in_thread(self._agents.pinned_agents, after, size + 1)
        last = agents[size - 1].agent if len(agents) > size else ""
        return records_pb.ListPinnedAgentsResponse(agents=agents[:size], next_page_token=pages.token(last))


class WeightServicer(WeightServiceServicer):
    """What use teaches, for the orchestrator; and for genesis, which moves minds."""

    def __init__(self, weight_store: WeightStore, registry: Registry, writer: Executor) -> None:
        self._weights = weight_store
        self._registry = registry
        self._writer = writer

    async def Reinforce(self, request: weights_pb.ReinforceRequest, context: Context) -> weights_pb.ReinforceResponse:
        write = partial(reinforce, self._registry, request, time.time())
        edges = await asyncio.get_running_loop().run_in_executor(self._writer, write)
        return weights_pb.ReinforceResponse(edge_count=edges)

    async def ListWrittenWeights(
        self, request: weights_pb.ListWrittenWeightsRequest, context: Context
    ) -> weights_pb.ListWrittenWeightsResponse:
        size = pages.size(request.page_size)
        agent, _, concept = pages.after(request.page_token).partition("\n")
        found = await in_thread(self._weights.list_weights, request.mind, (agent, concept), size + 1)
        last = f"{found[size - 1].agent}\n{found[size - 1].concept}" if len(found) > size else ""
        return weights_pb.ListWrittenWeightsResponse(weights=found[:size], next_page_token=pages.token(last))

    async def RestoreWeights(
        self, request: weights_pb.RestoreWeightsRequest, context: Context
    ) -> weights_pb.RestoreWeightsResponse:
        write = partial(restore, self._registry, request.mind, list(request.weights))
        await asyncio.get_running_loop().run_in_executor(self._writer, write)
        return weights_pb.RestoreWeightsResponse()


class LedgerServicer(LedgerServiceServicer):
    """Learning jobs, for genesis."""

    def __init__(self, ledger: JobLedger, minds: MindStore) -> None:
        self._ledger = ledger
        self._minds = minds

    async def OpenJob(self, request: ledger_pb.OpenJobRequest, context: Context) -> ledger_pb.OpenJobResponse:
        return ledger_pb.OpenJobResponse(
            job=await in_thread(self._ledger.open_job, names.job(request.mind, request.job))
        )

    async def RecordEntries(
        self, request: ledger_pb.RecordEntriesRequest, context: Context
    ) -> ledger_pb.RecordEntriesResponse:
        name = names.job(request.mind, request.job)
        return ledger_pb.RecordEntriesResponse(job=await in_thread(self._ledger.record, name, list(request.entries)))

    async def CloseJob(self, request: ledger_pb.CloseJobRequest, context: Context) -> ledger_pb.CloseJobResponse:
        name = names.job(request.mind, request.job)
        return ledger_pb.CloseJobResponse(job=await in_thread(self._ledger.close_job, name, request.failed))

    async def CancelJob(self, request: ledger_pb.CancelJobRequest, context: Context) -> ledger_pb.CancelJobResponse:
        name = names.job(request.mind, request.job)
        return ledger_pb.CancelJobResponse(job=await in_thread(self._ledger.cancel_job, name))

    async def ListJobs(self, request: ledger_pb.ListJobsRequest, context: Context) -> ledger_pb.ListJobsResponse:
        size, after = pages.size(request.page_size), pages.after(request.page_token)
        mind = names.mind(request.mind)
        jobs = await in_thread(self._ledger.list_jobs, mind, after, size + 1)
        if not jobs and not after:  # a mind's first job is there before it is
            await in_thread(self._minds.get_mind, mind)
        last = jobs[size - 1].name if len(jobs) > size else ""
        return ledger_pb.ListJobsResponse(jobs=jobs[:size], next_page_token=pages.token(last))

    async def ReadJob(self, request: ledger_pb.ReadJobRequest, context: Context) -> ledger_pb.ReadJobResponse:
        return ledger_pb.ReadJobResponse(
            job=await in_thread(self._ledger.get_job, names.job(request.mind, request.job))
        )


class MindServicer(MindServiceServicer):
    """Minds, for keys."""

    def __init__(
        self,
        minds: MindStore,
        weight_store: WeightStore,
        regions: RegionStore,
        registry: Registry,
        forgetting: Forgetting,
        changes: Changes,
        writer: Executor,
    ) -> None:
        self._minds = minds
        self._weights = weight_store
        self._regions = regions
        self._registry = registry
        self._forgetting = forgetting
        self._changes = changes
        self._writer = writer

    async def CreateMind(self, request: minds_pb.CreateMindRequest, context: Context) -> minds_pb.CreateMindResponse:
        name = call.caller.get().mind(names.mind(request.mind_id, "mind_id"))
        display_name = checked_display_name(request.mind.display_name)
        if request.mind.allowed_models:
            raise InvalidField("mind.allowed_models", "is for UpdateMind, which makes a mind too with allow_missing")
        request_id = repeats.request_id(request.request_id)
        await self._changes.record("mind.create", name)
        made = await in_thread(self._minds.create_mind, name, display_name, request_id)
        return minds_pb.CreateMindResponse(mind=made)

    async def GetMind(self, request: minds_pb.GetMindRequest, context: Context) -> minds_pb.GetMindResponse:
        name = call.caller.get().mind(names.mind(request.name, "name"))
        return minds_pb.GetMindResponse(mind=await in_thread(self._minds.get_mind, name))

    async def UpdateMind(self, request: minds_pb.UpdateMindRequest, context: Context) -> minds_pb.UpdateMindResponse:
        name = call.caller.get().mind(names.mind(request.mind.name, "mind.name"))
        write = partial(update, self._minds, name, request)
        await self._changes.record("mind.update", name, fields=changing(request))
        changed = await asyncio.get_running_loop().run_in_executor(self._writer, write)
        return minds_pb.UpdateMindResponse(mind=changed)

    async def ListMinds(self, request: minds_pb.ListMindsRequest, context: Context) -> minds_pb.ListMindsResponse:
        size, after = pages.size(request.page_size), pages.after(request.page_token)
        caller = call.caller.get()
        if ALL_MINDS in caller.minds:
            found = await in_thread(self._minds.list_minds, after, size + 1)
        else:
            found = await in_thread(self._those, caller, after, size + 1)
        last = found[size - 1].name if len(found) > size else ""
        return minds_pb.ListMindsResponse(minds=found[:size], next_page_token=pages.token(last))

    async def ListWeights(self, request: minds_pb.ListWeightsRequest, context: Context) -> minds_pb.ListWeightsResponse:
        mind = call.caller.get().mind(names.mind(request.parent, "parent"))
        size = pages.size(request.page_size)
        agent, _, concept = pages.after(request.page_token).partition("\n")
        listed = partial(self._weights.list_weights, now=time.time())
        found = await in_thread(listed, mind, (agent, concept), size + 1)
        last = f"{found[size - 1].agent}\n{found[size - 1].concept}" if len(found) > size else ""
        return minds_pb.ListWeightsResponse(weights=found[:size], next_page_token=pages.token(last))

    async def ListRegions(self, request: minds_pb.ListRegionsRequest, context: Context) -> minds_pb.ListRegionsResponse:
        mind = call.caller.get().mind(names.mind(request.parent, "parent"))
        size, after = pages.size(request.page_size), pages.number_after(request.page_token)
        version = await in_thread(self._regions.regions_version, mind)
        found = await in_thread(self._regions.list_regions, mind, after, size + 1)
        last = names.leaf(found[size - 1].name) if len(found) > size else ""
        return minds_pb.ListRegionsResponse(
            regions=found[:size], next_page_token=pages.token(last), mind_version=version
        )

    async def ResetWeights(
        self, request: minds_pb.ResetWeightsRequest, context: Context
    ) -> minds_pb.ResetWeightsResponse:
        mind = call.caller.get().mind(names.mind(request.name, "name"))
        write = partial(reset, self._registry, mind)
        await self._changes.record("mind.reset_weights", mind)
        return minds_pb.ResetWeightsResponse(
            weight_count=await asyncio.get_running_loop().run_in_executor(self._writer, write)
        )

    async def DeleteMind(self, request: minds_pb.DeleteMindRequest, context: Context) -> minds_pb.DeleteMindResponse:
        name = call.caller.get().mind(names.mind(request.name, "name"))
        await self._changes.record("mind.delete", name)
        receipt = await self._forgetting.forget_mind(name)
        return minds_pb.DeleteMindResponse(agent_count=receipt.agent_count, receipt=receipt)

    def _those(self, caller: Caller, after: str, limit: int) -> list[Mind]:
        """Of the caller's minds so many whose names come after `after`, in order."""
        found = dict[str, Mind]()
        for one in caller.minds:
            begins = one.removesuffix("*")
            if begins > after:
                with suppress(MindNotFound):
                    found[begins] = self._minds.get_mind(begins)
            if one != begins:
                for mind in self._minds.list_minds(max(after, begins), limit):
                    if mind.name.startswith(begins):
                        found[mind.name] = mind
        return [found[name] for name in sorted(found)][:limit]
