"""Questions made from what passages state, where nobody has asked any, or too few."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from benchmarks.datasets import Case, Dataset, Record, shuffled
from benchmarks.relations import PHRASES, named, statements

_KINDS = {"year": "year", "birth date": "day", "death date": "day", "birthplace": "place"}


class Fact(NamedTuple):
    """A question, and the passage that answers it in so many words."""

    case: Case
    passage: Record
    value: str
    kind: str
    """`day`, `year`, `number`, `person`, `place` or `name`."""


def made(data: Dataset, each: int) -> list[Fact]:
    """So many facts of each relation, about those who share their name with nobody."""
    bearers = Counter(named(passage["title"]) for passage in data.passages)
    by_relation = defaultdict[str, list[Fact]](list)
    for passage in data.passages:
        for one in statements(passage):
            if bearers[one.subject] == 1 and one.subject in passage["text"]:
                question = PHRASES[one.relation].question.format(one.subject)
                case = {"question": question, "gold": [one.title], "answer": one.value}
                kind = _KINDS.get(one.relation, "person")
                by_relation[one.relation].append(Fact(case, passage, one.value, kind))
    return [fact for relation in sorted(by_relation) for fact in shuffled(by_relation[relation], "made")[:each]]
