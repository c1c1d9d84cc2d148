"""Pages: what only the printed page of a text has, its running heads and its numbers, is not the text's."""

from __future__ import annotations

import re
from collections import Counter

_NUMBER = re.compile(
    r"^[ \t]*+(?:(?:page[ ]\d{1,4}(?:[ ]?(?:of|/)[ ]?\d{1,4})?|[-–—][ ]\d{1,4}[ ][-–—])"
    r"|\S[^\n\[]{0,120}+\[page[ ]\d{1,4}\])[ \t]*+(?=\n|\Z)",
    re.IGNORECASE | re.MULTILINE,
)
_DIGITS = re.compile(r"\d+")
_MAY_NUMBER = re.compile(r"[pP][aA][gG][eE] \d|[-–—] \d{1,4} [-–—]")
_GAP = re.compile(r"(?<! ) {2,}+")
_PARTS = 3
"""Of a running head: left, in the middle, right."""
_MOST_BLANK = 100
"""Characters of white space around a page's end."""
_LONGEST = 120
_PARTED = 2
"""Ends of lines that part a page from the next."""
_TIMES = 2
"""How often a line stands at the edge of a page that is a running head."""


def without_pages(text: str) -> str:
    """
    The text with blanks in place of page numbers and running heads, as long as before. A sentence that goes on
    on the next page goes on.
    """
    numbers = [_widened(text, *one.span()) for one in _NUMBER.finditer(text)] if _MAY_NUMBER.search(text) else []
    gaps = [_with_head(text, start, end) for start, end in numbers if text.count("\n", start, end) > 1]
    breaks = [_widened(text, one.start(), one.end()) for one in re.finditer("\f++", text)]
    if not gaps and not breaks:
        return text
    above = [_line_above(text, start) for start, _ in breaks]
    below = [_line_below(text, end) for _, end in breaks]
    counts = Counter(_form(text, span) for span in (*above, *below))
    for (start, end), head, foot in zip(breaks, below, above, strict=True):
        first = foot[0] - 1 if foot[0] and counts[_form(text, foot)] > _TIMES else start
        last = head[1] if counts[_form(text, head)] > _TIMES else end
        gaps.append((first, last))
    return _blanked(text, gaps)


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """With the blank lines around it, as many as a page may have."""
    before, after = text[max(start - _MOST_BLANK, 0) : start], text[end : end + _MOST_BLANK]
    first = start - len(before) + len(before.rstrip(" \t\n"))
    return first, end + len(after) - len(after.lstrip("\n\f"))


def _with_head(text: str, start: int, end: int) -> tuple[int, int]:
    """With the head of the next page behind the foot of one: three parts that gaps part, above a blank line."""
    last = text.find("\n", end, end + _LONGEST)
    is_foot = text[start:end].rstrip().endswith("]")
    is_head = last > 0 and len(_GAP.split(text[end:last].strip())) == _PARTS and text[last + 1 : last + 2] in "\n\r"
    return (start, last) if is_foot and is_head else (start, end)


def _blanked(text: str, gaps: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in _united(text, gaps):
        pieces.append(text[at:start])
        ended = text[max(start - 200, 0) : start].rstrip()[-1:]
        following = text[end : end + 200].lstrip()[:1]
        goes_on = bool(ended) and ended not in '.!?:;"”)' and (following.islower() or ended in ",-")
        size = end - start
        ends = 0 if goes_on else min(size - 1, _PARTED)
        pieces.append("\n" + " " * (size - 1 - ends) + "\n" * ends)
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
