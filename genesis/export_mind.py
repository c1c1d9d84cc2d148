"""
Exporting a mind: its documents in the order in which they were made, each with its packets, then what use has taught.

The mind may be taught meanwhile: what is written of a document is what it was at one moment, and what comes after the
list was read is not in the archive.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import NamedTuple

from genesis.errors import Conflict, DocumentNotFound
from genesis.ports import Connectome, Weights
from genesis.storage import Storage
from mesh.errors import CallFailed
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.genesis.v1.archive_pb2 import ArchiveEntry, ArchiveHeader, ArchiveWeight
from myriad.genesis.v1.document_pb2 import Document
from substrate import archive

DOCUMENTS_AT_ONCE = 16
DOCUMENTS_A_PAGE = 1_000
_TRIES = 3


class Piece(NamedTuple):
    """What comes next in the file, and how much was written with it."""

    content: bytes
    documents: int
    agents: int


class Exporter:
    """Exports minds."""

    def __init__(self, connectome: Connectome, weights: Weights, storage: Storage) -> None:
        self._connectome = connectome
        self._weights = weights
        self._storage = storage

    async def export(self, mind: str) -> AsyncGenerator[Piece, None]:
        """`minds/{mind}` piece by piece. MindNotFound, Conflict, PacketNotFound, PacketCorrupt."""
        documents = await self._documents(mind)
        writer, header = archive.Writer(), ArchiveHeader(mind=mind)
        header.export_time.GetCurrentTime()
        yield Piece(archive.MAGIC + writer.add(ArchiveEntry(header=header)), 0, 0)
        done = agents = 0
        for start in range(0, len(documents), DOCUMENTS_AT_ONCE):
            some = documents[start : start + DOCUMENTS_AT_ONCE]
            for document, packets in await asyncio.gather(*(self._document(mind, one) for one in some)):
                if document is None:
                    continue
                entries = [ArchiveEntry(document=document), *(ArchiveEntry(packet=one) for one in packets)]
                done, agents = done + 1, agents + len(packets)
                if content := await asyncio.to_thread(_added, writer, entries):
                    yield Piece(content, done, agents)
        async for weights in self._weights.written(mind):
            entries = [ArchiveEntry(weight=ArchiveWeight.FromString(one.SerializeToString())) for one in weights]
            if content := _added(writer, entries):
                yield Piece(content, done, agents)
        yield Piece(writer.end(), done, agents)

    async def _documents(self, mind: str) -> Sequence[str]:
        """The names of all documents, the oldest first."""
        found: list[tuple[int, str]] = []
        token = ""
        while True:
            page, token = await self._connectome.documents(mind, DOCUMENTS_A_PAGE, token)
            found += ((one.create_time.ToNanoseconds(), one.name) for one in page)
            if not token:
                return [name for _, name in sorted(found)]

    async def _document(self, mind: str, name: str) -> tuple[Document | None, Sequence[bytes]]:
        """A document and its packets in the order of the text; None if it was forgotten meanwhile."""
        for _ in range(_TRIES):
            try:
                before = await self._connectome.document(name)
                records = [record async for page in self._connectome.agents_of(name) for record in page]
                packets = await self._packets(mind, records)
                if await self._connectome.document(name) == before and before.agent_count == len(packets):
                    return before, packets
            except CallFailed as error:
                if error.reason != DocumentNotFound.reason:
                    raise
                return None, []
        raise Conflict(f"{name} was changed each time that it was read; export again when it is left in peace")

    async def _packets(self, mind: str, records: Sequence[AgentRecord]) -> Sequence[bytes]:
        packets = await self._storage.packets(mind, records)
        return await asyncio.to_thread(sorted, packets, key=_place)


def _place(packet: bytes) -> tuple[int, str]:
    parsed = CognitivePacket.FromString(packet)
    return parsed.source_start, parsed.agent


def _added(writer: archive.Writer, entries: Sequence[ArchiveEntry]) -> bytes:
    return b"".join(map(writer.add, entries))
