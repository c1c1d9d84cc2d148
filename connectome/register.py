"""Register: make documents consist of exactly the agents given, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from connectome.errors import Conflict
from connectome.linking import HandledNames, Linker
from connectome.ports import Change, Kind, NewAgent, Registry, Removal, Text
from connectome.projection import Projection
from connectome.text import alone, key, words
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.registry_service_pb2 import RegisterAgentsRequest, RegisterAgentsResponse

Pairs: TypeAlias = "list[tuple[int, str]]"
"""(agent, key of a concept)."""


def register(
    registry: Registry, projection: Projection, linker: Linker, request: RegisterAgentsRequest
) -> RegisterAgentsResponse:
    """Conflict if an agent that is named is neither known nor given."""
    removal = Removal()
    try:
        with registry.change(request.mind, create=True) as change:
            projection.catch_up(request.mind)  # linking finds older agents by it
            change.forget_removed(change.version - 1)
            names = linker.names(request.mind, change)
            kept = [_drop_stale(change, document, removal) for document in request.documents]
            names.remove(removal.unhandled)
            removed = frozenset(agent for _, gone in kept for agent in gone)
            added = [
                pair
                for document, (existing, _) in zip(request.documents, kept, strict=True)
                for pair in _write(change, document, existing)
            ]
            texts = [
                Text(
                    agent,
                    "\n".join([record.title, *record.heading_path]),
                    record.text,
                    words(record.text),
                    alone(record.text),
                )
                for agent, record in added
            ]
            _link(request.mind, change, linker, names, added, texts, removed)
    except BaseException:
        linker.forget(request.mind)
        raise
    projection.apply(request.mind, change.version, texts, removed)
    return RegisterAgentsResponse(removed=removal.agents, mind_version=change.version)


def _drop_stale(change: Change, document: RegisteredDocument, removal: Removal) -> tuple[Mapping[str, int], list[int]]:
    """Remove the document's agents that it shall not have; those it keeps, and the ids of those that went."""
    known = change.document_agents(document.document.name)
    existing = known[1] if known else {}
    wanted = set(document.agents) - {record.agent for record in document.new_agents}
    gone = [agent for name, agent in existing.items() if name not in wanted]
    change.remove_agents(gone, removal)
    return {name: agent for name, agent in existing.items() if name in wanted}, gone


def _write(
    change: Change, document: RegisteredDocument, existing: Mapping[str, int]
) -> Iterator[tuple[int, AgentRecord]]:
    """Write the document and its new agents; each new agent's id and record, with the title in it."""
    title = document.document.title
    row = change.put_document(document.document)
    positions = {name: position for position, name in enumerate(document.agents)}
    new = {record.agent: record for record in document.new_agents}
    if missing := positions.keys() - existing.keys() - new.keys():
        raise Conflict("an agent that should be there is not; plan the document again", agent=min(missing))
    change.place_agents((agent, positions[name]) for name, agent in existing.items())
    ids = change.add_agents(
        [
            NewAgent(
                record.agent,
                row,
                positions.get(record.agent, 0),
                record.heading_path,
                record.text,
                record.packet_location,
            )
            for record in new.values()
        ]
    )
    for agent, record in zip(ids, new.values(), strict=True):
        record.title = title
        yield agent, record


def _link(
    mind: str,
    change: Change,
    linker: Linker,
    names: HandledNames,
    added: list[tuple[int, AgentRecord]],
    texts: list[Text],
    removed: frozenset[int],
) -> None:
    """Tie new agents to what they handle, mention and hold the name of, and older ones to newly handled names."""
    written: dict[str, str] = {}
    handles = [(agent, one) for agent, record in added for one in _keys(record.concepts, written)]
    mentions = [(agent, one) for agent, record in added for one in _keys(record.mentions, written)]
    new = {one for _, one in handles if one not in names}
    names.add(new)
    links = [(text.agent, one) for text in texts for one in names.found_in(text.words, text.alone)]
    older = linker.older_agents(mind, new)
    links += [(agent, one) for one, agents in older for agent in agents if agent not in removed]
    ids = change.concept_ids(written | {one: one for _, one in links if one not in written})
    change.add_edges(_edges(ids, links, mentions, handles))


def _edges(ids: Mapping[str, int], links: Pairs, mentions: Pairs, handles: Pairs) -> Iterator[tuple[int, int, Kind]]:
    """One edge for each agent and concept: where there are several, the strongest kind."""
    kinds: dict[tuple[int, int], Kind] = {}
    for kind, pairs in ((Kind.LINKED, links), (Kind.MENTIONS, mentions), (Kind.HANDLES, handles)):
        kinds.update({(agent, ids[one]): kind for agent, one in pairs})
    return ((agent, concept, kind) for (agent, concept), kind in kinds.items())


def _keys(names: Iterable[str], written: dict[str, str]) -> Iterator[str]:
    for name in names:
        if one := key(name):
            written.setdefault(one, name)
            yield one
