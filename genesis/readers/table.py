"""CSV, TSV and the like: each row with what stands under which header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from genesis.errors import DocumentTooLarge
from genesis.fairness import breathe
from genesis.readers.escapes import doubled
from genesis.structure import Block, Cell, Kind, Run, Shown, Structure, joined, verbatim

MOST_ROWS = 200_000
LONGEST_HEADER = 80
LARGEST_TEXT = 64 * 1024 * 1024
"""Characters of all rows with their headers."""
DELIMITERS = ",;\t|"
_SAMPLE = 50
_FIELD = {
    one: re.compile(
        rf'[ ]*+"((?>(?:[^"]++|"")*))"[ ]*+(?=[{re.escape(one)}\r\n]|\Z)|([^{re.escape(one)}\r\n]*+)', re.DOTALL
    )
    for one in DELIMITERS
}
_LINE_END = re.compile(r"\r?\n|\r|\Z")
_NUMBER = re.compile(r"[-+(]?[$€£]?\s?\d[\d.,' ]*+\s?[%€)]?\Z")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_TOLD = re.compile(rf'("?)sep=([{re.escape(DELIMITERS)}])\1[ ]{{0,9}}+(?:\r?\n|\r|\Z)', re.IGNORECASE)
_REMARK = re.compile(r"#[#\s]{0,200}+")
_MOST_ABOVE = 20
"""Rows above a table."""

Row = list[Shown]


def read(source: str, delimiter: str = "", header: int | None = None) -> Structure:
    """
    It has no title. Lines above the header that are no rows are said before it, and one that stands alone in its line
    is its caption. The delimiter is found if not given, and so is which row is the header, below 0 if none is.
    """
    told = None if delimiter else _TOLD.match(source)
    start = told.end() if told else 0
    rows = rows_in(source, delimiter or (told[2] if told else _delimiter(source)), start)
    sample = list(islice(rows, _SAMPLE))
    width = max(Counter(len(row) for row in sample).items(), key=lambda one: (one[1], one[0]), default=(0, 0))[0]
    number = _above(sample, source) if header is None or header < 0 else header
    while header is None and width > 1 and number + 1 < len(sample) and _is_alone(sample[number], width):
        number += 1
    above, sample = sample[:number], sample[number:]
    is_headed = _has_header(sample) if header is None else bool(header >= 0 and sample)
    headers = [one[:LONGEST_HEADER] for one in sample.pop(0)] if is_headed else []
    caption = next((_line(row, source) for row in reversed(above) if _filled(row) == 1), Shown())
    said = [line for row in above if (line := _line(row, source))]
    blocks = [Block(kind=Kind.PARAGRAPH, text=one) for one in said]
    blocks += _blocks(chain(sample, rows), headers, caption)
    if headers and len(blocks) == len(said):
        blocks += _blocks(iter((headers,)), [], Shown())
    return Structure(title="", source=source, blocks=blocks)


def _above(rows: Sequence[Row], source: str) -> int:
    """How many rows stand above a table: each fills less than its header and most of its rows."""
    filled = [_filled(row) for row in rows]
    last = next((at for at, row in enumerate(rows[:_MOST_ABOVE]) if not row[0] or _is_value(row[0].text)), _MOST_ABOVE)
    for at in range(min(last, len(rows) - 2), 0, -1):
        most, below = max(filled[:at]), filled[at:]
        if filled[at] <= most or 2 * sum(one > most for one in below) <= len(below):
            continue
        told = _told(rows[at:])
        if told > 0 or (told == 0 and _is_apart(rows[at - 1], rows[at], source)):
            return at
    return 0


def _is_apart(row: Row, following: Row, source: str) -> bool:
    """Whether an empty line stands between two rows."""
    return source.count("\n", _span(row)[1], _span(following)[0]) > 1


def _is_alone(row: Row, width: int) -> bool:
    return _filled(row) == 1 and (len(row) != width or not _is_remark(row) or sum(map(bool, row)) == 1)


def _filled(row: Row) -> int:
    """How many cells say something; a comment is one, whatever stands in it."""
    return 1 if _is_remark(row) else sum(map(bool, row))


def _is_remark(row: Row) -> bool:
    return row[0].text.startswith(("# ", "##"))


def _span(row: Row) -> tuple[int, int]:
    """Where what a row says begins and ends in the source."""
    runs = [run for one in row for run in one.runs]
    return runs[0].source_start, runs[-1].source_end


def _line(row: Row, source: str) -> Shown:
    """What a row above a table says: a comment, or a name and what it is."""
    if _is_remark(row):
        start, end = _span(row)
        mark = _REMARK.match(source, start, end)
        return verbatim(source, mark.end() if mark else start, end).folded()
    cells = [one for one in row if one]
    is_pair = len(cells) == 2
    return joined(cells, (" " if cells[0].text.endswith(":") else ": ") if is_pair else "; ")


def _blocks(rows: Iterator[Row], headers: Row, caption: Shown) -> Iterator[Block]:
    size = 0
    for number, row in enumerate(rows, 1):
        breathe()
        text = _said(row, headers)
        size += len(text)
        if number > MOST_ROWS or size > LARGEST_TEXT:
            raise DocumentTooLarge(
                f"the table has more than {MOST_ROWS:,} rows, or too much in them; cut it into several"
            )
        cells = [Cell(headers[at] if at < len(headers) else Shown(), value) for at, value in enumerate(row)]
        yield Block(kind=Kind.ROW, text=text, group=1, lead=caption, cells=cells)


def _said(row: Row, headers: Row) -> Shown:
    """`Header: value; Header: value`, without what is empty."""
    text: list[str] = []
    runs: list[Run] = []
    at = 0
    for number, value in enumerate(row):
        if not value.text:
            continue
        header = headers[number] if number < len(headers) else None
        for part, between in ((header, "; "), (value, ": " if header else "; ")):
            if not part:
                continue
            if at:
                text.append(between)
                at += len(between)
            runs += [Run(run.start + at, run.end + at, run.source_start, run.source_end) for run in part.runs]
            text.append(part.text)
            at += len(part.text)
    return Shown("".join(text), tuple(runs))


def rows_in(source: str, delimiter: str, at: int = 0, last: int | None = None) -> Iterator[Row]:
    """The rows of a stretch that are not empty; a value in quotes may have several lines."""
    field = _FIELD[delimiter]
    last = len(source) if last is None else last
    while at < last:
        row: Row = []
        while True:
            found = field.match(source, at, last)
            if found is None:  # it matches anything
                break
            quoted = found[1] is not None
            row.append(doubled(source, *found.span(1), '"').folded() if quoted else _bare(source, *found.span(2)))
            at = found.end()
            if not source.startswith(delimiter, at, last):
                break
            at += 1
        ending = _LINE_END.match(source, at, last)
        at = ending.end() if ending else last
        if any(row):
            yield row


def _bare(source: str, start: int, end: int) -> Shown:
    return verbatim(source, start, end).folded()


def _delimiter(source: str) -> str:
    """The one that parts most of the first lines into as many values, more than one, and none of them within quotes."""
    best, most = ",", (0, 0)
    for one in DELIMITERS:
        rows = islice(rows_in(source[:100_000], one), _SAMPLE)
        widths = Counter(len(row) for row in rows if not any(value.text.startswith('"') for value in row))
        width, times = max(widths.items(), key=lambda each: (each[0] > 1, each[1], each[0]), default=(0, 0))
        if width > 1 and (times, width) > most:
            best, most = one, (times, width)
    return best


def _has_header(rows: Sequence[Row]) -> bool:
    """Whether the first row says what stands below it, and is not such a value itself."""
    return _told(rows) >= 0


def _told(rows: Sequence[Row]) -> int:
    """How many more columns tell that the first row is a header than that it is none; below 0 if it is none."""
    if len(rows) < 2:
        return -1
    first, told = [one.text for one in rows[0]], 0
    named = [one for one in first if one]
    if (
        len(set(named)) < len(named)
        or 2 * len(named) < len(first)
        or any(len(one) > 2 * LONGEST_HEADER for one in named)
    ):
        return -1
    for number, header in enumerate(first):
        below = [row[number].text for row in rows[1:] if number < len(row) and row[number]]
        values = sum(map(_is_value, below))
        if header in below:
            told -= 1
        elif 2 * values > len(below) and header and not _YEAR.match(header):
            told += -1 if _is_value(header) else 1
    return told


def _is_value(text: str) -> bool:
    return bool(_NUMBER.match(text) or _DATE.match(text))
