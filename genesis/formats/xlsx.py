"""Excel: each sheet that is shown as CSV, with the values that stand in the cells."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from genesis.formats.container import office
from genesis.formats.core import properties
from genesis.formats.parts import LARGEST_TEXT, Part, Parts, Spot, Unreadable

MOST_ROWS = 200_000
Value = int | float | str | bool | time | date | datetime | timedelta


def read(content: bytes) -> Parts:
    """A part a sheet; its heading is the sheet's name, if there are several. Unreadable."""
    with office(content) as archive:
        title, told = properties(archive)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    parts: list[Part] = []
    size = 0
    for number, sheet in enumerate(book.sheets_metadata, 1):
        if sheet.visible != SheetVisibleEnum.Visible or sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        text = _sheet(book, sheet.name, LARGEST_TEXT - size)
        size += len(text)
        if text:
            parts.append(Part(text, "text/csv", sheet.name, [Spot(0, "SHEET", number, sheet.name)]))
    if len(parts) == 1:
        parts = [Part(parts[0].text, parts[0].media_type, spots=parts[0].spots)]
    return Parts(parts, title, told)


def _sheet(book: CalamineWorkbook, name: str, room: int) -> str:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    for number, row in enumerate(book.get_sheet_by_name(name).iter_rows()):
        if number >= MOST_ROWS or out.tell() > room:
            raise Unreadable("DOCUMENT_TOO_LARGE", f"a sheet has more than {MOST_ROWS:,} rows, or all too much text")
        said = [_said(value) for value in row]
        if any(said):
            rows.writerow(said)
    return out.getvalue()


def _said(value: Value) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.15g}"
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case _:
            return str(value).strip()
