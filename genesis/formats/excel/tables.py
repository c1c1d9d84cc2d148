"""The tables of a sheet: what stands apart is one of its own, with what stands above it, its headers, its remarks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from genesis.formats.excel.cells import Area, Day, Figure, Row, Sheet
from genesis.formats.excel.sections import Rows, Table, sections
from genesis.formats.parts import LARGEST_TEXT

_MOST_HEADS = 4
"""Rows of one header."""
_LOOKED_AT = 50
"""Rows that tell what stands in a column."""
_APART = 2
"""Columns between two tables side by side."""
_MOST_SIDES = 20
_MOST_MERGED = 1_000
"""Cells of a header's row that stand above several."""
_SAID_AGAIN = 100_000
"""Characters that cells of several rows say again in others: so many, and ten times what stands in the sheet."""
_NAMES_AND_VALUES = 2
"""Columns."""


def tables(sheet: Sheet) -> Iterator[Table]:
    """In the order in which they are read: from above, those side by side from the left."""
    sideways: defaultdict[int, list[Area]] = defaultdict(list)
    for area in sheet.merged:
        if area.right > area.left and len(sideways[area.top]) < _MOST_MERGED:
            sideways[area.top].append(area)
    rows = list(_filled(sheet).items())
    for block in _blocks(rows, sheet.bold):
        for side in _sides(block):
            yield from sections(_table(side, sheet, sideways), sheet, sideways)


def _filled(sheet: Sheet) -> dict[int, Row]:
    """What stands in a cell of several rows stands in each that says something, but not without end."""
    begins: defaultdict[int, list[Area]] = defaultdict(list)
    for area in sheet.merged:
        if area.bottom > area.top:
            begins[area.top].append(area)
    down: dict[int, tuple[int, str]] = {}
    filled: dict[int, Row] = {}
    room = min(_SAID_AGAIN + 10 * sheet.size, LARGEST_TEXT - sheet.size)
    for number, own in sheet.rows.items():
        row = dict(own)
        for column, (last, text) in list(down.items()):
            if last < number or len(text) >= room:
                del down[column]
            elif column not in row:
                row[column] = text
                room -= len(text) + 1
        down.update((one.left, (one.bottom, row[one.left])) for one in begins[number] if one.left in row)
        filled[number] = dict(sorted(row.items())) if len(row) > len(own) else own
    return filled


def _blocks(rows: Rows, bold: set[int]) -> Iterator[Rows]:
    """Rows that are of one table, with what stands above and below; an empty row alone parts no table."""
    stretches: list[Rows] = []
    for number, row in rows:
        if stretches and stretches[-1][-1][0] == number - 1:
            stretches[-1].append((number, row))
        else:
            stretches.append([(number, row)])
    block: Rows = []
    has_table = False
    for at, stretch in enumerate(stretches):
        below = stretches[at + 1] if at + 1 < len(stretches) and _is_title(stretch) else []
        if has_table and _begins([*stretch[:_LOOKED_AT], *below[:_LOOKED_AT]], bold, block):
            yield block
            block, has_table = [], False
        block.extend(stretch)
        has_table = has_table or _is_table(stretch)
    if block:
        yield block


def _is_title(rows: Rows) -> bool:
    return all(len(row) == 1 for _, row in rows)


def _is_table(rows: Rows) -> bool:
    return any(len(row) > 1 for _, row in rows)


def _begins(rows: Rows, bold: set[int], above: Rows) -> bool:
    """Whether a table begins that is not the one above: it has a header, and numbers where that has a word."""
    first = next((at for at, (_, row) in enumerate(rows[:_LOOKED_AT]) if len(row) > 1), None)
    if first is None or first + 1 >= len(rows):
        return False
    number, head = rows[first]
    if any(isinstance(text, Figure) for text in head.values()) or len(set(head.values())) < len(head):
        return False
    below = [row for _, row in rows[first + 1 : first + 1 + _LOOKED_AT]]
    counted = [column for column in head if any(isinstance(row.get(column), Figure) for row in below)]
    is_bold = number in bold and not any(each in bold for each, _ in rows[first + 1 :][:1])
    columns = {column for _, row in above[-_LOOKED_AT:] for column in row}
    return bool(counted) or is_bold or (columns.isdisjoint(head) and any(len(row) > 1 for row in below))


def _sides(block: Rows) -> Iterator[Rows]:
    """Tables side by side: empty columns part them, and each has several of its own."""
    columns = sorted({column for _, row in block for column in row})
    gaps = [right for left, right in pairwise(columns) if right - left > 1]
    bounds = [*zip([0, *gaps], [*gaps, columns[-1] + 1], strict=True)]
    if not 1 < len(bounds) <= _MOST_SIDES:
        yield block
        return
    parts = [_cut(block, *bound) for bound in bounds]
    if not all(_is_table(part) for part in parts) or not _is_parted(parts, columns):
        yield block
        return
    yield from parts


def _cut(block: Rows, first: int, last: int) -> Rows:
    cut = ((number, {at: text for at, text in row.items() if first <= at < last}) for number, row in block)
    return [(number, row) for number, row in cut if row]


def _is_parted(parts: Sequence[Rows], columns: Sequence[int]) -> bool:
    """Whether they stand far apart, are of other rows, or have the same headers."""
    is_far = all(right - left > _APART for left, right in pairwise(columns) if right - left > 1)
    extents = {(part[0][0], part[-1][0]) for part in parts}
    heads = [next(tuple(row.values()) for _, row in part if len(row) > 1) for part in parts]
    return is_far or len(extents) > 1 or len(set(heads)) < len(heads)


def _table(rows: Rows, sheet: Sheet, sideways: dict[int, list[Area]]) -> Table:
    rows, remarks = _without_remarks(rows)
    first = next((at for at, (_, row) in enumerate(rows) if len(row) > 1), len(rows))
    if first + 1 >= len(rows):
        return Table(rows, None, remarks)
    last = first
    while last - first < _MOST_HEADS - 1 and last + 2 < len(rows) and _goes_on(rows[last], rows[last + 1], sideways):
        last += 1
    if last > first:
        head = _joined(rows[first : last + 1], sideways)
        rows = [*rows[:first], (rows[last][0], head), *rows[last + 1 :]]
        return Table(rows, first, remarks)
    return Table(rows, _header(rows, first, sheet), remarks)


def _goes_on(row: tuple[int, Row], below: tuple[int, Row], sideways: dict[int, list[Area]]) -> bool:
    """Whether a header goes on in the row below: a cell of it stands above several of that."""
    areas = [one for one in sideways.get(row[0], ()) if one.top == one.bottom]
    return any(sum(one.left <= column <= one.right for column in below[1]) > 1 for one in areas)


def _joined(rows: Rows, sideways: dict[int, list[Area]]) -> Row:
    """One header of several rows: what stands above several columns stands above each."""
    said: defaultdict[int, list[str]] = defaultdict(list)
    columns = sorted({column for _, row in rows for column in row})
    for number, row in rows:
        spread = dict(row)
        for area in sideways.get(number, ()):
            if area.left in row:
                spread |= {at: row[area.left] for at in columns if area.left <= at <= area.right}
        for column, text in spread.items():
            if text not in said[column]:
                said[column].append(text)
    return {column: " ".join(said[column]) for column in sorted(said)}


def _header(rows: Rows, first: int, sheet: Sheet) -> int | None:
    number, head = rows[first]
    below = rows[first + 1 : first + 1 + _LOOKED_AT]
    is_bold = number in sheet.bold and sum(each in sheet.bold for each, _ in below) * 2 <= len(below)
    if is_bold or number in sheet.heads:
        return first
    kinds = [{type(row[column]) for _, row in below if column in row} for column in head]
    dated = [isinstance(text, Day) and Day not in kind for text, kind in zip(head.values(), kinds, strict=True)]
    if sum(dated) > 1 and sum(dated) + 1 >= len(head):
        return first
    is_form = len(head) == len(set(chain.from_iterable(row for _, row in rows[first:]))) == _NAMES_AND_VALUES
    if is_form and len(kinds[1]) > 1 and not isinstance(head[min(head)], Figure):
        return -1  # names and what they are: an amount, a day, a word
    return None


def _without_remarks(rows: Rows) -> tuple[Rows, list[str]]:
    """Rows of one cell at the end, behind an empty one, are none."""
    end = len(rows)
    while end and len(rows[end - 1][1]) == 1:
        end -= 1
    while 0 < end < len(rows) and rows[end][0] == rows[end - 1][0] + 1:
        end += 1
    if not end or not _is_table(rows[:end]) or end == len(rows):
        return rows, []
    return rows[:end], [text for _, row in rows[end:] for text in row.values()]
