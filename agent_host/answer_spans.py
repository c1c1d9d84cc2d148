"""Spans that may answer: those of a sentence that have the form wanted, each with how well its form fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from agent_host.form import SPEAKER, STAMP, after_mark
from agent_host.gap import Gap
from agent_host.names import names, terms_in, untitled
from agent_host.passage import Passage
from agent_host.question import Question
from agent_host.sentence import Sentence
from agent_host.spans import Kind, Span
from agent_host.words import DEMONYMS, STOP_WORDS, WORD, term, words
from language.nouns import Sort

_PLACE_CUES = ("in", "at", "near", "from", "to", "of")
_NOT_PERSONS = frozenset(
    map(
        term,
        words("""
    university college school institute company corporation records studios river county street church album band
    award awards academy league championship series museum district city state states kingdom united party war
    television network airport national international festival club team north south east west office house council
    association act department center centre games cup society press entertainment productions pictures group inc
"""),
    )
)
_GROUP_TERMS = frozenset(
    map(
        term,
        words("""
    university college school institute company corporation records studios studio club team academy league band
    party network association society press entertainment productions pictures group inc ltd llc bank fc united
    council agency department ministry orchestra brothers manufacturing industries airlines hospital
"""),
    )
)
_LANGUAGES = frozenset(
    map(term, words("latin sanskrit hebrew arabic hindi urdu tamil telugu malayalam kannada bengali yiddish gaelic"))
)
_NATIONS = DEMONYMS | _LANGUAGES
_PARTS = words("state country province county nation continent")
_UNIT = re.compile(
    r"[ -](?:(?:calendar|business|working|consecutive) )?"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|times?|decades?|percent|per cent|[kKMGT]i?B|"
    r"[km]?m|cm|mm|km2|metres?|meters?|kilomet(?:re|er)s?|miles?|feet|foot|ft|inch(?:es)?|acres?|hectares?|"
    r"kg|kilograms?|grams?|tons?|tonnes?|pounds?|lbs?|litres?|liters?|dollars?|euros?|USD|EUR|GBP|degrees|mph|"
    r"km/h|volts?|watts?|[kM]?W|[kMG]?Hz|°[CF]?)\b"
)
_DELAY = re.compile(r"\b(?:after|within|every|in) $")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++|https?://[^\s<>\"]*[\w/]")
_PHRASE_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_COMMA = re.compile(r",? and |, ")
_NOUN_AFTER = re.compile(r" ([a-z][a-z-]+)")
_LONGEST_PHRASE = 4
_NEVER_ALONE = words(
    "first second third last best most main same various other new several c ca aged making including being"
)
_VERBS = words(
    "born won wrote made led sang held sold began became gave took grew ran known set built kept runs aged making "
    "including"
)


class Fitting(NamedTuple):
    """A span, and from 0 to 1 how well its form fits what is wanted."""

    start: int
    end: int
    fit: float


class Search(NamedTuple):
    """Where to look, for what, and the terms of the question."""

    gap: Gap
    asked: Set[str]
    passage: Passage
    sentence: Sentence


def fitting(question: Question, passage: Passage, sentence: Sentence) -> list[Fitting]:
    """The spans of a sentence that may answer, without those that say nothing but the question's own words."""
    asked = question.weights.keys()
    spoken = SPEAKER.match(sentence.text) or (question.gap.want is Sort.DATE and STAMP.match(sentence.text))
    begin = max(spoken.end() if spoken else 0, after_mark(sentence.text))
    found: dict[tuple[int, int], Fitting] = {}
    for one in _FINDERS[question.gap.want](Search(question.gap, asked, passage, sentence)):
        known = found.get((one.start, one.end))
        if one.start >= begin and (known is None or known.fit < one.fit) and not _asked(sentence, one, question):
            found[one.start, one.end] = one
    if question.gap.several:
        for one in _lists(sentence.text, sorted(found.values())):
            found[one.start, one.end] = one
    return list(found.values())


def _lists(text: str, ordered: Sequence[Fitting]) -> Iterator[Fitting]:
    """Spans that follow each other as a list: `Ann, Bo and Cy`."""
    run: list[Fitting] = []
    for one in (*ordered, None):
        if (
            run
            and (one is None or one.start >= run[-1].end)
            and not (one and _COMMA.fullmatch(text, run[-1].end, one.start))
        ):
            if len(run) > 1:
                yield Fitting(run[0].start, run[-1].end, 1.0)
            run = []
        if one is not None and (not run or one.start >= run[-1].end):
            run.append(one)


def _asked(sentence: Sentence, one: Fitting, question: Question) -> bool:
    """Whether the words are the question's own, or another of what it counts (`Widget 2339` to `widget 2340`)."""
    asked = question.weights.keys()
    terms = terms_in(sentence, one.start, one.end)
    own = [word for word in terms if word not in asked]
    if not terms:
        return False  # `May` is a function word too
    others = [word for word in terms if word in asked and word not in question.sought]
    return not own or (others != [] and all(len(word) == 1 or word[0].isdigit() for word in own))


def _dates(at: Search) -> Iterator[Fitting]:
    for span in at.sentence.spans:
        if span.kind is Kind.DATE:
            said = at.sentence.text[span.start : span.end]
            period = said.endswith(("century", "s"))
            fit = 1.0 if (at.gap.head in _PERIODS) == period else 0.4
            year_only = at.gap.head == _YEAR and said[-4:].isdecimal()
            yield Fitting(span.end - 4 if year_only else span.start, span.end, fit)
        elif (
            span.kind is Kind.NUMBER
            and (delay := _DELAY.search(at.sentence.text, max(span.start - 8, 0), span.start))
            and (unit := _UNIT.match(at.sentence.text, span.end))
        ):
            yield Fitting(delay.start(), unit.end(), 0.7)


def _numbers(at: Search) -> Iterator[Fitting]:
    for span in at.sentence.spans:
        if span.kind is Kind.NUMBER:
            unit = _UNIT.match(at.sentence.text, span.end)
            said = at.sentence.text[span.start : span.end].lower()
            if _TIME in at.gap.near and at.gap.counted:
                often = said in ("once", "twice") or (unit is not None and unit[0].startswith((" time", "-time")))
                yield Fitting(span.start, unit.end() if unit and "-" in unit[0] else span.end, 0.8 if often else 0.3)
            elif at.gap.counted:
                yield Fitting(span.start, span.end, 0.8)
            else:
                yield Fitting(span.start, unit.end() if unit else span.end, 1.0 if unit else 0.8)


def _persons(at: Search) -> Iterator[Fitting]:
    text = at.sentence.text
    ends = {one.end for one in at.sentence.spans if one.kind is Kind.NAME}
    for named, terms in names(at.asked, at.passage, at.sentence):
        span = untitled(text, named)
        length = text.count(" ", span.start, span.end) + 1
        likely = length <= 4 and _NOT_PERSONS.isdisjoint(terms) and not _after_article(at.sentence, span)
        # `Paris, Texas`: the second name is no person, unless there is a list.
        part = span.start - 2 in ends and text[span.end : span.end + 5] not in (", and", " and ")
        placed = part or _before(at.sentence, span) in _PLACE_CUES
        fit = (0.9 if length > 1 else 0.6) if likely and not _is_modifier(text, span.end) else 0.3
        yield Fitting(span.start, span.end, fit * (0.6 if placed else 1.0))


def _places(at: Search) -> Iterator[Fitting]:
    run: list[Span] = []
    for span in (*(one for one in at.sentence.spans if one.kind is Kind.NAME and not _is_nation(at, one)), None):
        if run and (span is None or at.sentence.text[run[-1].end : span.start] != ", "):
            first, last = run[0], run[-1]
            placed = _before(at.sentence, first) in _PLACE_CUES
            if at.gap.head in _PART_TERMS and len(run) > 1:
                yield Fitting(last.start, last.end, 0.9 if placed else 0.5)
            elif placed or len(run) > 1:
                yield Fitting(first.start, last.end, 0.9 if placed else 0.6)
            else:
                for one in run:
                    yield Fitting(one.start, one.end, 0.3)
            run = []
        if span is not None:
            run.append(span)
            tail = at.sentence.text.rfind(" of ", span.start, span.end)
            if tail > 0:
                yield Fitting(tail + len(" of "), span.end, 0.6)


def _is_nation(at: Search, span: Span) -> bool:
    return term(at.sentence.text[span.start : span.end]) in DEMONYMS


def _works(at: Search) -> Iterator[Fitting]:
    for span in at.sentence.spans:
        if span.kind is Kind.QUOTED:
            yield Fitting(span.start, span.end, 1.0)
    for span, _ in names(at.asked, at.passage, at.sentence):
        yield Fitting(span.start, span.end, 0.5)


def _groups(at: Search) -> Iterator[Fitting]:
    for span, terms in names(at.asked, at.passage, at.sentence):
        yield Fitting(span.start, span.end, 0.7 if _GROUP_TERMS.isdisjoint(terms) else 1.0)


def _nations(at: Search) -> Iterator[Fitting]:
    for match in WORD.finditer(at.sentence.text):
        if match[0][0].isupper() and term(match[0]) in _NATIONS:
            yield Fitting(*match.span(), 1.0)


def _things(at: Search) -> Iterator[Fitting]:
    named = [one for one in at.sentence.spans if one.kind is Kind.NAME]
    for span in at.sentence.spans:
        if span.kind is Kind.QUOTED:
            yield Fitting(span.start, span.end, 0.8)
        elif span.kind is Kind.NUMBER and not any(one.start <= span.start < one.end for one in named):
            yield Fitting(span.start, span.end, 0.3)
    for span, _ in names(at.asked, at.passage, at.sentence):
        yield Fitting(span.start, span.end, 0.6)
    for address in _ADDRESS.finditer(at.sentence.text):
        yield Fitting(*address.span(), 0.7)
    if at.gap.want is None:
        yield from _phrases(at.sentence)


def _qualities(at: Search) -> Iterator[Fitting]:
    """Phrases, best those of what the passage's subject is said to be; and names, for want of better."""
    kind = at.passage.subject.kind if at.gap.head in _CALLINGS else ""
    start = at.sentence.text.find(kind) if kind else len(at.sentence.text)
    for one in _phrases(at.sentence):
        is_kind = start <= one.start and one.end <= start + len(kind)
        is_part = at.gap.head in _PARTS_PLAYED and _AS.search(at.sentence.text[max(one.start - 8, 0) : one.start])
        yield one._replace(fit=one.fit + 0.3) if is_kind or is_part else one
    for span, _ in names(at.asked, at.passage, at.sentence):
        yield Fitting(span.start, span.end, 0.3)


def _phrases(sentence: Sentence) -> Iterator[Fitting]:
    """Runs of words without function words: `lead vocalist`, `urban landscapes`; also without the nation."""
    run: list[re.Match[str]] = []
    for word in (*_PHRASE_WORD.finditer(sentence.text), None):
        if run and (word is None or sentence.text[run[-1].end() : word.start()] != " " or _cuts(word[0])):
            if len(run) <= _LONGEST_PHRASE and not (len(run) == 1 and run[0][0].lower() in _NEVER_ALONE):
                bare = [one for one in run if term(one[0]) not in DEMONYMS]
                has_nation = bare != [] and bare[0] is not run[0] and bare[-1] is run[-1]
                yield Fitting(run[0].start(), run[-1].end(), 0.6 if has_nation else 0.7)
                if has_nation:
                    yield Fitting(bare[0].start(), run[-1].end(), 0.7)
            run = []
        if word is not None and not _cuts(word[0]):
            run.append(word)


def _cuts(word: str) -> bool:
    low = word.lower()
    is_verb_or_adverb = low in _VERBS or low.endswith("ly") or (len(low) > 4 and low.endswith("ed"))
    is_name = word[0].isupper() and term(word) not in DEMONYMS
    return low in STOP_WORDS or is_verb_or_adverb or is_name


def _is_modifier(text: str, end: int) -> bool:
    """Whether a noun follows that a name describes: `Hong Kong action film`."""
    noun = _NOUN_AFTER.match(text, end)
    return (
        noun is not None
        and noun[1] not in STOP_WORDS
        and not noun[1].endswith(("s", "ed", "ly"))
        and noun[1] not in _VERBS
    )


def _before(sentence: Sentence, span: Span) -> str:
    before = sentence.text[: span.start].rsplit(None, 1)[-1:]
    return before[0].lower() if before else ""


def _after_article(sentence: Sentence, span: Span) -> bool:
    return _before(sentence, span) in ("the", "a", "an")


_YEAR, _TIME = term("year"), term("times")
_CALLINGS = frozenset(("", *map(term, ("profession", "occupation", "job", "career", "type", "kind", "sort", "class"))))
_PARTS_PLAYED = frozenset(map(term, ("role", "position", "job", "profession", "capacity")))
_AS = re.compile(r"\bas (?:an? |the )?$")
_PERIODS = frozenset(map(term, ("century", "decade", "era")))
_PART_TERMS = frozenset(map(term, _PARTS))
_FINDERS: Mapping[Sort | None, Callable[[Search], Iterator[Fitting]]] = {
    Sort.PERSON: _persons,
    Sort.PLACE: _places,
    Sort.DATE: _dates,
    Sort.NUMBER: _numbers,
    Sort.WORK: _works,
    Sort.GROUP: _groups,
    Sort.NATION: _nations,
    Sort.QUALITY: _qualities,
    Sort.THING: _things,
    None: _things,
}
