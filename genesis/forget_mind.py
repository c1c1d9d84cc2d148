"""
Forgetting a whole mind: page by page out of the graph, then out of everything else at once.

What is learned while it lasts goes too, or makes a mind of its own after it. Broken off it can be asked for again, and
goes on; when the mind is gone from the graph and something else of it is not, too.
"""

from __future__ import annotations

import hashlib

from genesis import forget
from genesis.ports import Connectome, Residents, Traces
from genesis.storage import Storage
from mesh.access import MindNotFound
from mesh.errors import CallFailed
from myriad.connectome.v1.registry_service_pb2 import RemoveAgentsResponse
from myriad.genesis.v1.receipt_pb2 import MindReceipt

DOCUMENTS_A_PAGE = 100


class MindForgetter:
    """Forgets minds."""

    def __init__(self, connectome: Connectome, storage: Storage, residents: Residents, traces: Traces) -> None:
        self._connectome = connectome
        self._storage = storage
        self._residents = residents
        self._traces = traces

    async def forget(self, mind: str) -> MindReceipt:
        """Forget `minds/{mind}`. MindNotFound if nothing of it is left anywhere."""
        receipt, digests = MindReceipt(mind=mind), list[bytes]()
        receipt.start_time.GetCurrentTime()
        found = True
        try:
            while page := (await self._connectome.documents(mind, DOCUMENTS_A_PAGE, ""))[0]:
                removal = await self._connectome.remove(mind, [document.name for document in page])
                _add(receipt, removal, digests)
        except CallFailed as error:
            if error.reason != MindNotFound.reason:
                raise
            found = False
        last = await self._connectome.remove(mind, None)
        _add(receipt, last, digests)
        slept = await self._residents.dehydrate(mind, None)
        receipt.hosts.extend(slept.hosts)
        receipt.cached_count = slept.cached_count
        receipt.bundles.extend(await self._storage.clear(mind))
        purged = await self._traces.purge(mind, None)
        receipt.trace_count = purged.trace_count
        if not (found or receipt.hosts or receipt.bundles or receipt.trace_count):
            raise MindNotFound(mind)
        receipt.packets_sha256 = hashlib.sha256(b"".join(sorted(digests))).hexdigest()
        for kept in (last.retained, slept.retained, self._storage.retained, purged.retained, [forget.MEMORY]):
            receipt.retained.extend(kept)
        receipt.end_time.GetCurrentTime()
        return receipt


def _add(receipt: MindReceipt, removal: RemoveAgentsResponse, digests: list[bytes]) -> None:
    receipt.document_count += len(removal.documents)
    receipt.agent_count += len(removal.removed)
    receipt.concept_count += len(removal.concepts)
    receipt.link_count += removal.link_count
    receipt.job_entry_count += removal.job_entry_count
    digests.extend(
        hashlib.sha256(f"{one.agent} {one.sha256}".encode()).digest() for one in forget.packets(removal.removed)
    )
