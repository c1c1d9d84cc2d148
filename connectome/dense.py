"""
The dense sense: agents whose passages mean what the question means, though they share no word with it.

Optional: without a model nothing of it runs. Learning never waits for it: vectors are filled in behind, in the order
in which agents were learned, and kept with the graph, from which they go in the transaction that removes their agent.
The index for searching is a copy in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence, Set
from concurrent.futures import Executor
from typing import NamedTuple, Protocol

from connectome.ports import Hit
from connectome.turn import Turn

AT_ONCE = 8
"""Passages encoded in one go; a quarter of a second on one core."""
PAGE = 1_000
LOOK_AGAIN_SECONDS = 1.0


class Unseen(NamedTuple):
    """An agent without a vector."""

    agent: int
    mind: int
    text: str
    """Its title, its headings and its passage."""


class Seen(NamedTuple):
    """An agent's vector, as bytes of 16-bit floats."""

    agent: int
    mind: int
    vector: bytes


class Encoder(Protocol):
    """A sentence-embedding model. Vectors have length 1, so that their product is the likeness of meaning."""

    model: str
    """What tells it from other models: vectors of two models cannot be compared."""
    dimensions: int

    def question(self, text: str) -> bytes:
        """The vector to search with."""

    def passages(self, texts: Sequence[str]) -> Sequence[bytes]:
        """The vectors to be found."""


class VectorReader(Protocol):
    """Vectors, kept with the agents they belong to."""

    def vectors(self, after: int, limit: int) -> Sequence[Seen]:
        """Vectors of agents whose ids come after `after`, by id."""

    def seen(self, mind: int) -> Set[int]:
        """The agents of a mind that have a vector."""

    def vector_counts(self) -> Mapping[int, int]:
        """By mind: how many of its agents have a vector, if any."""


class VectorStore(VectorReader, Protocol):
    """Where they are written."""

    def keep_model(self, model: str) -> None:
        """Remove the vectors of every other model."""

    def unseen(self, limit: int) -> Sequence[Unseen]:
        """Some of the agents without a vector, those that were written first."""

    def add_vectors(self, model: str, vectors: Sequence[Seen]) -> Sequence[Seen]:
        """Write vectors; those whose agents are gone by now are left out. Those written."""


class VectorIndex(Protocol):
    """Nearest neighbours among the vectors of a mind."""

    def add(self, vectors: Sequence[Seen]) -> None:
        """Take vectors in; one that is known stays."""

    def keep_only(self, mind: int, agents: Set[int]) -> None:
        """Let go of a mind's other vectors."""

    def counts(self) -> Mapping[int, int]:
        """By mind: how many vectors it holds."""

    def search(self, mind: int, vector: bytes, limit: int) -> list[Hit]:
        """The nearest agents, best first, with their likeness from -1 to 1."""


class DenseSense:
    """Finds agents by meaning, as far as they have been read."""

    def __init__(self, encoder: Encoder, vectors: VectorReader, index: VectorIndex) -> None:
        self._encoder = encoder
        self._vectors = vectors
        self._index = index

    def nearest(self, mind: int, question: str, limit: int) -> list[Hit]:
        """The agents nearest in meaning, best first; none while the mind has not been read at all."""
        if not self._index.counts().get(mind):
            return []
        return self._index.search(mind, self._encoder.question(question), limit)

    def follow(self) -> None:
        """Make the index, if it is a copy of the vectors and not where they lie, a copy of those that there are now."""
        kept = self._vectors.vector_counts()
        for mind, held in self._index.counts().items():
            if held > kept.get(mind, 0):
                self._index.keep_only(mind, self._vectors.seen(mind))
        if self._index.counts() == kept:
            return
        after = 0
        while page := self._vectors.vectors(after, PAGE):
            self._index.add(page)
            after = page[-1].agent


class Filler:
    """Reads the agents that have no vector, in the order in which they were learned."""

    def __init__(self, encoder: Encoder, store: VectorStore, index: VectorIndex) -> None:
        self._encoder = encoder
        self._store = store
        self._index = index
        store.keep_model(encoder.model)

    def fill(self) -> int:
        """Read the next few passages: how many."""
        if unseen := self._store.unseen(AT_ONCE):
            vectors = self._encoder.passages([one.text for one in unseen])
            seen = [Seen(one.agent, one.mind, vector) for one, vector in zip(unseen, vectors, strict=True)]
            self._index.add(self._store.add_vectors(self._encoder.model, seen))
        return len(unseen)


async def keep_following(sense: DenseSense, thread: Executor) -> None:
    """Follow for ever what has been read."""
    while True:
        await asyncio.get_running_loop().run_in_executor(thread, sense.follow)
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def keep_filling(filler: Filler, turn: Turn, thread: Executor) -> None:
    """Read for ever what is learned, where it is this process's turn."""
    while True:
        await turn.come()
        if not await asyncio.get_running_loop().run_in_executor(thread, filler.fill):
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
