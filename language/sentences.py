"""
Sentences: where they begin and end, by rules, in any language.

Offsets are code points of the text as it stands; every character but white space is in exactly one sentence. Where the
rules are in doubt they do not split: a quote that is too long is better than half a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from language import tables

LARGEST_WORDS = 120
"""A sentence of more words is cut: text without punctuation."""
LARGEST_CHARACTERS = 1_000
_LONGEST_WORD = 40
"""Characters before a full stop that are looked at."""
_SPACE = re.compile(r"\s")
_CLAUSE_ENDS = (re.compile(r"[;:—–]\s|[；：]"), re.compile(r",\s|[，、]"), _SPACE)
"""Where what is too long may be cut, the best marks first."""

_ITEM = r"(?:[-*+•‣◦▪]|\d{1,3}[.)]|[a-z]\)|\||>>>|```|~~~)"
_NOTE = r"(?:\[\^?[\w-]{1,12}\]|[¹²³⁰⁴-⁹])"
# Where a sentence may end. Looked for first: it is several times as fast as to try the rules everywhere.
_MARK = re.compile(r"[\n\f\u2029.!?…؟۔।。！？｡]")
# Many full stops with spaces between them, as a table of contents has, are one.
_CANDIDATE = re.compile(
    rf"""
      (?P<block>\n[^\S\n]*+\n\s*+|[\f\u2029]|\n(?=[^\S\n]*+{_ITEM}(?:\s|\S?\|)))
    | (?P<line>\n)
    | (?P<stop>(?<![.!?…؟۔।])[.!?…؟۔।]++["'”’»)\]*_]*+{_NOTE}*+(?>(?:(?:[^\S\n]+[.!?…؟]+(?=\s|\Z)){{16,}})?))(?=\s|\Z)
    | (?P<full>[。！？｡]++[」』”’）]*+)
    """,
    re.VERBOSE,
)
_NEXT = re.compile(r"""\s+["'“‘«„¿¡(\[*_]*+([^\W_]*+)""")
_WORD = re.compile(r"\S++")
_NO_SPACE = re.compile(r"\S")
_ABBREVIATIONS = tables.entries("abbreviations")
_NEVER_LAST = frozenset(_ABBREVIATIONS["never last"])
_PERHAPS_LAST = frozenset(_ABBREVIATIONS["perhaps last"])
_DOTTED_ORDINALS = frozenset(("cs", "da", "de", "fi", "hu", "no", "pl"))
"""Languages that write `3. Oktober`."""
_NO_OPENERS = frozenset(["s", "t", "d", "m", "ll", "re", "ve", "will", "may", "i"])


def sentences(text: str, language: str) -> list[tuple[int, int]]:
    """The sentences of a text in order, without white space around them."""
    found: list[tuple[int, int]] = []
    for start, end in _Splitter(text, language).pieces():
        first, last = _trimmed(text, start, end)
        if last - first > 2 * LARGEST_WORDS:
            found.extend(_bounded(text, first, last))
        elif first < last:
            found.append((first, last))
    return found


class _Splitter:
    """One text, and what its language makes of a full stop."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._has_capitals = not text.islower()
        self._has_dotted_ordinals = language in _DOTTED_ORDINALS
        self._openers = _openers(language)

    def pieces(self) -> Iterator[tuple[int, int]]:
        text = self._text
        at = seen = 0
        for mark in _MARK.finditer(text):
            if mark.start() < seen or not (match := _CANDIDATE.match(text, mark.start())):
                continue
            seen = match.end()
            kind = match.lastgroup
            if kind == "stop" and not self._stops(at, match):
                continue
            if kind == "line" and not self._is_deliberate(match.start()):
                continue
            yield at, seen
            at = seen
        yield at, len(text)

    def _stops(self, at: int, match: re.Match[str]) -> bool:
        """Whether a full stop, or `?!…`, ends the sentence that began at `at`."""
        following = _NEXT.match(self._text, match.end())
        after = following[1] if following else ""
        if after[:1].islower() and self._has_capitals:
            return False
        if match["stop"][0] != "." or match["stop"].startswith(".."):
            return True
        words = self._text[max(at, match.start() - _LONGEST_WORD) : match.start()].split()
        word = words[-1].lstrip("\"'“‘«([*_") if words else ""
        if len(words) == 1 and (word.isdecimal() or len(word) == 1) and match.start() - at < 8:
            return False  # "3. Install it", "A. Smith"
        return self._may_be_last(word, after)

    def _may_be_last(self, word: str, after: str) -> bool:
        """Whether a sentence may end with `word` and a full stop when the next one begins with `after`."""
        lower = word.lower()
        if lower in _NEVER_LAST and after:
            return False
        if lower in ("no", "nr", "art") and after[:1].isdecimal():
            return False
        is_initial = len(word) == 1 and word.isalpha()
        is_acronym = "." in word and all(len(part) <= 2 and not part.isdecimal() for part in word.split("."))
        is_ordinal = self._has_dotted_ordinals and word.isdecimal() and len(word) <= 2
        if is_initial or is_acronym or is_ordinal or lower in _PERHAPS_LAST:
            return not after or (after.lower() in self._openers and after[:1].isupper() and len(after) + len(word) > 2)
        return True

    def _is_deliberate(self, at: int) -> bool:
        """
        Whether a line ends at `at` on purpose, not because it was wrapped.

        A wrapped line is as long as its neighbours: the next word would not have fitted.
        """
        text = self._text
        following = _NEXT.match(text, at)
        after = following[1] if following else ""
        if after[:1].islower():
            return False
        before = text.rfind("\n", 0, at) + 1
        length = at - before
        if length > 160:
            return True
        above = before - 1 - (text.rfind("\n", 0, max(before - 1, 0)) + 1)
        stop = text.find("\n", at + 1)
        width = max(above, (len(text) if stop < 0 else stop) - at - 1, length)
        return width < 40 or length + len(after) + 9 <= width


@cache
def _openers(language: str) -> frozenset[str]:
    """Words that sentences begin with; those of English for a language of which none are known."""
    named = language if language in tables.names("function_words") else "en"
    return tables.words(f"function_words/{named}") - _NO_OPENERS


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the white space around it."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _bounded(
    text: str, start: int, end: int, cuts: Sequence[re.Pattern[str]] = _CLAUSE_ENDS
) -> Iterator[tuple[int, int]]:
    """The stretch in pieces that are not too long, each cut at the best mark there is; in a word only if need be."""
    while end - start > 2 * LARGEST_WORDS:
        stop = min(start + LARGEST_CHARACTERS, end)
        found = [word.start() for word in islice(_WORD.finditer(text, start, stop), LARGEST_WORDS + 1)]
        if len(found) > LARGEST_WORDS:
            stop = found[-1]
        elif stop == end:
            break
        stop = _best_cut(text, start, stop, cuts)
        yield _trimmed(text, start, stop)
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
