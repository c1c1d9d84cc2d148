"""Pages: what only the printed page of a text has, its running heads and its numbers, is not the text's."""

from __future__ import annotations

import re
from collections import Counter

_BREAK = re.compile(r"\n(?:[ \t]*+\n)*+[^\S\f]*+\f\s*+")
_NUMBER = re.compile(
    r"\n(?:[ \t]*\n)++[ \t]*+(?:(?P<page>page[ ]\d{1,4}(?:[ ]*(?:of|/)[ ]*\d{1,4})?|[-–—][ ]\d{1,4}[ ][-–—])"
    r"|[^\n]{0,120}?\[page[ ]\d{1,4}\])[ \t]*+(?:\n[ \t]*)++",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_LONGEST = 120
_TIMES = 2
"""How often a line stands at the edge of a page that is a running head."""


def without_pages(text: str) -> str:
    """
    The text with blanks in place of page numbers and running heads, as long as before. A sentence that goes on
    on the next page goes on.
    """
    if "\f" not in text and not _NUMBER.search(text):
        return text
    gaps = [(match.start(), match.end()) for match in _NUMBER.finditer(text)]
    breaks = [match.span() for match in _BREAK.finditer(text)]
    above = [_line_above(text, start) for start, _ in breaks]
    below = [_line_below(text, end) for _, end in breaks]
    counts = Counter(_form(text, span) for span in (*above, *below))
    for (start, end), head, foot in zip(breaks, below, above, strict=True):
        first = foot[0] - 1 if foot[0] and counts[_form(text, foot)] > _TIMES else start
        last = head[1] if counts[_form(text, head)] > _TIMES else end
        gaps.append((first, last))
    return _blanked(text, gaps)


def _blanked(text: str, gaps: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in _united(text, gaps):
        pieces.append(text[at:start])
        ended = text[max(start - 200, 0) : start].rstrip()[-1:]
        following = text[end : end + 200].lstrip()[:1]
        goes_on = bool(ended) and ended not in '.!?:;"”)' and (following.islower() or ended in ",-")
        size = end - start
        pieces.append("\n" + " " * (size - 1) if goes_on or size < 2 else "\n" + " " * (size - 2) + "\n")
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def _united(text: str, gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, those with nothing between them as one; up to where the next line's indent begins."""
    united: list[tuple[int, int]] = []
    for start, last in sorted(gaps):
        end = last
        while end < len(text) and text[end] == "\n":
            end += 1
        while end > start + 1 and text[end - 1] in " \t":
            end -= 1
        if united and not text[united[-1][1] : start].strip():
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united


def _line_above(text: str, at: int) -> tuple[int, int]:
    return max(text.rfind("\n", 0, at) + 1, 0), at


def _line_below(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return at, len(text) if end < 0 else end


def _form(text: str, span: tuple[int, int]) -> str:
    start, end = span
    return _DIGITS.sub("0", text[start:end].strip()) if 0 < end - start <= _LONGEST else ""
