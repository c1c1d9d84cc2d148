"""Short answers: a few words of the unit that answers, given only where they are likely right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from math import fsum
from typing import NamedTuple

import models
from language.dimensions import asked_units
from language.english.links import ASKS_FOR_LEFT, ASKS_FOR_OBJECT, ASKS_HOW_OFTEN, CALLED, EACH, LEFT, ORDER
from language.spans import spans
from models import Linear
from myriad.agent.v1.question_pb2 import (
    TERM_ROLE_SOUGHT,
    WANT_COUNT,
    WANT_DEFINITION,
    WANT_HOW,
    WANT_LIST,
    WANT_SUMMARY,
    WANT_WHY,
    WANT_YES_NO,
    Question,
)
from myriad.agent.v1.text_pb2 import (
    SPAN_TYPE_DATE,
    SPAN_TYPE_DAY,
    SPAN_TYPE_DURATION,
    SPAN_TYPE_FREQUENCY,
    SPAN_TYPE_MONEY,
    SPAN_TYPE_NAME,
    SPAN_TYPE_NUMBER,
    SPAN_TYPE_PERCENT,
    SPAN_TYPE_QUANTITY,
    SPAN_TYPE_TIME,
    SPAN_TYPE_UNSPECIFIED,
    SPAN_TYPE_VERSION,
)
from synth.asked import Asked
from synth.ranking import Candidate
from synth.stretches import Laid, Stretch, laid
from synth.words import terms_of

_NOT_IN_FEW_WORDS = frozenset((WANT_YES_NO, WANT_HOW, WANT_WHY, WANT_LIST, WANT_SUMMARY))
_AMOUNTS = frozenset((SPAN_TYPE_MONEY, SPAN_TYPE_QUANTITY, SPAN_TYPE_PERCENT))
_WHEN = frozenset((SPAN_TYPE_DATE, SPAN_TYPE_DAY, SPAN_TYPE_FREQUENCY, SPAN_TYPE_TIME))
"""What only a question that asks for it is answered with."""
_NEAR = 3
"""A term so many terms away counts half of one beside it."""
_BESIDE = 2
_FAR = 6
_IN_FRONT = 24
"""Characters before a stretch that may say that a name comes."""
_BEFORE = 80
"""Characters before a stretch that may say that it is no longer so."""
_SMALL = 3
"""Characters of a number that may as well stand for something else."""


class ShortAnswer(NamedTuple):
    """Words of a unit's quote, where they stand in it, and how likely they are right."""

    text: str
    span: tuple[int, int]
    probability: float


class Told(NamedTuple):
    """A stretch of a quote, and what tells for it."""

    text: str
    span: tuple[int, int]
    features: dict[str, float]
    is_cell: bool


def short_answer(question: Question, lead: Candidate, sure: float) -> ShortAnswer | None:
    """The words of the lead that answer; None if nothing in it clearly does."""
    model = models.load("short_answer")
    best = likeliest(told(question, lead, sure), model)
    return best if best and best.probability >= model.thresholds["given"] else None


def likeliest(found: Sequence[Told], model: Linear) -> ShortAnswer | None:
    """
    The stretch that is likeliest right; None if something else of a sentence is as likely, since one of both is wrong.

    Of cells that are as likely the first is meant: the latest year stands there.
    """
    likely = [ShortAnswer(one.text, one.span, model.probability(one.features)) for one in found]
    best = max(likely, key=lambda one: one.probability, default=None)
    if not best:
        return None
    as_likely = [told for told, one in zip(found, likely, strict=True) if one.probability == best.probability]
    is_one = len({one.text.casefold() for one in as_likely}) == 1
    return best if is_one or as_likely[0].is_cell else None


def told(question: Question, lead: Candidate, sure: float) -> list[Told]:
    """
    What tells for each stretch of the lead that may be what is asked for.

    What is asked for by its place among others, or is not so, cannot be read off one row or clause; nor can which
    version it is of, where its heading says that.
    """
    if question.want in _NOT_IN_FEW_WORDS or question.negated or _is_of_version(question, lead):
        return []
    asked, evidence = _Asked(question), lead.evidence
    quote, found, others = laid(evidence, question.language), list[Told](), set[str]()
    for stretch in quote.stretches:
        own = [term.term for term in quote.terms if stretch.start <= term.start < stretch.end]
        new = 1.0 - len(asked.said(own)) / len(own) if own else 1.0
        if not asked.may_be(stretch) or new <= 0 or not asked.may_stand(stretch, evidence.quote):
            continue
        one = asked.trimmed(stretch, quote)
        text = evidence.quote[one.start : one.end]
        if asked.is_of_another(stretch, own):
            others.add(text.casefold())
            continue
        around = asked.in_row(one) if one.is_cell else asked.in_clause(one, quote, evidence.quote)
        features = {
            **around,
            "sure": sure,
            "new": new,
            "preferred": asked.preference(one),
            "name": float(one.type == SPAN_TYPE_NAME and bool(asked.types)),
            "label": float(one.is_label),
            "miscounted": asked.miscounted(one),
            "small": float(one.type == SPAN_TYPE_NUMBER and len(text) <= _SMALL),
            "word": float(one.type == SPAN_TYPE_UNSPECIFIED and " " not in text),
            "capital": float(text[:1].isupper() and one.start > evidence.lead_end + 1),
        }
        found.append(Told(text, (one.start, one.end), features, one.is_cell))
    _compare(found, others)
    return found


def _is_of_version(question: Question, lead: Candidate) -> bool:
    """Whether a version is asked for, and a heading says of which all below it is; not if the question says it too."""
    path, asked = lead.reply.reply.heading_path, question.read_as or question.text
    if SPAN_TYPE_VERSION not in question.types or not path:
        return False
    said = [
        path[-1][one.start : one.end] for one in spans(path[-1], question.language) if one.type == SPAN_TYPE_VERSION
    ]
    return bool(said) and not any(one in asked for one in said)


def _compare(found: Sequence[Told], others: Set[str]) -> None:
    """Adds what tells for each beside the rest, and beside what only looks as if it might answer."""
    values = len(others | {one.text.casefold() for one in found})
    nearest, header = (max((one.features[key] for one in found), default=0.0) for key in ("near", "header"))
    for one in found:
        told = one.features
        told["alone"] = 1.0 / values
        told["nearest"] = float(told["near"] == nearest)
        told["beaten"] = header - told.pop("header")


class _Asked:
    """What a question asks for, and what its terms tell."""

    def __init__(self, question: Question) -> None:
        self.types = frozenset(question.types)
        self._order = list(question.types)
        self._amount = bool(self.types & _AMOUNTS)
        self._question = Asked(question)
        self._units = asked_units(question)
        self._defines = question.want == WANT_DEFINITION
        self._named = [terms_of(name, question.language) for name in question.names]
        self._sought = {one.term for one in question.terms if one.role == TERM_ROLE_SOUGHT}
        self._counts = question.want == WANT_COUNT
        self._is_ordered = bool(question.extreme) or ORDER.search(question.text) is not None
        self._asks_for_left = ASKS_FOR_LEFT.search(question.text) is not None
        self._asks_how_often = ASKS_HOW_OFTEN.search(question.text) is not None
        self._asks_for_object = ASKS_FOR_OBJECT.search(question.text) is not None

    def said(self, terms: Iterable[str]) -> list[str]:
        """Of these the terms that the question has."""
        return [term for term in terms if term in self._question.weights]

    def trimmed(self, one: Stretch, laid: Laid) -> Stretch:
        """Of words that stand together, those within the first and the last that the question does not say."""
        if one.type != SPAN_TYPE_UNSPECIFIED or one.is_cell:
            return one
        own = [term for term in laid.terms if one.start <= term.start < one.end]
        new = [term for term in own if term.term not in self._question.same]
        return replace(one, start=new[0].start, end=new[-1].end) if new and len(new) < len(own) else one

    def may_be(self, one: Stretch) -> bool:
        """Whether it can be what is asked for, by its type."""
        if one.is_cell and self._is_ordered:
            return False
        if not self.types and one.type in _WHEN and not one.is_cell:
            return False
        is_number = (
            one.type == SPAN_TYPE_NUMBER and self._amount and (one.is_cell or SPAN_TYPE_PERCENT not in self.types)
        )
        is_untyped_cell = one.is_cell and one.type == SPAN_TYPE_UNSPECIFIED and SPAN_TYPE_NAME in self.types
        return not self.types or one.type in self.types or is_number or is_untyped_cell

    def is_of_another(self, one: Stretch, own: Iterable[str]) -> bool:
        """
        Whether it is of the right type, and cannot be what is asked for by what it means.

        A length is not in kilograms, and `3 nodes` is none; a name is not what somebody is; nor is a name of the
        question, said in full, an answer, unless a noun is sought that may bear one.
        """
        if one.type == SPAN_TYPE_NAME:
            return self._defines or (not self._sought and any(name <= frozenset(own) for name in self._named))
        if not self._units:
            return False
        return one.unit not in self._units if one.type == SPAN_TYPE_QUANTITY else bool(one.counted)

    def miscounted(self, one: Stretch) -> float:
        """Where it is asked how many there are: how much of the noun behind a number the question does not say."""
        if not (self._counts and one.counted):
            return 0.0
        return sum(term not in self._question.same for term in one.counted) / len(one.counted)

    def may_stand(self, one: Stretch, quote: str) -> bool:
        """Whether what stands before it lets it answer: no `no longer`, unless asked for; `every`, of how often."""
        front = quote[max(one.within[0], one.start - _BEFORE) : one.start]
        is_left = not self._asks_for_left and LEFT.search(front)
        is_no_rate = (
            self._asks_how_often and one.type == SPAN_TYPE_DURATION and not one.is_cell and not EACH.search(front)
        )
        return not is_left and not is_no_rate

    def preference(self, one: Stretch) -> float:
        """How well its type fits; in a table an amount is often a bare number."""
        if one.is_cell and one.type == SPAN_TYPE_NUMBER and self._amount:
            return 1.0
        return 1.0 / (1 + self._order.index(one.type)) if one.type in self.types else 0.0

    def in_row(self, one: Stretch) -> dict[str, float]:
        """What its row and its header say of the question."""
        key = self._question.known(one.key)
        around = self._question.known(term for other in one.row for term in other.terms)
        label = one.row[0].terms if one.row and not one.is_label else ()
        return {
            "near": self._question.share(around | key),
            "around": self._question.share(around | key),
            "header": self._question.share(key),
            "sought": self._of_sought(key),
            "labelled": sum(term in self._question.same for term in label) / len(label) if label else 0.0,
        }

    def in_clause(self, one: Stretch, laid: Laid, quote: str) -> dict[str, float]:
        """What its clause says of the question, and where."""
        terms = laid.terms
        first = next((n for n, term in enumerate(terms) if term.start >= one.start), len(terms))
        last = next((n for n in range(first, len(terms)) if terms[n].start >= one.end), len(terms))
        near: dict[str, float] = {}
        before, after = list[int](), list[int]()
        for n, term in enumerate(terms):
            asked = self._question.same.get(term.term)
            if asked and one.within[0] <= term.start < one.within[1]:
                away = first - n if n < first else max(n - last + 1, 0)
                near[asked] = max(near.get(asked, 0.0), 1 / (1 + away / _NEAR))
                if away:
                    (before if n < first else after).append(n)
        around = {self._question.same[terms[n].term] for n in (*before, *after)}
        beside = {term for term, how in near.items() if how >= 1 / (1 + _BESIDE / _NEAR)}
        gaps = [first - n - 1 for n in before[-1:]] + [n - last for n in after[:1]]
        front = quote[max(0, one.start - _IN_FRONT) : one.start]
        return {
            "near": fsum(self._question.weights[term] * how for term, how in near.items()) / self._question.total,
            "around": self._question.share(around),
            "header": 0.0,
            "beside": self._of_sought(beside),
            "gap": min([*gaps, _FAR]) / _FAR,
            "called": float(CALLED.search(front) is not None),
            "bracketed": float(front.endswith(("(", "["))),
            "object": float(self._asks_for_object and bool(before) and not after),
        }

    def _of_sought(self, terms: Set[str]) -> float:
        return len(terms & self._sought) / len(self._sought) if self._sought else 0.0
