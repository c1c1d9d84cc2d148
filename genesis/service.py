"""The servicer: validate, call one use case, translate."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, suppress
from typing import TypeAlias

from genesis import inflow
from genesis.archived import check
from genesis.drafts import is_jsonl
from genesis.export_mind import Exporter
from genesis.forget import Forgetter
from genesis.forget_mind import MindForgetter
from genesis.import_mind import Importer
from genesis.jobs import Jobs
from genesis.learn import Learner, Results
from genesis.ports import Connectome, Keys, Ledger
from genesis.readers.jsonl import LARGEST_LINES
from genesis.repair import Repairer
from genesis.spool import spooled
from mesh import call, names
from mesh.call import Context
from mesh.changes import Changes
from mesh.errors import InvalidField
from myriad.genesis.v1 import archive_service_pb2 as archive_pb
from myriad.genesis.v1 import document_service_pb2 as pb
from myriad.genesis.v1.archive_service_pb2_grpc import ArchiveServiceServicer
from myriad.genesis.v1.document_pb2 import DocumentInput
from myriad.genesis.v1.document_service_pb2_grpc import DocumentServiceServicer
from myriad.genesis.v1.forgetting_service_pb2 import ForgetMindRequest, ForgetMindResponse
from myriad.genesis.v1.forgetting_service_pb2_grpc import ForgettingServiceServicer

MOST_DOCUMENTS = 1_000
Documents: TypeAlias = Sequence[DocumentInput]


class DocumentServicer(DocumentServiceServicer):
    """Documents: how a mind learns and forgets."""

    def __init__(
        self,
        learner: Learner,
        jobs: Jobs,
        forgetter: Forgetter,
        repairer: Repairer,
        connectome: Connectome,
        ledger: Ledger,
        keys: Keys,
        changes: Changes,
    ) -> None:
        self._learner = learner
        self._jobs = jobs
        self._forgetter = forgetter
        self._repairer = repairer
        self._connectome = connectome
        self._ledger = ledger
        self._keys = keys
        self._changes = changes

    async def LearnDocuments(self, request: pb.LearnDocumentsRequest, context: Context) -> pb.LearnDocumentsResponse:
        job = _job(request.parent, request.job_id)
        _check(request.documents)
        given = list(_given(names.parent(job), request.documents))
        await self._changes.record("document.learn", job, source_count=len(request.documents), documents=given)
        response = pb.LearnDocumentsResponse()
        async with aclosing(self._learn(job, _once(request.documents))) as learning:
            async for results, state in learning:
                response.results.extend(results)
                response.job.CopyFrom(state)
        return response

    async def StreamLearn(
        self, request_iterator: AsyncIterator[pb.StreamLearnRequest], context: Context
    ) -> AsyncIterator[pb.StreamLearnResponse]:
        first = await anext(request_iterator, pb.StreamLearnRequest())
        job = _job(first.parent, first.job_id)
        await self._changes.record("document.learn", job)
        sources = self._while_good(inflow.gathered(_documents(first, request_iterator)))
        async with aclosing(self._learn(job, sources)) as learning:
            async for results, state in learning:
                yield pb.StreamLearnResponse(results=results, job=state)

    def _learn(self, job: str, sources: AsyncGenerator[Documents, None]) -> AsyncGenerator[Results, None]:
        return self._jobs.until_cancelled(job, self._learner.learn(job, sources))

    async def _while_good(self, sources: AsyncGenerator[Documents, None]) -> AsyncGenerator[Documents, None]:
        """A stream may last longer than its key: what comes after a revocation is not taken in."""
        async with aclosing(sources):
            async for documents in sources:
                if key := call.caller.get().key:
                    await self._keys.check(key)
                yield documents

    async def GetDocument(self, request: pb.GetDocumentRequest, context: Context) -> pb.GetDocumentResponse:
        return pb.GetDocumentResponse(document=await self._connectome.document(_document(request.name)))

    async def ListDocuments(self, request: pb.ListDocumentsRequest, context: Context) -> pb.ListDocumentsResponse:
        mind = call.caller.get().mind(request.parent)
        documents, token = await self._connectome.documents(mind, request.page_size, request.page_token)
        return pb.ListDocumentsResponse(documents=documents, next_page_token=token)

    async def ForgetDocument(self, request: pb.ForgetDocumentRequest, context: Context) -> pb.ForgetDocumentResponse:
        document = _document(request.name)
        await self._changes.record("document.forget", document)
        return pb.ForgetDocumentResponse(receipt=await self._forgetter.forget(document))

    async def RepairDocuments(self, request: pb.RepairDocumentsRequest, context: Context) -> pb.RepairDocumentsResponse:
        mind = call.caller.get().mind(request.parent)
        await self._changes.record("document.repair", mind)
        return await self._repairer.repair(mind, request.page_size, request.page_token)

    async def GetJob(self, request: pb.GetJobRequest, context: Context) -> pb.GetJobResponse:
        return pb.GetJobResponse(job=await self._ledger.read(_named(request.name)))

    async def ListJobs(self, request: pb.ListJobsRequest, context: Context) -> pb.ListJobsResponse:
        mind = call.caller.get().mind(request.parent)
        jobs, token = await self._ledger.jobs(mind, request.page_size, request.page_token)
        return pb.ListJobsResponse(jobs=jobs, next_page_token=token)

    async def CancelJob(self, request: pb.CancelJobRequest, context: Context) -> pb.CancelJobResponse:
        job = _named(request.name)
        await self._changes.record("job.cancel", job)
        return pb.CancelJobResponse(job=await self._jobs.cancel(job))


class ForgettingServicer(ForgettingServiceServicer):
    """How whole minds are forgotten, for the connectome."""

    def __init__(self, forgetter: MindForgetter) -> None:
        self._forgetter = forgetter

    async def ForgetMind(self, request: ForgetMindRequest, context: Context) -> ForgetMindResponse:
        return ForgetMindResponse(receipt=await self._forgetter.forget(names.mind(request.mind)))


def _job(parent: str, job: str) -> str:
    return names.job(call.caller.get().mind(parent), job or secrets.token_hex(8))


def _named(name: str) -> str:
    mind, job = names.parse_job(name)
    return names.job(call.caller.get().mind(mind), job)


def _document(name: str) -> str:
    mind, document = names.parse_document(name)
    return names.document(call.caller.get().mind(mind), document)


def _check(documents: Sequence[DocumentInput]) -> None:
    if not 0 < len(documents) <= MOST_DOCUMENTS:
        raise InvalidField("documents", f"has 1 to {MOST_DOCUMENTS:,} entries")
    lines = sum(source.content.count(b"\n") + source.text.count("\n") for source in documents if is_jsonl(source))
    if lines > LARGEST_LINES:
        raise InvalidField("documents", f"have {LARGEST_LINES:,} JSONL lines at most; send them in several calls")


def _given(mind: str, documents: Documents) -> Iterator[str]:
    """The names of those that are sent with one."""
    for source in documents:
        with suppress(InvalidField):  # that one will not be learned
            yield names.document(mind, source.id)


async def _once(documents: Sequence[DocumentInput]) -> AsyncGenerator[Sequence[DocumentInput], None]:
    yield documents


async def _documents(
    first: pb.StreamLearnRequest, following: AsyncIterator[pb.StreamLearnRequest]
) -> AsyncIterator[Sequence[DocumentInput]]:
    yield first.documents
    async for message in following:
        if message.parent not in ("", first.parent) or message.job_id not in ("", first.job_id):
            raise InvalidField("parent", "and job_id are those of the first message")
        yield message.documents


class ArchiveServicer(ArchiveServiceServicer):
    """Archives of whole minds."""

    def __init__(self, exporter: Exporter, importer: Importer, keys: Keys, changes: Changes) -> None:
        self._exporter = exporter
        self._importer = importer
        self._keys = keys
        self._changes = changes

    async def ExportMind(
        self, request: archive_pb.ExportMindRequest, context: Context
    ) -> AsyncIterator[archive_pb.ExportMindResponse]:
        mind = call.caller.get().mind(names.mind(request.name, "name"))
        await self._changes.record("mind.export", mind)
        async with aclosing(self._exporter.export(mind)) as pieces:
            async for piece in pieces:
                yield archive_pb.ExportMindResponse(
                    content=piece.content, document_count=piece.documents, agent_count=piece.agents
                )

    async def ImportMind(
        self, request_iterator: AsyncIterator[archive_pb.ImportMindRequest], context: Context
    ) -> AsyncIterator[archive_pb.ImportMindResponse]:
        first = await anext(request_iterator, archive_pb.ImportMindRequest())
        caller = call.caller.get()
        name = caller.mind(names.mind(first.name, "name")) if first.name else ""
        async with spooled(_contents(first, request_iterator)) as archive:
            contents = await asyncio.to_thread(check, archive)
            # Without a name the archive says which mind it is: the key has to open that one, and to be good still.
            mind = name or caller.mind(contents.mind)
            if caller.key:
                await self._keys.check(caller.key)
            await self._changes.record("mind.import", mind)
            async with aclosing(self._importer.load(archive, contents, mind)) as loading:
                async for imported in loading:
                    yield archive_pb.ImportMindResponse(
                        name=imported.mind,
                        document_count=imported.documents,
                        agent_count=imported.agents,
                        weight_count=imported.weights,
                    )


async def _contents(
    first: archive_pb.ImportMindRequest, following: AsyncIterator[archive_pb.ImportMindRequest]
) -> AsyncGenerator[bytes, None]:
    yield first.content
    async for message in following:
        if message.name not in ("", first.name):
            raise InvalidField("name", "is that of the first message")
        yield message.content
