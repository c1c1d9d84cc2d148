"""
Question sets in one form: what a mind learns, and what it is asked.

Sets that are made from others are made by rule alone. Where there is a choice, a hash decides:
the same data give the same sets.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

Record: TypeAlias = dict[str, str]
"""A document as JSONL has it: text; title, id, uri, if it has them."""
Case: TypeAlias = dict[str, Any]
"""A question; gold, answer, answerable, conflict, type, if known."""
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Dataset:
    """What one mind learns and is asked."""

    name: str
    passages: Sequence[Record]
    cases: Sequence[Case]
    titles: Mapping[str, str] = field(default_factory=dict)
    """The title by a document's id, where the passages have none."""


def load(folder: Path) -> Dataset:
    """A folder's `passages.jsonl` and `questions.jsonl`."""
    return Dataset(folder.name, _rows(folder / "passages.jsonl"), _rows(folder / "questions.jsonl"))


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def draw(key: str, below: int) -> int:
    """A number from 0 to `below`, not included, that depends on `key` alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % below


def choose(key: str, items: Sequence[Item]) -> Item:
    return items[draw(key, len(items))]


def shuffled(items: Iterable[Item], key: str) -> list[Item]:
    """In an order that depends on `key` and each item alone."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{key}\0{item}".encode()).digest())


def halves(cases: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """Two halves, about as large, such that no passage is gold in both."""
    groups = list[tuple[set[str], list[Case]]]()
    for case in cases:
        titles, members = set(case["gold"]), [case]
        apart = []
        for group in groups:
            if titles & group[0]:
                titles |= group[0]
                members = group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (titles, members)]
    one, other = list[Case](), list[Case]()
    ordered = sorted(groups, key=lambda group: (-len(group[1]), draw("\0".join(sorted(group[0])), 2**64)))
    for _, members in ordered:
        (one if len(one) <= len(other) else other).extend(members)
    return one, other
