"""
Languages: which one a text is written in.

The script tells, where it is used by one language; the languages of Latin script are told by their function words, and
by letters that only some have.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

from language import scripts, tables

_SAMPLE = 4_000
"""Characters of a text's beginning that are looked at."""
_LATIN = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no")
_SCRIPTS = {
    "zh": scripts.HAN, "ja": scripts.HIRAGANA + scripts.KATAKANA, "ko": scripts.HANGUL, "ru": scripts.CYRILLIC,
    "el": scripts.GREEK, "ar": scripts.ARABIC, "he": scripts.HEBREW, "hi": scripts.DEVANAGARI,
    "hy": scripts.ARMENIAN, "ta": scripts.TAMIL, "th": scripts.SOUTH_EAST,
}  # fmt: skip
_OF_SCRIPT = re.compile("|".join(rf"(?P<{language}>[{letters}]+)" for language, letters in _SCRIPTS.items()))
_SCRIPT = re.compile(f"[{''.join(_SCRIPTS.values())}]")
_WORD = re.compile(r"\b[^\W\d_]+(?:['’][^\W\d_]+)*\b")
_LETTERS = {
    "ß": ("de",), "ä": ("de", "sv"), "ö": ("de", "sv"), "ü": ("de",), "ñ": ("es",), "¿": ("es",), "¡": ("es",),
    "ã": ("pt",), "õ": ("pt",), "œ": ("fr",), "ê": ("fr", "pt"), "è": ("fr", "it"), "ù": ("fr", "it"), "ò": ("it",),
    "ì": ("it",), "ç": ("fr", "pt"), "å": ("sv", "da", "no"), "ø": ("da", "no"), "æ": ("da", "no"),
}  # fmt: skip
_DENSE = 5
"""A kanji or a letter of a script that has no vowels says as much as so many Latin letters."""
_LEAST = 0.15
"""Share of the words that must speak for a language."""


def detect(text: str) -> str:
    """The language of a text, as a BCP 47 tag; empty if nothing tells."""
    return next(iter(likely(text)), "")


def likely(text: str) -> list[str]:
    """The languages that a text may be in, the likeliest first; empty if nothing tells."""
    sample = text[:_SAMPLE]
    if not sample.isascii() and (language := _by_script(sample)):
        return [language]
    votes = defaultdict[str, float](float)
    table = _votes()
    for word, count in Counter(_words(sample.replace("’", "'"))).items():
        for language, weight in table.get(word, ()):
            votes[language] += weight * count
    if not sample.isascii():
        for letter, languages in _LETTERS.items():
            for language in languages if letter in sample else ():
                votes[language] += 1 / len(languages)
    ranked = sorted(_LATIN, key=lambda language: -votes[language])
    return [language for language in ranked if votes[language] >= max(0.5, _LEAST * votes[ranked[0]])]


def _words(sample: str) -> Iterator[str]:
    """Those in lower case, without what is written in capitals among other words: the `NA` of a name is no `na`."""
    every = _WORD.findall(sample)
    in_capitals = sample.isupper()
    yield from (word.lower() for word in every if in_capitals or len(word) == 1 or not word.isupper())


def _by_script(sample: str) -> str:
    if not _SCRIPT.search(sample):
        return ""
    letters = Counter[str]()
    for match in _OF_SCRIPT.finditer(sample):
        letters[match.lastgroup or ""] += match.end() - match.start()
    language, count = letters.most_common(1)[0]
    latin = sum(map(len, _WORD.findall(_OF_SCRIPT.sub(" ", sample))))
    if count * _DENSE < latin:
        return ""
    return "ja" if language == "zh" and letters["ja"] * 10 > count else language


@cache
def _votes() -> dict[str, tuple[tuple[str, float], ...]]:
    """By function word: the languages that it is one of, each with its share."""
    of = dict[str, list[str]]()
    for language in _LATIN:
        for word in tables.words(f"function_words/{language}"):
            of.setdefault(word, []).append(language)
    return {word: tuple((one, 1 / len(languages)) for one in languages) for word, languages in of.items()}
