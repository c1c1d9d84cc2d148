"""Register: make documents consist of exactly the agents given, all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

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


class Registered(NamedTuple):
    """What a change has written."""

    change: Change
    names: HandledNames
    texts: Sequence[Text]
    removed: Collection[int]
    removal: Removal


def register(
    registry: Registry, projection: Projection, linker: Linker, request: RegisterAgentsRequest
) -> RegisterAgentsResponse:
    """Conflict if an agent that is named is neither known nor given."""
    done = registry.change(request.mind, partial(_register, projection, linker, request), create=True)
    linker.keep(request.mind, done.names, done.change.version)
    projection.apply(request.mind, done.change.version, done.texts, done.removed)
    return RegisterAgentsResponse(removed=done.removal.agents, mind_version=done.change.version)


def _register(projection: Projection, linker: Linker, request: RegisterAgentsRequest, change: Change) -> Registered:
    projection.catch_up(request.mind)  # linking finds older agents by it
    change.forget_removed(change.version - 1)
    names, removal = linker.take(request.mind, change), Removal()
    known = change.known([document.document.name for document in request.documents])
    existing = {
        document.document.name: _kept(document, known[document.document.name].agents)
        for document in request.documents
        if document.document.name in known
    }
    removed = {agent for one in known.values() for agent in one.agents.values()}
    removed -= {agent for agents in existing.values() for agent in agents.values()}
    change.remove_agents(removed, removal)
    names.remove(removal.unhandled)
    added = _write(change, request.documents, existing)
    texts = [
        Text(
            agent, "\n".join([record.title, *record.heading_path]), record.text, words(record.text), alone(record.text)
        )
        for agent, record in added
    ]
    _link(request.mind, change, linker, names, added, texts, removed)
    return Registered(change, names, texts, removed, removal)


def _kept(document: RegisteredDocument, agents: Mapping[str, int]) -> dict[str, int]:
    """Those of a document's agents that it shall have still."""
    wanted = set(document.agents) - {record.agent for record in document.new_agents}
    return {name: agent for name, agent in agents.items() if name in wanted}


def _write(
    change: Change, documents: Sequence[RegisteredDocument], existing: Mapping[str, Mapping[str, int]]
) -> list[tuple[int, AgentRecord]]:
    """Write documents and their new agents; each new agent's id and record, with the title in it."""
    records, new, places = list[AgentRecord](), list[NewAgent](), list[tuple[int, int]]()
    ids = change.put_documents([document.document for document in documents])
    for document, row in zip(documents, ids, strict=True):
        kept = existing.get(document.document.name, {})
        positions = {name: position for position, name in enumerate(document.agents)}
        fresh = {record.agent: record for record in document.new_agents}
        if missing := positions.keys() - kept.keys() - fresh.keys():
            raise Conflict("an agent that should be there is not; plan the document again", agent=min(missing))
        places += [(agent, positions[name]) for name, agent in kept.items()]
        for record in fresh.values():
            record.title = document.document.title
            records.append(record)
            new.append(_new(record, row, positions.get(record.agent, 0)))
    change.place_agents(places)
    return list(zip(change.add_agents(new), records, strict=True))


def _new(record: AgentRecord, document: int, position: int) -> NewAgent:
    return NewAgent(record.agent, document, position, record.heading_path, record.text, record.packet_location)


def _link(
    mind: str,
    change: Change,
    linker: Linker,
    names: HandledNames,
    added: list[tuple[int, AgentRecord]],
    texts: list[Text],
    removed: Collection[int],
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
