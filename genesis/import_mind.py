"""
Importing a mind: an archive was checked, all of it, before anything of it is written.

It is written batch by batch as if it were learned: bundles, then the graph, what use has taught last. Its job in the
ledger is named after the archive and open until all is there: that tells a mind that is half imported, and may go on,
from one that is somebody's. If writing fails the mind is forgotten again; if nobody is left to do that, the same
archive goes on where it stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

import structlog

from genesis.archived import Archived, Contents, documents, weights
from genesis.errors import JobNotFound, MindExists
from genesis.forget_mind import MindForgetter
from genesis.locks import Locks
from genesis.ports import Connectome, Ledger, Weights
from genesis.storage import Storage
from genesis.texts import record
from mesh import names
from mesh.access import MindNotFound
from mesh.errors import CallFailed, MyriadError
from myriad.connectome.v1.document_record_pb2 import DocumentPlan, RegisteredDocument
from myriad.genesis.v1.document_pb2 import Job
from substrate import bundles

log = structlog.get_logger()
_WEIGHTS_AT_ONCE = 1_000


@dataclass(slots=True)
class Imported:
    """How much of a mind is there."""

    mind: str
    documents: int = 0
    agents: int = 0
    weights: int = 0


class Importer:
    """Imports minds; one at a time of one name."""

    def __init__(
        self, connectome: Connectome, weights: Weights, ledger: Ledger, storage: Storage, forgetter: MindForgetter
    ) -> None:
        self._connectome = connectome
        self._weights = weights
        self._ledger = ledger
        self._storage = storage
        self._forgetter = forgetter
        self._locks = Locks()

    async def load(self, archive: BinaryIO, contents: Contents, mind: str) -> AsyncGenerator[Imported, None]:
        """Make `minds/{mind}` of an archive that was checked; how far it is, batch by batch. MindExists."""
        async with self._locks.held((mind,)):
            job = names.job(mind, f"import-{contents.digest.hex()[:32]}")
            await self._free(mind, job)
            await self._ledger.open(job)
            try:
                async with aclosing(self._written(archive, contents, mind)) as written:
                    async for imported in written:
                        yield imported
            except Exception as error:
                log.error("import.failed", mind=mind, error=type(error).__name__)
                await self._give_up(mind)
                raise
            await self._ledger.close(job)

    async def _give_up(self, mind: str) -> None:
        try:
            await self._forgetter.forget(mind)
        except MyriadError as error:  # what is left is a mind that the same archive goes on with
            log.error("import.left_behind", mind=mind, error=type(error).__name__)

    async def _free(self, mind: str, job: str) -> None:
        """MindExists, unless it is a part of this archive that was imported before."""
        try:
            await self._connectome.documents(mind, 1, "")
        except CallFailed as error:
            if error.reason != MindNotFound.reason:
                raise
            return
        try:
            if (await self._ledger.read(job)).state == Job.STATE_RUNNING:
                return
        except CallFailed as error:
            if error.reason != JobNotFound.reason:
                raise
        raise MindExists(f"there is a mind {mind!r} already; import it under another name, or forget it first")

    async def _written(self, archive: BinaryIO, contents: Contents, mind: str) -> AsyncGenerator[Imported, None]:
        imported = Imported(mind)
        batches = documents(archive, contents.mind, mind)
        while batch := await asyncio.to_thread(next, batches, None):
            await self._register(mind, batch)
            imported.documents += len(batch)
            imported.agents += sum(len(one.packets) for one in batch)
            yield imported
        pages = weights(archive, contents.mind, mind, _WEIGHTS_AT_ONCE)
        while page := await asyncio.to_thread(next, pages, None):
            await self._weights.restore(mind, page)
            imported.weights += len(page)
        yield imported

    async def _register(self, mind: str, batch: Sequence[Archived]) -> None:
        plans = [
            DocumentPlan(document=one.document.name, content_hash=one.document.content_hash, agents=one.agents)
            for one in batch
        ]
        differences = await self._connectome.plan(mind, plans)
        missing = [one for one, difference in zip(batch, differences, strict=True) if not difference.known]
        if not missing:
            return
        frames = await asyncio.to_thread(_frames, missing)
        at = await self._storage.write(mind, frames)
        registered = await asyncio.to_thread(lambda: list(map(partial(_registered, at), missing)))
        await self._connectome.register(mind, registered)


def _frames(batch: Iterable[Archived]) -> list[tuple[str, bytes]]:
    return [
        (agent, bundles.frame(packet)) for one in batch for agent, packet in zip(one.agents, one.packets, strict=True)
    ]


def _registered(at: Mapping[str, str], one: Archived) -> RegisteredDocument:
    records = [record(packet, at[packet.agent]) for packet in one.parsed()]
    return RegisteredDocument(document=one.document, agents=one.agents, new_agents=records)
