"""Abstention: what to say when the sources do not answer, or not clearly: what of the question nobody mentions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum

from myriad.agent.v1.question_pb2 import Question, TermRole
from myriad.synth.v1.synthesis_pb2 import Format
from synth.markdown import escaped
from synth.ranking import Candidate
from synth.words import fold_space

_MOST = 3
_MOST_TOPICS = 3
_LONGEST = 100
_SOUGHT = (TermRole.TERM_ROLE_SOUGHT, TermRole.TERM_ROLE_RELATION)


def missing(question: Question, ranked: Sequence[Candidate]) -> list[str]:
    """
    The names of the question, whole, and else its words that nothing offered mentions: no numbers, and nothing that
    only says what kind of answer is wanted or is said everywhere.
    """
    text = "\n".join(_said(one) for one in ranked).casefold()
    heard = frozenset(number for one in ranked for number in one.evidence.said)
    asked = question.read_as or question.text
    names = [name for name in question.names if not any(map(str.isdecimal, name)) and name.casefold() not in text]
    numbers = {term: number for number, term in enumerate(dict.fromkeys(term.term for term in question.terms))}
    unsaid = [
        term
        for term in question.terms
        if numbers[term.term] not in heard and asked[term.start : term.end].casefold() not in text
    ]
    whole = [name for name in names if any(asked[term.start : term.end] in name for term in unsaid)]
    usual = fsum(term.weight for term in question.terms) / max(1, len(question.terms))
    telling = [term for term in unsaid if term.role not in _SOUGHT and term.weight >= usual]
    words = [asked[term.start : term.end] for term in telling]
    others = [word for word in words if word.isalpha() and not any(word in name for name in whole)]
    return list(dict.fromkeys((*whole, *others)))[:_MOST]


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
