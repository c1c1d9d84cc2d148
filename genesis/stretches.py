"""Stretches of a text: its sentences, and where what is too long may be cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from genesis.fairness import breathe
from language import sentences as by_rules

Span: TypeAlias = tuple[int, int]
_LARGEST = 50_000
"""Characters that are cut into sentences at once: between two such stretches others have their turn."""
_SPACE = re.compile(r"\s")
_ITEM_ENDS = re.compile(r";\s(?:and\s|or\s)?|\s(?=\((?:[a-z]|[ivx]{2,4}|\d)\)\s)|,\s(?=provided\b)")
"""Where the next of what a sentence lists begins, or what it holds only under."""
_CLAUSE_ENDS = (_ITEM_ENDS, re.compile(r"[:—–]\s|[；：]"), re.compile(r",\s|[，、]"), _SPACE)
_LINE_ENDS = (re.compile(r"\n[^\S\n]*\n"), re.compile(r"\n"), _SPACE)
_NO_SPACE = re.compile(r"\S")
_CHARACTERS_A_WORD = 6


def sentences(text: str, language: str) -> list[Span]:
    """The sentences of a text in order, without white space around them."""
    if len(text) <= _LARGEST:
        return by_rules.sentences(text, language)
    found: list[Span] = []
    at = 0
    while at < len(text):
        breathe()
        space = _SPACE.search(text, at + _LARGEST)
        end = space.end() if space else len(text)
        found.extend((at + first, at + last) for first, last in by_rules.sentences(text[at:end], language))
        at = end
    return found


def between_clauses(text: str, start: int, end: int, words: int) -> Iterator[Span]:
    """A stretch in pieces of about so many words, cut where clauses end if they do."""
    return _bounded(text, start, end, words * _CHARACTERS_A_WORD, _CLAUSE_ENDS)


def between_lines(text: str, start: int, end: int, words: int) -> Iterator[Span]:
    """The same, cut between lines."""
    return _bounded(text, start, end, words * _CHARACTERS_A_WORD, _LINE_ENDS)


def _bounded(text: str, start: int, end: int, most: int, cuts: tuple[re.Pattern[str], ...]) -> Iterator[Span]:
    while end - start > most:
        breathe()
        stop = _best_cut(text, start, start + most, cuts)
        yield start, start + len(text[start:stop].rstrip())
        following = _NO_SPACE.search(text, stop, end)
        start = following.start() if following else end
    if start < end:
        yield start, end


def _best_cut(text: str, start: int, stop: int, cuts: tuple[re.Pattern[str], ...]) -> int:
    middle = (start + stop) // 2
    for mark in cuts:
        if ends := [found.end() for found in mark.finditer(text, middle, stop)]:
            return ends[-1]
    return stop
