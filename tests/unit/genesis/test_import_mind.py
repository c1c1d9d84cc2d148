"""An import makes all of a mind or nothing, and goes on where it was broken off."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import grpc
import pytest
from grpc.aio import Metadata

from genesis.archived import check
from genesis.errors import JobNotFound, MindExists
from genesis.forget_mind import MindForgetter
from genesis.import_mind import Importer
from genesis.storage import Storage
from mesh.access import MindNotFound
from mesh.errors import CallFailed, ComponentUnavailable, MyriadError
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.connectome.v1.agent_record_pb2 import RemovedAgent
from myriad.connectome.v1.document_record_pb2 import DocumentDifference, DocumentPlan, RegisteredDocument
from myriad.connectome.v1.mind_pb2 import Weight
from myriad.genesis.v1.archive_pb2 import ArchiveEntry, ArchiveHeader
from myriad.genesis.v1.document_pb2 import Document, Job
from substrate import archive
from substrate.adapters.folder import FolderPacketStore
from substrate.bundles import Place

MIND = "minds/old"
AGENTS_EACH = 3


def archived(*bare: str) -> BytesIO:
    writer = archive.Writer()
    entries = [ArchiveEntry(header=ArchiveHeader(mind=MIND))]
    for one in bare:
        name = f"{MIND}/documents/{one}"
        entries.append(ArchiveEntry(document=Document(name=name, content_hash=one, agent_count=AGENTS_EACH)))
        for number in range(AGENTS_EACH):
            packet = CognitivePacket(schema=1, agent=f"{MIND}/agents/{one}{number}", document=name, text=one)
            entries.append(ArchiveEntry(packet=packet.SerializeToString()))
    return BytesIO(archive.MAGIC + b"".join(map(writer.add, entries)) + writer.end())


class Mind:
    """The other components, as the importer knows them."""

    def __init__(self) -> None:
        self.documents_by_name: dict[str, RegisteredDocument] = {}
        self.jobs: dict[str, Job] = {}
        self.failing_at = ""
        self.registered: list[str] = []

    async def documents(self, mind: str, page_size: int, page_token: str) -> tuple[Sequence[Document], str]:
        if not any(name.startswith(f"{mind}/") for name in self.documents_by_name):
            raise failed(MindNotFound(mind))
        return [one.document for one in self.documents_by_name.values()][:page_size], ""

    async def plan(self, mind: str, documents: Sequence[DocumentPlan]) -> Sequence[DocumentDifference]:
        return [DocumentDifference(known=one.document in self.documents_by_name) for one in documents]

    async def register(self, mind: str, documents: Sequence[RegisteredDocument]) -> Sequence[RemovedAgent]:
        for one in documents:
            if self.failing_at and one.document.name.endswith(self.failing_at):
                raise ComponentUnavailable("the graph is gone")
            self.documents_by_name[one.document.name] = one
            self.registered.append(one.document.name)
        return []

    async def places(self, mind: str, bundles: Sequence[str]) -> Sequence[tuple[str, str]]:
        return []

    async def restore(self, mind: str, weights: Sequence[Weight]) -> None: ...

    async def written(self, mind: str) -> AsyncIterator[Sequence[Weight]]:
        yield []

    async def open(self, job: str) -> Job:
        self.jobs[job] = Job(name=job, state=Job.STATE_RUNNING)
        return self.jobs[job]

    async def read(self, job: str) -> Job:
        if job not in self.jobs:
            raise failed(JobNotFound("no such job"))
        return self.jobs[job]

    async def close(self, job: str) -> Job:
        self.jobs[job].state = Job.STATE_SUCCEEDED
        return self.jobs[job]

    async def forget(self, mind: str) -> None:
        self.documents_by_name.clear()
        self.jobs.clear()


def failed(error: MyriadError) -> CallFailed:
    details = Metadata(("grpc-status-details-bin", error.status().SerializeToString()))
    return CallFailed(grpc.aio.AioRpcError(error.code, Metadata(), details), "request")


@pytest.fixture
def mind() -> Mind:
    return Mind()


@pytest.fixture
def importer(mind: Mind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Importer:
    monkeypatch.setattr("genesis.archived.BATCH_AGENTS", AGENTS_EACH)  # each document is a batch of its own
    other = cast("Any", mind)
    storage = Storage(FolderPacketStore(tmp_path), other, other)
    return Importer(other, other, other, storage, cast("MindForgetter", mind))


async def load(importer: Importer, file: BytesIO, name: str = MIND, batches: int = 99) -> None:
    async with aclosing(importer.load(file, check(file), name)) as loading:
        async for _ in loading:
            batches -= 1
            if not batches:
                return


async def test_every_agent_has_a_packet_that_lies_where_the_graph_is_told(
    importer: Importer, mind: Mind, tmp_path: Path
) -> None:
    await load(importer, archived("one", "two"), "minds/new")
    assert list(mind.documents_by_name) == ["minds/new/documents/one", "minds/new/documents/two"]
    store = FolderPacketStore(tmp_path)
    for one in mind.documents_by_name.values():
        records = {record.agent: record for record in one.new_agents}
        assert list(records) == list(one.agents)
        packets = await Storage(store, cast("Any", mind), cast("Any", mind)).packets("minds/new", [*records.values()])
        assert {CognitivePacket.FromString(packet).agent for packet in packets} == set(records)
        assert all(Place.parse(record.packet_location) for record in records.values())


async def test_where_writing_fails_half_way_the_mind_is_forgotten_again(importer: Importer, mind: Mind) -> None:
    mind.failing_at = "two"
    with pytest.raises(ComponentUnavailable):
        await load(importer, archived("one", "two"))
    assert mind.registered == [f"{MIND}/documents/one"]
    assert not mind.documents_by_name
    mind.failing_at = ""
    await load(importer, archived("one", "two"))
    assert len(mind.documents_by_name) == 2


async def test_an_import_that_was_broken_off_goes_on_with_the_same_archive_and_no_other(
    importer: Importer, mind: Mind
) -> None:
    await load(importer, archived("one", "two"), batches=1)
    assert mind.registered == [f"{MIND}/documents/one"]
    with pytest.raises(MindExists):
        await load(importer, archived("one", "three"))
    await load(importer, archived("one", "two"))
    assert mind.registered == [f"{MIND}/documents/one", f"{MIND}/documents/two"]
    with pytest.raises(MindExists):
        await load(importer, archived("one", "two"))


async def test_a_mind_that_is_somebodys_is_left_alone(importer: Importer, mind: Mind) -> None:
    mind.documents_by_name[f"{MIND}/documents/mine"] = RegisteredDocument()
    with pytest.raises(MindExists):
        await load(importer, archived("one"))
    assert list(mind.documents_by_name) == [f"{MIND}/documents/mine"]
