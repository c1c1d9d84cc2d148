"""Keys: how the names in texts, of concepts and in questions are made comparable."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

LONGEST_NAME_WORDS = 20
LONGEST_NAME = 1_000
"""In characters: a graph's index takes no more than some thousand bytes."""
_WORD = re.compile(r"\w+")
_ACCENT = re.compile("[\u0300-\u036f]+")
_APOSTROPHE = re.compile(r"['’](?:[sS]\b)?")
_REST = r"[\w-]{0,60}+(?:['’](?!s\b)\w{1,60}+){0,3}+"
_LONGER_NAME = re.compile(rf"\b[A-Z]{_REST}(?:\s[A-Z\d]{_REST})++")
_FUNCTION_WORDS = """
a about after again all also am an and another any are as at be been before being between both but by can could did do
does down during else first for from had has have having he her here his how i if in into is it its just last may me
might more most must my new no nor not of off old on one only or other our out over own same shall she should so some
such than that the their then there these they this those through to too two under up very was we were what when where
which who whom whose why will with would yes you your
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Alone they name nothing, though a title may consist of one."""


def words(text: str) -> list[str]:
    """The words of a text in order: case, accents, punctuation, possessives and HTML's escapes folded away."""
    return _WORD.findall(_joined(_plain(text).casefold()))


def alone(text: str) -> list[str]:
    """The words of a text that may be a name of one word: with a capital, and no part of a longer name."""
    return [word.casefold() for word in spoken(_LONGER_NAME.sub(_last_of_two, text)) if not word[0].islower()]


def _last_of_two(name: re.Match[str]) -> str:
    """What a function word at a sentence's beginning stands before: "Lisbon" of "In Lisbon"."""
    first, *rest = name[0].split()
    return rest[0] if len(rest) == 1 and first.casefold() in FUNCTION_WORDS else " "


def spoken(text: str) -> list[str]:
    """A text's words with their capitals."""
    return _WORD.findall(_joined(_plain(text)))


def _plain(text: str) -> str:
    """Without accents and HTML's escapes."""
    if "&" in text:
        text = html.unescape(text)
    return text if text.isascii() else _ACCENT.sub("", unicodedata.normalize("NFKD", text))


def _joined(text: str) -> str:
    """Without apostrophes and possessives."""
    return _APOSTROPHE.sub("", text) if "'" in text or "’" in text else text


@lru_cache(16_384)
def key(name: str) -> str:
    """What two spellings of one name have in common; empty if the name is none."""
    parts = words(name)
    if len(parts) > LONGEST_NAME_WORDS or all(part in FUNCTION_WORDS for part in parts):
        return ""
    joined = " ".join(parts)
    return joined if len(joined) <= LONGEST_NAME else ""
