"""
Names in running text: runs of capitalised words with connectors between them, and the names inside those runs.

Everything happens inside one sentence; offsets are code points of the text it is part of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from language.english.vocabulary import CALENDAR, CONNECTORS, HONORIFICS, NO_NAMES, OF, PARTING, STYLES

TOKEN = re.compile(r"\w+(?:[-–’'.&/]\w+)*")
"""A word with what may stand inside one: O'Brien, AT&T, U.S, half-life, asyncio.run."""
_MOST_WORDS = 9
_MOST_CONNECTORS = 3


def _ranges(characters: Iterable[str]) -> str:
    """A regular expression's class of these characters, which are in order."""
    spans: list[list[str]] = []
    for one in characters:
        if spans and ord(spans[-1][1]) + 1 == ord(one):
            spans[-1][1] = one
        else:
            spans.append([one, one])
    return "".join(f"{first}-{last}" for first, last in spans)


# Letters with case lie in Unicode's first two planes; to look through all of them takes a tenth of a second.
_UPPER = _ranges(one for one in map(chr, range(0x20000)) if one.isupper() or one.istitle())
_INSIDE = r"\w*+(?:[-–’'.&/]\w++)*+"
# `al-Muttalib`, `O'Brien`; and what is written as no common word is: `__init__`, `os.path`, `iPhone`.
_CAPITALISED = rf"(?:(?:al|el|ad|an|ar|as|ash|at|az|d|l)[-’'])?[{_UPPER}]{_INSIDE}"
_IDENTIFIER = rf"(?:_\w*[a-zA-Z]|[a-z]++(?:_|\.(?=[a-z_])|[A-Z])){_INSIDE}"
_NAME = rf"(?:{_CAPITALISED}|{_IDENTIFIER})"
_NUMBER = r"\d{1,4}(?:st|nd|rd|th)?\b"
_GAP = r"(?:\.?[^\S\n]|\.?\n(?!\s)|\ &\ )"
_RUN = re.compile(
    rf"(?<![\w.])({_NUMBER}\s)?{_NAME}"
    rf"({_GAP}(?:{_NUMBER}|(?:(?:{'|'.join(sorted(CONNECTORS))}){_GAP}){{0,{_MOST_CONNECTORS}}}{_NAME}))*"
)
_ALNUM = re.compile(r"[^\W_]")

Token: TypeAlias = tuple[int, int, bool]
"""Where a word is, and whether it is a connector."""


class Run(NamedTuple):
    """A run of capitalised words, `text[start:end]`, with the connectors between them."""

    start: int
    end: int
    tokens: Sequence[Token]

    def said(self, text: str) -> str:
        return _spoken(text, self.start, self.end)

    def names(self, text: str) -> Iterator[str]:
        """The whole run, then the names in it."""
        tokens = self.tokens
        if len(tokens) <= _MOST_WORDS:
            yield _spoken(text, self.start, self.end)
        for clause in _parted(tokens, text, PARTING):
            if len(clause) < len(tokens):
                yield _spoken(text, clause[0][0], clause[-1][1])
            bare = _unstyled(clause, text)
            if len(bare) < len(clause):
                yield _spoken(text, bare[0][0], bare[-1][1])
            for at, part in enumerate(_parted(clause, text, OF)):
                if len(part) < len(clause) and (at or len(part) > 1):  # "Duke" is no name in "Duke of Tuscany"
                    yield _spoken(text, part[0][0], part[-1][1])


def _unstyled(clause: Sequence[Token], text: str) -> Sequence[Token]:
    """Without an article, a number or forms of address before the name."""
    first = 0
    while first + 1 < len(clause) and not clause[first + 1][2]:
        word = text[clause[first][0] : clause[first][1]]
        if word != "The" and not word[0].isdecimal() and not HONORIFICS.issuperset(word.lower().split("-")):
            break
        first += 1
    return clause[first:]


def _parted(tokens: Sequence[Token], text: str, at: frozenset[str]) -> Iterator[list[Token]]:
    """A run's parts between some connectors; a possessive parts names as "of" does."""
    part: list[Token] = []
    for token in tokens:
        word = text[token[0] : token[1]]
        if token[2] and (word in at or not part):
            if part:
                yield part
            part = []
            continue
        part.append(token)
        if at is OF and word.endswith(("'s", "’s")):
            yield part
            part = []
    if part:
        yield part


def _is_style(text: str, run: Run, style: Run) -> bool:
    """Whether `style` is a title after a name: "Gordon Howard, 5th Earl of Effingham"."""
    if text[run.end] != "," or len(style.tokens) < 2:
        return False
    words = [text[at:stop].lower() for at, stop, _ in style.tokens[:2]]
    return words[0] in STYLES or (words[0][0].isdecimal() and words[1] in STYLES)


def names(text: str, sentences: Iterable[tuple[int, int]]) -> Iterator[str]:
    """All names in the sentences, a longer one before those inside it."""
    for start, end in sentences:
        found = list(runs(text, start, end))
        for run, style in pairwise(found):
            if style.start - run.end == 2 and _is_style(text, run, style):
                clause = next(_parted(style.tokens, text, PARTING))
                yield _spoken(text, run.start, style.end)
                yield _spoken(text, run.start, clause[-1][1])
        for run in found:
            if len(run.tokens) == 1:
                yield _spoken(text, run.start, run.end)
            else:
                yield from run.names(text)


def runs(text: str, start: int, end: int) -> Iterator[Run]:
    """The runs of one sentence."""
    opens = True
    for match in _RUN.finditer(text, start, end):
        first, last = match.span()
        begins = opens and (first == start or not _ALNUM.search(text, start, first))
        opens = False
        if match.lastindex is None:  # one word, as most are
            if not _is_no_name(match[0], begins):
                yield Run(first, last, ((first, last, False),))
            continue
        tokens = [(word.start(), word.end(), word[0] in CONNECTORS) for word in TOKEN.finditer(text, first, last)]
        yield from _without_edges(text, tokens, begins)


def _without_edges(text: str, run: list[Token], opens: bool) -> Iterator[Run]:
    """The run without dates at its ends, and without common words at a sentence's beginning, if a name is left."""
    first, last = 0, len(run)
    while first < last and (run[first][2] or _is_no_beginning(text, run[first:last], opens)):
        first += 1
    while first < last and (run[last - 1][2] or _is_date(text[run[last - 1][0] : run[last - 1][1]], last - first)):
        last -= 1
    if first < last:
        yield Run(run[first][0], run[last - 1][1], run[first:last])


def _is_no_beginning(text: str, run: list[Token], opens: bool) -> bool:
    at, stop, _ = run[0]
    word = text[at:stop]
    lower = word.lower()
    if lower in CALENDAR:
        return True
    if word[0].isdecimal():  # the 1984 Summer Olympics, but not "2001 American" or "14 June"
        return len(run) < 3 or run[1][2] or text[run[1][0] : run[1][1]].lower() in CALENDAR
    if len(run) == 1:
        return _is_no_name(word, opens)
    return opens and lower in NO_NAMES and word != "The"


def _is_no_name(word: str, opens: bool) -> bool:
    lower = word.lower()
    return lower in NO_NAMES or lower in CALENDAR or len(word) == 1 or (opens and lower.endswith("ly"))


def _is_date(word: str, length: int) -> bool:
    return word.lower() in CALENDAR or (word.isdecimal() and (length == 1 or (len(word) == 4 and word[0] in "12")))


def _spoken(text: str, start: int, end: int) -> str:
    name = text[start:end]
    if name.endswith(("'s", "’s")):
        name = name[:-2]
    if "\n" in name or "  " in name:
        name = " ".join(name.split())
    return name
