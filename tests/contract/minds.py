"""Minds in a graph store, written by the use cases that write it."""

from __future__ import annotations

from collections.abc import Mapping

from connectome.linking import Linker
from connectome.ports import Concept, Kind, LexicalIndex, Wanted
from connectome.projection import Projection
from connectome.register import reading_of, register
from connectome.remove import remove
from connectome.stores import GraphStore
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.registry_service_pb2 import (
    RegisterAgentsRequest,
    RegisterAgentsResponse,
    RemoveAgentsRequest,
    RemoveAgentsResponse,
)
from myriad.genesis.v1.document_pb2 import Document

MIND = "minds/m"
PAGE = 1000


class Minds:
    """A store, its index and its linker, as the servicers hold them."""

    def __init__(self, store: GraphStore, lexical: LexicalIndex) -> None:
        self.store, self.lexical, self.linker = store, lexical, Linker(lexical)
        self.projection = Projection(store, lexical)

    def learn(self, *documents: RegisteredDocument, mind: str = MIND) -> RegisterAgentsResponse:
        request = RegisterAgentsRequest(mind=mind, documents=documents)
        return register(self.store, self.projection, self.linker, reading_of(request))

    def forget(self, *documents: str, mind: str = MIND) -> RemoveAgentsResponse:
        request = RemoveAgentsRequest(mind=mind, documents=[f"{mind}/documents/{one}" for one in documents])
        return remove(self.store, self.store, self.projection, self.linker, request)

    def forget_all(self, mind: str = MIND) -> RemoveAgentsResponse:
        request = RemoveAgentsRequest(mind=mind, all_documents=True)
        return remove(self.store, self.store, self.projection, self.linker, request)

    def ids(self, mind: str = MIND) -> dict[str, int]:
        """Of all agents, by name."""
        known = self.store.change(mind, lambda change: change.known(change.documents(PAGE)))
        return {name: agent for one in known.values() for name, agent in one.agents.items()}

    def concepts(self, *keys: str) -> Mapping[str, Concept]:
        """Those that there are, by key."""
        return self.store.read(Wanted(mind=self.store.mind(MIND).id, keys=keys), PAGE).concepts

    def edges(self, mind: str = MIND) -> dict[str, dict[str, Kind]]:
        """By agent: the names of its concepts and the kind of each edge."""
        found = {}
        for agent, number in self.ids(mind).items():
            edges = self.store.read(Wanted(edges=[number]), PAGE).edges.get(number, ())
            names = self.store.read(Wanted(bearers=[edge.concept for edge in edges]), PAGE).names
            found[agent] = {names[edge.concept].lower(): edge.kind for edge in edges}
        return found


def document(
    bare: str, *passages: str, title: str = "", mentions: tuple[str, ...] = (), mind: str = MIND, bundle: str = "x"
) -> RegisteredDocument:
    name = f"{mind}/documents/{bare}"
    records = [
        AgentRecord(
            agent=f"{mind}/agents/a{bare}{abs(hash(passage)) % 10**9}",
            document=name,
            text=passage,
            packet_location=f"folder:///{bundle}.pak#{number}+1+{number:064x}",
            concepts=[title or bare],
            mentions=mentions,
        )
        for number, passage in enumerate(passages)
    ]
    return RegisteredDocument(
        document=Document(name=name, title=title or bare, content_hash=f"{bare}{passages}"),
        agents=[record.agent for record in records],
        new_agents=records,
    )


SONG = document("song", "Blue Moon was written by Richard Rodgers.", title="Blue Moon")
RODGERS = document("rodgers", "He was born in Queens.", title="Richard Rodgers")
