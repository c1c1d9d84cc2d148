"""
Another: what is of the same pattern as something that the question names, and is not it.

Site Carol is another than Site Bravo, version 3.10 another than 3.1, ERR-4418 another than ERR-4417: what differs by
one letter, number or name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    marks = list(_marks(question))
    if not marks:
        return list(ranked)
    quotes = [
        one.evidence.quote
        for one in ranked
        if all(mark.word.search(f"{_head(one)}\n{one.evidence.quote}") for mark in marks)
    ]
    # What the question names as well is no look-alike; what a quote about the thing itself names is where that leads.
    known = "\n".join((question.read_as, question.text, *quotes)).casefold()
    return [one for one in ranked if not any(_is_another(mark, one, known) for mark in marks)]


def _is_another(mark: _Mark, one: Candidate, known: str) -> bool:
    head, quote = _head(one), one.evidence.quote
    if mark.word.search(head) or mark.word.search(quote):
        return False
    opening = quote[:_OPENING] if mark.is_name else quote
    return any(found[0].casefold() not in known for text in (head, opening) for found in mark.others.finditer(text))


def _head(one: Candidate) -> str:
    reply = one.reply.reply
    return "\n".join((reply.title, reply.subject, *reply.heading_path))


def _marks(question: Question) -> Iterator[_Mark]:
    asked = question.read_as or question.text
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
            others += [f"{_START}{shape}{_FOLLOWS}{re.escape(after)}{_END}"] if after[:1].isupper() else []
        elif before and terms_of(before, question.language):
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
