"""Readings of the older readers as structures, until each reader makes a structure itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from genesis import blocks as older
from genesis.blocks import Kind as Older
from genesis.reading import Reading, Section
from genesis.sentences import split
from genesis.structure import Block, Cell, Kind, Shown, Structure, joined, verbatim

_MARK = re.compile(r"\s*(?:([-*+•‣◦▪])|(\(?\w{1,5}[.)]))\s+")
_CELL = re.compile(r"[^|]+")


def adapted(read: Callable[[str], Reading]) -> Callable[[str], Structure]:
    """An older reader as one that makes structures."""
    return lambda text: structure(read(text))


def structure(reading: Reading) -> Structure:
    """The same as blocks."""
    found = [block for section in reading.sections for block in _blocks(reading, section)]
    return Structure(title=reading.title, source=reading.text, blocks=found)


def _blocks(reading: Reading, section: Section) -> Iterator[Block]:
    text = reading.text
    path = tuple(heading for heading in section.heading_path if heading != reading.title)
    before, group, last = Shown(), section.start + 1, None
    for one in older.blocks(text, section.start, section.end):
        shown = verbatim(text, one.start, one.end)
        if one.kind is not last:
            group = one.start + 1
        last = one.kind
        match one.kind:
            case Older.COMMENT:
                continue
            case Older.ITEM:
                mark = _MARK.match(shown.text)
                said = shown[mark.end() :] if mark else shown
                number = (mark[2] or "").strip("().") if mark else ""
                yield Block(
                    kind=Kind.ITEM, text=said.folded(), path=path, group=group, depth=min(one.indent // 2, 4),
                    mark=number, lead=before,
                )  # fmt: skip
            case Older.ROW:
                if one.lead and one.lead[0] != one.start:
                    yield _row(text, one, path, one.lead[0] + 1, before)
            case Older.CODE:
                start, end = 0, len(shown)
                if shown.text.startswith(("```", "~~~")):
                    start = shown.text.find("\n") + 1
                    end = max(shown.text.rfind("\n"), start) if shown.text.endswith(("```", "~~~")) else end
                body = shown[start:end]
                yield Block(kind=Kind.CODE, text=body, path=path, group=group, lead=before)
            case Older.TURN if one.lead:
                label = text[slice(*one.lead)].strip().strip("*_<>[]:").strip()
                said = verbatim(text, one.lead[1], one.end).folded()
                yield Block(kind=Kind.TURN, text=said, path=path, group=1, speaker=label)
            case _:
                said = shown.folded()
                yield Block(kind=Kind.PARAGRAPH, text=said, path=path)
                first, end = split(said.text)[-1] if said else (0, 0)
                before = said[first:end] if said.text.endswith(":") or end - first < 200 else Shown()


def _row(text: str, row: older.Block, path: tuple[str, ...], group: int, lead: Shown) -> Block:
    headers = _cells(text, *(row.lead or (0, 0)))
    values = _cells(text, row.start, row.end)
    if len(headers) != len(values):
        return Block(kind=Kind.ROW, text=verbatim(text, row.start, row.end).folded(), path=path, group=group, lead=lead)
    cells = [Cell(*one) for one in zip(headers, values, strict=True)]
    said = joined([joined([one.header, one.value], ": ") for one in cells if one.value], "; ")
    return Block(kind=Kind.ROW, text=said, path=path, group=group, lead=lead, cells=cells)


def _cells(text: str, start: int, end: int) -> list[Shown]:
    said = text[start:end]
    if "|" in said:
        return [verbatim(text, start + one.start(), start + one.end()).folded() for one in _CELL.finditer(said)]
    mark = max(("\t", ",", ";"), key=said.count)
    found, at = [], start
    for part in said.split(mark):
        found.append(verbatim(text, at, at + len(part)).folded())
        at += len(part) + 1
    return found
