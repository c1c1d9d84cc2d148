"""Offers: the units of a passage that bear on a question, each with what tells for it. Only looked up, never read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum
from typing import NamedTuple

from agent_host.asked import Asked, period
from language.asking import WHOLE_WANTED
from language.english.links import DEFINES
from myriad.agent.v1.evidence_pb2 import UnitFeatures
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.agent.v1.question_pb2 import WANT_DEFINITION
from myriad.agent.v1.text_pb2 import (
    UNIT_KIND_ITEM,
    UNIT_KIND_LIST,
    UNIT_KIND_QUESTION_ANSWER,
    UNIT_KIND_STEPS,
    SpanType,
    Unit,
)

_AROUND = 12
"""So many terms before and after a unit are its neighbours."""
_SATURATION, _LENGTH = 1.2, 0.75
_USUAL_TERMS = 20
"""BM25's constants, and the length of a usual unit."""
_PATH = 0.5
"""What a term in the path counts beside one in the unit."""
_CONTEXT = 0.7
"""What coverage with what stands around counts beside relevance, when the best units of a passage are chosen."""
_LABEL = re.compile(r"\w{1,60}+: ")
_BEFORE_LABELS = ("\n", "; ", ".", "- ", ": ")
"""What a name of a value begins behind, if it does not begin the text; `.` stands within the path of a key."""


class Offer(NamedTuple):
    """A unit, and what it says of the question."""

    promise: float
    """What it is offered for; of equal ones the first is."""
    before: int
    """Its number in the passage, below 0: the fewer are before it, the more."""
    unit: Unit
    parts: Sequence[int]
    tokens: Sequence[int]
    """The first token of each part, and the first that is not of it."""
    said: Mapping[int, float]
    """By number of a term of the question: how well it is said,"""
    with_path: Mapping[int, float]
    """and how well with the path."""
    relevance: float
    context_coverage: float


class Look:
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
        is_in_table = any(one.HasField("row") for one in text.units)
        typed = (one for one in text.spans if asked.may_be(one, is_in_table=is_in_table)) if asked.types else ()
        self._typed = [(one.start, one.end) for one in typed]
        """Where something of a type stands that the question asks for."""
        defining = self._places if asked.question.want == WANT_DEFINITION else ()
        defined = [found.span() for place in defining if (found := DEFINES.match(self._written, self._starts[place]))]
        headers = asked.headers
        stated = text.statements if headers else ()
        headed = [(one.start, one.end) for one in stated if one.attribute in headers]
        self._told = [*defined, *headed, *(self._labels() if asked.sought else ())]
        """Where what is asked for is defined, and where its value stands behind its name or below its header."""
        self._dated = [one for one in text.spans if one.type == SpanType.SPAN_TYPE_DATE] if asked.dates else []

    def best(self, most: int) -> list[Offer]:
        """
        The best units of the passage, best first, the steps that one of them is torn from, then the other rows where a
        question is about all of them.
        """
        found = sorted((self._find(number, unit) for number, unit in enumerate(self._text.units)), reverse=True)
        rows = [one for one in found[most:] if one.unit.HasField("row")] if self._asked.compares_rows else []
        return [*found[:most], *self._wholes(found, most), *rows]

    def _wholes(self, found: Sequence[Offer], most: int) -> list[Offer]:
        """Steps, and lists where all of one is wanted, in one piece, that hold a unit which is offered without them."""
        kinds = {UNIT_KIND_STEPS, UNIT_KIND_LIST} if self._asked.question.want in WHOLE_WANTED else {UNIT_KIND_STEPS}
        wholes = [number for number, one in enumerate(found) if one.unit.kind in kinds]
        holding = dict.fromkeys(
            max(of, key=lambda number: found[number].parts[-1] - found[number].parts[-2])
            for torn in found[:most]
            if (of := [number for number in wholes if _is_of(torn, found[number])])
        )
        return [found[number] for number in holding if number >= most]

    def _find(self, number: int, unit: Unit) -> Offer:
        starts, places, hits = self._starts, self._places, self._hits
        parts = list(unit.parts)
        tokens = [bisect_left(starts, at) for at in parts]
        among = [bisect_left(places, at) for at in tokens]
        said: dict[int, float] = {}
        counts: dict[int, float] = {}
        size = 0
        for at in range(0, len(tokens), 2):
            size += tokens[at + 1] - tokens[at]
            for term, well in hits[among[at] : among[at + 1]]:
                counts[term] = counts.get(term, 0.0) + well
                if well > said.get(term, 0.0):
                    said[term] = well
        with_path = around = _merged(said, self._path)
        if tokens:
            before = hits[bisect_left(places, tokens[-2] - _AROUND) : among[-2]]
            after = hits[among[-1] : bisect_left(places, tokens[-1] + _AROUND)]
            around = _merged(with_path, dict(before + after))
        relevance, context = self._relevance(counts, size), self._asked.share(around)
        return Offer(relevance + _CONTEXT * context, -number, unit, parts, tokens, said, with_path, relevance, context)

    def _relevance(self, counts: Mapping[int, float], size: int) -> float:
        """BM25, where a term of the path counts a part of one in the unit."""
        weights, path = self._asked.weights, self._path
        norm = _SATURATION * (1 - _LENGTH + _LENGTH * size / _USUAL_TERMS)
        if path:
            counts = {term: counts.get(term, 0.0) + _PATH * path.get(term, 0.0) for term in counts.keys() | path.keys()}
        whole = [weights[term] * count / (count + norm) for term, count in counts.items()]
        return (1 + _SATURATION) * fsum(whole) / self._asked.total

    def tell(self, told: UnitFeatures, one: Offer) -> None:
        """Write down all that tells for a unit."""
        asked = self._asked
        terms = set[int]()
        for at in range(0, len(one.tokens), 2):
            terms.update(self._terms[one.tokens[at] : one.tokens[at + 1]])
        told.coverage = asked.share(one.said)
        told.path_coverage = asked.share(one.with_path)
        told.context_coverage = one.context_coverage
        told.passage_coverage = self._passage_coverage
        told.relevance = one.relevance
        told.phrases = self._phrases(one.tokens) / max(1, len(asked.pairs))
        told.heading = self._heading
        told.typed = float(self._is_typed(one.parts) or any(holds(one.parts, *span) for span in self._told))
        told.constrained = self._constrained(one)
        told.news = len(terms) - len(one.said)
        # Below a heading that asks, the question stands in the heading.
        answers = one.unit.kind == UNIT_KIND_QUESTION_ANSWER and not one.unit.lead_parts
        above = self._path if answers else {}
        told.literal = asked.share(_merged(self._literal(one.tokens), above))
        told.prelude = self._prelude(*one.tokens[-2:]) if one.tokens and not above else 0

    def _phrases(self, tokens: Sequence[int]) -> int:
        """How many pairs of neighbours in the question are neighbours in a unit."""
        places, hits, pairs = self._places, self._hits, set[tuple[int, int]]()
        for part in range(0, len(tokens), 2):
            for at in range(bisect_left(places, tokens[part]) + 1, bisect_left(places, tokens[part + 1])):
                if places[at] == places[at - 1] + 1:
                    pairs.add((hits[at - 1][0], hits[at][0]))
        return len(pairs & self._asked.pairs)

    def _literal(self, tokens: Sequence[int]) -> Mapping[int, float]:
        """Which of the question's terms a unit says in the question's own words."""
        places, hits, forms, found = self._places, self._hits, self._asked.forms, dict[int, float]()
        for part in range(0, len(tokens), 2):
            for at in range(bisect_left(places, tokens[part]), bisect_left(places, tokens[part + 1])):
                number, start = hits[at][0], self._starts[places[at]]
                if number not in found and any(self._is_written(word, start) for word in forms[number]):
                    found[number] = 1.0
        return found

    def _is_written(self, word: str, start: int) -> bool:
        end = start + len(word)
        return self._written[start:end].lower() == word and not self._written[end : end + 1].isalnum()

    def _labels(self) -> Iterator[tuple[int, int]]:
        """Stretches that are what is sought, no more and no less, with a colon: `Office: `."""
        sought, places, hits = self._asked.sought, self._places, self._hits
        for at in range(len(places) - len(sought) + 1):
            run = range(at, at + len(sought))
            whole = frozenset(hits[number][0] for number in run) == sought
            if whole and places[run[-1]] - places[at] == len(sought) - 1:
                start = self._starts[places[at]]
                found = _LABEL.match(self._written, self._starts[places[run[-1]]])
                if found and (start == 0 or self._written.endswith(_BEFORE_LABELS, 0, start)):
                    yield start, found.end()

    def _prelude(self, first: int, last: int) -> int:
        """How many terms come before the first that is asked for; all of them if none is."""
        at = bisect_left(self._places, first)
        return min(self._places[at] if at < len(self._places) else last, last) - first

    def _constrained(self, one: Offer) -> float:
        asked, said = self._asked, one.with_path
        met, of = 0.0, 0
        if asked.named:
            of += 1
            met += fsum([weight * said.get(number, 0.0) for number, weight in asked.named.items()]) / asked.all_named
        if asked.dates:
            of += 1
            own = [date.normal for date in self._dated if holds(one.parts, date.start, date.end)]
            dates = [period(date) for date in (*own, one.unit.date or self._text.date) if date]
            met += float(any(_overlap(asked.dates, date) for date in dates))
        return met / of if of else 1.0

    def _is_typed(self, parts: Sequence[int]) -> bool:
        """Whether something of a type that the question asks for, and does not say itself, stands in a unit."""
        typed = self._typed
        for part in range(0, len(parts), 2):
            for at in range(bisect_left(typed, (parts[part],)), len(typed)):
                start, end = typed[at]
                if start >= parts[part + 1]:
                    break
                if end <= parts[part + 1] and not self._is_asked(start, end):
                    return True
        return False

    def _is_asked(self, start: int, end: int) -> bool:
        """Whether the question says all tokens of a stretch."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return first < last and bisect_left(self._places, last) - bisect_left(self._places, first) == last - first


def _merged(said: Mapping[int, float], other: Mapping[int, float]) -> Mapping[int, float]:
    if not other:
        return said
    whole = dict(other)
    for term, well in said.items():
        if well > whole.get(term, 0.0):
            whole[term] = well
    return whole


def _is_of(one: Offer, whole: Offer) -> bool:
    """Whether what a unit says, but for what opens it, stands in a list, or is an item behind where that is cut."""
    if len(one.parts) < 2 or len(whole.parts) < 2:
        return False
    is_behind = whole.unit.left_out and one.unit.kind == UNIT_KIND_ITEM and whole.parts[-1] <= one.parts[-2]
    return bool(is_behind) or (whole.parts[-2] <= one.parts[-2] and one.parts[-1] <= whole.parts[-1])


def holds(parts: Sequence[int], start: int, end: int) -> bool:
    """Whether a stretch of the text lies in one of the parts."""
    return any([parts[at] <= start and end <= parts[at + 1] for at in range(0, len(parts), 2)])  # noqa: C419  # faster


def _overlap(wanted: Iterable[tuple[str, str]], found: tuple[str, str]) -> bool:
    return any(first <= found[1] and found[0] <= last for first, last in wanted)
