"""What a question names: quoted words, runs of words with capitals, identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from language import tables
from language.cues import cues
from language.tokens import Kind, tokens

_QUOTED = re.compile(r"[\"“”«»„]([^\"“”«»„]{1,120})[\"“”«»“]|`([^`]{1,120})`|(?<!\w)'(\w[^']{1,120})'(?!\w)")
_SMALL = frozenset(("of", "the", "de", "la", "le", "du", "des", "von", "van", "der", "den", "da", "di", "del", "&"))
_POSSESSIVE = re.compile(r"['’]s?$")
_IDENTIFIER = re.compile(r"^[-.]|_|/|\\|::|@|\d|[a-z][A-Z]|\w\.\w")


class Name(NamedTuple):
    """A name, and where it stands."""

    name: str
    start: int
    end: int


def names(text: str, language: str, taken: Sequence[tuple[int, int]] = ()) -> list[Name]:
    """The names and identifiers of a question in order, but for those within the stretches that are `taken`: dates."""
    found = [
        Name(match[match.lastindex or 0].strip(), *match.span(match.lastindex or 0))
        for match in _QUOTED.finditer(text)
        if match.lastindex
    ]
    covered = bytearray(len(text))
    for start, end in (*taken, *((one.start, one.end) for one in found)):
        covered[start:end] = b"\1" * (end - start)
    shouts = text.isupper() and len(text.split()) > 2
    small = tables.words("function_words/en") | cues("en").words["nameless"]
    run: list[Name] = []
    begins = True
    for token in tokens(text):
        word = text[token.start : token.end]
        bare = _POSSESSIVE.sub("", word)
        broken = bool(run) and not text[run[-1].end : token.start].isspace()
        is_name = not any(covered[token.start : token.end]) and _is_name(
            bare, token.kind, begins=begins, shouts=shouts, after=bool(run) and not broken, small=small
        )
        if run and (broken or not (is_name or (word in _SMALL and not word.isdigit()))):
            found += _whole(text, run, language)
            run = []
        if is_name or run:
            run.append(Name(bare, token.start, token.start + len(bare)))
        if bare != word and run:
            found += _whole(text, run, language)
            run = []
        begins = text[token.end : token.end + 1] in ".?!" and text[token.end : token.end + 1] != ""
    found += _whole(text, run, language)
    return list({one.name: one for one in sorted(found, key=lambda one: one.start)}.values())


def _is_name(word: str, kind: Kind, *, begins: bool, shouts: bool, after: bool, small: Set[str]) -> bool:
    low = word.lower()
    if kind is Kind.NUMBER:
        return after
    if kind is Kind.IDENTIFIER and not word[0].isdigit() and _IDENTIFIER.search(word):
        return True
    if len(word) == 1 and word.isupper() and not shouts:
        return after
    if shouts or not word[:1].isupper() or low in small:
        return False
    return not begins or word[1:].isupper() or after


def _whole(text: str, run: Sequence[Name], language: str) -> Iterator[Name]:
    """A run of words as one name, without small words at its end; none where every noun has a capital."""
    last = len(run)
    while last and run[last - 1].name.lower() in _SMALL:
        last -= 1
    is_noun = language == "de" and last == 1 and run[0].name.isalpha() and run[0].name.istitle()
    if last and not is_noun:
        start, end = run[0].start, run[last - 1].end
        yield Name(text[start:end], start, end)
