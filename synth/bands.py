"""Bands of a table that hold an amount of the question: three years lie in `2 to 5 years`, 3 kg in `2–5 kg`."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from language.bands import Band, amounts, band
from language.folding import fold
from language.rows import figure_of
from language.spans import Span, spans
from synth.tables import Table

_FEWEST = 2
"""Bands of a column that is one of bands."""


class Within(NamedTuple):
    """A stretch of the question, and by their numbers the rows of which the column holds it."""

    start: int
    end: int
    header: str
    rows: frozenset[int]


def within(asked: str, table: Table, said: Container[str]) -> Iterator[Within]:
    """
    What of the question lies in bands of which column.

    `said` are the headers of which the question says something: of what a bare number is, they tell.
    """
    amounts_said = list(amounts(asked, spans(asked, table.language)))
    for header in table.headers if amounts_said else ():
        cells = ((number, row.cells.get(header)) for number, row in enumerate(table.rows))
        bands = {number: found for number, cell in cells if cell and (found := band(cell.text, table.language))}
        if len(bands) < _FEWEST:
            continue
        for span, amount in amounts_said:
            if amount.unit or header in said:
                meant = (amount, *_bare(asked, span, table.header_words[header]))
                rows = frozenset(number for number, one in bands.items() if any(map(one.holds, meant)))
                if rows:
                    yield Within(span.start, span.end, header, rows)


def _bare(asked: str, span: Span, header: Container[str]) -> Iterator[Band]:
    """An amount without its unit, if the header says that: `Weight (kg)`."""
    written = asked[span.start : span.end]
    figure = figure_of(written)
    if figure is not None and fold(written).split()[-1] in header:
        yield Band("", figure, figure)
