"""Short answers: the words of a sentence that may answer by themselves, each with its exact place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from agent_host.form import SPEAKER, after_mark
from agent_host.passage import Passage
from agent_host.question import Question
from agent_host.sentence import Sentence
from agent_host.spans import Kind, Span
from agent_host.topic import is_about, looked_up
from agent_host.words import DEMONYMS, STOP_WORDS, WORD, term, tokens, words
from myriad.agent.v1.evidence_pb2 import AnswerType

AT_MOST = 3
"""Candidates a sentence."""
_NEAR = 40.0
"""Characters from the question's words after which closeness has halved."""
_UNRELATED = 0.4
"""Closeness counts so much in a sentence without the relation that the question asks for."""
_DATED_BY = {"=birth": "born", "=death": "died", "=found": "founded", "=release": "released", "=publish": "released"}

_PLACE_CUES = ("in", "at", "near", "from", "to", "of")
_NOT_PERSONS = frozenset(
    map(
        term,
        words("""
    university college school institute company corporation records studios river county street church album band
    award awards academy league championship series museum district city state states kingdom united party war
    television network airport national international festival club team north south east west
"""),
    )
)
_PERIOD_TERMS = frozenset(("centuri", "decad", "era"))
_NATIONALITY_TERMS = frozenset(("=nationality", "countri"))


class Candidate(NamedTuple):
    """`sentence[start:end]`, what it is and how well it fits, from 0 to 1."""

    start: int
    end: int
    kind: AnswerType.ValueType
    score: float


def candidates(question: Question, passage: Passage, sentence: Sentence, position: int) -> list[Candidate]:
    """The best few short answers in a sentence of a passage, best first; none if it is about something else."""
    kind = question.answer_type
    if kind in (AnswerType.ANSWER_TYPE_YES_NO, AnswerType.ANSWER_TYPE_CHOICE, AnswerType.ANSWER_TYPE_UNSPECIFIED):
        return []
    if not is_about(question, passage, position):
        return []
    if sentence.header:
        return [Candidate(start, end, kind, 1.0) for start, end in looked_up(question, sentence)][:AT_MOST]
    stated = _stated(question, passage, position)
    found: dict[tuple[int, int], Candidate] = {}
    for span, fit in _fitting(question, passage, sentence, position):
        start, end = span.start, span.end
        close = 1.0 if sentence.text[start:end] in stated else _closeness(question, sentence, start, end)
        score = round(fit * (0.2 + 0.8 * close), 4)
        if (start, end) not in found or found[start, end].score < score:
            found[start, end] = Candidate(start, end, kind, score)
    return sorted(found.values(), key=lambda one: (-one.score, one.start, one.end))[:AT_MOST]


def _stated(question: Question, passage: Passage, position: int) -> frozenset[str]:
    """The dates that this sentence states of what the question asks for (`born`), and their years."""
    asked = {_DATED_BY[relation] for relation in question.relations & _DATED_BY.keys()}
    dates = [one.value for one in passage.claims if one.position == position and one.attribute in asked]
    return frozenset((*dates, *(date[-4:] for date in dates)))


def _closeness(question: Question, sentence: Sentence, start: int, end: int) -> float:
    """From 0 to 1: how close `start` to `end` is to the question's relation words, or failing these to any of its."""
    places = list(zip(sentence.term_sequence, sentence.term_starts, strict=True))
    related = [at for one, at in places if one in question.relations]
    anchors = related or [at for one, at in places if one in question.weights]
    if not anchors:
        return 0.0
    # What a relation word leads to comes after it in English more often than before ("directed by ...").
    distance = min(start - at if at <= start else 1.5 * max(at - end, 0) for at in anchors)
    return (1.0 if related or not question.relations else _UNRELATED) / (1 + distance / _NEAR)


def _fitting(question: Question, passage: Passage, sentence: Sentence, position: int) -> Iterator[tuple[Span, float]]:
    """Spans that may be of the type asked for, each with how well its form fits."""
    match question.answer_type:
        case AnswerType.ANSWER_TYPE_DATE:
            for span in sentence.spans:
                if span.kind is Kind.DATE and not _asked(question, said := sentence.text[span.start : span.end]):
                    yield _as_year(question, span, said), _date_fit(question, said)
        case AnswerType.ANSWER_TYPE_NUMBER:
            for span in sentence.spans:
                if span.kind is Kind.NUMBER and not _asked(question, sentence.text[span.start : span.end]):
                    yield span, 0.8
        case _:
            spoken = SPEAKER.match(sentence.text)
            for span in _name_spans(question, sentence):
                if (spoken and span.start < spoken.end()) or _proves_little(passage, sentence, span):
                    continue
                if fit := _name_fit(question, passage, sentence, span, position):
                    yield span, fit


def _asked(question: Question, said: str) -> bool:
    """Whether the words are the question's own: nobody asks for what he says."""
    return {found for found, _ in tokens(said)} - STOP_WORDS <= question.weights.keys()


def _is_sibling(question: Question, terms: frozenset[str] | set[str]) -> bool:
    """Whether it is another of what the question counts or letters: `Widget 2339` to `widget 2340`."""
    own = terms - question.weights.keys()
    return terms != own and all(len(one) == 1 or one[0].isdigit() for one in own)


def _proves_little(passage: Passage, sentence: Sentence, span: Span) -> bool:
    """A single capitalised word at the sentence's start: no name, unless it is one elsewhere in the passage."""
    said = sentence.text[span.start : span.end]
    if " " in said or span.start > after_mark(sentence.text):
        return False
    return term(said) not in passage.title_terms | passage.heading_terms


def _as_year(question: Question, span: Span, said: str) -> Span:
    """The year alone for `what year`."""
    return Span(span.kind, span.end - 4, span.end) if "year" in question.sought and said[-4:].isdecimal() else span


def _date_fit(question: Question, said: str) -> float:
    """A century for `which century`, else anything but that."""
    return 1.0 if (question.sought & _PERIOD_TERMS != frozenset()) == said.endswith(("century", "s")) else 0.4


def _name_spans(question: Question, sentence: Sentence) -> Iterator[Span]:
    """Names, without the question's own words before them; for `where`, with what follows a comma (`Paris, Texas`)."""
    where = question.answer_type == AnswerType.ANSWER_TYPE_PLACE and not question.sought
    joined: Span | None = None
    for span in sentence.spans:
        if span.kind is Kind.QUOTED and question.answer_type == AnswerType.ANSWER_TYPE_THING:
            yield span
        if span.kind is not Kind.NAME:
            continue
        if where and joined and sentence.text[joined.end : span.start] == ", ":
            joined = Span(Kind.NAME, joined.start, span.end)
            continue
        if joined:
            yield joined
        joined = _without_asked(question, sentence, span)
    if joined:
        yield joined


def _without_asked(question: Question, sentence: Sentence, span: Span) -> Span:
    """`Senator Barnaby Joyce` without `Senator` if that was in the question; two words at least stay."""
    words = [(match.start(), term(match.group())) for match in WORD.finditer(sentence.text, span.start, span.end)]
    while len(words) > 2 and words[0][1] in question.weights:
        words.pop(0)
    return Span(span.kind, words[0][0], span.end) if words else span


def _name_fit(question: Question, passage: Passage, sentence: Sentence, span: Span, position: int) -> float:
    said = sentence.text[span.start : span.end]
    terms = {found for found, _ in tokens(said)} - STOP_WORDS
    if _asked(question, said) or _is_sibling(question, terms):
        return 0.0
    if term(said.rsplit(None, 1)[-1]) in DEMONYMS:
        return 0.9 if question.sought & _NATIONALITY_TERMS else 0.1
    is_title = terms <= passage.title_terms
    if is_title and position == 0 and question.sought and question.sought <= sentence.terms:
        return 1.0
    before = sentence.text[: span.start].rsplit(None, 1)[-1:]
    placed = bool(before) and before[0].lower() in _PLACE_CUES
    match question.answer_type:
        case AnswerType.ANSWER_TYPE_PERSON:
            likely = 2 <= len(said.split()) <= 4 and not terms & _NOT_PERSONS
            return (0.9 if likely else 0.4) * (0.6 if placed else 1.0)
        case AnswerType.ANSWER_TYPE_PLACE:
            return 0.9 if placed else 0.5 if sentence.text[span.start - 2 : span.start] == ", " else 0.3
        case _:
            return 0.7 if span.kind is Kind.QUOTED or is_title else 0.5
