"""Remove: take documents out of the graph, with all that only they held up."""

from __future__ import annotations

from connectome import lexical_sync
from connectome.linking import Linker
from connectome.ports import GraphStore, LexicalIndex, Removal
from mesh.access import MindNotFound
from myriad.connectome.v1.registry_service_pb2 import RemoveAgentsRequest, RemoveAgentsResponse

DOCUMENTS_A_PAGE = 500


def remove(
    store: GraphStore, lexical: LexicalIndex, linker: Linker, request: RemoveAgentsRequest
) -> RemoveAgentsResponse:
    """Unknown documents, and an unknown mind, are passed over. `all_documents`: the mind goes, too."""
    response = RemoveAgentsResponse(job_entry_count=store.forget_entries(list(request.documents)))
    try:
        lexical_sync.catch_up(store, lexical, request.mind)
        if request.all_documents:
            while page := store.list_documents(request.mind, "", DOCUMENTS_A_PAGE):
                _remove(store, linker, request.mind, [document.name for document in page], response)
            store.delete_mind(request.mind)
            lexical.drop(request.mind)
            linker.forget(request.mind)
        else:
            removed = _remove(store, linker, request.mind, list(request.documents), response)
            if response.documents:
                lexical_sync.clear(store, lexical, request.mind, removed)
    except MindNotFound:
        pass  # nothing is there to remove
    finally:
        if response.documents or response.job_entry_count:
            store.scrub()
    return response


def _remove(
    store: GraphStore, linker: Linker, mind: str, documents: list[str], response: RemoveAgentsResponse
) -> list[int]:
    """Take documents out of the graph; the ids of their agents."""
    removal, removed = Removal(), list[int]()
    try:
        with store.change(mind, create=False) as change:
            names = linker.names(mind, change)
            for document in documents:
                if known := change.document_agents(document):
                    change.remove_agents(list(known[1].values()), removal)
                    change.remove_document(known[0])
                    removed += known[1].values()
                    removal.documents.append(document)
            names.remove(removal.unhandled)
    except BaseException:
        linker.forget(mind)
        raise
    response.removed.extend(removal.agents)
    response.documents.extend(removal.documents)
    response.concepts.extend(removal.concepts)
    response.link_count += removal.links
    response.mind_version = change.version if removal.documents else change.version - 1
    return removed
