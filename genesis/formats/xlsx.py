"""Excel: the tables of each sheet that is shown, as CSV, with numbers and days as the program shows them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain

from genesis.formats.container import office
from genesis.formats.core import properties
from genesis.formats.excel.cells import read as cells
from genesis.formats.excel.sections import Table
from genesis.formats.excel.tables import tables
from genesis.formats.excel.workbook import Listed, opened
from genesis.formats.parts import LARGEST_TEXT, Part, Parts, Spot


def read(content: bytes) -> Parts:
    """A part a table, and one for what stands below it; its heading is the sheet's name, if there are several."""
    with office(content) as archive:
        title, told = properties(archive)
        book = opened(archive)
        by_sheet: list[list[Part]] = []
        size = 0
        for sheet in book.sheets:
            read = cells(book, sheet.path, LARGEST_TEXT - size)
            size += read.size
            if parts := [part for table in tables(read) for part in _parts(table, sheet)]:
                by_sheet.append(parts)
    if len(by_sheet) == 1:
        by_sheet = [[Part(one.text, one.media_type, "", one.spots, header=one.header) for one in by_sheet[0]]]
    return Parts(list(chain.from_iterable(by_sheet)), title, told)


def _parts(table: Table, sheet: Listed) -> Iterator[Part]:
    spot = Spot(0, "SHEET", sheet.number, sheet.name)
    yield Part(_written(table), "text/csv", sheet.name, [spot], header=table.header)
    if table.remarks:
        yield Part("\n\n".join(table.remarks), "text/plain", sheet.name, [spot])


def _written(table: Table) -> str:
    """Its rows, without columns in which nothing stands; an empty line for empty rows."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    columns = sorted({column for _, row in table.rows for column in row})
    last = table.rows[0][0]
    for number, row in table.rows:
        if number > last + 1:
            out.write("\n")
        last = number
        rows.writerow([row.get(column, "") for column in columns])
    return out.getvalue()
