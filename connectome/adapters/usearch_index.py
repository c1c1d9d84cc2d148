"""Nearest neighbours by USearch (HNSW, Malkov and Yashunin 2016), in memory, an index a mind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set

import numpy as np
from usearch.index import Index

from connectome.dense import Seen
from connectome.ports import Hit

EXACT = 20_000
"""Up to so many vectors all are compared: a few milliseconds, and nothing is missed."""


class UsearchIndex:
    """See `connectome.dense.VectorIndex`."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._minds: dict[int, Index] = {}

    def add(self, vectors: Sequence[Seen]) -> None:
        by_mind: dict[int, list[Seen]] = defaultdict(list)
        for one in vectors:
            if one.mind not in self._minds:
                self._minds[one.mind] = Index(ndim=self._dimensions, metric="cos", dtype="f16")
            if one.agent not in self._minds[one.mind]:
                by_mind[one.mind].append(one)
        for mind, added in by_mind.items():
            keys = np.array([one.agent for one in added], dtype=np.uint64)
            self._minds[mind].add(keys, np.stack([_vector(one.vector) for one in added]), threads=1)

    def keep_only(self, mind: int, agents: Set[int]) -> None:
        index = self._minds[mind]
        gone = [int(agent) for agent in index.keys if int(agent) not in agents]
        index.remove(np.array(gone, dtype=np.uint64), compact=True)

    def counts(self) -> Mapping[int, int]:
        return {mind: len(index) for mind, index in self._minds.items()}

    def search(self, mind: int, vector: bytes, limit: int) -> list[Hit]:
        index = self._minds.get(mind)
        if index is None:
            return []
        found = index.search(_vector(vector), limit, exact=len(index) <= EXACT, threads=1)
        hits = [Hit(int(agent), 1 - float(far)) for agent, far in zip(found.keys, found.distances, strict=True)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.agent))


def _vector(content: bytes) -> np.ndarray[tuple[int], np.dtype[np.float16]]:
    return np.frombuffer(content, dtype=np.float16)
