"""Offers: the units of a passage that bear on a question, each with what tells for it. Only looked up, never read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from typing import NamedTuple

from agent_host.asked import Asked, period
from myriad.agent.v1.evidence_pb2 import UnitFeatures
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.agent.v1.text_pb2 import SpanType, TypedSpan, Unit

_AROUND = 12
"""So many terms before and after a unit are its neighbours."""
_SATURATION, _LENGTH = 1.2, 0.75
_USUAL_TERMS = 20
"""BM25's constants, and the length of a usual unit."""
_PATH = 0.5
"""What a term in the path counts beside one in the unit."""
_CONTEXT = 0.7
"""What coverage with what stands around counts beside relevance, when the best units of a passage are chosen."""


class Offer(NamedTuple):
    """A unit, its number in the passage, and what tells for it."""

    number: int
    unit: Unit
    parts: Sequence[int]
    features: UnitFeatures
    said: Sequence[int]
    """Numbers of the question's terms that it says."""


class _Found(NamedTuple):
    """A unit at first sight: what it says of the question."""

    promise: float
    """What a unit is offered for; of equal ones the first is."""
    before: int
    """Its number, below 0: the fewer are before it, the more."""
    unit: Unit
    parts: Sequence[int]
    ranges: Sequence[tuple[int, int]]
    """Its tokens."""
    said: Mapping[int, float]
    """By number of a term of the question: how well it is said."""
    relevance: float
    context_coverage: float


def offers(asked: Asked, packet: CognitivePacket, most: int) -> list[Offer]:
    """The best units of a packet, best first, and after them its other rows where a question is about all of them."""
    look = _Look(asked, packet)
    found = sorted(look.found(), reverse=True)
    rows = [one for one in found[most:] if one.unit.HasField("row")] if asked.compares_rows else []
    return [look.offer(one) for one in (*found[:most], *rows)]


class _Look:
    """A passage looked up for a question: few of its tokens are asked for, and few of its units are offered."""

    def __init__(self, asked: Asked, packet: CognitivePacket) -> None:
        text, known = packet.read, asked.numbers
        self._asked = asked
        self._text = text
        self._written = packet.text
        self._starts = list(text.token_starts)
        self._terms = list(text.token_terms)
        terms, path = list(text.terms), list(text.path_terms)
        own = {terms.index(term): known[term] for term in known.keys() & terms}
        self._places = [place for place, number in enumerate(self._terms) if number in own]
        """The tokens that are asked for,"""
        self._hits = [own[self._terms[place]] for place in self._places]
        """and what they say: which of the question's terms, and how well."""
        self._path = asked.said(path)
        passage = dict(self._path)
        for number, well in own.values():
            passage[number] = max(passage.get(number, 0.0), well)
        self._passage_coverage = asked.share(passage)
        self._heading = len(self._path) / max(1, len(known.keys() | path)) if path else 0.0
        self._typed = [
            (one.start, one.end)
            for one in (text.spans if asked.types else ())
            if one.type in asked.types and not self._is_asked(one)
        ]
        """Where something of a type stands that the question asks for, and does not say itself."""
        self._dated = [one for one in text.spans if one.type == SpanType.SPAN_TYPE_DATE] if asked.dates else []

    def found(self) -> list[_Found]:
        return [self._find(number, unit) for number, unit in enumerate(self._text.units)]

    def _find(self, number: int, unit: Unit) -> _Found:
        parts, starts = list(unit.parts), self._starts
        ranges = [
            (bisect_left(starts, parts[at]), bisect_left(starts, parts[at + 1])) for at in range(0, len(parts) - 1, 2)
        ]
        said: dict[int, float] = {}
        counts: dict[int, float] = {}
        for term, well in self._hits_of(ranges):
            counts[term] = counts.get(term, 0.0) + well
            if well > said.get(term, 0.0):
                said[term] = well
        relevance = self._relevance(counts, sum(last - first for first, last in ranges))
        context = self._asked.share(self._around(ranges, said))
        return _Found(relevance + _CONTEXT * context, -number, unit, parts, ranges, said, relevance, context)

    def _hits_of(self, ranges: Iterable[tuple[int, int]]) -> list[tuple[int, float]]:
        places, hits = self._places, self._hits
        return [hit for first, last in ranges for hit in hits[bisect_left(places, first) : bisect_left(places, last)]]

    def _around(self, ranges: Sequence[tuple[int, int]], said: Mapping[int, float]) -> Mapping[int, float]:
        """What a unit says, with the path and what stands around it."""
        with_path = _merged(said, self._path)
        if not ranges:
            return with_path
        first, last = ranges[-1]
        return _merged(with_path, dict(self._hits_of([(first - _AROUND, first), (last, last + _AROUND)])))

    def _relevance(self, counts: Mapping[int, float], size: int) -> float:
        """BM25, where a term of the path counts a part of one in the unit."""
        asked, path = self._asked, self._path
        norm = _SATURATION * (1 - _LENGTH + _LENGTH * size / _USUAL_TERMS)
        if path:
            counts = {term: counts.get(term, 0.0) + _PATH * path.get(term, 0.0) for term in counts.keys() | path.keys()}
        whole = [asked.weights[term] * count / (count + norm) for term, count in counts.items()]
        return (1 + _SATURATION) * fsum(whole) / asked.total

    def offer(self, one: _Found) -> Offer:
        """A unit with all that tells for it."""
        asked, said = self._asked, one.said
        with_path = _merged(said, self._path)
        terms = set[int]()
        for first, last in one.ranges:
            terms.update(self._terms[first:last])
        told = UnitFeatures(
            coverage=asked.share(said),
            path_coverage=asked.share(with_path),
            context_coverage=one.context_coverage,
            passage_coverage=self._passage_coverage,
            relevance=one.relevance,
            phrases=self._phrases(one.ranges) / max(1, len(asked.pairs)),
            heading=self._heading,
            typed=float(any(within(start, end, one.parts) for start, end in self._typed)),
            constrained=self._constrained(with_path, one),
            news=len(terms) - len(said),
            literal=asked.share(self._literal(one.ranges)),
            prelude=self._prelude(*one.ranges[-1]) if one.ranges else 0,
        )
        return Offer(-one.before, one.unit, one.parts, told, sorted(said))

    def _phrases(self, ranges: Iterable[tuple[int, int]]) -> int:
        """How many pairs of neighbours in the question are neighbours in a unit."""
        places, hits, pairs = self._places, self._hits, set[tuple[int, int]]()
        for first, last in ranges:
            for at in range(bisect_left(places, first) + 1, bisect_left(places, last)):
                if places[at] == places[at - 1] + 1:
                    pairs.add((hits[at - 1][0], hits[at][0]))
        return len(pairs & self._asked.pairs)

    def _literal(self, ranges: Iterable[tuple[int, int]]) -> Mapping[int, float]:
        """Which of the question's terms a unit says in the question's own words."""
        places, hits, forms, found = self._places, self._hits, self._asked.forms, dict[int, float]()
        for first, last in ranges:
            for at in range(bisect_left(places, first), bisect_left(places, last)):
                number, start = hits[at][0], self._starts[places[at]]
                if number not in found and any(self._is_written(word, start) for word in forms[number]):
                    found[number] = 1.0
        return found

    def _is_written(self, word: str, start: int) -> bool:
        end = start + len(word)
        return self._written[start:end].lower() == word and not self._written[end : end + 1].isalnum()

    def _prelude(self, first: int, last: int) -> int:
        """How many terms come before the first that is asked for; all of them if none is."""
        at = bisect_left(self._places, first)
        return min(self._places[at] if at < len(self._places) else last, last) - first

    def _constrained(self, said: Mapping[int, float], one: _Found) -> float:
        asked = self._asked
        met, of = 0.0, 0
        if asked.named:
            of += 1
            all_named = fsum([asked.weights[number] for number in asked.named])
            met += fsum([asked.weights[number] * said.get(number, 0.0) for number in asked.named]) / all_named
        if asked.dates:
            of += 1
            own = [date.normal for date in self._dated if within(date.start, date.end, one.parts)]
            dates = [period(date) for date in (*own, one.unit.date or self._text.date) if date]
            met += float(any(_overlap(asked.dates, date) for date in dates))
        return met / of if of else 1.0

    def _is_asked(self, span: TypedSpan) -> bool:
        """Whether the question says all its tokens."""
        first, last = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return first < last and bisect_left(self._places, last) - bisect_left(self._places, first) == last - first


def _merged(said: Mapping[int, float], other: Mapping[int, float]) -> Mapping[int, float]:
    if not other:
        return said
    whole = dict(other)
    for term, well in said.items():
        if well > whole.get(term, 0.0):
            whole[term] = well
    return whole


def within(start: int, end: int, parts: Sequence[int]) -> bool:
    """Whether a stretch of the text lies in one of these."""
    for at in range(0, len(parts) - 1, 2):  # noqa: SIM110  # a generator takes three times as long, and this is asked often
        if parts[at] <= start and end <= parts[at + 1]:
            return True
    return False


def _overlap(wanted: Iterable[tuple[str, str]], found: tuple[str, str]) -> bool:
    return any(first <= found[1] and found[0] <= last for first, last in wanted)
