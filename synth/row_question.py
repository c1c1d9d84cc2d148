"""What a question says of one table: which rows are meant, by terms that cells say, and which columns, by headers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from math import fsum

from language.english.links import BESIDE
from language.folding import fold
from language.rows import measured, operator_words
from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1.question_pb2 import Question
from synth.bands import within
from synth.tables import Row, Table

_NEIGHBOURS = frozenset((pb.ROW_OPERATOR_NEXT, pb.ROW_OPERATOR_PREVIOUS))
_MOST_ASKED = 10
"""Columns that are looked at."""
_MILLION, _FEW = 1e6, 1e4
_MILLIONS = frozenset(("million", "millions", "mil", "m"))
"""Words of a header below which figures are millions, as small ones are where a bound is of millions."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """Terms of the question that cells say, and the rows of these by their numbers."""

    terms: frozenset[str]
    header: str
    rows: Mapping[int, float]
    """How much of its cell each row's match is."""
    start: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows that are left of a table, and the terms of the question by which."""

    rows: Sequence[Row]
    said: frozenset[str]
    headers: frozenset[str]


class RowQuestion:
    """One question and one table."""

    def __init__(self, question: Question, table: Table) -> None:
        self.question = question
        self.table = table
        self._text = question.read_as or question.text
        self.folded = f" {fold(self._text)} "
        self.measured = measured(self.folded.split())
        """Words of headers below which stands what is compared."""
        found = [one.term for one in question.terms if one.role == pb.TERM_ROLE_SOUGHT]
        self.sought = frozenset(found)
        self._head = found[-1] if found else ""
        """The last word of what is sought: it says what the answer is, and not of which rows."""
        self._same = {other: one.term for one in reversed(question.terms) for other in (one.term, *one.synonyms)}
        self._terms = list(self._telling())
        self._weights = {one.term: one.weight or 1.0 for one in self._terms}
        self._total = fsum(self._weights.values()) or 1.0
        self.about = self._known(table.about)
        """What stands above the table, of the question's terms."""
        self.header_said = {header: self._known(terms) for header, terms in table.header_terms.items()}
        self.header_share = {header: self._of_header(header) for header in table.headers}
        """Of each header, how much the question says."""
        self.sought_share = {header: self._of_sought(said) for header, said in self.header_said.items()}
        """Of what is sought, how much each header says."""
        self.compared = {header: self._compared(header) for header in table.headers}
        self._within_bands = list(self._banded())
        self.constraints = list(self._constrained())
        self.operators = frozenset(question.operators) - (_NEIGHBOURS if self._is_after_amount() else frozenset())
        self.best = self.meeting(self.constraints)
        self.asked = sorted(table.headers, key=self._worth, reverse=True)[:_MOST_ASKED]
        """The columns that may be asked for, the likeliest first."""

    # Its terms.

    def _telling(self) -> Iterator[pb.QuestionTerm]:
        """Those that say what is meant, and not what is to be worked out."""
        passed, bounds = operator_words(), self.question.bounds
        for one in self.question.terms:
            word = self._text[one.start : one.end].lower()
            if word not in passed and not any(bound.start <= one.start < bound.end for bound in bounds):
                yield one

    @cached_property
    def marks(self) -> frozenset[str]:
        """What is no other if it is written otherwise: names and figures."""
        return frozenset(
            one.term
            for one in self._terms
            if one.role == pb.TERM_ROLE_NAME or any(map(str.isdecimal, self._text[one.start : one.end]))
        )

    def share(self, terms: Iterable[str]) -> float:
        """Of the question, by what its terms tell."""
        return self._weight(terms) / self._total

    def _weight(self, terms: Iterable[str]) -> float:
        return fsum(self._weights.get(term, 0.0) for term in terms)

    def _known(self, terms: Iterable[str]) -> frozenset[str]:
        return frozenset(asked for term in terms if (asked := self._same.get(term)))

    # What it says of columns.

    def _of_header(self, header: str) -> float:
        terms = self.table.header_terms[header]
        return len(self.header_said[header]) / len(terms) if terms else 0.0

    def _of_sought(self, said: Set[str]) -> float:
        return len(said & self.sought) / max(1, len(self.sought))

    def _compared(self, header: str) -> float:
        """How much of the question says that rows are compared by a column; what it asks for says nothing of that."""
        said = self._weight(self.header_said[header] - self.sought)
        is_measured = not self.measured.isdisjoint(self.table.header_words[header])
        return (said + is_measured * self._total / max(1, len(self._weights))) / self._total

    @cached_property
    def most_compared(self) -> float:
        """Of the columns that can be put in an order."""
        return max((worth for header, worth in self.compared.items() if self.table.kinds[header]), default=0.0)

    @cached_property
    def most_sought(self) -> float:
        return max(self.sought_share.values(), default=0.0)

    @property
    def is_figure_sought(self) -> bool:
        """Whether what is sought is a figure in a column already."""
        return any(self.sought_share[header] for header, kind in self.table.kinds.items() if kind == "figure")

    def _worth(self, header: str) -> float:
        sought = len(self.header_said[header] & self.sought)
        return 2 * sought + self.header_share[header] + (header == self.table.label)

    # What it says of rows.

    def _constrained(self) -> Iterator[Constraint]:
        """The longest runs of the question's terms that one cell says; what headers say alone is none."""
        places: dict[str, set[tuple[int, str]]] = {}
        for number, row in enumerate(self.table.rows):
            for header, cell in row.cells.items():
                for term in cell.terms:
                    places.setdefault(term, set()).add((number, header))
        headed = frozenset[str]().union(*self.table.header_terms.values())
        yield from self._within_bands
        told = frozenset[str]().union(*(one.terms for one in self._within_bands))
        terms = [one for one in self._terms if one.term not in told]
        at = 0
        while at < len(terms):
            found, end = places.get(terms[at].term, set()), at + 1
            while found and end < len(terms) and (more := found & places.get(terms[end].term, set())):
                found, end = more, end + 1
            said = frozenset(one.term for one in terms[at:end])
            is_head = end - at == 1 and terms[at].term == self._head
            if is_head:
                found = self._of_kind(found)
            if found and (end - at > 1 or is_head or not said <= headed):
                yield self._constraint(said, found, terms[at].start)
            at = end

    def _of_kind(self, found: set[tuple[int, str]]) -> set[tuple[int, str]]:
        """Cells that say no more than what is sought: a kind of thing, if some rows are of it and others are not."""
        rows = self.table.rows
        whole = {(number, header) for number, header in found if len(rows[number].cells[header].terms) == 1}
        return whole if 1 < len(whole) < len(rows) else set()

    def _constraint(self, said: frozenset[str], found: set[tuple[int, str]], start: int) -> Constraint:
        rows = self.table.rows
        close = {one: len(said) / len(rows[one[0]].cells[one[1]].terms) for one in found}
        whole = {one for one in found if f" {rows[one[0]].cells[one[1]].folded} " in self.folded}
        if whole:
            close = dict.fromkeys(whole, 1.0)
        by = defaultdict[str, list[float]](list)
        for (_, column), how in sorted(close.items()):
            by[column].append(how)
        columns = [one for one in self.table.headers if one in by] or sorted(by)
        header = max(columns, key=lambda one: (len(self.header_said.get(one, ())) > 0, fsum(by[one])))
        kept = {number: how for (number, other), how in sorted(close.items()) if other == header}
        return Constraint(said, header, kept, start)

    def _banded(self) -> Iterator[Constraint]:
        """Amounts of the question that lie in bands which a column has."""
        headed = [header for header, said in self.header_said.items() if said]
        for one in within(self._text, self.table, headed):
            terms = frozenset(term.term for term in self._terms if one.start <= term.start < one.end)
            if terms:
                yield Constraint(terms, one.header, dict.fromkeys(one.rows, 1.0), one.start)

    def is_banded(self, rows: Sequence[Row]) -> bool:
        """Whether an amount of the question lies in a band of each of these rows."""
        held = {number for one in self._within_bands for number in one.rows}
        return bool(held) and {row.number for row in rows} <= {self.table.rows[number].number for number in held}

    def meeting(self, constraints: Sequence[Constraint]) -> Chosen:
        """The rows that meet most of the constraints, by what these tell; those of one column are alternatives."""
        by = _by_header(constraints)
        worth = dict.fromkeys(range(len(self.table.rows)), 0.0)
        for some in by.values():
            for number in frozenset().union(*(one.rows for one in some)):
                worth[number] += max(
                    self._weight(one.terms) * (0.9 + 0.1 * one.rows[number]) for one in some if number in one.rows
                )
        best = max(worth.values(), default=0.0)
        left = [number for number, one in worth.items() if one >= best - 0.05 * self._total]
        bounded = [number for number in left if self.question.bounds and self.is_within(self.table.rows[number])]
        met = frozenset[str]().union(*(one.terms for one in constraints if any(number in one.rows for number in left)))
        rows = [self.table.rows[number] for number in bounded or left]
        unsummed = [row for row in rows if not self.table.sums_up(row)] or rows
        return Chosen(unsummed, met, frozenset(by if best else ()))

    def options(self) -> tuple[list[Constraint], list[Constraint]] | None:
        """Constraints of one column that are alternatives, and the others."""
        some = max(_by_header(self.constraints).values(), key=len, default=[])
        if len(some) < 2 or (" or " not in self.folded and self.question.want != pb.WANT_COMPARISON):
            return None
        return some, [one for one in self.constraints if one not in some]

    # Its bounds.

    def is_within(self, row: Row) -> bool:
        """Whether its figures are within the bounds that the question says."""
        column = self._bounded
        at = self.table.order(row, column) if column else None
        return at is not None and self._meets_bounds(at, column)

    def _meets_bounds(self, at: float, column: str) -> bool:
        return all(self._is_within(at, column, bound) for bound in self.question.bounds)

    def _is_within(self, at: float, column: str, bound: pb.Bound) -> bool:
        figure = bound.figure
        if figure >= _MILLION and (not _MILLIONS.isdisjoint(self.table.header_words[column]) or abs(at) < _FEW):
            figure /= _MILLION
        return (at > figure if bound.above else at < figure) or (bound.equal and at == figure)

    @cached_property
    def _bounded(self) -> str:
        """The column that bounds are of: the one that the question says most of, of those that they part."""
        columns = [one for one, kind in self.table.kinds.items() if kind in ("figure", "time")]

        def parted(column: str) -> bool:
            found = [at for row in self.table.rows if (at := self.table.order(row, column)) is not None]
            return len({self._meets_bounds(at, column) for at in found}) > 1

        return max(columns, key=lambda one: (self.header_share[one], parted(one)), default="")

    # What it says behind `after`.

    @property
    def is_anchored(self) -> bool:
        """Whether the rows that are named are what comes behind `after`, up to a comma, if something does."""
        start, end = self._behind
        behind = {one.term for one in self._terms if start <= one.start < end}
        return not behind or not behind.isdisjoint(self.best.said)

    def _is_after_amount(self) -> bool:
        """Whether what comes behind `after` is no row, but an amount that lies in one: after 18 months of service."""
        start, end = self._behind
        return any(start <= one.start < end for one in self._within_bands)

    @cached_property
    def _behind(self) -> tuple[int, int]:
        found = BESIDE.search(self._text)
        return found.span(1) if found else (0, 0)


def _by_header(constraints: Iterable[Constraint]) -> Mapping[str, list[Constraint]]:
    by: dict[str, list[Constraint]] = {}
    for one in constraints:
        by.setdefault(one.header, []).append(one)
    return by
