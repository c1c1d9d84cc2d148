"""Dimensions: in which units what a question asks the amount of is measured. A length is in metres, no kilograms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from language import tables
from language.folding import bare
from language.lexicon import lexicon
from language.spans import Span
from myriad.agent.v1.question_pb2 import TERM_ROLE_SOUGHT, Question
from myriad.agent.v1.text_pb2 import SPAN_TYPE_QUANTITY, TypedSpan

_HOW = re.compile(r"\bhow ([a-z]{2,20})")
_WORD = re.compile(r"[a-z]{2,20}")


def asked_units(question: Question) -> frozenset[str]:
    """The bases of the units that the answer may be in; none if the question does not tell."""
    if question.language not in ("", "en"):
        return frozenset()
    text = question.read_as or question.text
    is_bare = not question.want  # words alone: `centrifuge speed`
    sought = [text[one.start : one.end] for one in question.terms if is_bare or one.role == TERM_ROLE_SOUGHT]
    low = bare(text)
    named = [base for word in sought if (base := lexicon("en").value("unit", word).partition(" ")[2])]
    found = [
        *(base for word in _HOW.findall(low) for base in _by("how").get(word, ())),
        *(base for word in sought for base in _by("noun").get(bare(word), ())),
        *(base for word in _WORD.findall(low) for base in _by("verb").get(word, ())),
    ]
    return frozenset(named or found)


def unit_of(span: Span | TypedSpan) -> str:
    """The base of its unit; empty if it is no quantity."""
    return span.normal.rpartition(" ")[2] if span.type == SPAN_TYPE_QUANTITY else ""


@cache
def _by(mark: str) -> Mapping[str, tuple[str, ...]]:
    """By word, the bases that it asks for."""
    listed = {key: words for key, words in tables.entries("dimensions").items() if key.split()[0] == mark}
    return {word: tuple(key.split()[1:]) for key, words in listed.items() for word in words}
