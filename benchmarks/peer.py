"""bm25s on the same passages: the speed and the recall that a good plain index has."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import bm25s

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Peer:
    """What a system took and found."""

    learn_seconds: float
    query_ms: Sequence[float]
    found: Sequence[Sequence[int]]
    """By question: the numbers of the passages, best first."""


Measure: TypeAlias = Callable[[Sequence[str], Sequence[str]], Peer]
"""Of texts and questions."""


def measure(texts: Sequence[str], questions: Sequence[str]) -> Peer:
    began = time.perf_counter()
    tokens = bm25s.tokenize(list(texts), stopwords="en", show_progress=False)
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    learn_seconds = time.perf_counter() - began
    taken, found = list[float](), list[list[int]]()
    for question in questions:
        began = time.perf_counter()
        words = bm25s.tokenize([question], stopwords="en", show_progress=False)
        best, _ = index.retrieve(words, k=DEPTH, show_progress=False)
        taken.append((time.perf_counter() - began) * 1e3)
        found.append([int(number) for number in best[0]])
    return Peer(learn_seconds, taken, found)
