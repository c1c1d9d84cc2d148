"""Rows of a table on a page: lines whose cells stand below each other, with lines that go on within a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from genesis.formats.layout.lines import Cell, Line
from genesis.readers.heads import has_header

_FURTHER = 1.6
"""Than the rows above stand apart, and twice a line's height: another table."""
_CLOSE = 1.6
"""Of a line's height: what stands below it goes on within a cell."""
_ALIGNED = 0.6
_PARTED = 0.45
"""Of its size: white space that parts two heads of columns."""
_FEWEST_LINES, _FEWEST_HEADED = 3, 3


def rows(page: Sequence[Line], at: int) -> tuple[list[Line], int]:
    """The rows that begin at a line, if there are several, and how many lines they take."""
    taken: list[Line] = []
    end = at
    if head := _head(page, at):
        taken.append(head)
        end += 1
    step = 0.0
    while end < len(page):
        line, gap = page[end], page[end - 1].top - page[end].top if end > at else 0.0
        if len(line.cells) > 1:
            if len(taken) > 1 and gap > max(_FURTHER * step, 2 * line.size):
                break
            step = max(step, gap) if len(taken) > 1 else gap
            taken.append(line)
        elif taken and (number := _within(taken[-1], line, gap)):
            cells = list(taken[-1].cells)
            cells[number] = Cell([*cells[number].words, *line.cells[0].words])
            taken[-1] = replace(taken[-1], cells=cells)
        else:
            break
        end += 1
    return (taken, end - at) if len(taken) > 1 else ([], 0)


def table(given: Sequence[Line]) -> str:
    """
    Rows as Markdown has them: each cell below the one it stands below; the first row heads the others. Two columns of
    names with what they are have no head.
    """
    widest = max(given, key=lambda row: len(row.cells))
    columns = [(cell.left, cell.right) for cell in widest.cells]
    said = [_said(row, columns) for row in given]
    is_headed = given[0].bold and not given[-1].bold
    if len(columns) < _FEWEST_HEADED and not is_headed and not has_header(said) and not _is_text(said):
        width = max(len(row[0]) for row in said) + 4
        between = "\n" if len(said) >= _FEWEST_LINES else "\n\n"
        return between.join(f"{row[0]:{width}}{row[1]}".rstrip() for row in said)
    first, *others = (f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in said)
    return "\n".join((first, "|" + "---|" * len(columns), *others))


def _head(page: Sequence[Line], at: int) -> Line | None:
    """A line whose words stand above the columns of the two below it, though close to each other."""
    line, below = page[at], page[at + 1 : at + 3]
    if len(line.cells) != 1 or len(below) < 2 or len(below[0].cells) < 2:
        return None
    columns = below[0].cells
    if len(below[1].cells) != len(columns) or not 0 < line.top - below[0].top < 3 * line.size:
        return None
    bounds = [(one.right + other.left) / 2 for one, other in pairwise(columns)]
    parts: list[list[int]] = [[] for _ in columns]
    words = line.cells[0].words
    for number, word in enumerate(words):
        parts[sum((word.left + word.right) / 2 > bound for bound in bounds)].append(number)
    if not all(parts):
        return None
    gaps = [words[part[0]].left - words[part[0] - 1].right for part in parts[1:]]
    if min(gaps) < _PARTED * line.size:
        return None
    return replace(line, cells=[Cell([words[number] for number in part]) for part in parts])


def _within(row: Line, line: Line, gap: float) -> int:
    """The number of the cell within which a line goes on; never the first, below which a row begins; 0 if none."""
    if not 0 < gap <= _CLOSE * line.size:
        return 0
    left = line.cells[0].left
    return next(
        (number for number, cell in enumerate(row.cells) if number and abs(cell.left - left) < _ALIGNED * line.size), 0
    )


def _is_text(said: Sequence[Sequence[str]]) -> bool:
    """Whether all that stands on the right is long: no values of names."""
    return all(len(row[1].split()) > 5 for row in said[1:])


def _said(row: Line, columns: Sequence[tuple[float, float]]) -> list[str]:
    said = [""] * len(columns)
    for cell in row.cells:
        left, right = cell.left, cell.right
        nearest = min(range(len(columns)), key=lambda at: max(columns[at][0] - right, left - columns[at][1]))
        said[nearest] = " ".join(filter(None, (said[nearest], cell.text)))
    return said
