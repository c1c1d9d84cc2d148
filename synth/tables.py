"""Tables: the rows that agents offer, put together again, as far as they are offered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from language.folding import fold
from language.rows import Ordered, ordered, ranks, summaries
from language.spans import spans
from myriad.agent.v1.text_pb2 import SPAN_TYPE_DATE
from synth.ranking import Candidate
from synth.words import terms_of

MOST_ROWS = 400
_MOST_COLUMNS = 64
_BETWEEN = re.compile(r"; ")
_LONGEST_HEADER = 80
_YEAR = re.compile(r"\d{4}\Z")
_IDENTIFIERS = frozenset(("id", "code", "no", "nr", "number", "key", "ref"))
_LATER = 0.25
"""What a column to the right is the less likely to name its rows."""
_FEW = 3
"""Of fewer rows nobody knows what their header says."""
_NEARLY_ALL = 0.6
"""Of a column's cells so many are of its kind."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row says under a header."""

    text: str
    folded: str
    terms: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row, by its number in the table, and the units that quote it."""

    number: int
    cells: dict[str, Cell]
    units: list[Candidate]


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of one table in order."""

    rows: Sequence[Row]
    of: int
    """How many rows it has, whether they are there or not."""
    place: int
    """How many tables are offered something better of."""
    language: str
    about: frozenset[str] = field(default=frozenset())
    """The terms of what stands above it."""

    @property
    def is_whole(self) -> bool:
        return len(self.rows) >= self.of

    @cached_property
    def headers(self) -> Sequence[str]:
        """In the order of the columns."""
        seen: dict[str, None] = {}
        for row in self.rows:
            seen.update(dict.fromkeys(row.cells))
        return list(seen)

    @cached_property
    def header_terms(self) -> dict[str, frozenset[str]]:
        """What each header says; one of identifiers says that, and not what they stand for: `station_id`."""
        said = {header: terms_of(header, self.language) for header in self.headers}
        ids = {header: self.header_words[header] & _IDENTIFIERS for header in self.coded}
        named = {header: terms_of(" ".join(words), self.language) for header, words in ids.items() if words}
        return said | named

    @cached_property
    def label(self) -> str:
        """The column that names the rows: the first whose cells are mostly words, and differ."""
        best, most = self.headers[0], -1.0
        for place, header in enumerate(self.headers):
            cells = self._cells(header)
            differing = len({one.folded for one in cells}) / max(1, len(cells))
            filled = len(cells) / len(self.rows)
            worth = filled + float(not self.kinds[header] and header not in self.coded) + differing - _LATER * place
            if worth > most:
                best, most = header, worth
        return best

    @cached_property
    def coded(self) -> frozenset[str]:
        """The columns of identifiers: words of letters and digits."""
        found = set()
        for header in self.headers:
            said = [cell.text for cell in self._cells(header)]
            codes = sum(" " not in one and any(map(str.isdecimal, one)) for one in said)
            if not self.kinds[header] and 2 * codes > len(said):
                found.add(header)
        return frozenset(found)

    @cached_property
    def header_words(self) -> dict[str, frozenset[str]]:
        return {header: frozenset(fold(header).split()) for header in self.headers}

    @cached_property
    def ranked(self) -> frozenset[str]:
        """The columns of which the least is the best."""
        return frozenset(one for one in self.headers if not ranks().isdisjoint(self.header_words[one]))

    def sums_up(self, row: Row) -> bool:
        """Whether a row says what others come to together."""
        cell = row.cells.get(self.label) or next(iter(row.cells.values()))
        return cell.folded in summaries()

    @cached_property
    def kinds(self) -> dict[str, str]:
        """By header, in what order its cells can be put: `date`, `time` or `figure`; empty if in none."""
        found = {}
        for header in self.headers:
            said = [cell.text for cell in self._cells(header)]
            counted = Counter(one.kind for text in said if (one := order_of(text, self.language)))
            kind, times = counted.most_common(1)[0] if counted else ("", 0)
            is_long = sum(map(len, said)) > 24 * len(said)
            found[header] = kind if times >= _NEARLY_ALL * len(said) and not is_long else ""
        return found

    def _cells(self, header: str) -> list[Cell]:
        """What the rows say in a column."""
        return [row.cells[header] for row in self.rows if header in row.cells]

    def order(self, row: Row, header: str) -> float | None:
        """Where a row stands by what a column says."""
        cell = row.cells.get(header)
        found = order_of(cell.text, self.language) if cell else None
        return found.at if found and found.kind == self.kinds[header] else None


@lru_cache(maxsize=8_192)
def order_of(text: str, language: str) -> Ordered | None:
    """Where a cell stands among those of its kind."""
    typed = spans(text, language) if len(text) < 80 and any(map(str.isdecimal, text)) else []
    return ordered(text, [one.normal for one in typed if one.type == SPAN_TYPE_DATE])


def tables(ranked: Sequence[Candidate], language: str) -> list[Table]:
    """The tables of which rows are offered, that of the best row first."""
    found: dict[tuple[str, int], dict[int, list[Candidate]]] = {}
    for one in ranked:
        evidence = one.evidence
        if evidence.HasField("row"):
            rows = found.setdefault(table_of(one), {})
            if len(rows) < MOST_ROWS or evidence.row.number in rows:
                rows.setdefault(evidence.row.number, []).append(one)
    return [_table(place, rows, language) for place, rows in enumerate(found.values())]


def without_alike(ranked: Sequence[Candidate]) -> list[Candidate]:
    """Without rows of other documents than the best unit's that say no more of what is asked than their header."""
    offered: dict[tuple[str, int], list[frozenset[int]]] = {}
    for one in ranked:
        if one.evidence.HasField("row"):
            offered.setdefault(table_of(one), []).append(frozenset(one.evidence.said))
    headers = {
        table: frozenset[int].intersection(*said) if len(said) >= _FEW else frozenset[int]()
        for table, said in offered.items()
    }
    return [
        one
        for one in ranked
        if not one.evidence.HasField("row")
        or one.document == ranked[0].document
        or not headers[table_of(one)].issuperset(one.evidence.said)
    ]


def table_of(row: Candidate) -> tuple[str, int]:
    """Which table of which document a row is of; what is no row is of none, 0."""
    return row.document, row.evidence.row.table


def _table(place: int, offered: dict[int, list[Candidate]], language: str) -> Table:
    rows, headers = list[Row](), set[str]()
    for number in sorted(offered):
        units = sorted(offered[number], key=lambda one: one.evidence.position)
        cells: dict[str, Cell] = {}
        for one in dict.fromkeys(units):
            for header, text in _cells(one.evidence.quote[one.evidence.lead_end :].strip()):
                if header not in headers and len(headers) == _MOST_COLUMNS:
                    continue
                if (cell := _cell(text, language)).folded:
                    cells.setdefault(header, cell)
                    headers.add(header)
        if cells:
            rows.append(Row(number, cells, units))
    first = next(iter(offered.values()))[0]
    path = (first.reply.reply.title, *first.reply.reply.heading_path, first.evidence.quote[: first.evidence.lead_end])
    about = frozenset[str]().union(*(terms_of(one, language) for one in path))
    return Table(rows, max(first.evidence.row.of, len(rows)), place, language, about)


@lru_cache(maxsize=8_192)
def _cell(text: str, language: str) -> Cell:
    return Cell(text, fold(text), terms_of(text, language))


def _cells(quote: str) -> Iterator[tuple[str, str]]:
    """Header and value; without a header, the number of the cell."""
    header, value, number = "", "", 0
    for part in _BETWEEN.split(quote):
        name, mark, said = part.partition(": ")
        is_new = bool(mark) and len(name) <= _LONGEST_HEADER
        if value and (is_new or not header):
            yield header or f"#{number}", value
            header, value, number = "", "", number + 1
        if is_new:
            header, value = name, said
        else:
            value = f"{value}; {part}" if value else part
    if value:
        yield header or f"#{number}", value
