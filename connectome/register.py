"""Register: make documents consist of exactly the agents given, all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple, TypeAlias

from connectome.carrying import carried, taught
from connectome.errors import Conflict
from connectome.linking import HandledNames, Linker
from connectome.passage import Passage, said
from connectome.ports import Change, Indexed, Kind, NewAgent, Registry, Removal, indexed
from connectome.projection import Projection
from language.keys import key
from myriad.agent.v1.text_pb2 import Text
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.registry_service_pb2 import RegisterAgentsRequest, RegisterAgentsResponse

Pairs: TypeAlias = "list[tuple[int, str]]"
"""(agent, key of a concept)."""


class Read(NamedTuple):
    """An agent to register, and what its texts say."""

    record: AgentRecord
    said: Text
    indexed: Indexed
    """Without its id."""
    handles: Mapping[str, str]
    """Names of concepts, by their keys."""
    mentions: Mapping[str, str]


class Reading(NamedTuple):
    """What is to be registered, read before anything is written: that takes as long as the writing."""

    request: RegisterAgentsRequest
    agents: Mapping[str, Read]


class Registered(NamedTuple):
    """What a change has written."""

    change: Change
    names: HandledNames
    texts: Sequence[Indexed]
    removed: Collection[int]
    removal: Removal


def reading_of(request: RegisterAgentsRequest) -> Reading:
    """What registering needs to know of the texts."""
    new = ((one.document.title, record) for one in request.documents for record in one.new_agents)
    return Reading(request, {record.agent: _read(title, record) for title, record in new})


def register(registry: Registry, projection: Projection, linker: Linker, reading: Reading) -> RegisterAgentsResponse:
    """Conflict if an agent that is named is neither known nor given."""
    mind = reading.request.mind
    done = registry.change(mind, partial(_register, projection, linker, reading), create=True)
    linker.keep(done.change, done.names)
    projection.apply(mind, done.change.version, done.texts, done.removed)
    return RegisterAgentsResponse(removed=done.removal.agents, mind_version=done.change.version)


def _read(title: str, record: AgentRecord) -> Read:
    what = said(record.read, [title, *record.heading_path], record.text)
    return Read(record, what, indexed(0, what, record.text), _keys(record.concepts), _keys(record.mentions))


def _keys(names: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        if one := key(name):
            found.setdefault(one, name)
    return found


def _register(projection: Projection, linker: Linker, reading: Reading, change: Change) -> Registered:
    request = reading.request
    projection.catch_up(request.mind)  # linking finds older agents by it
    change.forget_removed(change.version - 1)
    names, removal = linker.take(change), Removal()
    known = change.known([document.document.name for document in request.documents])
    existing = {
        document.document.name: _kept(document, known[document.document.name].agents)
        for document in request.documents
        if document.document.name in known
    }
    removed = {agent for one in known.values() for agent in one.agents.values()}
    removed -= {agent for agents in existing.values() for agent in agents.values()}
    before = taught(change, known, removed)
    change.remove_agents(removed, removal)
    names.remove(removal.unhandled)
    added = _write(change, reading, existing)
    _link(request.mind, change, linker, names, added, removed)
    if before.passages:
        new = ((one.record.document, one.record.agent, Passage(one.said)) for _, one in added)
        change.restore_weights(carried(before, new))
    texts = [one.indexed._replace(agent=agent) for agent, one in added]
    return Registered(change, names, texts, removed, removal)


def _kept(document: RegisteredDocument, agents: Mapping[str, int]) -> dict[str, int]:
    """Those of a document's agents that it shall have still."""
    wanted = set(document.agents) - {record.agent for record in document.new_agents}
    return {name: agent for name, agent in agents.items() if name in wanted}


def _write(change: Change, reading: Reading, existing: Mapping[str, Mapping[str, int]]) -> list[tuple[int, Read]]:
    """Write documents and their new agents; each new agent's id, and what was read of it."""
    documents, written = reading.request.documents, list[Read]()
    new, places = list[NewAgent](), list[tuple[int, int]]()
    ids = change.put_documents([document.document for document in documents])
    for document, row in zip(documents, ids, strict=True):
        kept = existing.get(document.document.name, {})
        positions = {name: position for position, name in enumerate(document.agents)}
        fresh = {record.agent: reading.agents[record.agent] for record in document.new_agents}
        if missing := positions.keys() - kept.keys() - fresh.keys():
            raise Conflict("an agent that should be there is not; plan the document again", agent=min(missing))
        places += [(agent, positions[name]) for name, agent in kept.items()]
        written += fresh.values()
        new += [_new(one, row, positions.get(name, 0)) for name, one in fresh.items()]
    change.place_agents(places)
    return list(zip(change.add_agents(new), written, strict=True))


def _new(read: Read, document: int, position: int) -> NewAgent:
    record, what = read.record, read.said.SerializeToString()
    return NewAgent(record.agent, document, position, record.heading_path, record.text, what, record.packet_location)


def _link(
    mind: str,
    change: Change,
    linker: Linker,
    names: HandledNames,
    added: Sequence[tuple[int, Read]],
    removed: Collection[int],
) -> None:
    """Tie new agents to what they handle, mention and hold the name of, and older ones to newly handled names."""
    handles = [(agent, one) for agent, read in added for one in read.handles]
    mentions = [(agent, one) for agent, read in added for one in read.mentions]
    new = {one for _, one in handles if one not in names}
    names.add(new)
    links = [(agent, one) for agent, read in added for one in names.found_in(read.indexed.words, read.indexed.alone)]
    older = linker.older_agents(mind, new)
    links += [(agent, one) for one, agents in older for agent in agents if agent not in removed]
    called: dict[str, str] = {}
    for called_so in chain((read.handles for _, read in added), (read.mentions for _, read in added)):
        for one, name in called_so.items():
            called.setdefault(one, name)
    for _, one in links:
        called.setdefault(one, one)
    ids = change.concept_ids(called)
    change.add_edges(_edges(ids, links, mentions, handles))


def _edges(ids: Mapping[str, int], links: Pairs, mentions: Pairs, handles: Pairs) -> Iterator[tuple[int, int, Kind]]:
    """One edge for each agent and concept: where there are several, the strongest kind."""
    kinds: dict[tuple[int, int], Kind] = {}
    for kind, pairs in ((Kind.LINKED, links), (Kind.MENTIONS, mentions), (Kind.HANDLES, handles)):
        kinds.update({(agent, ids[one]): kind for agent, one in pairs})
    return ((agent, concept, kind) for (agent, concept), kind in kinds.items())
