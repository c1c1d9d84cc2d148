"""The cells of a sheet, row by row, as the program shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from genesis.formats.core import natural, parsed
from genesis.formats.excel import masks
from genesis.formats.excel.workbook import Style, Workbook, elements, plain, related, said
from genesis.formats.parts import LARGEST_TEXT, Unreadable

MOST_ROWS = 200_000
LAST_COLUMN = 16_384
_MOST_MERGED = 100_000
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_PLAIN = Style()


class Figure(str):
    """A number, as it is shown."""

    __slots__ = ()


class Day(Figure):
    """A day or a time."""

    __slots__ = ()


Row = dict[int, str]
"""By column, from 1, what its cells say that say something."""


@dataclass(slots=True)
class Area:
    """Cells that are one, or a table: its rows and columns, the last ones too."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """What is shown of a sheet."""

    rows: dict[int, Row] = field(default_factory=dict)
    """By number, from 1, those that say something."""
    bold: set[int] = field(default_factory=set)
    """Rows of which all is in bold."""
    heads: set[int] = field(default_factory=set)
    """Rows that the program itself takes for headers."""
    merged: list[Area] = field(default_factory=list)
    size: int = 0


def read(book: Workbook, path: str, room: int = LARGEST_TEXT) -> Sheet:
    """Unreadable if it has more rows, or more characters, than a document may."""
    sheet = Sheet()
    hidden: set[int] = set()
    left = LAST_COLUMN  # of those that may be hidden: none is told twice
    unseen: dict[int, Row] = {}
    is_filtered = False
    number = 0
    with book.archive.open(path) as file:
        for one in elements(file, "row", "col", "mergeCell", "autoFilter", "tablePart"):
            name = etree.QName(one).localname
            if name == "row":
                number = natural(one.get("r", ""), number + 1)
                row, is_bold = _row(book, one, hidden)
                if not row:
                    continue
                if _is_on(one, "hidden") and one.get("outlineLevel", "0") == "0":
                    unseen[number] = row
                else:
                    sheet.rows[number] = row
                if is_bold:
                    sheet.bold.add(number)
                sheet.size += sum(map(len, row.values())) + len(row)
                if len(sheet.rows) + len(unseen) > MOST_ROWS or sheet.size > room:
                    raise Unreadable(
                        "DOCUMENT_TOO_LARGE", f"a sheet has more than {MOST_ROWS:,} rows, or all too much text"
                    )
            elif name == "col" and _is_on(one, "hidden") and one.get("outlineLevel", "0") == "0":
                last = min(natural(one.get("max", ""), 0), LAST_COLUMN)
                columns = range(natural(one.get("min", ""), 1), last + 1)[:left]
                hidden.update(columns)
                left -= len(columns)
            elif name in ("autoFilter", "tablePart"):
                is_filtered = True
            elif name == "mergeCell" and len(sheet.merged) < _MOST_MERGED and (area := within(one.get("ref", ""))):
                sheet.merged.append(area)
    if is_filtered:  # which rows it leaves out changes with every click
        sheet.rows = dict(sorted((sheet.rows | unseen).items()))
    sheet.heads.update(_heads(book, path))
    return sheet


def _heads(book: Workbook, path: str) -> Iterator[int]:
    for kind, listed in related(book.archive, path):
        if kind == "table" and listed in book.archive.namelist():
            root = parsed(book.archive.read(listed))
            if root.get("headerRowCount") != "0" and (area := within(root.get("ref", ""))):
                yield area.top


def within(reference: str) -> Area | None:
    """The cells that `B2:D5` means."""
    first, _, last = reference.partition(":")
    begins, ends = _PLACE.fullmatch(first), _PLACE.fullmatch(last or first)
    if not begins or not ends:
        return None
    return Area(int(begins[2]), _column(begins[1]), int(ends[2]), _column(ends[1]))


def _row(book: Workbook, element: etree._Element, hidden: set[int]) -> tuple[Row, bool]:
    row: Row = {}
    column = 0
    is_bold = True
    for cell in element:
        if not isinstance(cell.tag, str) or not cell.tag.endswith("}c"):
            continue
        place = _PLACE.fullmatch(cell.get("r", ""))
        column = _column(place[1]) if place else column + 1
        if column in hidden or column > LAST_COLUMN:
            continue
        style = book.styles[at] if (at := natural(cell.get("s", ""), 0)) < len(book.styles) else _PLAIN
        if text := _said(book, cell, style):
            row[column] = text
            is_bold = is_bold and style.is_bold
    return row, is_bold


def _said(book: Workbook, cell: etree._Element, style: Style) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return said(cell)
    value = next((one.text or "" for one in cell if one.tag.endswith("}v")), "")
    match kind:
        case "s":
            at = natural(value, -1)
            return book.texts[at] if 0 <= at < len(book.texts) else ""
        case "n":
            return _figure(value, style.mask, from_1904=book.from_1904)
        case "b":
            return "yes" if value == "1" else "no"
        case "d":
            return _day(value)
        case "e":
            return ""
        case _:
            return plain(value)


def _figure(value: str, mask: str, *, from_1904: bool) -> str:
    try:
        number = float(value)
        shown = masks.shown(number, mask, from_1904=from_1904) if mask else masks.general(number)
    except (ValueError, ArithmeticError):
        return ""
    return Day(shown) if mask and masks.is_date(mask) else Figure(shown)


def _day(value: str) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return Day(f"{at:%Y-%m-%d}" if not (at.hour or at.minute) else f"{at:%Y-%m-%d %H:%M}")


def _column(letters: str) -> int:
    number = 0
    for one in letters:
        number = 26 * number + ord(one) - 64
    return number


def _is_on(element: etree._Element, name: str) -> bool:
    return element.get(name) in ("1", "true")
