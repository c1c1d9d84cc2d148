"""Marks of a page that is a mail: what of it is quoted, how deep, and what is a signature or text as it was typed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from genesis.readers.html.tags import Tag, tags
from genesis.structure import Block, Kind, Shown

_SIGNATURE = re.compile(r"(?:^|[\s_-])signature|_signature_prefix", re.IGNORECASE)
_QUOTES = re.compile(r"gmail_quote|protonmail_quote|yahoo_quoted|tutanota_quote|\bcite\b", re.IGNORECASE)
_INSET = re.compile(r"border\s*+:\s*+(?:none|0)", re.IGNORECASE)
"""A quotation by its tag that is only further in."""
_LARGEST_SIGNATURE = 8_000
_GAP = re.compile(r"\n[ \t]*+\n\s*+")


class _Edge(NamedTuple):
    """From a tag on: how deep is quoted what follows, and where the last signature ends."""

    start: int
    depth: int
    hidden: int


class Marks:
    """Where what stands in a page."""

    def __init__(self, source: str) -> None:
        self._edges = [_Edge(0, 0, 0)]
        self._typed: list[tuple[int, int]] = []
        page, depth = tags(source), 0
        closing: set[int] = set()
        for number, tag in enumerate(page):
            if number in closing:
                depth -= 1
                self._edge(tag.start, depth)
            if tag.closes or not tag.closed:
                continue
            given = tag.given() if tag.attributes else {}
            names = f"{given.get('class', '')} {given.get('id', '')}"
            end = page[tag.closed].end
            if tag.name == "pre" and ("moz-quote-pre" in names or "wrap" in given):
                self._typed.append((tag.start, end))
            if _SIGNATURE.search(names) and end - tag.start <= _LARGEST_SIGNATURE:
                self._edge(tag.start, depth, end)
            elif _is_quote(tag, f"{names} {given.get('type', '')}", given.get("style", "")):
                depth += 1
                closing.add(tag.closed)
                self._edge(tag.start, depth)

    def _edge(self, at: int, depth: int, hidden: int = 0) -> None:
        self._edges.append(_Edge(at, depth, max(hidden, self._edges[-1].hidden)))

    def depth(self, at: int) -> int:
        """How deep is quoted what stands there; -1 if it is a signature."""
        edge = self._edges[bisect_right(self._edges, at, key=lambda edge: edge.start) - 1]
        return -1 if at < edge.hidden else edge.depth

    def as_text(self, block: Block) -> Iterator[Block]:
        """A block, or the paragraphs that it is: of text as it was typed, of cells that only lay out a page."""
        at = block.text.runs[0].source_start if block.text.runs else 0
        typed = self._typed[bisect_right(self._typed, (at, at)) - 1] if self._typed else (0, 0)
        if block.kind is Kind.CODE and typed[0] <= at < typed[1]:
            yield from as_typed(block)
        elif block.kind is Kind.ROW and not any(one.header for one in block.cells) and _lays_out(block):
            for cell in block.cells:
                yield replace(block, kind=Kind.PARAGRAPH, text=cell.value, cells=(), group=0, lead=Shown())
        else:
            yield block


def as_typed(block: Block) -> Iterator[Block]:
    """The paragraphs of code that is none."""
    at = 0
    for end in (*_GAP.finditer(block.text.text), None):
        said = block.text[at : end.start() if end else len(block.text)].folded()
        if said:
            yield replace(block, kind=Kind.PARAGRAPH, text=said, lead=Shown())
        at = end.end() if end else at


def _lays_out(block: Block) -> bool:
    """Whether there is one cell alone, or one that says a sentence."""
    return len(block.cells) == 1 or any(" " in one.value.text and one.value.text[-1] in ".!?:" for one in block.cells)


def _is_quote(tag: Tag, names: str, style: str) -> bool:
    if tag.name == "blockquote":
        return _QUOTES.search(names) is not None or not _INSET.search(style)
    return tag.name == "div" and "yahoo_quoted" in names
