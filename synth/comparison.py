"""Comparisons: which of two things came first or has more, and whether both are so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from myriad.agent.v1.question_pb2 import Extreme, Question, Want
from myriad.agent.v1.text_pb2 import SpanType
from synth.aligned import quoted
from synth.ranking import Candidate
from synth.words import name, terms_of

_LOOKED_AT = 3
"""Units of each thing."""
_FIGURES = frozenset(
    (
        SpanType.SPAN_TYPE_NUMBER,
        SpanType.SPAN_TYPE_QUANTITY,
        SpanType.SPAN_TYPE_MONEY,
        SpanType.SPAN_TYPE_PERCENT,
        SpanType.SPAN_TYPE_DURATION,
    )
)
_LEAST = frozenset((Extreme.EXTREME_FIRST, Extreme.EXTREME_LEAST))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comes of comparing, in a few words, and a unit about each of the things."""

    answer: str
    units: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class _Option:
    """One of the things compared, and the units about it."""

    name: str
    units: Sequence[Candidate]


def compare(question: Question, ranked: Sequence[Candidate]) -> Comparison | None:
    """The outcome, if two things are compared and there is a unit about each; None if not."""
    is_both = question.want == Want.WANT_YES_NO
    if not (is_both or question.extreme or question.want == Want.WANT_COMPARISON):
        return None
    for pair in _pairs(question):
        options = [_Option(one, _about(one, ranked)) for one in pair]
        if all(one.units for one in options):
            if is_both:
                return _both(question, options)
            return _extreme(question, options) if question.extreme else _which(question, options)
    return None


def _pairs(question: Question) -> Iterator[tuple[str, str]]:
    """Names with one word between, and no term; what is asked of both names them first, after its verb."""
    asked = question.read_as or question.text
    places = sorted((asked.find(one), one) for one in dict.fromkeys(question.names) if one in asked)
    terms = {term.start for term in question.terms}
    for (start, one), (other_start, other) in pairwise(places):
        end = start + len(one)
        between = asked[end:other_start].removeprefix(",")
        is_one_word = between[:1] == between[-1:] == " " and between.strip().isalpha()
        if start and is_one_word and terms.isdisjoint(range(end, other_start)):
            yield one, other
        if question.want == Want.WANT_YES_NO:
            return


def _about(wanted: str, ranked: Sequence[Candidate]) -> list[Candidate]:
    """The best units of what is titled or called so, or else of those that name it."""
    key = name(wanted)
    own = [one for one in ranked if key in (name(one.reply.reply.title), name(one.reply.reply.subject))]
    naming = [one for one in ranked if f" {key} " in f" {name(one.evidence.quote)} "]
    return (own or naming)[:_LOOKED_AT]


def _extreme(question: Question, options: Sequence[_Option]) -> Comparison | None:
    """Which has the first, last, most or least, by the first value of one kind in the units of each."""
    is_timed = question.extreme in (Extreme.EXTREME_FIRST, Extreme.EXTREME_LAST)
    for kinds in (frozenset((SpanType.SPAN_TYPE_DATE,)), _FIGURES) if is_timed else (_FIGURES,):
        found = [next(_values(one.units, kinds, question.language), None) for one in options]
        if None in found:
            continue
        (one, left), (other, right) = [value for value in found if value]
        if left == right:
            return None
        is_first = (left < right) == (question.extreme in _LEAST)
        return Comparison(options[not is_first].name, [one, other])
    return None


def _values(
    units: Iterable[Candidate], kinds: frozenset[SpanType.ValueType], language: str
) -> Iterator[tuple[Candidate, tuple[float, str]]]:
    """What can be ordered in units, with its unit."""
    for one in units:
        for span in quoted(one.evidence.quote, language).spans:
            if span.type in kinds:
                number = span.normal.partition(" ")[0]
                is_date = span.type == SpanType.SPAN_TYPE_DATE
                yield one, ((0.0, span.normal) if is_date else (_number(number), ""))


def _number(text: str) -> float:
    try:
        return float(text.rstrip("%"))
    except ValueError:
        return 0.0


def _both(question: Question, options: Sequence[_Option]) -> Comparison | None:
    """Whether both are so: what they share of an attribute that is asked for, or all that is said of them."""
    asked = _asked(question, options)
    if not asked:
        return None
    stated = [_stated(one, asked.keys(), question.language) for one in options]
    if all(stated):
        shared = stated[0].keys() & stated[1].keys()
        if shared:
            return _verdict(options, all(stated[0][key] & stated[1][key] for key in shared))
    return _verdict(options, all(_is_said(question, one, asked) for one in options))


def _which(question: Question, options: Sequence[_Option]) -> Comparison | None:
    """The one of which all is said that is asked for, if of the other it is not."""
    asked = _asked(question, options)
    so = [one for one in options if _is_said(question, one, asked)]
    return Comparison(so[0].name, so[0].units[:1]) if asked and len(so) == 1 else None


def _asked(question: Question, options: Sequence[_Option]) -> dict[str, set[str]]:
    """The terms of a question, with their synonyms, that do not name what is compared."""
    named = frozenset[str]().union(*(terms_of(one.name, question.language) for one in options))
    return {term.term: {term.term, *term.synonyms} for term in question.terms if term.term not in named}


def _is_said(question: Question, option: _Option, asked: Mapping[str, set[str]]) -> bool:
    said = terms_of(" ".join(one.evidence.quote for one in option.units), question.language)
    return all(not words.isdisjoint(said) for words in asked.values())


def _stated(option: _Option, asked: Iterable[str], language: str) -> dict[str, set[str]]:
    """The values of attributes that are asked for."""
    found: dict[str, set[str]] = {}
    wanted = frozenset(asked)
    for one in option.units:
        for claim in one.reply.reply.claims:
            if not terms_of(claim.attribute, language).isdisjoint(wanted):
                found.setdefault(claim.attribute, set()).add(claim.normal or claim.value)
    return found


def _verdict(options: Sequence[_Option], is_so: bool) -> Comparison:
    return Comparison("Yes" if is_so else "No", [one.units[0] for one in options])
