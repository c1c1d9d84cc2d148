"""
Remembering: what one activation needs of the graph is read once, and what many need is not read again.

What was read of one version of a mind, with its weights as of one time, stays true: activations of that version share
it. It goes with the version, and when it has grown too large.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeAlias, TypeVar

from connectome.ports import Agent, Bearer, Concept, Edge, GraphReader

MOST_ROWS = 300_000
"""So many rows of a mind are remembered, about 30 MB,"""
MOST_MINDS = 4
"""of so many minds, those asked last."""
ROWS_OF_NODE = 5
"""A node takes the place of so many rows, besides its edges."""

K = TypeVar("K", int, str)
V = TypeVar("V")
T = TypeVar("T")
Version: TypeAlias = tuple[int, int, int]
"""A mind's id and version, and the time as of which its weights are read."""


class Memory:
    """What was read of one version of a mind; what there is not, too."""

    def __init__(self) -> None:
        self.longest: dict[str, int] = {}
        self.concepts: dict[str, Concept | None] = {}
        self.names: dict[int, str | None] = {}
        self.bearers: dict[int, Sequence[Bearer]] = {}
        self.edges: dict[int, Sequence[Edge]] = {}
        self.agents: dict[int, Agent | None] = {}
        self.linked = 0
        """How many edges it holds, from both sides."""

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

    def of(self, as_of: int, mind: str, number: int, version: int) -> Memory:
        """What is remembered of a version of a mind with its weights as of a time."""
        wanted = (number, version, as_of)
        with self._lock:
            known, memory = self._kept.pop(mind, (wanted, Memory()))
            if known != wanted or memory.rows > MOST_ROWS:
                memory = Memory()
            self._kept[mind] = (wanted, memory)
            if len(self._kept) > MOST_MINDS:
                del self._kept[next(iter(self._kept))]
        return memory

    def kept(self) -> Mapping[str, Version]:
        """The minds that are remembered, each with the version."""
        with self._lock:
            return {mind: version for mind, (version, _) in self._kept.items()}

    def forget(self, mind: str) -> None:
        """Nothing of a mind is remembered after this but by the activations under way."""
        with self._lock:
            self._kept.pop(mind, None)


class RememberingReader:
    """See `connectome.ports.GraphReader`; `most` is the same in all calls. Counts the rows that it needs."""

    def __init__(self, graph: GraphReader, memory: Memory) -> None:
        self._graph = graph
        self._memory = memory
        self._bearers: dict[int, Sequence[Bearer]] = {}
        self._edges: dict[int, Sequence[Edge]] = {}
        self._agents: dict[int, Agent | None] = {}
        self.rows = 0

    def mind(self, name: str) -> tuple[int, int]:
        return self._graph.mind(name)

    def longest_names(self, mind: int, first_words: Collection[str]) -> Mapping[str, int]:
        return _known(self._memory.longest, first_words, partial(self._graph.longest_names, mind), 0)

    def concepts(self, mind: int, keys: Collection[str]) -> Mapping[str, Concept]:
        found = _there(_known(self._memory.concepts, keys, partial(self._graph.concepts, mind), None))
        self.rows += len(found)
        return found

    def concept_names(self, ids: Collection[int]) -> Mapping[int, str]:
        return _there(_known(self._memory.names, ids, self._graph.concept_names, None))

    def bearers(self, concepts: Collection[int], most: int) -> Mapping[int, Sequence[Bearer]]:
        if new := [concept for concept in concepts if concept not in self._bearers]:
            found = _known(self._memory.bearers, new, lambda ids: self._counted(self._graph.bearers(ids, most)), ())
            self._bearers |= found
            self.rows += sum(map(len, found.values()))
        return {concept: self._bearers[concept] for concept in concepts}

    def edges(self, agents: Collection[int], most: int) -> Mapping[int, Sequence[Edge]]:
        if new := [agent for agent in agents if agent not in self._edges]:
            found = _known(self._memory.edges, new, lambda ids: self._counted(self._graph.edges(ids, most)), ())
            self._edges |= found
            self.rows += sum(map(len, found.values()))
        return {agent: self._edges[agent] for agent in agents}

    def agents(self, ids: Collection[int]) -> Mapping[int, Agent]:
        if new := [agent for agent in ids if agent not in self._agents]:
            self._agents |= _known(self._memory.agents, new, self._graph.agents, None)
            self.rows += len(new)
        return _there({agent: self._agents[agent] for agent in ids})

    def _counted(self, read: Mapping[int, Sequence[T]]) -> Mapping[int, Sequence[T]]:
        self._memory.linked += sum(map(len, read.values()))
        return read


def _known(known: dict[K, V], ids: Collection[K], read: Callable[[list[K]], Mapping[K, V]], none: V) -> dict[K, V]:
    """What is known by id, after reading what is not; what there is not is `none`."""
    if new := [one for one in ids if one not in known]:
        found = read(new)
        known.update((one, found.get(one, none)) for one in new)
    return {one: known[one] for one in ids}


def _there(found: Mapping[K, V | None]) -> dict[K, V]:
    return {one: value for one, value in found.items() if value is not None}
