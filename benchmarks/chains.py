"""
Questions whose evidence is a chain of two to four passages, composed from what an encyclopedia's passages state.

A chain goes from a work to somebody whom its passage names; from there to their own passage, or to the only other work
that the passages ascribe to them. In the latter case the bridge needs no passage of its own. Like MuSiQue's, no link
can be left out, and nobody on the way is named. The passages are learned without their titles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.datasets import Case, Dataset, Record, shuffled
from benchmarks.relations import PHRASES, Statement, named, statements
from benchmarks.untitled import untitled

MOST_HOPS = 4
A_KIND = 20
"""Questions for each number of hops with, and as many without, a bridge that has no passage."""
_NOT_LONGER = 300
"""Characters of a question."""


class _Place(NamedTuple):
    """A passage on the way, in words that name only where the way began."""

    title: str
    words: str
    before: tuple[str, ...] = ()
    """The titles of the passages before it."""
    named: frozenset[str] = frozenset()
    """Those who were met on the way."""
    bridge: str = "titled"


class _World:
    """What the passages state: by title, and the works by whom they are."""

    def __init__(self, passages: Sequence[Record]) -> None:
        self.stated: dict[str, list[Statement]] = {}
        self._works: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._pages: dict[str, list[str]] = defaultdict(list)
        self._texts = [passage["text"] for passage in passages]
        for passage in passages:
            title, found = passage["title"], list(statements(passage))
            self.stated[title] = found
            self._pages[named(title)].append(title)
            for one in found:
                self._works[one.relation, one.value].add(title)

    def starts(self) -> Iterator[_Place]:
        for title, found in self.stated.items():
            if any(PHRASES[one.relation].another for one in found) and len(self._pages[named(title)]) == 1:
                yield _Place(title, named(title))

    def onward(self, place: _Place) -> Iterator[_Place]:
        """The passages that what `place` states leads to."""
        for one in self.stated[place.title]:
            if one.value in place.named or not PHRASES[one.relation].of:
                continue
            words = PHRASES[one.relation].of.format(place.words)
            before, met = (*place.before, place.title), place.named | {one.value}
            pages = self._pages.get(one.value, [])
            if len(pages) == 1 and pages[0] not in before:
                yield _Place(pages[0], words, before, met, place.bridge)
            for relation, phrases in PHRASES.items():
                works = self._works.get((relation, one.value), set())
                if phrases.another and len(other := works - set(before)) == 1 and self._only(one.value, 2 + len(pages)):
                    bridge = place.bridge if pages else "untitled"
                    yield _Place(other.pop(), phrases.another.format(words), before, met, bridge)

    def _only(self, name: str, passages: int) -> bool:
        """Whether the name is in no more passages than so many: else one may be of another work of theirs."""
        return sum(name in text for text in self._texts) <= passages

    def questions(self, place: _Place) -> Iterator[Case]:
        """What can be asked that only the last passage answers."""
        gold = [*place.before, place.title]
        for one in self.stated[place.title]:
            question = PHRASES[one.relation].question.format(place.words)
            if one.value not in place.named and len(question) <= _NOT_LONGER:
                kind = f"{len(gold)} hops, {place.bridge} bridges"
                yield {"question": question, "gold": gold, "answer": one.value, "type": kind}


def chains(data: Dataset) -> Dataset:
    """The passages without titles, and composed questions: as many for each number of hops and kind of bridge."""
    world = _World(data.passages)
    places: Iterable[_Place] = world.starts()
    by_kind = defaultdict[str, list[Case]](list)
    for _ in range(1, MOST_HOPS):
        places = list({place: None for start in places for place in world.onward(start)})
        for place in places:
            for case in world.questions(place):
                by_kind[case["type"]].append(case)
    cases = [case for kind in sorted(by_kind) for case in _varied(by_kind[kind])]
    return untitled(Dataset(f"{data.name}-chains", data.passages, cases))


def _varied(cases: Sequence[Case]) -> list[Case]:
    """At most one question for each start."""
    by_start = {case["gold"][0]: case for case in shuffled(cases, "chains")}
    return shuffled(by_start.values(), "chains")[:A_KIND]
