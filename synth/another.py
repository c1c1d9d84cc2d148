"""
Another: what is of the same pattern as something that the question names, and is not it.

Site Carol is another than Site Bravo, version 3.10 another than 3.1, ERR-4418 another than ERR-4417: what differs by
one letter, number or name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from language.tokens import WORD
from myriad.agent.v1.question_pb2 import Question
from synth.ranking import Candidate
from synth.words import terms_of

_LETTER, _NUMBER, _CODE, _NAME = "[A-Z]", r"[0-9]+(?:\.[0-9]+)*", r"[\w-]*[0-9][\w.-]*", r"[A-Z][^\W\d_]+"
_LETTER_OR_DIGIT, _START, _END, _FOLLOWS = r"\w", r"(?<![\w-])", r"(?!\w)", r"[ \t]+"
_IS_NUMBER = re.compile(_NUMBER)
_OPENING = 40
"""Characters of a quote in which it says whom or what it is about."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A word by which what the question names is told from others, and how others look."""

    word: re.Pattern[str]
    others: re.Pattern[str]
    is_name: bool
    """Whether others are only told by what a passage, or a quote, is about: names occur in passing."""


def told_apart(question: Question, ranked: Sequence[Candidate]) -> list[Candidate]:
    """What is offered, without what is about another thing of a kind with one that the question names."""
    marks = _marks(question.read_as or question.text, question.language)
    if not marks:
        return list(ranked)
    about = [one for one in ranked if all(mark.word.search(f"{_head(one)}\n{one.evidence.quote}") for mark in marks)]

    def is_another(one: Candidate) -> bool:
        found = [name for mark in marks for name in _others(mark, one)]
        if not found:
            return False
        # What the question names as well is no look-alike; nor is what another passage about the thing itself leads to.
        texts = [question.text, *(other.evidence.quote for other in about if other.reply is not one.reply)]
        return not all(any(_holds(text, name) for text in texts) for name in found)

    return [one for one in ranked if not is_another(one)]


def focused(question: Question, one: Candidate, parts: Sequence[Candidate]) -> Candidate:
    """Of a unit that speaks of look-alikes too, the part that says most of what is asked about; or the unit itself."""
    for mark in _marks(question.read_as or question.text, question.language):
        if mark.word.search(one.evidence.quote) and _look_alikes(question, mark, one):
            own = [part for part in (*parts, one) if mark.word.search(part.evidence.quote)]
            return max(own, key=lambda part: (len(part.evidence.said), -_look_alikes(question, mark, part)))
    return one


def _look_alikes(question: Question, mark: _Mark, one: Candidate) -> int:
    """How many others a unit names that the question does not."""
    return sum(not _holds(question.text, found[0]) for found in mark.others.finditer(one.evidence.quote))


def _others(mark: _Mark, one: Candidate) -> list[str]:
    """The look-alikes that a unit is about, if it is not about the thing itself."""
    head, quote = _head(one), one.evidence.quote
    if mark.word.search(head) or mark.word.search(quote):
        return []
    opening = quote[:_OPENING] if mark.is_name else quote
    return [found[0] for text in (head, opening) for found in mark.others.finditer(text)]


def _holds(text: str, name: str) -> bool:
    return re.search(rf"{re.escape(name)}(?!\w|[.-]\w)", text, re.IGNORECASE) is not None


def _head(one: Candidate) -> str:
    reply = one.reply.reply
    return "\n".join((reply.title, reply.subject, *reply.heading_path))


@lru_cache(maxsize=256)
def _marks(asked: str, language: str) -> tuple[_Mark, ...]:
    return tuple(_found(asked, language))


def _found(asked: str, language: str) -> Iterator[_Mark]:
    words = list(WORD.finditer(asked))
    for number, match in enumerate(words):
        word = match[0]
        shape = _shape(word)
        if not shape or not number:
            continue
        before, after = _beside(asked, words, number, -1), _beside(asked, words, number, 1)
        others: list[str] = []
        if shape is _NAME:
            others += [f"{_said(before)}{shape}{_END}"] if before[:1].isupper() else []
            others += [f"{_START}{shape}{_FOLLOWS}{re.escape(after)}{_END}"] if terms_of(after, language) else []
        elif before and terms_of(before, language):
            others.append(f"{_said(before)}{shape}{_END}")
        if shape is _CODE:
            others.append(f"{_START}{re.sub('[0-9]+', '[0-9]+', re.escape(word))}{_END}")
            others.append(f"{_START}{re.escape(word)}[-./]{_LETTER_OR_DIGIT}")
        if others:
            said = re.escape(word) if shape is _LETTER else f"(?i:{re.escape(word)})"
            own = re.compile(rf"(?<![\w-]){said}(?![\w-]|[./]\w)")
            yield _Mark(own, re.compile("|".join(others)), shape is _NAME)


def _said(before: str) -> str:
    return f"{_START}(?i:{re.escape(before)}){_FOLLOWS}"


def _beside(asked: str, words: Sequence[re.Match[str]], number: int, step: int) -> str:
    """The word next to one, if nothing but a blank stands between."""
    other = number + step
    if not 0 <= other < len(words):
        return ""
    first, last = sorted((number, other))
    return words[other][0] if asked[words[first].end() : words[last].start()] == " " else ""


def _shape(word: str) -> str:
    """The pattern of what another word in its place looks like; empty if nothing is told by such a word."""
    if len(word) == 1:
        return _LETTER if word.isupper() and word != "I" else _NUMBER if word.isdecimal() else ""
    if _IS_NUMBER.fullmatch(word):
        return _NUMBER
    if any(letter.isdigit() for letter in word):
        return _CODE
    return _NAME if word[0].isupper() and word[1:].islower() else ""
