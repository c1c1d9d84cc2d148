"""Structures for tests, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

from genesis.structure import Block, Cell, Kind, Shown, joined, verbatim


class Page:
    """Writes a source and the blocks of it side by side."""

    def __init__(self) -> None:
        self.source = ""
        self.blocks: list[Block] = []
        self.path: tuple[str, ...] = ()
        self._group = 0

    def paragraph(self, text: str) -> Shown:
        shown = self._written(text + "\n\n", text)
        self.blocks.append(Block(kind=Kind.PARAGRAPH, text=shown, path=self.path))
        return shown

    def items(self, *items: tuple[int, str, str], lead: Shown | None = None) -> None:
        """Items as (depth, number, text)."""
        self._group += 1
        for depth, mark, text in items:
            shown = self._written(f"{'  ' * depth}* {text}\n", text)
            block = Block(
                kind=Kind.ITEM, text=shown, path=self.path, group=self._group, depth=depth, mark=mark,
                lead=lead or Shown(),
            )  # fmt: skip
            self.blocks.append(block)

    def table(self, headers: Sequence[str], *rows: Sequence[str], lead: Shown | None = None) -> None:
        self._group += 1
        heads = [self._written(f"|{header}", header) for header in headers]
        for row in rows:
            cells = [Cell(head, self._written(f"|{value}", value)) for head, value in zip(heads, row, strict=True)]
            text = joined([joined(cell, ": ") for cell in cells], "; ")
            block = Block(
                kind=Kind.ROW, text=text, path=self.path, group=self._group, cells=cells, lead=lead or Shown()
            )
            self.blocks.append(block)

    def turn(self, speaker: str, text: str) -> None:
        shown = self._written(f"{speaker} says {text}\n", text)
        self.blocks.append(Block(kind=Kind.TURN, text=shown, path=self.path, group=99, speaker=speaker))

    def code(self, text: str, lead: Shown | None = None) -> None:
        shown = self._written(f"```\n{text}\n```\n", text)
        self.blocks.append(Block(kind=Kind.CODE, text=shown, path=self.path, lead=lead or Shown()))

    def _written(self, line: str, text: str) -> Shown:
        at = len(self.source) + line.index(text)
        self.source += line
        return verbatim(self.source, at, at + len(text))
