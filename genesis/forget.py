"""
Forgetting: a document out of every store.

The order is graph, hosts and cache, bundles, traces. A crash on the way leaves packets that no agent points to; to
forget the document again finds them by what they say of themselves, and finishes.
"""

from __future__ import annotations

from genesis.errors import DocumentNotFound
from genesis.locks import Locks
from genesis.ports import Connectome, Residents, Traces
from genesis.storage import Storage
from mesh import names
from myriad.genesis.v1.document_pb2 import ForgetReceipt


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

    async def forget(self, document: str) -> ForgetReceipt:
        """Forget `minds/{mind}/documents/{document}`. DocumentNotFound if nothing of it is left anywhere."""
        async with self._locks.held((document,)):
            mind = names.parent(document)
            removal = await self._connectome.remove(mind, document)
            receipt = ForgetReceipt(
                document=document,
                concepts=removal.concepts,
                link_count=removal.link_count,
                job_entry_count=removal.job_entry_count,
            )
            agents = {removed.agent for removed in removal.removed}
            self._storage.outdate(mind, (removed.packet_location for removed in removal.removed))
            left = {} if removal.documents else await self._storage.left_of(mind, document)
            agents.update(agent for those in left.values() for agent in those)
            receipt.agents.extend(sorted(agents))
            receipt.hosts.extend(await self._residents.dehydrate(mind, receipt.agents))
            receipt.bundles.extend(await self._storage.compact(mind, left, asleep=agents))
            receipt.trace_count = await self._traces.purge(mind, document)
            if not (removal.documents or removal.job_entry_count or left or receipt.trace_count):
                raise DocumentNotFound(f"there is no document {names.leaf(document)!r}", document=document)
            return receipt
