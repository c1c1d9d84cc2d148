"""
Sentences: where they begin and end, by rules.

Spans are offsets in code points into the text as it stands. Every character but white space is in exactly one
span. Where the rules are in doubt they do not split: a quote that is too long is better than half a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from genesis.fairness import breathe
from genesis.vocabulary import BEFORE_A_NAME, OPENERS, PERHAPS_LAST

Span: TypeAlias = tuple[int, int]
LARGEST_WORDS = 120
"""A sentence of more words is cut: text without punctuation, a long table."""
LARGEST_CHARACTERS = 1_000
_SPACE = re.compile(r"\s")
BETWEEN_CLAUSES = (re.compile(r"[;:—–]\s|[；：]"), re.compile(r",\s|[，、]"), _SPACE)
BETWEEN_LINES = (re.compile(r"\n[^\S\n]*\n"), re.compile(r"\n"), _SPACE)
"""Where what is too long may be cut, the best marks first: prose; code."""

_ITEM = r"(?:[-*+•‣◦▪]|\d{1,3}[.)]|[a-z]\)|\||>>>|```|~~~)"
# Where a sentence may end. Looked for first: it is several times as fast as to try the rules everywhere.
_MARK = re.compile(r"[\n\f\u2029.!?…؟।。！？｡]")
# Many full stops with spaces between them, as a table of contents has, are one.
_CANDIDATE = re.compile(
    rf"""
      (?P<block>\n[^\S\n]*\n\s*|[\f\u2029]|\n(?=[^\S\n]*{_ITEM}(?:\s|\S?\|)))
    | (?P<line>\n)
    | (?P<stop>(?<![.!?…؟।])[.!?…؟।]++["'”’»)\]*_]*+(?:(?:[^\S\n]++[.!?…؟।]++(?=\s|\Z)){{16,}}+)?+)(?=\s|\Z)
    | (?P<full>[。！？｡]++[」』”’）]*+)
    """,
    re.VERBOSE,
)
_NEXT = re.compile(r"""\s+["'“‘«(\[*_]*([^\W_]*)""")
_WORD = re.compile(r"\S++")
_NO_SPACE = re.compile(r"\S")
_ALNUM = re.compile(r"[^\W_]")


def split(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `text[start:end]` in order, without white space around them."""
    end = len(text) if end is None else end
    spans: list[Span] = []
    for piece in _sentences(text, start, end):
        breathe()
        first, last = trimmed(text, *piece)
        if last - first > 2 * LARGEST_WORDS:
            spans.extend(bounded(text, first, last))
        elif first < last:
            spans.append((first, last))
    return spans


def says_something(text: str, span: Span) -> bool:
    """Whether there is a letter or a digit in it: a rule of dashes is no sentence."""
    return _ALNUM.search(text, *span) is not None


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    at = seen = start
    for mark in _MARK.finditer(text, start, end):
        if mark.start() < seen or not (match := _CANDIDATE.match(text, mark.start(), end)):
            continue
        seen = match.end()
        kind = match.lastgroup
        if kind == "stop" and not _stops(text, at, match):
            continue
        if kind == "line" and not _is_deliberate(text, match.start(), start, end):
            continue
        yield at, seen
        at = seen
    yield at, end


def _stops(text: str, at: int, match: re.Match[str]) -> bool:
    """Whether a full stop, or `?!…`, ends the sentence that began at `at`."""
    following = _NEXT.match(text, match.end())
    after = following[1] if following else ""
    if after[:1].islower():
        return False
    if match["stop"][0] != "." or match["stop"].startswith(".."):
        return True
    words = text[max(at, match.start() - 40) : match.start()].split()
    word = words[-1].lstrip("\"'“‘«([*_") if words else ""
    if len(words) == 1 and (word.isdecimal() or len(word) == 1) and match.start() - at < 8:
        return False  # "3. Install it", "A. Smith"
    return _may_be_last(word, after)


def _may_be_last(word: str, after: str) -> bool:
    """Whether a sentence may end with `word` and a full stop when the next one begins with `after`."""
    lower = word.lower()
    if lower in BEFORE_A_NAME:
        return False
    if lower == "no" and after[:1].isdecimal():
        return False
    is_initial = len(word) == 1 and word.isalpha()
    is_acronym = "." in word and all(len(part) <= 2 for part in word.split("."))
    if is_initial or is_acronym or lower in PERHAPS_LAST:
        return after.lower() in OPENERS and after[:1].isupper() and len(after) + len(word) > 2
    return True


def _is_deliberate(text: str, at: int, start: int, end: int) -> bool:
    """
    Whether a line ends at `at` on purpose, not because it was wrapped.

    A wrapped line is as long as its neighbours: the next word would not have fitted.
    """
    following = _NEXT.match(text, at)
    after = following[1] if following else ""
    if after[:1].islower():
        return False
    before = max(text.rfind("\n", start, at) + 1, start)
    length = at - before
    if length > 160:
        return True
    above = before - 1 - max(text.rfind("\n", start, max(before - 1, start)) + 1, start)
    stop = text.find("\n", at + 1, end)
    width = max(above, (end if stop < 0 else stop) - at - 1, length)
    return width < 40 or length + len(after) + 9 <= width


def trimmed(text: str, start: int, end: int) -> Span:
    """Without the white space around it."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def bounded(
    text: str,
    start: int,
    end: int,
    cuts: Sequence[re.Pattern[str]] = BETWEEN_CLAUSES,
    words: int = LARGEST_WORDS,
    characters: int = LARGEST_CHARACTERS,
) -> Iterator[Span]:
    """The span in pieces that are not too long, each cut at the best mark there is; in a word only if need be."""
    while end - start > 2 * words:
        stop = min(start + characters, end)
        found = [word.start() for word in islice(_WORD.finditer(text, start, stop), words + 1)]
        if len(found) > words:
            stop = found[-1]
        elif stop == end:
            break
        stop = _best_cut(text, start, stop, cuts)
        yield trimmed(text, start, stop)
        following = _NO_SPACE.search(text, stop, end)
        start = following.start() if following else end
    if start < end:
        yield start, end


def _best_cut(text: str, start: int, stop: int, cuts: Sequence[re.Pattern[str]]) -> int:
    middle = (start + stop) // 2
    for mark in cuts:
        ends = [found.end() for found in mark.finditer(text, middle, stop)]
        if ends:
            return ends[-1]
    return stop
