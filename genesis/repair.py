"""
Repair: every packet of a mind is looked at, and what cannot be read is told by its document.

What is lost is nowhere else: its document has to be learned again, which writes the packets that are missing. A bundle
whose index is damaged is written anew with what is sound in it.
"""

from __future__ import annotations

from genesis.ports import Connectome
from genesis.storage import Storage
from myriad.genesis.v1.document_pb2 import LostDocument
from myriad.genesis.v1.document_service_pb2 import RepairDocumentsResponse


class Repairer:
    """Looks at the documents of a mind, page by page."""

    def __init__(self, connectome: Connectome, storage: Storage) -> None:
        self._connectome = connectome
        self._storage = storage

    async def repair(self, mind: str, page_size: int, page_token: str) -> RepairDocumentsResponse:
        """Look at one page of the documents of `minds/{mind}`. MIND_NOT_FOUND."""
        documents, token = await self._connectome.documents(mind, page_size, page_token)
        response = RepairDocumentsResponse(document_count=len(documents), next_page_token=token)
        for document in documents:
            lost = LostDocument(document=document.name, title=document.title, uri=document.uri)
            async for records in self._connectome.agents_of(document.name):
                response.packet_count += len(records)
                for error in (await self._storage.lost(mind, records)).values():
                    lost.lost_agent_count += 1
                    lost.reason = error.reason
            if lost.lost_agent_count:
                response.lost_documents.append(lost)
        response.bundles.extend(await self._storage.compact(mind))
        return response
