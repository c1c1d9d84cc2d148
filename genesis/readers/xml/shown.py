"""What a page of HTML says that was made of another text, as a stretch of that text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from genesis.fairness import breathe
from genesis.structure import Block, Cell, Shown, Structure


def through(read: Structure, page: Shown, source: str, more: Sequence[Block] = ()) -> Structure:
    """The same with runs into the source, of which the page was made, and more blocks behind."""
    blocks = []
    for block in read.blocks:
        breathe()
        cells = [Cell(cell.header.through(page), cell.value.through(page)) for cell in block.cells]
        blocks.append(replace(block, text=block.text.through(page), lead=block.lead.through(page), cells=cells))
    return replace(read, source=source, blocks=[*blocks, *more])
