"""
A stream of questions with topics, to learn from feedback by.

A topic is a pair of passages: a work or a person, and somebody whom its passage names. Its questions ask what the
second passage states and name the first alone. Feedback is given on some questions of some topics; what it does to
the others is measured apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from benchmarks.datasets import Case, Dataset, Record, shuffled
from benchmarks.relations import PHRASES, named, statements

MOST_TOPICS = 60
"""So many of each kind."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Questions by what feedback has to do with them."""

    taught: Sequence[Case]
    """Feedback is given on them."""
    related: Sequence[Case]
    """Other questions of the same topics."""
    neighbours: Sequence[Case]
    """Questions of other topics that share one passage with a taught one, and go another way from there."""
    unrelated: Sequence[Case]
    """Questions of topics that share no passage with any taught one; the data set's own among them."""


def stream(data: Dataset) -> Stream:
    topics = shuffled(_topics(data.passages), "topics")
    several = [questions for questions in topics if len(questions) > 1]
    chosen = several[:MOST_TOPICS]
    known = set(chain.from_iterable(_gold(questions) for questions in chosen))
    rest = [questions for questions in topics if questions not in chosen]
    near = [questions for questions in rest if not known.isdisjoint(_gold(questions))]
    far = [questions for questions in rest if known.isdisjoint(_gold(questions))]
    own = [case for case in data.cases if known.isdisjoint(case["gold"])]
    return Stream(
        taught=[case for questions in chosen for case in questions[::2]],
        related=[case for questions in chosen for case in questions[1::2]],
        neighbours=[case for questions in near[:MOST_TOPICS] for case in questions],
        unrelated=[*own, *(case for questions in far[:MOST_TOPICS] for case in questions)],
    )


def _gold(questions: Sequence[Case]) -> list[str]:
    return list(questions[0]["gold"])


def _topics(passages: Sequence[Record]) -> Iterator[list[Case]]:
    pages = defaultdict[str, list[Record]](list)
    for passage in passages:
        pages[named(passage["title"])].append(passage)
    for passage in passages:
        yield from (found for found in _of(passage, pages) if found)


def _of(passage: Record, pages: Mapping[str, Sequence[Record]]) -> Iterator[list[Case]]:
    """Questions that begin at a passage, by whom it names."""
    reached = set[str]()
    for one in statements(passage):
        found = pages.get(one.value, ())
        if not PHRASES[one.relation].of or len(found) != 1 or len(pages[one.subject]) != 1 or one.value in reached:
            continue
        reached.add(one.value)
        words = PHRASES[one.relation].of.format(one.subject)
        gold = [passage["title"], found[0]["title"]]
        yield [
            {"question": PHRASES[other.relation].question.format(words), "gold": gold, "answer": other.value}
            for other in statements(found[0])
            if other.value != one.subject
        ]
