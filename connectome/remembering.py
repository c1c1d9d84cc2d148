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

from connectome.ports import Agent, Bearer, Concept, Edge, Found, GraphReader, MindAt, Wanted

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
        self.names: dict[int, str | None] = {}
        self.bearers: dict[int, Sequence[Bearer]] = {}
        self.edges: dict[int, Sequence[Edge]] = {}
        self.agents: dict[int, Agent | None] = {}
        self.linked = 0
        """How many edges it holds, from both sides."""

    def add(self, wanted: Wanted, found: Found) -> None:
        self.bearers.update((one, found.bearers.get(one, ())) for one in wanted.bearers)
        self.edges.update((one, found.edges.get(one, ())) for one in wanted.edges)
        self.agents.update((one, found.agents.get(one)) for one in wanted.agents)
        self.names.update((one, found.names.get(one)) for one in wanted.names)
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
    """See `connectome.ports.GraphReader`; `most` is the same in all calls. Counts the rows that it needs."""

    def __init__(self, graph: GraphReader, memory: Memory) -> None:
        self._graph = graph
        self._memory = memory
        self._bearers, self._edges, self._agents = set[int](), set[int](), set[int]()
        self.rows = 0

    def mind(self, name: str) -> MindAt:
        return self._graph.mind(name)

    def longest_names(self, mind: int, first_words: Collection[str]) -> Mapping[str, int]:
        return _known(self._memory.longest, first_words, partial(self._graph.longest_names, mind), 0)

    def concepts(self, mind: int, keys: Collection[str]) -> Mapping[str, Concept]:
        found = _there(_known(self._memory.concepts, keys, partial(self._graph.concepts, mind), None))
        self.rows += len(found)
        return found

    def read(self, wanted: Wanted, most: int) -> Found:
        memory = self._memory
        missing = Wanted(
            [one for one in wanted.bearers if one not in memory.bearers],
            [one for one in wanted.edges if one not in memory.edges],
            [one for one in wanted.agents if one not in memory.agents],
            [one for one in wanted.names if one not in memory.names],
        )
        if any(missing):
            memory.add(missing, self._graph.read(missing, most))
        self._count(wanted)
        return Found(
            {one: memory.bearers[one] for one in wanted.bearers},
            {one: memory.edges[one] for one in wanted.edges},
            _there({one: memory.agents[one] for one in wanted.agents}),
            _there({one: memory.names[one] for one in wanted.names}),
        )

    def _count(self, wanted: Wanted) -> None:
        """Each row once, whether it was remembered or not."""
        for counted, ids, known in (
            (self._bearers, wanted.bearers, self._memory.bearers),
            (self._edges, wanted.edges, self._memory.edges),
        ):
            new = [one for one in ids if one not in counted]
            counted.update(new)
            self.rows += sum(len(known[one]) for one in new)
        self.rows += len(set(wanted.agents) - self._agents)
        self._agents.update(wanted.agents)


def _known(known: dict[K, V], ids: Collection[K], read: Callable[[list[K]], Mapping[K, V]], none: V) -> dict[K, V]:
    """What is known by id, after reading what is not; what there is not is `none`."""
    if new := [one for one in ids if one not in known]:
        found = read(new)
        known.update((one, found.get(one, none)) for one in new)
    return {one: known[one] for one in ids}


def _there(found: Mapping[K, V | None]) -> dict[K, V]:
    return {one: value for one, value in found.items() if value is not None}
