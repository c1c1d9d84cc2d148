"""
Remembering: what one activation needs of the graph is read once, and what many need is not read again.

What was read of one version of a mind, with its weights as of one time, stays true: activations of that version share
it. It goes with the version, and when it has grown too large.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias, TypeVar

from connectome.ports import Agent, Bearer, Concept, Edge, Found, GraphReader, MindAt, Wanted
from connectome.spreading import Node

MOST_ROWS = 300_000
"""So many rows of a mind are remembered, about 30 MB,"""
MOST_MINDS = 4
"""of so many minds, those asked last."""
ROWS_OF_NODE = 5
"""A node takes the place of so many rows, besides its edges."""

K = TypeVar("K", int, str)
V = TypeVar("V")
Version: TypeAlias = tuple[MindAt, int]
"""What a mind is, and the time as of which its weights are read."""


class Memory:
    """What was read of one version of a mind; what there is not, too."""

    def __init__(self) -> None:
        self.longest: dict[str, int] = {}
        self.concepts: dict[str, Concept | None] = {}
        self.names: dict[int, str] = {}
        self.bearers: dict[int, Sequence[Bearer]] = {}
        self.edges: dict[int, Sequence[Edge]] = {}
        self.agents: dict[int, Agent | None] = {}
        self.passed: dict[Node, Sequence[float]] = {}
        """What the spread passes on, see `connectome.spreading`: nothing but what was read tells it."""
        self.linked = 0
        """How many edges it holds, from both sides."""

    def missing(self, wanted: Wanted) -> Wanted:
        """What of it is not remembered."""
        return wanted._replace(
            bearers=[one for one in wanted.bearers if one not in self.bearers],
            edges=[one for one in wanted.edges if one not in self.edges],
            agents=[one for one in wanted.agents if one not in self.agents],
            words=[one for one in wanted.words if one not in self.longest],
            keys=[one for one in wanted.keys if one not in self.concepts],
        )

    def add(self, wanted: Wanted, found: Found) -> None:
        concepts = [*wanted.bearers, *(concept.id for concept in found.concepts.values())]
        self.bearers.update((one, found.bearers.get(one, ())) for one in concepts)
        self.edges.update((one, found.edges.get(one, ())) for one in wanted.edges)
        self.agents.update((one, found.agents.get(one)) for one in wanted.agents)
        self.longest.update((one, found.longest.get(one, 0)) for one in wanted.words)
        self.concepts.update((one, found.concepts.get(one)) for one in wanted.keys)
        self.names.update(found.names)
        self.linked += sum(map(len, (*found.bearers.values(), *found.edges.values())))

    @property
    def rows(self) -> int:
        """About how many it holds."""
        named = len(self.longest) + len(self.concepts) + len(self.names)
        return named + self.linked + ROWS_OF_NODE * (len(self.bearers) + len(self.edges) + len(self.agents))


class Memories:
    """The memories of the minds asked last, each of its mind's latest version."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[Version, Memory]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, as_of: int, mind: str, now: MindAt) -> Memory:
        """What is remembered of a mind as it is now, with its weights as of a time."""
        wanted = (now, as_of)
        with self._lock:
            known, memory = self._kept.pop(mind, (wanted, Memory()))
            if known != wanted or memory.rows > MOST_ROWS:
                memory = Memory()
            self._kept[mind] = (wanted, memory)
            if len(self._kept) > MOST_MINDS:
                del self._kept[next(iter(self._kept))]
        return memory

    def kept(self) -> Mapping[str, MindAt]:
        """The minds that are remembered, each as it was."""
        with self._lock:
            return {mind: now for mind, ((now, _), _) in self._kept.items()}

    def forget(self, mind: str) -> None:
        """Nothing of a mind is remembered after this but by the activations under way."""
        with self._lock:
            self._kept.pop(mind, None)


class RememberingReader:
    """See `connectome.ports.GraphReader`; `most` is the same in all calls. Counts the rows that are read."""

    def __init__(self, graph: GraphReader, memory: Memory) -> None:
        self._graph = graph
        self._memory = memory
        self._bearers, self._edges, self._agents, self._concepts = set[int](), set[int](), set[int](), set[str]()

    @property
    def rows(self) -> int:
        """How many were read, each once, whether they were remembered or not."""
        memory = self._memory
        linked = sum([len(memory.bearers[one]) for one in self._bearers])
        linked += sum([len(memory.edges[one]) for one in self._edges])
        return linked + len(_there(memory.agents, self._agents)) + len(_there(memory.concepts, self._concepts))

    def mind(self, name: str) -> MindAt:
        return self._graph.mind(name)

    def read(self, wanted: Wanted, most: int) -> Found:
        memory = self._memory
        missing = memory.missing(wanted)
        if missing.bearers or missing.edges or missing.agents or missing.words or missing.keys:
            memory.add(missing, self._graph.read(missing, most))
        self._bearers.update(wanted.bearers)
        self._edges.update(wanted.edges)
        self._agents.update(wanted.agents)
        self._concepts.update(wanted.keys)
        return Found(
            {one: memory.bearers[one] for one in wanted.bearers},
            {one: memory.edges[one] for one in wanted.edges},
            _there(memory.agents, wanted.agents),
            _there(memory.names, wanted.bearers),
            {one: memory.longest[one] for one in wanted.words},
            _there(memory.concepts, wanted.keys),
        )


def _there(known: Mapping[K, V | None], ids: Collection[K]) -> dict[K, V]:
    return {one: value for one in ids if (value := known.get(one)) is not None}
