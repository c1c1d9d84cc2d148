"""The form of a sentence: what of Markdown it is, and the table it is a row of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_RULE = re.compile(r"^[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+(?:\|[ \t]*+)?$")
_HEADING = re.compile(r"^#{1,6}\s")
_LABEL = re.compile(r"^(?:[-*+]\s++)?[*_]{0,2}[\w'’.-]++(?: [\w'’.-]++){0,2}:[*_]{0,2}$")
_BARE_MARK = re.compile(r"^(?:[-*+•]|\d{1,3}[.)]|[a-z]\))$")
SPEAKER = re.compile(r"(?:[-*+]\s+)?(?:\*\*|__)[^*_\n:]{1,60}(?::(?:\*\*|__)|(?:\*\*|__):)\s*")
STAMP = re.compile(r"[\[(]?\d{1,2}:\d\d(?::\d\d)?[\])]?(?:\s*[-–—])?\s*(?:[^\W\d_][\w .'’-]{0,40}:\s*)?")
"""When somebody said something, and who, at the beginning of what was said."""
_MARK = re.compile(r"\s*(?:(?:[-*+•>]|\d{1,3}[.)]|[a-z]\))\s+)?(?:\[[ xX]\]\s+)?")
_LONGEST_JOINED = 400
"""Characters up to which a sentence and what it announces are one quote."""
_CELL = re.compile(r"[^|]+")


def after_mark(sentence: str) -> int:
    """Where the words of a list item begin; 0 if it is none."""
    mark = _MARK.match(sentence)
    return mark.end() if mark else 0


def is_row(sentence: str) -> bool:
    return sentence.startswith("|") and sentence.count("|") > 1


def tables(text: str, above: str = "") -> Mapping[int, str]:
    """
    Where each row of a table in `text` begins, with its header row; the header is its own.

    The header of a table that began before the text is `above`, if that has several cells.
    """
    rows: dict[int, str] = {}
    at, header, before, before_at = 0, above if "|" in above else "", "", 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        start = at + len(line) - len(line.lstrip())
        if before and "|" in bare and _RULE.match(bare):
            header = before
            rows[before_at] = header
        elif header and is_row(bare):
            rows[start] = header
        else:
            header = ""
            before, before_at = bare if is_row(bare) else "", start
        at += len(line)
    return rows


def cells(row: str) -> list[tuple[int, int]]:
    """Where the words of each cell of a row stand in it."""
    return [
        (match.start() + len(match[0]) - len(match[0].lstrip()), match.start() + len(match[0].rstrip()))
        for match in _CELL.finditer(row)
        if match[0].strip()
    ]


def is_fragment(sentence: str, header: str) -> bool:
    """Whether it says nothing by itself: a header row, a heading, a label such as `Note:`, a bare list mark."""
    words = sentence.strip()
    return words == header or any(form.match(words) is not None for form in (_RULE, _HEADING, _BARE_MARK, _LABEL))


def joined(text: str, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """
    The sentences, each that ends with a colon together with what it announces: the code, the sentence, or as many
    items of the list as are short.
    """
    whole: list[tuple[int, int]] = []
    announced = 0
    for start, end in sentences:
        opening = whole[-1] if whole else (0, 0)
        if announced and end - opening[0] <= _LONGEST_JOINED and (announced == 1 or after_mark(text[start:end])):
            whole[-1] = (opening[0], end)
            announced = 2 if after_mark(text[start:end]) else 0
        else:
            whole.append((start, end))
            announced = int(text[start:end].endswith(":") and not is_fragment(text[start:end], ""))
    return whole
