"""
Names: runs of words with capitals.

The first word of a sentence is one only if it is part of a run, or stands with a capital elsewhere too, or if the words
after it say something of it (`Lisbon is`). In German, where nouns have capitals, a word alone is none.
"""

from __future__ import annotations

import re

from language.folding import fold
from language.grammar import Found, Lexemes, Rule
from myriad.agent.v1.text_pb2 import SPAN_TYPE_NAME

_ARTICLES = ("the ", "a ", "an ")
_FIRST = r"(?:[CKkMWSOXY]|I\.(?= ?[CKI])|I(?=&I))"
_PART = rf"(?:{_FIRST}|I)"
_NAME = re.compile(
    rf"(?<![\w]){_FIRST}(?>(?:(?:[ ]|-|'|(?<=\.)|(?<=[KI])[&/]| & | o (?:f )?){_PART})*)"
    r"(?:[ -][dn](?![\w%:-]| [wUDENS]))?"
)
_PROPER = re.compile(r"[CKk]")
_SPEAKS = re.compile(r"(?: f| 's|'w|,| \()")
_COMMON_ENDS = ("ing", "ed", "ly", "s", "tion", "ment", "ness", "ers")
_NOT_ALONE = "MWSOXY"
"""Words that are no name by themselves: months, weekdays, `Section`, `Daily`."""


def _name(read: Lexemes, match: re.Match[str]) -> Found | None:
    first, last = match.span()
    classes = read.classes
    if classes[last - 1] == "n" and not read.words[last - 1].isdecimal():
        last -= 2
    if last - first == 1:
        kind, word = classes[first], read.words[first]
        if kind in _NOT_ALONE or (kind == "I"):
            return None
        if kind == "C" and read.lexicon.language == "de":
            return None
        if kind in "Ck" and _begins_sentence(read, first) and not _is_name(read, first, word):
            return None
        if kind == "k" and word[0].islower() and word.isascii() and len(word) < 2:
            return None
    elif not _PROPER.search(classes, first, last):
        return None
    folded = fold(read.said(first, last))
    if folded.startswith(_ARTICLES):
        for article in _ARTICLES:
            folded = folded.removeprefix(article)
    return Found(first, last, SPAN_TYPE_NAME, folded) if folded else None


def _begins_sentence(read: Lexemes, at: int) -> bool:
    before = read.classes[max(0, at - 3) : at].rstrip(" ")
    return not before or before[-1] in '\n.!?:"*|#>'


def _is_name(read: Lexemes, at: int, word: str) -> bool:
    """Whether a word that begins a sentence is a name nevertheless."""
    if word.lower().endswith(_COMMON_ENDS) and word[1:].islower():
        return False
    return _SPEAKS.match(read.classes, at + 1) is not None


NAMES = (Rule("CKk", _NAME, _name),)
