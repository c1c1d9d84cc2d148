"""bm25s on the same passages: the speed and the recall that a good plain index has."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Peer:
    """What bm25s took and found."""

    learn_seconds: float
    query_ms: Sequence[float]
    titles: Sequence[Sequence[str]]
    """By question: the titles of the passages it found, best first."""


def measure(passages: Path, questions: Sequence[str]) -> Peer:
    began = time.perf_counter()
    rows: list[dict[str, Any]] = [json.loads(line) for line in passages.read_text(encoding="utf-8").splitlines()]
    tokens = bm25s.tokenize([f"{row['title']}\n{row['text']}" for row in rows], stopwords="en", show_progress=False)
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    learn_seconds = time.perf_counter() - began
    taken, titles = list[float](), list[list[str]]()
    for question in questions:
        began = time.perf_counter()
        words = bm25s.tokenize([question], stopwords="en", show_progress=False)
        found, _ = index.retrieve(words, k=DEPTH, show_progress=False)
        taken.append((time.perf_counter() - began) * 1e3)
        titles.append([rows[number]["title"] for number in found[0]])
    return Peer(learn_seconds, taken, titles)
