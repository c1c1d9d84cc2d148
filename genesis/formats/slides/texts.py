"""Texts of a shape: paragraphs, or a list as deep as its levels, with numbers where the program counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

_ENDS = (".", "!", "?", ":")


class Line(NamedTuple):
    """A paragraph."""

    level: int
    text: str
    is_numbered: bool = False


def paragraphs(frame: Any) -> Iterator[str]:
    """What a frame says: as text if half of its lines are sentences, or else as a list."""
    said = [
        Line(one.level, " ".join(one.text.split()), _is_numbered(one)) for one in frame.paragraphs if one.text.strip()
    ]
    sentences = sum(one.text.endswith(_ENDS) and not one.level for one in said)
    is_prose = 2 * sentences >= len(said) or len(said) == 1
    for is_text, run in groupby(said, key=lambda one: is_prose and not one.level and not one.is_numbered):
        if is_text:
            yield from (f"<p>{escape(one.text)}</p>" for one in run)
        else:
            yield listed(list(run))


def _is_numbered(paragraph: Any) -> bool:
    return bool(paragraph._p.xpath("./a:pPr/a:buAutoNum"))  # noqa: SLF001 - it has no other way


def listed(lines: Sequence[Line]) -> str:
    """A list, each level in an item's own."""
    html: list[str] = []
    opened: list[str] = []
    base = lines[0].level
    for one in lines:
        depth = max(one.level - base, 0) + 1
        name = "ol" if one.is_numbered else "ul"
        while len(opened) > depth or (len(opened) == depth and opened[-1] != name and depth > 1):
            html.append(f"</{opened.pop()}>")
        while len(opened) < depth:
            html.append(f"<{name}>")
            opened.append(name)
        html.append(f"<li>{escape(one.text)}</li>")
    return "".join((*html, *(f"</{name}>" for name in reversed(opened))))
