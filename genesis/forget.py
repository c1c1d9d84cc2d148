"""
Forgetting: a document out of every store.

The order is graph, hosts and cache, bundles, traces. A crash on the way leaves packets that no agent points to; to
forget the document again finds them by what they say of themselves, and finishes.
"""

from __future__ import annotations

from collections.abc import Iterable

from genesis.errors import DocumentNotFound
from genesis.fairness import AtOnce
from genesis.locks import Locks
from genesis.ports import Connectome, Residents, Traces
from genesis.storage import Storage
from mesh import call, names
from myriad.connectome.v1.agent_record_pb2 import RemovedAgent
from myriad.genesis.v1.document_pb2 import ForgetReceipt
from myriad.genesis.v1.receipt_pb2 import ForgottenPacket
from myriad.type.v1.retention_pb2 import Retained
from substrate.bundles import Place

MEMORY = Retained(
    store="memory",
    what="memory that a process has given back is not overwritten, and may be written to a swap device",
    setting="start the processes anew; run without swap",
)
"""What no component can promise."""


class Forgetter:
    """Forgets documents; `locks` keep a document from being learned meanwhile."""

    def __init__(
        self, connectome: Connectome, storage: Storage, residents: Residents, traces: Traces, locks: Locks
    ) -> None:
        self._connectome = connectome
        self._storage = storage
        self._residents = residents
        self._traces = traces
        self._locks = locks
        self._at_once = AtOnce("forgets")

    async def forget(self, document: str) -> ForgetReceipt:
        """Forget `minds/{mind}/documents/{document}`. DocumentNotFound if nothing of it is left anywhere, TooMany."""
        with self._at_once.one(call.caller.get().key):
            return await self._forget(document)

    async def _forget(self, document: str) -> ForgetReceipt:
        async with self._locks.held((document,)):
            mind, receipt = names.parent(document), ForgetReceipt(document=document)
            receipt.start_time.GetCurrentTime()
            removal = await self._connectome.remove(mind, [document])
            receipt.concepts.extend(removal.concepts)
            receipt.link_count, receipt.job_entry_count = removal.link_count, removal.job_entry_count
            receipt.packets.extend(packets(removal.removed))
            self._storage.outdate(mind, (removed.packet_location for removed in removal.removed))
            left = {} if removal.documents else await self._storage.left_of(mind, document)
            receipt.packets.extend(
                ForgottenPacket(agent=agent, sha256=place.sha256, bundle=place.bundle)
                for places in left.values()
                for agent, place in places.items()
            )
            agents = {packet.agent for packet in receipt.packets}
            receipt.agents.extend(sorted(agents))
            slept = await self._residents.dehydrate(mind, receipt.agents)
            receipt.hosts.extend(slept.hosts)
            receipt.cached_count = slept.cached_count
            receipt.bundles.extend(await self._storage.compact(mind, left, asleep=agents))
            purged = await self._traces.purge(mind, document)
            receipt.trace_count = purged.trace_count
            if not (removal.documents or removal.job_entry_count or left or receipt.trace_count):
                raise DocumentNotFound(f"there is no document {names.leaf(document)!r}", document=document)
            for kept in (removal.retained, slept.retained, self._storage.retained, purged.retained, [MEMORY]):
                receipt.retained.extend(kept)
            receipt.end_time.GetCurrentTime()
            return receipt


def packets(removed: Iterable[RemovedAgent]) -> Iterable[ForgottenPacket]:
    """The packets that agents had."""
    for one in removed:
        place = Place.parse(one.packet_location)
        yield ForgottenPacket(agent=one.agent, sha256=place.sha256, bundle=place.bundle)
