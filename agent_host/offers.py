"""Offers: the units of a passage that bear on a question, each with what tells for it. Only looked up, never read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import fsum

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


@dataclass(frozen=True, slots=True)
class Offer:
    """A unit, its number in the passage, and what tells for it."""

    number: int
    unit: Unit
    features: UnitFeatures
    said: Sequence[int]
    """Numbers of the question's terms that it says."""


def offers(asked: Asked, packet: CognitivePacket, most: int) -> list[Offer]:
    """The best units of a packet, best first."""
    look = _Look(asked, packet)
    return nlargest(most, look.offers(), key=lambda one: (_promise(one.features), -one.number))


def _promise(features: UnitFeatures) -> float:
    return features.relevance + _CONTEXT * features.context_coverage


class _Look:
    """A passage looked up for a question."""

    def __init__(self, asked: Asked, packet: CognitivePacket) -> None:
        text = packet.read
        self._asked = asked
        self._text = text
        self._starts = list(text.token_starts)
        self._terms = list(text.token_terms)
        known = asked.numbers
        by_number = {n: entry for n, term in enumerate(text.terms) if (entry := known.get(term))}
        self._hits = [by_number.get(term) for term in self._terms]
        self._path = asked.said(text.path_terms)
        passage = dict(self._path)
        for number, well in by_number.values():
            passage[number] = max(passage.get(number, 0.0), well)
        self._passage_coverage = asked.share(passage)
        path = set(text.path_terms)
        self._heading = len(self._path) / max(1, len(path | asked.numbers.keys())) if path else 0.0
        self._typed = [
            (one.start, one.end)
            for one in (text.spans if asked.types else ())
            if one.type in asked.types and not self._is_asked(one)
        ]
        """Where something of a type stands that the question asks for, and does not say itself."""
        self._dated = [one for one in text.spans if one.type == SpanType.SPAN_TYPE_DATE] if asked.dates else []

    def offers(self) -> Iterator[Offer]:
        for number, unit in enumerate(self._text.units):
            yield self._offer(number, unit)

    def _offer(self, number: int, unit: Unit) -> Offer:
        asked, parts = self._asked, list(unit.parts)
        ranges = [
            (bisect_left(self._starts, parts[at]), bisect_left(self._starts, parts[at + 1]))
            for at in range(0, len(parts) - 1, 2)
        ]
        said: dict[int, float] = {}
        counts: dict[int, float] = {}
        size, phrases, news = 0, set(), set()
        for first, last in ranges:
            size += last - first
            news.update(self._terms[first:last])
            before = -1
            for entry in self._hits[first:last]:
                if entry is None:
                    before = -1
                    continue
                term, well = entry
                counts[term] = counts.get(term, 0.0) + well
                if well > said.get(term, 0.0):
                    said[term] = well
                if (before, term) in asked.pairs:
                    phrases.add((before, term))
                before = term
        with_path = _merged(said, self._path)
        around = with_path
        if ranges:
            first, last = ranges[-1]
            near = (*self._hits[max(0, first - _AROUND) : first], *self._hits[last : last + _AROUND])
            around = _merged(with_path, dict(entry for entry in near if entry))
        told = UnitFeatures(
            coverage=asked.share(said),
            path_coverage=asked.share(with_path),
            context_coverage=asked.share(around),
            passage_coverage=self._passage_coverage,
            relevance=self._relevance(counts, size),
            phrases=len(phrases) / max(1, len(asked.pairs)),
            heading=self._heading,
            typed=float(any(_within(start, end, parts) for start, end in self._typed)),
            constrained=self._constrained(with_path, unit),
            news=len(news) - len(said),
        )
        return Offer(number, unit, told, sorted(said))

    def _relevance(self, counts: dict[int, float], size: int) -> float:
        """BM25, where a term of the path counts a part of one in the unit."""
        asked = self._asked
        norm = _SATURATION * (1 - _LENGTH + _LENGTH * size / _USUAL_TERMS)
        whole = 0.0
        for term in counts.keys() | self._path.keys():
            count = counts.get(term, 0.0) + _PATH * self._path.get(term, 0.0)
            whole += asked.weights[term] * count * (1 + _SATURATION) / (count + norm)
        return whole / asked.total

    def _constrained(self, said: dict[int, float], unit: Unit) -> float:
        asked = self._asked
        met, of = 0.0, 0
        if asked.named:
            of += 1
            all_named = fsum(asked.weights[one] for one in asked.named)
            met += fsum(asked.weights[one] * said.get(one, 0.0) for one in asked.named) / all_named
        if asked.dates:
            of += 1
            own = [one.normal for one in self._dated if _within(one.start, one.end, unit.parts)]
            met += float(any(_overlap(asked.dates, period(one)) for one in (*own, unit.date or self._text.date) if one))
        return met / of if of else 1.0

    def _is_asked(self, span: TypedSpan) -> bool:
        first, last = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return first < last and all(self._hits[first:last])


def _merged(said: dict[int, float], other: dict[int, float]) -> dict[int, float]:
    if not other:
        return said
    whole = dict(other)
    for term, well in said.items():
        if well > whole.get(term, 0.0):
            whole[term] = well
    return whole


def _within(start: int, end: int, parts: Sequence[int]) -> bool:
    return any(parts[at] <= start and end <= parts[at + 1] for at in range(0, len(parts) - 1, 2))


def _overlap(wanted: Iterable[tuple[str, str]], found: tuple[str, str]) -> bool:
    return any(first <= found[1] and found[0] <= last for first, last in wanted)
