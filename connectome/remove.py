"""Remove: take documents out of the graph, with all that only they held up."""

from __future__ import annotations

from collections.abc import Collection

from connectome.linking import Linker
from connectome.ports import Change, JobLedger, Registry, Removal
from connectome.projection import Projection
from mesh.access import MindNotFound
from myriad.connectome.v1.registry_service_pb2 import RemoveAgentsRequest, RemoveAgentsResponse

DOCUMENTS_A_CHANGE = 500


def remove(
    registry: Registry, ledger: JobLedger, projection: Projection, linker: Linker, request: RemoveAgentsRequest
) -> RemoveAgentsResponse:
    """Unknown documents, and an unknown mind, are passed over. `all_documents`: the mind goes, too."""
    response = RemoveAgentsResponse(job_entry_count=ledger.forget_entries(list(request.documents)))
    try:
        if request.all_documents:
            while _remove(registry, linker, request.mind, None, response):
                pass
            response.job_entry_count += registry.delete_mind(request.mind)
        else:
            _remove(registry, linker, request.mind, list(request.documents), response)
        projection.catch_up(request.mind)
    except MindNotFound:
        pass  # nothing is there to remove
    finally:
        if response.documents or response.job_entry_count or request.all_documents:
            registry.scrub()
    response.retained.extend([*registry.retained, *projection.retained])
    return response


def _remove(
    registry: Registry, linker: Linker, mind: str, documents: list[str] | None, response: RemoveAgentsResponse
) -> bool:
    """Take documents out of the graph, or some of those that there are; whether there were any."""

    def work(change: Change) -> tuple[Removal, Change]:
        return _taken_out(change, change.documents(DOCUMENTS_A_CHANGE) if documents is None else documents), change

    removal, change = registry.change(mind, work)
    linker.drop(change, removal.unhandled)
    response.removed.extend(removal.agents)
    response.documents.extend(removal.documents)
    response.concepts.extend(removal.concepts)
    response.link_count += removal.links
    response.mind_version = change.version
    return bool(removal.documents)


def _taken_out(change: Change, documents: Collection[str]) -> Removal:
    known = change.known(documents)
    removal = Removal(documents=list(known))
    change.remove_agents([agent for one in known.values() for agent in one.agents.values()], removal)
    change.remove_documents([one.id for one in known.values()])
    return removal
