"""How a mind is learned, forgotten and taught: changes, each one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from connectome.passage import Passage
from connectome.ports.reading import Kind
from myriad.connectome.v1.agent_record_pb2 import RemovedAgent
from myriad.connectome.v1.document_record_pb2 import DocumentDifference, DocumentPlan
from myriad.connectome.v1.mind_pb2 import Weight
from myriad.genesis.v1.document_pb2 import Document
from myriad.type.v1.retention_pb2 import Retained

T = TypeVar("T")


class LearnedEdge(NamedTuple):
    """An edge with its Hebbian weight, as it was last written at `touched`, in seconds since 1970."""

    agent: int
    concept: int
    key: str
    """The concept's."""
    weight: float
    touched: float


class NewAgent(NamedTuple):
    """An agent to write."""

    name: str
    document: int
    position: int
    headings: Sequence[str]
    text: str
    said: bytes
    """What its text says, as `connectome.passage` keeps it."""
    packet_location: str


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

    def learned_of(self, agents: Collection[int]) -> Sequence[LearnedEdge]:
        """Those of the agents' edges whose weights are not neutral, in a fixed order."""

    def passages(self, agents: Collection[int]) -> Mapping[int, Passage]:
        """What the agents' texts say."""

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
