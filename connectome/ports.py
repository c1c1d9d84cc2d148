"""
What the connectome asks of a graph store and of a lexical index.

A graph store is one for all ports from `Graph` to `TextSource`; each use case takes those it needs. Ids are the store's
own: whole numbers from 0 to 2^63, of agents in the order in which they were written, so that ties fall alike in every
store.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple, Protocol, TypeVar

from myriad.connectome.v1.agent_record_pb2 import AgentRecord, PacketPlace, RemovedAgent
from myriad.connectome.v1.document_record_pb2 import DocumentDifference, DocumentPlan
from myriad.connectome.v1.mind_pb2 import Mind, Weight
from myriad.genesis.v1.document_pb2 import Document, DocumentResult, Job
from myriad.genesis.v1.receipt_pb2 import MindReceipt
from myriad.type.v1.retention_pb2 import Retained

JOB_SECONDS = 7 * 24 * 3600.0
CONDEMNED_SECONDS = 24 * 3600.0
"""Nobody is as long between writing a bundle and saying so."""
"""A job that has not gone on for so long is no more, with all it says of documents."""
SHOWN_FAILURES = 100
"""A job shows so many of its failures, the first by URI and line."""

T = TypeVar("T")


class Kind(IntEnum):
    """How an agent and a concept hang together."""

    HANDLES = 0
    """The agent is about it."""
    MENTIONS = 1
    """Genesis found that the agent names it."""
    LINKED = 2
    """The agent's text holds its name, and somebody handles it; found by linking."""


class Edge(NamedTuple):
    """An edge as its agent sees it."""

    concept: int
    key: str
    kind: Kind
    strength: float
    """By how much it counts, see `connectome.weights`: 1.0 where nothing was learned from use."""
    handled: int
    """How many agents handle the concept."""
    mentioned: int
    """How many agents mention it."""


class Bearer(NamedTuple):
    """An edge as its concept sees it."""

    agent: int
    kind: Kind
    strength: float


class LearnedEdge(NamedTuple):
    """An edge with its Hebbian weight, as it was last written at `touched`, in seconds since 1970."""

    agent: int
    concept: int
    key: str
    """The concept's."""
    weight: float
    touched: float


class Concept(NamedTuple):
    """A concept that somebody handles or mentions."""

    id: int
    key: str
    name: str
    handled: int
    mentioned: int


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as ranking and callers need it."""

    id: int
    name: str
    document: str
    title: str
    uri: str
    packet_location: str
    text: str


class NewAgent(NamedTuple):
    """An agent to write."""

    name: str
    document: int
    position: int
    headings: Sequence[str]
    text: str
    packet_location: str


class Text(NamedTuple):
    """What the lexical index takes of an agent."""

    agent: int
    heading: str
    """Its document's title and the headings above it, a line each."""
    text: str
    words: Sequence[str]
    """The words of the text, as `connectome.text.words` cuts it."""
    alone: Sequence[str]
    """Those of them that are no part of a longer name."""


@dataclass(slots=True)
class Removal:
    """What went."""

    agents: list[RemovedAgent] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    concepts: list[str] = field(default_factory=list)
    """Names of concepts that nobody used any more."""
    unhandled: set[str] = field(default_factory=set)
    """Keys of concepts that nobody handles any more."""
    links: int = 0


class MindAt(NamedTuple):
    """What a mind is now: while all of it is the same, so is what is read of the mind."""

    id: int
    version: int


class Wanted(NamedTuple):
    """What is read in one go, by id; names, by what they are in a mind."""

    bearers: Collection[int] = ()
    """Of these concepts,"""
    edges: Collection[int] = ()
    """of these agents,"""
    agents: Collection[int] = ()
    """and these agents themselves."""
    mind: int = 0
    words: Collection[str] = ()
    """Of names that begin with these words, how long they are,"""
    keys: Collection[str] = ()
    """and the concepts of these names, with their bearers."""


class Found(NamedTuple):
    """What was wanted; what does not exist is left out."""

    bearers: Mapping[int, Sequence[Bearer]]
    """Who handles each concept, then who mentions it, by kind and agent; if more than `most` do, none of them."""
    edges: Mapping[int, Sequence[Edge]]
    """Concepts of each agent that lead on, by id: handled by 1 to `most`, or by none and mentioned by 2 to `most`."""
    agents: Mapping[int, Agent]
    names: Mapping[int, str]
    """Of the concepts with their bearers, as they were first written."""
    longest: Mapping[str, int]
    """By first word: how many words the longest handled name that begins with it has."""
    concepts: Mapping[str, Concept]
    """By key."""


class GraphReader(Protocol):
    """Reads for activation: each is one round trip."""

    def mind(self, name: str) -> MindAt:
        """MindNotFound."""

    def read(self, wanted: Wanted, most: int) -> Found:
        """What the spread begins with, what a wave of it needs, or what comes after the last."""


class Graph(Protocol):
    """The graph, to be read as it is weighted at a time."""

    def as_of(self, seconds: int) -> GraphReader:
        """The graph with its weights as they are at a time."""


class Known(NamedTuple):
    """A document that exists."""

    id: int
    agents: dict[str, int]
    """Its agents' ids by name."""


class Change(Protocol):
    """
    One transaction on one mind.

    Only one at a time changes a mind, in however many processes: what another has committed is there to read.
    """

    mind: int
    """The mind's id."""
    version: int
    """The version that the mind has after this: one more than before, if anything was written."""

    def documents(self, limit: int) -> list[str]:
        """The names of some of the mind's documents."""

    def known(self, documents: Collection[str]) -> dict[str, Known]:
        """Those of the documents that exist, by name."""

    def put_documents(self, documents: Sequence[Document]) -> list[int]:
        """
        Write documents, new or known, each once; their ids in the same order.

        A new one has the times that it brings; one that brings none, or is known, is written now.
        """

    def remove_documents(self, documents: Collection[int]) -> None:
        """Remove the documents themselves; their agents are removed before."""

    def add_agents(self, agents: Sequence[NewAgent]) -> list[int]:
        """Write agents; their ids in the same order. Conflict if a bundle is condemned, see `AgentStore`."""

    def place_agents(self, positions: Iterable[tuple[int, int]]) -> None:
        """Say anew which place in its document each agent has: (agent, position)."""

    def remove_agents(self, agents: Collection[int], removal: Removal) -> None:
        """Remove agents with their edges, links to names nobody handles now, and concepts nobody uses now."""

    def concept_ids(self, names: Mapping[str, str]) -> dict[str, int]:
        """Ids of concepts by key, made where they are new; `names` has a name for each key."""

    def add_edges(self, edges: Iterable[tuple[int, int, Kind]]) -> None:
        """Add edges (agent, concept, kind); where two have one already, it stays as it is."""

    def handled_keys(self) -> Iterable[str]:
        """The keys of all handled concepts."""

    def handled_since(self, version: int) -> Iterable[str] | None:
        """
        Keys of handled concepts, with all that were not handled at a version and are now.

        None if another process has made it that some are handled no more: read all.
        """

    def edges_of(self, agents: Collection[str]) -> Sequence[LearnedEdge]:
        """All edges of the mind's agents of these names, in a fixed order."""

    def set_weights(self, edges: Iterable[tuple[int, int, float]], at: float) -> None:
        """
        Write weights (agent, concept, weight) as they are at a time.

        One that was written later, by a clock that was ahead, stays of then: no hour wears off twice.
        """

    def restore_weights(self, weights: Iterable[Weight]) -> None:
        """Write weights as they were, with their times; those of edges that do not exist are passed over."""

    def defer(self, edges: Iterable[LearnedEdge], success: bool, due: int) -> None:
        """Keep for `due` that edges led to a success or a failure; of one edge once. Makes no new version."""

    def take_deferred(self, due: int, success: bool) -> Sequence[LearnedEdge]:
        """The edges of which this was kept for `due`; it is kept no longer."""

    def reset_weights(self) -> int:
        """Make all weights neutral and drop what is deferred; how many were not neutral."""

    def forget_removed(self, version: int) -> None:
        """A lexical index has reached this version: what was removed until then it need not be told again."""


class Registry(Protocol):
    """What a mind consists of, as it is learned and forgotten."""

    def plan(self, documents: Sequence[DocumentPlan]) -> list[DocumentDifference]:
        """What learning the documents would change."""

    def change(self, mind: str, work: Callable[[Change], T], *, create: bool = False) -> T:
        """
        Do work on a mind, all of it or, at an exception, nothing; what it returns. MindNotFound unless `create`.

        It is done again when it failed for a moment: it begins from nothing that an earlier try has left in memory.
        """

    def delete_mind(self, name: str) -> int:
        """Remove the mind itself and its jobs, how many entries they had; everything in it is removed before."""

    @property
    def retained(self) -> Sequence[Retained]:
        """What lies longer of what was removed, and where."""

    def scrub(self) -> None:
        """Leave no trace of what was removed, as far as that takes no more than a second; `tidy` does the rest."""

    def tidy(self) -> None:
        """Take away what was removed and lingers: something was in the way, or it takes long."""


class MindStore(Protocol):
    """Minds, as they are made and listed."""

    def create_mind(self, name: str, display_name: str, request_id: str) -> Mind:
        """A new mind, or the one that a request with this id made; no request has the empty one. MindExists."""

    def get_mind(self, name: str) -> Mind:
        """MindNotFound."""

    def list_minds(self, after: str, limit: int) -> list[Mind]:
        """Minds whose names come after `after`."""


class AgentStore(Protocol):
    """Documents and agents, as they are looked up, and where the agents' packets lie."""

    def get_document(self, name: str) -> Document:
        """DocumentNotFound."""

    def list_documents(self, mind: str, after: str, limit: int) -> list[Document]:
        """Documents whose names come after `after`, by name. MindNotFound."""

    def get_agents(self, mind: str, names: Sequence[str]) -> list[AgentRecord]:
        """Those that exist, in the order asked. MindNotFound."""

    def agent_ids(self, mind: str, names: Sequence[str]) -> list[int]:
        """Ids of those that exist. MindNotFound."""

    def list_agents(self, mind: str, document: str, after: str, limit: int) -> list[AgentRecord]:
        """Agents whose names come after `after`, by name; of one document if it is named. MindNotFound."""

    def pinned_agents(self, after: str, limit: int) -> list[AgentRecord]:
        """Agents of pinned documents, of all minds, whose names come after `after`, by name."""

    def packets(
        self, mind: str, bundles: Collection[str] | None, after: tuple[str, str], limit: int
    ) -> list[PacketPlace]:
        """
        The packets that agents need, in these bundles or in all (None), by bundle and agent; those after the one given.

        MindNotFound.
        """

    def relocate(self, mind: str, places: Sequence[PacketPlace]) -> None:
        """
        Point agents to where their packets are now; those whose packet is not where it was said to be stay.

        If any moved, the mind has a new version then, as after every change of what is read of it. Conflict if a bundle
        is condemned.
        """

    def condemn(self, mind: str, bundles: Collection[str]) -> list[str]:
        """
        Condemn those bundles in which no agent's packet lies: for `CONDEMNED_SECONDS` none can be said to.

        Those that are condemned now. The mind need not exist.
        """


class WeightStore(Protocol):
    """What use has taught."""

    def list_weights(self, mind: str, after: tuple[str, str], limit: int, *, now: float | None = None) -> list[Weight]:
        """
        Weights that are not neutral, ordered by agent and concept, those after the one given. MindNotFound.

        They are as they are `now`, or else as they were written.
        """

    def deferrals(self, now: float) -> list[tuple[str, int]]:
        """Minds and times that are due, the earliest first."""


class JobLedger(Protocol):
    """Learning jobs, and what became of their documents."""

    def open_job(self, name: str) -> Job:
        """A job, new or reopened."""

    def record(self, name: str, entries: Sequence[DocumentResult]) -> Job:
        """Write entries of a job; of one document and line once. JobNotFound."""

    def close_job(self, name: str, failed: bool) -> Job:
        """JobNotFound."""

    def get_job(self, name: str) -> Job:
        """JobNotFound."""

    def forget_entries(self, documents: Sequence[str]) -> int:
        """Take what names these documents out of all jobs, whose counts stay; how many entries went."""

    def forget_jobs(self, now: float) -> None:
        """Take away jobs that have not gone on for `JOB_SECONDS`."""


class TextSource(Protocol):
    """What a lexical index catches up from; each reads what is committed by now."""

    def version(self, mind: str) -> int:
        """A mind's version. MindNotFound."""

    def text_version(self, mind: str) -> int:
        """The last version of a mind in which agents came or went. MindNotFound."""

    def agent_count(self, mind: str) -> int:
        """How many agents a mind has."""

    def texts_since(self, mind: str, version: int) -> Iterator[Text]:
        """What the lexical index takes of the agents written after a version."""

    def removed_since(self, mind: str, version: int) -> list[int] | None:
        """Agents removed after a version; None if that is not known any more."""


class Forgetting(Protocol):
    """Genesis, which makes forgotten."""

    async def forget_mind(self, mind: str) -> MindReceipt:
        """Forget a mind and all that is in it, everywhere. MIND_NOT_FOUND."""


class Hit(NamedTuple):
    """A lexical hit."""

    agent: int
    score: float


class DamagedIndexError(Exception):
    """A mind's index cannot be used as it lies on disk, after a crash perhaps: rebuild it from the graph."""


class LexicalIndex(Protocol):
    """Full-text search in one mind; a copy of what the graph holds, at the version that it has reached."""

    def __hash__(self) -> int:
        """By identity."""

    def stems(self, text: str) -> list[str]:
        """The terms of a text as they are indexed, without stop words."""

    def version(self, mind: str) -> int:
        """The version of the mind that the index has reached; 0 if it holds nothing. DamagedIndexError."""

    def update(self, mind: str, version: int, added: Iterable[Text], removed: Collection[int]) -> None:
        """
        Apply a change; when this returns it can be searched and survives a crash. Again is fine.

        DamagedIndexError.
        """

    def rebuild(self, mind: str, version: int, texts: Iterable[Text]) -> None:
        """Write the index anew: what was removed leaves no trace, not even in the counts that scores rest on."""

    def minds(self) -> Collection[str]:
        """The minds that it holds something of."""

    def will_erase(self, mind: str) -> None:
        """Words that are just removed have to leave no trace: it is written anew in time (`to_erase`)."""

    def to_erase(self) -> Collection[str]:
        """The minds that have to be written anew now."""

    def behind(self) -> Collection[str]:
        """The minds whose latest change could not be written: there was no room."""

    def search(self, mind: str, stems: Sequence[str], limit: int) -> list[Hit]:
        """
        The best agents by BM25 for any of the stems, best first; ties by agent.

        A stem that none has may stand for those that differ from it by one letter.
        """

    def rarities(self, mind: str, stems: Collection[str]) -> Mapping[str, float]:
        """How much each stem tells: ln(1 + agents / (1 + agents that have it))."""

    def holding(self, mind: str, phrase: Sequence[str]) -> list[int]:
        """Every agent whose text holds these words (`connectome.text.words`) one after the other; one word, alone."""

    def drop(self, mind: str) -> None:
        """Forget a mind."""


class Bookmarks(Protocol):
    """What was written to each mind last, by any replica: a member of a cluster that lacks it waits for it."""

    def of(self, mind: str) -> Collection[str]:
        """Those that a read of the mind, or the next write to it, comes after."""

    def put(self, mind: str, passed: Collection[str], new: Collection[str]) -> None:
        """A write that came after `passed` has left `new`."""
