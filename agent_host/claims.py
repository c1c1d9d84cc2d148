"""Claims: the statements of a passage that are safe to read off its form, each with its value in one form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agent_host.form import cells, is_row
from agent_host.relations import dated, related
from agent_host.sentence import Sentence
from agent_host.spans import DATE
from agent_host.subject import Subject, content
from agent_host.words import DEMONYMS, STOP_WORDS, WORD, term
from language.values import Form, normal, values
from myriad.agent.v1.evidence_pb2 import AnswerType

_PRONOUN = re.compile(r"(?:He|She|It|They)\b")
_LIFE = re.compile(r"\(([^()]{0,120})\)")
_KIND = re.compile(r"\b(?:is|was|are|were)\s+(?:an?|the|one of the)\s+([^.,;()]{2,120})")
_KIND_END = re.compile(
    r"(?<!\s)\s++(?:in|of|from|by|for|that|which|who|whose|with|at|on|located|based|directed|written|published|released|"
    r"founded|starring|awarded|designed|competing|developed|owned|known|best)\b"
)
_PLACE = re.compile(
    r"\b(?:located|situated|headquartered|based|city|town|village|airport|district|county)\s+in\s+(?:the\s+)?"
)
_PLACE_NAME = re.compile(r"[A-Z][\w'’.-]*(?:(?:,\s+|\s+|\s+of\s+)[A-Z][\w'’.-]*)*")
_DASH = re.compile(r"\s-\s|[–—]")
_DATED_IN = re.compile(r"\b\d{4}(?:,| in| at)\s+")
_AS_OF = re.compile(
    r"\b(?:as of|at the|in the|by|in|since)\s+((?:[A-Z][a-z]+ )?[12]\d{3})(?:\s+(?:\w+\s+)?(?:census|estimate))?",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"^(?:[-*+•]\s+)?[*_]{0,2}([^\W\d_][\w'’/-]*(?: [\w'’/-]+){0,2})[*_]{0,2}\s?:[*_]{0,2}\s+(\S+(?: \S+){0,7}?)[.;]?$"
)
_OPENING = 20
"""Characters that may come before a sentence's subject."""
_TYPE_OF = {
    Form.DATE: AnswerType.ANSWER_TYPE_DATE,
    Form.NUMBER: AnswerType.ANSWER_TYPE_NUMBER,
    Form.NAME: AnswerType.ANSWER_TYPE_THING,
}


class Claimed(NamedTuple):
    """
    `subject`, or if that is empty the passage's, has this attribute with this value, says sentence number `position`.

    `date` is when it held, ISO 8601, or of an event when it was; empty if the sentence does not say.
    """

    attribute: str
    value: str
    date: str
    position: int
    kind: AnswerType.ValueType = AnswerType.ANSWER_TYPE_UNSPECIFIED
    subject: str = ""

    @property
    def normal(self) -> str:
        """The value in a form in which equal values are equal."""
        return normal(self.value)


def claims(subject: Subject, title_terms: frozenset[str], sentences: Sequence[Sentence]) -> list[Claimed]:
    """What sentences claim of the passage's subject, each attribute once, and what table rows claim of theirs."""
    found: dict[tuple[str, str], Claimed] = {}
    for position, sentence in enumerate(sentences):
        for claimed in _claims(subject, title_terms, sentence, position):
            found.setdefault((claimed.subject, claimed.attribute), claimed)
    return [found[key] for key in sorted(found)]


def _claims(subject: Subject, title_terms: frozenset[str], sentence: Sentence, position: int) -> Iterator[Claimed]:
    if sentence.header:
        yield from _row(sentence, position)
        return
    if (key := _KEY.match(sentence.text)) and key[1].partition(" ")[0].lower() not in STOP_WORDS:
        yield Claimed(key[1].lower(), key[2], "", position, _type(key[2]))
    if position and not _is_about(subject, title_terms, sentence):
        return
    text = sentence.text
    if position == 0:
        yield from _definition(text)
    for one in dated(text):
        value = text[one.start : one.end]
        yield Claimed(one.attribute, value, iso(value), position, one.kind)
    if position and not _leads(subject, sentence):
        return
    as_of = _AS_OF.search(text)
    for one in related(text):
        held = normal(as_of[1]) if as_of and one.kind == AnswerType.ANSWER_TYPE_NUMBER else ""
        yield Claimed(one.attribute, text[one.start : one.end], held, position, one.kind)


def _is_about(subject: Subject, title_terms: frozenset[str], sentence: Sentence) -> bool:
    if sentence.resolved.is_about:
        return True
    named = not sentence.terms.isdisjoint(title_terms) or _PRONOUN.match(sentence.text) is not None
    return not subject.terms and bool(title_terms) and named


def _leads(subject: Subject, sentence: Sentence) -> bool:
    """Whether the passage's subject is the sentence's as well, and not a thing of it, as far as can be told."""
    found = sentence.resolved.reference
    if found:
        return found.name == subject.name
    if not subject.terms or _PRONOUN.match(sentence.text):
        return True
    return not subject.terms.isdisjoint(content(sentence.text[: len(subject.name) + _OPENING]))


def _row(sentence: Sentence, position: int) -> Iterator[Claimed]:
    """What a row of a table claims: of what its first cell names, what the header calls each of the others."""
    headers = [sentence.header[start:end] for start, end in cells(sentence.header)]
    found = [sentence.text[start:end] for start, end in cells(sentence.text)]
    if is_row(sentence.text) and len(headers) == len(found) and found[0] != headers[0]:
        for header, value in zip(headers[1:], found[1:], strict=True):
            yield Claimed(header.lower(), value, "", position, _type(value), found[0])


def _type(value: str) -> AnswerType.ValueType:
    found = next((one for one in values(value) if (one.start, one.end) == (0, len(value))), None)
    return _TYPE_OF[found.form] if found else AnswerType.ANSWER_TYPE_UNSPECIFIED


def _definition(text: str) -> Iterator[Claimed]:
    """What only a definition, the first sentence, is trusted with."""
    date = AnswerType.ANSWER_TYPE_DATE
    if life := _LIFE.search(text):
        dates = [match.group() for match in DATE.finditer(life[1])]
        born_only = life[1].lstrip().startswith("born") or (len(dates) == 1 and "born" in life[1])
        if len(dates) == 2 and _DASH.search(life[1]):
            yield Claimed("born", dates[0], iso(dates[0]), 0, date)
            yield Claimed("died", dates[1], iso(dates[1]), 0, date)
        elif len(dates) == 1 and born_only:
            yield Claimed("born", dates[0], iso(dates[0]), 0, date)
        yield from _life_places(life[1])
    if kind := _KIND.search(text):
        words = _KIND_END.split(kind[1], maxsplit=1)[0].strip()
        yield Claimed("kind", words, "", 0, AnswerType.ANSWER_TYPE_THING)
        for word in WORD.findall(words)[:2]:
            if term(word) in DEMONYMS:
                yield Claimed("nationality", word, "", 0, AnswerType.ANSWER_TYPE_PLACE)
                break
    if (place := _PLACE.search(text)) and (name := _PLACE_NAME.match(text, place.end())):
        yield Claimed("place", name.group().rstrip("."), "", 0, AnswerType.ANSWER_TYPE_PLACE)


def _life_places(life: str) -> Iterator[Claimed]:
    """`6 May 1894 in Lille – 2 March 1975 in Nice`: where a life began and ended."""
    parts = _DASH.split(life, maxsplit=1)
    if len(parts) == 2 or "born" in life:
        for attribute, part in zip(("birthplace", "deathplace"), parts, strict=False):
            if (at := _DATED_IN.search(part)) and (name := _PLACE_NAME.match(part, at.end())):
                yield Claimed(attribute, name.group().rstrip("."), "", 0, AnswerType.ANSWER_TYPE_PLACE)


def iso(date: str) -> str:
    """ISO 8601, as exact as the text is (`1921`, `1921-05`, `1921-05-02`); empty for a period."""
    found = normal(date)
    return found if re.fullmatch(r"\d{4}(?:-\d\d){0,2}", found) else ""
