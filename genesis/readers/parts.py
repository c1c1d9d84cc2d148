"""Parts of a file that is no text, each read as the text that it is, and put together as one document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from genesis.fairness import breathe
from genesis.formats.parts import Part, Parts
from genesis.readers import html, table, text
from genesis.reading import Heading, checked
from genesis.structure import Block, Cell, Place, Run, Shown, Structure

_BETWEEN = "\n\n"


def read(parts: Parts) -> Structure:
    """
    One document. What one part is called is what the document is called; of several each is called so by a heading
    above its own. Runs point into the texts of all parts, one after the other.
    """
    read = [_read(part) for part in parts.parts]
    source = _BETWEEN.join(one.source for one in read)
    blocks: list[Block] = []
    places: list[Place] = []
    at = group = 0
    for part, one in zip(parts.parts, read, strict=True):
        head = part.heading or (one.title if len(read) > 1 and one.title != parts.title else "")
        moved = list(shifted(one.blocks, at, group, head))
        blocks += moved
        group = max((block.group for block in moved), default=group)
        places += (Place(at + spot.start, spot.kind, spot.number, spot.name or head) for spot in part.spots)
        at += len(one.source) + len(_BETWEEN)
    title = (read[0].title if len(read) == 1 else "") or parts.title
    told = {**read[0].metadata, **parts.metadata}
    return Structure(title=title, source=source, blocks=blocks, metadata=told, places=places)


def _read(part: Part) -> Structure:
    said = checked(part.text)
    match part.media_type:
        case "text/html":
            return html.read(said)
        case "text/csv":
            return table.read(said, ",", part.header)
        case _:
            marked = [Heading(one.level, said[one.start : one.end], one.start, one.end) for one in part.headings]
            return text.marked(said, marked)


def shifted(blocks: Sequence[Block], at: int, group: int, head: str) -> Iterator[Block]:
    """Blocks as they stand in the whole: the part's text begins at `at` there."""

    def moved(shown: Shown) -> Shown:
        runs = (Run(start, end, first + at, last + at) for start, end, first, last in shown.runs)
        return Shown(shown.text, tuple(runs)) if at else shown

    for block in blocks:
        breathe()
        yield replace(
            block,
            text=moved(block.text),
            lead=moved(block.lead),
            cells=[Cell(moved(cell.header), moved(cell.value)) for cell in block.cells],
            group=block.group and block.group + group,
            path=(head, *block.path) if head else block.path,
        )
