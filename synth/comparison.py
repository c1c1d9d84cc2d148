"""Comparisons: which of two things came first or has more, and whether both are so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise
from math import fsum

from language.english.gap import gap
from language.english.sorts import sort_of
from language.folding import fold
from language.relations import FAMILY_OF
from language.rows import AMOUNTS
from myriad.agent.v1.question_pb2 import Extreme, Question, Want
from myriad.agent.v1.text_pb2 import SpanType
from synth.aligned import quoted
from synth.compared import LOOKED_AT, Comparison, Option, asked_of, is_said
from synth.ranking import Candidate
from synth.verdict import verdict
from synth.words import bare_title, name

_LEAST = frozenset((Extreme.EXTREME_FIRST, Extreme.EXTREME_LEAST))
_TIMED = (Extreme.EXTREME_FIRST, Extreme.EXTREME_LAST)
_LEAST_NAME = 3
_IN_COMMON = "in common"
_JOINING = frozenset(("or", "and"))
_LINKS = frozenset(("the", "a", "an", "his", "her", "its", "their", "of", "is", "was"))
_EVENTS = frozenset(("=birth", "=death", "=found", "=release", "=publish"))
"""Families of relations that happen once."""
_IN_ORDER = ("released", "founded", "opened", "built", "born", "died")
"""What is compared where the question does not say what."""
_DAYS = (365.2425, 30.44, 1.0)


def compare(question: Question, ranked: Sequence[Candidate]) -> Comparison | None:
    """The outcome, if two things are compared and there is a unit about each; None if not."""
    is_both = question.want == Want.WANT_YES_NO
    is_common = _IN_COMMON in question.text
    if not (is_both or is_common or question.extreme or question.want == Want.WANT_COMPARISON):
        return None
    if is_both and gap(question).is_asked:
        return None
    for options in _options(question, ranked):
        if all(one.units for one in options):
            if is_common:
                return _common(options)
            if is_both:
                return verdict(question, options)
            return _extreme(question, options, ranked) if question.extreme else _which(question, options)
    return None


def _options(question: Question, ranked: Sequence[Candidate]) -> Iterator[Sequence[Option]]:
    """Two things that documents are about and the question names; or two names in it that one word joins."""
    for pair in pairwise(_titled(question, ranked)):
        if _are_joined(question, *pair):
            yield [Option(called, units) for _, called, units in pair]
            return
    for names in _pairs(question):
        yield [Option(one, _about(one, ranked)) for one in names]


_Titled = tuple[int, str, list[Candidate]]


def _titled(question: Question, ranked: Sequence[Candidate]) -> list[_Titled]:
    """What documents are called that the question names, where it does, with their units; the longest names."""
    asked = f" {fold(question.read_as or question.text)} "
    found: dict[str, tuple[str, list[Candidate]]] = {}
    for one in ranked:
        reply = one.reply.reply
        for called in dict.fromkeys((bare_title(reply.title), reply.subject)):
            key = name(called)
            if len(key) >= _LEAST_NAME and f" {key} " in asked and called[:1].isupper():
                found.setdefault(key, (called, []))[1].append(one)
    taken: list[tuple[int, int, str]] = []
    for key in sorted(found, key=len, reverse=True):
        start = asked.index(f" {key} ")
        end = start + len(key) + 1
        if all(end <= first or last <= start for first, last, _ in taken):
            taken.append((start, end, key))
    return [(start, found[key][0], found[key][1]) for start, _, key in sorted(taken)]


def _are_joined(question: Question, one: _Titled, other: _Titled) -> bool:
    """Whether `or` or `and` stands between two names, and nothing but what they are: `Ann Lee or her son Bo Lee`."""
    asked = f" {fold(question.read_as or question.text)} "
    between = asked[one[0] + 1 + len(name(one[1])) : other[0]].split()
    is_said = all(word in _JOINING | _LINKS or word in FAMILY_OF or sort_of(word) for word in between)
    return not _JOINING.isdisjoint(between) and is_said


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
    return own or naming[:LOOKED_AT]


def _common(options: Sequence[Option]) -> Comparison | None:
    """The words that what the two are said to be share."""
    kinds = [next((one.reply.reply.kind for one in each.units if one.reply.reply.kind), "") for each in options]
    shared = [word for word in kinds[0].split() if word in kinds[1].split()]
    return Comparison(" ".join(shared), [one.units[0] for one in options]) if shared else None


def _extreme(question: Question, options: Sequence[Option], ranked: Sequence[Candidate]) -> Comparison | None:
    """Which has the first, last, most or least: by what is stated, or the first value of one kind in the units."""
    low = (question.read_as or question.text).lower().split()
    families = {family for word in low if (family := FAMILY_OF.get(word.strip("?,.").removesuffix("'s")))}
    end = Extreme.EXTREME_LAST if any(word.startswith("young") for word in low) else question.extreme
    meant = [_meant(one, families - _EVENTS, ranked) for one in options]
    if "longer" in low and not {"lived", "live", "life"}.isdisjoint(low):
        return _longest(options, meant)
    if end in _TIMED and (found := _by_event(options, meant, families & _EVENTS, end)):
        return found
    is_timed = end in _TIMED
    for kinds in (frozenset((SpanType.SPAN_TYPE_DATE,)), AMOUNTS) if is_timed else (AMOUNTS,):
        values = [next(_values(one.units[:LOOKED_AT], kinds, question.language), None) for one in options]
        if None in values:
            continue
        (one, left), (other, right) = [value for value in values if value]
        if left == right:
            return None
        is_first = (left < right) == (end in _LEAST)
        return Comparison(options[not is_first].name, [one, other])
    return None


def _meant(option: Option, families: Set[str], ranked: Sequence[Candidate]) -> Option:
    """Whom a question means by `the director of` an option, if the units say who that is; or else the option."""
    for unit, claim in option.claims():
        if FAMILY_OF.get(claim.attribute) in families:
            units = _about(claim.value, ranked)
            if units and name(claim.value) in (name(units[0].reply.reply.title), name(units[0].reply.reply.subject)):
                return Option(option.name, [*units, unit])
    return option


def _by_event(
    options: Sequence[Option], meant: Sequence[Option], families: Set[str], end: Extreme.ValueType
) -> Comparison | None:
    """Which came first or last, by the same event of both; of several that are asked about, by one of each."""
    dates = [_dates(one) for one in meant]
    asked = [name for name in _IN_ORDER if FAMILY_OF.get(name) in families] or _IN_ORDER
    pairs = [(dates[0][event], dates[1][event]) for event in asked if event in dates[0] and event in dates[1]]
    if not pairs and len(families) > 1:
        own = [next((of[event] for event in asked if event in of), None) for of in dates]
        pairs = [(own[0], own[1])] if own[0] and own[1] else []
    for (one, left), (other, right) in pairs:
        length = min(len(left), len(right))
        if left[:length] != right[:length]:
            is_first = (left < right) == (end in _LEAST)
            return Comparison(options[not is_first].name, [one, other])
    return None


def _dates(option: Option) -> dict[str, tuple[Candidate, str]]:
    """When what happened to it, by what is stated; the year that a kind begins with is when it was released."""
    found: dict[str, tuple[Candidate, str]] = {}
    for unit, claim in option.claims():
        date = claim.date or claim.normal
        if claim.attribute == "kind" and claim.value[:4].isdecimal():
            found.setdefault("released", (unit, claim.value[:4]))
        elif claim.attribute in _IN_ORDER and date[:4].isdecimal():
            found.setdefault(claim.attribute, (unit, date))
    return found


def _longest(options: Sequence[Option], meant: Sequence[Option]) -> Comparison | None:
    """Who lived longer."""
    dates = [_dates(one) for one in meant]
    if not all("born" in of and "died" in of for of in dates):
        return None
    lives = [_days(of["died"][1]) - _days(of["born"][1]) for of in dates]
    if abs(lives[0] - lives[1]) < _DAYS[0]:
        return None
    return Comparison(options[lives[0] < lives[1]].name, [of["died"][0] for of in dates])


def _days(date: str) -> float:
    """About how many days after the year 0 an ISO date is, however exact."""
    return fsum(float(part) * length for part, length in zip(date.split("-"), _DAYS, strict=False) if part.isdecimal())


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


def _which(question: Question, options: Sequence[Option]) -> Comparison | None:
    """The one of which all is said that is asked for, if of the other it is not."""
    asked = asked_of(question, options)
    so = [one for one in options if is_said(question, one, asked)]
    return Comparison(so[0].name, so[0].units[:1]) if asked and len(so) == 1 else None
