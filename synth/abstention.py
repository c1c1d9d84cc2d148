"""Abstention: what to say when the sources do not answer, or not clearly: what of the question nobody mentions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from math import fsum

from language import tables
from language.distinct import numbers
from language.scripts import HAN, HIRAGANA, KATAKANA
from myriad.agent.v1.question_pb2 import Question, QuestionTerm, TermRole
from myriad.agent.v1.text_pb2 import SpanType
from myriad.synth.v1.synthesis_pb2 import Format
from synth.markdown import escaped
from synth.ranking import Candidate
from synth.words import fold_space

_MOST = 3
_MOST_TOPICS = 3
_LONGEST = 100
_CALLED = frozenset(
    (SpanType.SPAN_TYPE_DATE, SpanType.SPAN_TYPE_TIME, SpanType.SPAN_TYPE_NAME, SpanType.SPAN_TYPE_VERSION)
)
"""What is given without saying what it is: who writes `in 1990` does not write `year`."""
_JAPANESE = re.compile(f"[{HIRAGANA}]")
_WORD = re.compile(f"[{HAN}{KATAKANA}]+")
_BINDING = re.compile(f"[{HIRAGANA}{''.join(one for one in tables.words('function_words/zh') if len(one) == 1)}]")


def missing(question: Question, ranked: Sequence[Candidate]) -> list[str]:
    """
    The names of the question, whole, and else its words that nothing offered mentions: no numbers, and nothing that
    only says what kind of answer is wanted or is said everywhere.
    """
    text = "\n".join(_said(one) for one in ranked).casefold()
    heard = frozenset(number for one in ranked for number in one.evidence.said)
    asked = _as_asked(question)
    number_of = numbers(question)
    unsaid = [
        (term, start, end)
        for term in question.terms
        if number_of[term.term] not in heard
        for start, end in [_word(asked, term)]
        if asked[start:end].casefold() not in text and _tells(asked[start:end])
    ]
    names = [name for name in question.names if name.casefold() not in text]
    whole = [name for name in names if any(asked[start:end] in name for _, start, end in unsaid)]
    usual = fsum(term.weight for term in question.terms) / max(1, len(question.terms))
    is_called = bool(question.types) and question.types[0] in _CALLED
    words = [
        (start, end, bool(question.types) and term.role == TermRole.TERM_ROLE_SOUGHT)
        for term, start, end in unsaid
        if term.weight >= usual
        and term.role != TermRole.TERM_ROLE_RELATION
        and not (is_called and term.role == TermRole.TERM_ROLE_SOUGHT)
        and not any(asked[start:end] in name for name in whole)
    ]
    return list(dict.fromkeys((*whole, *(asked[start:end] for start, end in _joined(words, asked)))))[:_MOST]


def _as_asked(question: Question) -> str:
    """The question as it was written, if nothing but the case of its letters was read otherwise."""
    text, read_as = question.text, question.read_as or question.text
    return text if len(text) == len(read_as) and text.casefold() == read_as.casefold() else read_as


def _tells(word: str) -> bool:
    """Whether a word says what it is that is missing: it is no number, and does not only bind others."""
    return not word.isdecimal() and not _BINDING.search(word)


def _word(asked: str, term: QuestionTerm) -> tuple[int, int]:
    """Where the word stands that the term is of; where words are not apart, a term is only a part of one."""
    words = _WORD.finditer(asked) if _JAPANESE.search(asked) else ()
    return next((word.span() for word in words if word.start() <= term.start < word.end()), (term.start, term.end))


def _joined(words: Sequence[tuple[int, int, bool]], asked: str) -> Iterator[tuple[int, int]]:
    """Those that touch as one, and those that are sought together: `ticket machines`."""
    begin, end, was_sought = 0, 0, False
    for first, last, is_sought in (*words, (len(asked) + 2, len(asked) + 2, False)):
        between = asked[end:first]
        if end and (first <= end or (between == " " and was_sought and is_sought)):
            end = max(end, last)
            continue
        if end:
            yield begin, end
        begin, end, was_sought = first, last, is_sought


def reason(question: Question, ranked: Sequence[Candidate], style: Format.ValueType) -> str:
    """Why there is no answer, and which topics are nearest."""
    is_plain = style in (Format.FORMAT_TEXT, Format.FORMAT_JSON)
    shown: Callable[[str], str] = fold_space if is_plain else lambda text: escaped(fold_space(text))
    parts = ["The sources do not answer this question."]
    if unsaid := missing(question, ranked):
        parts.append(f"What was found does not mention {_listed([f'“{shown(one)}”' for one in unsaid])}.")
    topics = list(
        dict.fromkeys(fold_space(one.reply.reply.title)[:_LONGEST] for one in ranked if one.reply.reply.title)
    )
    if topics:
        parts.append(f"Nearest topics: {'; '.join(map(shown, topics[:_MOST_TOPICS]))}.")
    return " ".join(parts)


def perhaps(question: Question, ranked: Sequence[Candidate], style: Format.ValueType) -> str:
    """What to say before the nearest unit, where that does not clearly answer."""
    unsaid = missing(question, ranked)
    shown = fold_space if style in (Format.FORMAT_TEXT, Format.FORMAT_JSON) else lambda text: escaped(fold_space(text))
    if unsaid:
        return f"What was found does not mention {_listed([f'“{shown(one)}”' for one in unsaid])}. Nearest comes: "
    return "The sources do not clearly say. Nearest comes: "


def _said(one: Candidate) -> str:
    reply = one.reply.reply
    return " ".join((reply.title, *reply.heading_path, one.evidence.quote))


def _listed(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} or {last}" if first else last
