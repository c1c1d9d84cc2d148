"""Notes at the foot of a page or at the end: said behind the paragraph that refers to them, under its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NOTE = r"(?:foot|end)note-"
_BEGINS = re.compile(rf'<ol><li id="{_NOTE}')
_ITEM = re.compile(rf'<li id="({_NOTE}[^"]{{1,80}})">')
_BACK = re.compile(rf' ?<a href="#{_NOTE}ref-[^"]{{1,80}}">↑</a>')
_MARKS = re.compile(rf'<table>|</table>|</p>|</h[1-6]>|href="#({_NOTE}[^"]{{1,80}})"')


def placed(html: str) -> str:
    """What mammoth wrote, whose notes stand behind all."""
    begins = _BEGINS.search(html)
    if begins is None:
        return html
    pieces = _ITEM.split(html[begins.start() :])
    notes = {
        name: _BACK.sub("", said[: said.rfind("</li>")]) for name, said in zip(pieces[1::2], pieces[2::2], strict=True)
    }
    return "".join((*_with_notes(html[: begins.start()], notes), *notes.values()))


def _with_notes(body: str, notes: dict[str, str]) -> Iterator[str]:
    tables = at = 0
    waiting: list[str] = []
    for mark in _MARKS.finditer(body):
        if mark[1]:
            waiting += (notes.pop(mark[1], ""),)
            continue
        tables += (mark[0] == "<table>") - (mark[0] == "</table>")
        if waiting and not tables:
            yield body[at : mark.end()]
            yield from waiting
            at, waiting = mark.end(), []
    yield body[at:]
    yield from waiting
