"""
A running Myriad as benchmarks use it.

Each set of passages has a mind of its own, named after what is in it: learned once, it serves every set of questions.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.datasets import Dataset
from cli import evaluate, sources
from cli.asking import Outcome
from cli.learn import teach
from cli.state import Endpoint

CALLS = 1
"""Questions under way at once: what is timed is one question."""


def learn(endpoint: Endpoint, data: Dataset) -> None:
    """Fill the mind of these passages. RuntimeError if one cannot be learned."""
    with tempfile.TemporaryDirectory(prefix="myriad-quality-") as folder:
        file = Path(folder, "passages.jsonl")
        file.write_text("".join(json.dumps(passage) + "\n" for passage in data.passages), encoding="utf-8")
        tally = teach(endpoint, mind_of(data), sources.find([file]), quiet=True)
    if tally.failures:
        raise RuntimeError(f"{data.name}: {len(tally.failures)} not learned, the first: {tally.failures[0].message}")


def mind_of(data: Dataset) -> str:
    return "quality-" + hashlib.sha256(json.dumps(data.passages, sort_keys=True).encode()).hexdigest()[:16]


def asked(endpoint: Endpoint, data: Dataset, model: str, *, trace: bool = False) -> list[Outcome]:
    """What comes back for each question, with the titles that the passages were learned without."""
    cases = list(data.cases)
    outcomes: list[Outcome] = asyncio.run(evaluate.ask_all(endpoint, cases, model, mind_of(data), CALLS, trace))
    for outcome in outcomes:
        for field in ("agents", "citations"):
            entitle(outcome.answer.get(field, ()), data.titles)
    return outcomes


def entitle(of_documents: Sequence[dict[str, Any]], titles: Mapping[str, str]) -> None:
    """Write to each the title of its document, where that is known."""
    for one in of_documents:
        if title := titles.get(one.get("document", "").rpartition("/")[2]):
            one["title"] = title
