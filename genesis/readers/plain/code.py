"""Code in plain text: between fences, drawn, or further in than the text and not in sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from genesis.readers.lines import Line
from genesis.readers.plain.lines import ends_sentence
from genesis.readers.writer import Writer
from genesis.structure import Edit, Shown, verbatim

_FENCE = re.compile(r"(`{3,}+|~{3,}+)[^`\n]*+")
_DRAWN = ("+-", "+=", ">>> ", "$ ")
_MARK = re.compile(r"[=(){}\[\];<>|$`]|^\S+$|\S {3,}\S")
_SAMPLE = 20
"""Lines of a paragraph that tell whether it is code."""
_INSET_SHARE = 1.5
"""One in so many lines may stand at the margin of a text that is inset."""
_END = 40
"""Characters at the end of a paragraph in which a sentence ends."""


def fence(text: str, line: Line) -> str:
    """The marks of a line that begins code."""
    found = _FENCE.fullmatch(text, line.start, line.end)
    return found[1] if found else ""


def closing(text: str, marks: str, start: int, end: int) -> re.Match[str] | None:
    """The line that ends code which began with a fence."""
    return re.compile(rf"^[ \t]*+{re.escape(marks)}[ \t]*+$", re.MULTILINE).search(text, start, end)


def is_code(text: str, lines: Sequence[Line], base: int, out: Writer) -> bool:
    """Whether a paragraph is code or a drawing; code stands `base` in at least."""
    first = lines[0]
    last = text[max(lines[-1].start, lines[-1].end - _END) : lines[-1].end]
    if text.startswith(_DRAWN, first.start):
        return True
    if first.indent < base or (ends_sentence(last) and last[-1] != ";"):
        return False
    before = out.blocks[-1] if out.blocks else None
    announced = before is not None and before.text.text.endswith(":")
    return announced or before is None or any(_MARK.search(text, line.start, line.end) for line in lines[:_SAMPLE])


def has_signs(text: str, lines: Sequence[Line]) -> bool:
    """Whether at least half of the lines look like code, by more than a semicolon at their end."""
    own = lines[:_SAMPLE]
    return 2 * sum(bool(_MARK.search(text, line.start, line.end - 1)) for line in own) >= len(own)


def is_inset(text: str) -> bool:
    """Whether nearly all text stands further in than its headings."""
    lines = [line for line in text.split("\n") if line.strip()]
    return _INSET_SHARE * sum(line.startswith(("  ", "\t")) for line in lines) > len(lines)


def shown(text: str, start: int, end: int, indent: int) -> Shown:
    """As it stands, so far in as its first line."""
    lines = re.finditer(rf"^[^\S\n]{{0,{indent}}}", text[start:end], re.MULTILINE)
    edits = [Edit(*line.span(), "") for line in lines if line[0]]
    whole = verbatim(text, start, end).edited(edits)
    return whole[: len(whole.text.rstrip())]
