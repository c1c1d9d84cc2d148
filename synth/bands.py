"""Bands of a table that hold an amount of the question: three years lie in `2 to 5 years`, 3 kg in `2–5 kg`."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from language.bands import Band, amounts, band
from language.folding import fold
from language.rows import ends, figure_of, header_words
from language.spans import Span, spans
from synth.tables import Table

_FEWEST = 2
"""Bands of a column that is one of bands,"""
_LOOKS = 4
"""and its first cells, of which one is a band."""


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
    amounts_said = _amounts(asked, table.language)
    for headers, bands in _columns(table) if amounts_said else ():
        words = frozenset(word for header in headers for word in header_words(header))
        for span, amount in amounts_said if len(bands) >= _FEWEST else ():
            if amount.unit or any(header in said for header in headers):
                meant = (amount, *_bare(asked, span, words))
                rows = frozenset(number for number, one in bands.items() if any(map(one.holds, meant)))
                if rows:
                    yield Within(span.start, span.end, headers[0], rows)


@lru_cache(maxsize=8)
def _amounts(asked: str, language: str) -> Sequence[tuple[Span, Band]]:
    """Those of a question, which is asked of one table after the other."""
    return tuple(amounts(asked, spans(asked, language)))


def _columns(table: Table) -> Iterator[tuple[Sequence[str], Mapping[int, Band]]]:
    """By column, or by two that say where bands begin and end, the bands of the rows that have one."""
    for header in table.headers:
        cells = [(number, cell.text) for number, row in enumerate(table.rows) if (cell := row.cells.get(header))]
        if any(band(text, table.language) for _, text in cells[:_LOOKS]):
            yield (header,), {number: one for number, text in cells if (one := band(text, table.language))}
    for low, high in ends([header for header in table.headers if table.kinds[header] == "figure"]):
        figures = ((n, table.order(row, low), table.order(row, high)) for n, row in enumerate(table.rows))
        yield (low, high), {n: Band("", a, b) for n, a, b in figures if a is not None and b is not None and a < b}


def _bare(asked: str, span: Span, header: Container[str]) -> Iterator[Band]:
    """An amount without its unit, if the header says that: `Weight (kg)`."""
    written = asked[span.start : span.end]
    figure = figure_of(written)
    if figure is not None and fold(written).split()[-1] in header:
        yield Band("", figure, figure)
