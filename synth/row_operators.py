"""
Operators over the rows of one table: what a question may be answered with, each with what tells for it.

Which rows are meant is told by the question's terms that cells say; what is asked of them by those that headers say;
what is to be worked out by the question as it was read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum, log1p

from language.english.links import BESIDE
from language.folding import fold
from language.rows import AMOUNTS, measured, operator_words
from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1.question_pb2 import Question
from myriad.agent.v1.text_pb2 import (
    SPAN_TYPE_DATE,
    SPAN_TYPE_DURATION,
    SPAN_TYPE_NAME,
    SPAN_TYPE_TIME,
)
from synth.bands import within
from synth.tables import Cell, Row, Table, order_of

CHOICES = frozenset(("choice", "choice_by_order", "choice_extreme", "choice_frequent"))
"""Operators by which one of the things that the question names is chosen."""
_WHEN = frozenset((SPAN_TYPE_DATE, SPAN_TYPE_TIME, SPAN_TYPE_DURATION))
_LATER = frozenset((pb.EXTREME_LAST, pb.EXTREME_MOST))
_ENDS = frozenset((pb.EXTREME_FIRST, pb.EXTREME_LAST))
_MOST_ASKED = 10
"""Columns that are looked at."""
_ENDS_SAID = {
    pb.EXTREME_FIRST: "first",
    pb.EXTREME_LAST: "last",
    pb.EXTREME_MOST: "most",
    pb.EXTREME_LEAST: "least",
}
_MOST_LISTED = 12
_MOST_SUMMED = 8
"""Figures that are shown one by one."""
_ENOUGH_ROWS = 30
_MILLION, _FEW = 1e6, 1e4
_MILLIONS = frozenset(("million", "millions", "mil", "m"))
"""Words of a header below which figures are millions, as small ones are where a bound is of millions."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a question may be answered with: in words, how it was worked out, of which rows, and what tells for it."""

    answer: str
    how: str
    stated: str
    column: str
    """The header of what is answered with; empty for a figure that was worked out."""
    rows: Sequence[Row]
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Constraint:
    """Terms of the question that cells say, and the rows of these by their numbers."""

    terms: frozenset[str]
    header: str
    rows: Mapping[int, float]
    """How much of its cell each row's match is."""
    start: int


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Rows that are left of a table, and the terms of the question by which."""

    rows: Sequence[Row]
    said: frozenset[str]
    headers: frozenset[str]


def results(question: Question, table: Table) -> Iterator[Result]:
    """All that one table may say to a question."""
    if table.rows:
        yield from _Operators(question, table).results()


class _Operators:
    """One question and one table."""

    def __init__(self, question: Question, table: Table) -> None:
        self._question = question
        self._table = table
        asked = self._asked_text = question.read_as or question.text
        passed = operator_words()
        self._weights: dict[str, float] = {}
        self._same: dict[str, str] = {}
        self._sought: set[str] = set()
        self._head = ""
        """The last word of what is sought: it says what the answer is, and not of which rows."""
        self._terms = []
        for one in question.terms:
            word = asked[one.start : one.end].lower()
            self._same.setdefault(one.term, one.term)
            for other in one.synonyms:
                self._same.setdefault(other, one.term)
            if one.role == pb.TERM_ROLE_SOUGHT:
                self._sought.add(one.term)
                self._head = one.term
            if word in passed or any(bound.start <= one.start < bound.end for bound in question.bounds):
                continue
            self._weights[one.term] = one.weight or 1.0
            self._terms.append(one)
        self._folded = f" {fold(asked)} "
        self._measured = measured(self._folded.split())
        self._total = fsum(self._weights.values()) or 1.0
        self._operators = frozenset(question.operators)
        self._about = self._known(table.about)
        self._header_said = {header: self._known(terms) for header, terms in table.header_terms.items()}
        self._within_bands = list(self._banded())
        self._constraints = list(self._constrained())
        if self._is_after_amount():
            self._operators -= {pb.ROW_OPERATOR_NEXT, pb.ROW_OPERATOR_PREVIOUS}
        self._best = self._all(self._constraints)
        self._asked = self._asked_columns()
        self._marks = frozenset(
            one.term
            for one in self._terms
            if one.role == pb.TERM_ROLE_NAME or any(map(str.isdecimal, asked[one.start : one.end]))
        )
        """What is no other if it is written otherwise: names and figures."""
        self._most_sought = max((len(some & self._sought) for some in self._header_said.values()), default=0) / max(
            1, len(self._sought)
        )
        self._by = {header: self._compared(header) for header in table.headers}
        self._most_by = max((worth for header, worth in self._by.items() if table.kinds[header]), default=0.0)

    def _compared(self, header: str) -> float:
        """How much of the question says that rows are compared by a column; what it asks for says nothing of that."""
        said = self._weight(self._header_said[header] - self._sought)
        is_measured = not self._measured.isdisjoint(self._table.header_words[header])
        return (said + is_measured * self._total / max(1, len(self._weights))) / self._total

    # What the question's terms say of the table.

    def _known(self, terms: Iterable[str]) -> frozenset[str]:
        return frozenset(asked for term in terms if (asked := self._same.get(term)))

    def _constrained(self) -> Iterator[_Constraint]:
        """The longest runs of the question's terms that one cell says; what headers say alone is none."""
        table, terms = self._table, self._terms
        places: dict[str, set[tuple[int, str]]] = {}
        for number, row in enumerate(table.rows):
            for header, cell in row.cells.items():
                for term in cell.terms:
                    places.setdefault(term, set()).add((number, header))
        headed = frozenset[str]().union(*table.header_terms.values())
        yield from self._within_bands
        told = frozenset[str]().union(*(one.terms for one in self._within_bands))
        terms = [one for one in terms if one.term not in told]
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

    def _banded(self) -> Iterator[_Constraint]:
        """Amounts of the question that lie in bands which a column has."""
        headed = [header for header, said in self._header_said.items() if said]
        for one in within(self._asked_text, self._table, headed):
            terms = frozenset(term.term for term in self._terms if one.start <= term.start < one.end)
            if terms:
                yield _Constraint(terms, one.header, dict.fromkeys(one.rows, 1.0), one.start)

    def _is_banded(self, rows: Sequence[Row]) -> bool:
        """Whether an amount of the question lies in a band of each of these rows."""
        held = {number for one in self._within_bands for number in one.rows}
        return bool(held) and {row.number for row in rows} <= {self._table.rows[number].number for number in held}

    def _of_kind(self, found: set[tuple[int, str]]) -> set[tuple[int, str]]:
        """Cells that say no more than what is sought: a kind of thing, if some rows are of it and others are not."""
        rows = self._table.rows
        whole = {(number, header) for number, header in found if len(rows[number].cells[header].terms) == 1}
        return whole if 1 < len(whole) < len(rows) else set()

    def _constraint(self, said: frozenset[str], found: set[tuple[int, str]], start: int) -> _Constraint:
        rows = self._table.rows
        close = {one: len(said) / len(rows[one[0]].cells[one[1]].terms) for one in found}
        whole = {one for one in found if f" {rows[one[0]].cells[one[1]].folded} " in self._folded}
        if whole:
            close = dict.fromkeys(whole, 1.0)
        by = defaultdict[str, list[float]](list)
        for (_, header), how in close.items():
            by[header].append(how)
        columns = [one for one in self._table.headers if one in by] or sorted(by)
        header = max(columns, key=lambda one: (len(self._header_said.get(one, ())) > 0, fsum(by[one])))
        kept = {number: how for (number, other), how in close.items() if other == header}
        return _Constraint(said, header, kept, start)

    def _all(self, constraints: Sequence[_Constraint]) -> _Chosen:
        """The rows that meet most of the constraints, by what these tell; those of one column are alternatives."""
        by: dict[str, list[_Constraint]] = {}
        for one in constraints:
            by.setdefault(one.header, []).append(one)
        worth = dict.fromkeys(range(len(self._table.rows)), 0.0)
        for some in by.values():
            for number in frozenset().union(*(one.rows for one in some)):
                worth[number] += max(
                    self._weight(one.terms) * (0.9 + 0.1 * one.rows[number]) for one in some if number in one.rows
                )
        best = max(worth.values(), default=0.0)
        left = [number for number, one in worth.items() if one >= best - 0.05 * self._total]
        bounded = [number for number in left if self._question.bounds and self._within(self._table.rows[number])]
        met = frozenset[str]().union(*(one.terms for one in constraints if any(number in one.rows for number in left)))
        rows = [self._table.rows[number] for number in bounded or left]
        return _Chosen(
            [row for row in rows if not self._table.sums_up(row)] or rows,
            met,
            frozenset(one.header for one in constraints if best),
        )

    def _weight(self, terms: Iterable[str]) -> float:
        return fsum(self._weights.get(term, 0.0) for term in terms)

    def _within(self, row: Row) -> bool:
        """Whether its figures are within the bounds that the question says."""
        column = self._bounded
        at = self._table.order(row, column) if column else None
        return at is not None and all(self._is_within(at, column, bound) for bound in self._question.bounds)

    def _is_within(self, at: float, column: str, bound: pb.Bound) -> bool:
        figure = bound.figure
        if figure >= _MILLION and (not _MILLIONS.isdisjoint(self._table.header_words[column]) or abs(at) < _FEW):
            figure /= _MILLION
        return (at > figure if bound.above else at < figure) or (bound.equal and at == figure)

    @cached_property
    def _bounded(self) -> str:
        """The column that bounds are of: the one that the question says most of, of those that they part."""
        columns = [one for one, kind in self._table.kinds.items() if kind in ("figure", "time")]

        def parted(column: str) -> bool:
            found = [at for row in self._table.rows if (at := self._table.order(row, column)) is not None]
            within = [all(self._is_within(at, column, bound) for bound in self._question.bounds) for at in found]
            return any(within) and not all(within)

        return max(columns, key=lambda one: (self._share(one), parted(one)), default="")

    def _share(self, header: str) -> float:
        """Of a header, how much the question says."""
        terms = self._table.header_terms[header]
        return len(self._header_said[header]) / len(terms) if terms else 0.0

    def _asked_columns(self) -> list[str]:
        def worth(header: str) -> float:
            said = self._header_said[header]
            return 2 * len(said & self._sought) + self._share(header) + (header == self._table.label)

        return sorted(self._table.headers, key=worth, reverse=True)[:_MOST_ASKED]

    # What may be answered.

    def results(self) -> Iterator[Result]:
        """What comes of every operator that the question asks for, and of none."""
        extreme, operators, want = self._question.extreme, self._operators, self._question.want
        if want == pb.WANT_YES_NO:
            if options := self._options():
                yield from self._choices(*options)
            return
        yield from self._looked_up(self._best, "lookup", band=float(self._is_banded(self._best.rows)))
        if extreme:
            yield from self._extremes(self._best)
            yield from self._columns(self._best)
        if options := self._options():
            yield from self._choices(*options)
        for operator, step in ((pb.ROW_OPERATOR_NEXT, 1), (pb.ROW_OPERATOR_PREVIOUS, -1)):
            if operator in operators:
                yield from self._beside(step)
        if pb.ROW_OPERATOR_OTHER in operators:
            yield from self._others()
        if want == pb.WANT_COUNT or operators & {pb.ROW_OPERATOR_TOTAL, pb.ROW_OPERATOR_AVERAGE}:
            yield from self._counted(self._best)
            yield from self._summed(self._best)
        if pb.ROW_OPERATOR_DIFFERENCE in operators:
            yield from self._differences()

    def _looked_up(self, chosen: _Chosen, how: str, **told: float) -> Iterator[Result]:
        """What the rows say in each column: one thing, or several where several are wanted."""
        rows = chosen.rows
        for header in self._asked:
            cells = {cell.folded: cell for row in rows if (cell := row.cells.get(header))}
            if not cells:
                continue
            is_list = self._question.want == pb.WANT_LIST and 1 < len(cells) <= _MOST_LISTED
            said = list(cells.values()) if is_list else list(cells.values())[:1]
            features = {
                "single": float(len(cells) == 1),
                "several": 1 - 1 / len(cells),
                "listed": float(is_list),
                "first": float(len(cells) > 1 and not is_list),
            }
            if answer := self._answer(said):
                yield self._result(answer, how, rows, header, "", chosen, features | told)

    def _answer(self, cells: Sequence[Cell]) -> str:
        """In words; empty if the question says them itself."""
        new = [one.text for one in cells if f" {one.folded} " not in self._folded]
        return ", ".join(new)

    def _extremes(self, chosen: _Chosen) -> Iterator[Result]:
        """The row at an end of the order of the rows, or of a column; or what most of them say."""
        extreme, table = self._question.extreme, self._table
        is_end = extreme in _ENDS
        if is_end:
            row = chosen.rows[-1 if extreme == pb.EXTREME_LAST else 0]
            yield from self._of_row(row, "by_order", "", chosen, {})
        columns = [header for header, kind in table.kinds.items() if kind]
        for header in columns:
            standing = [(at, row) for row in chosen.rows if (at := table.order(row, header)) is not None]
            if len(standing) < 2:
                continue
            kind = table.kinds[header]
            for is_inverted in (False, True):
                ranked = header in table.ranked
                if is_inverted and not ranked and (is_end or kind != "time"):
                    continue
                is_most = (extreme in _LATER) != is_inverted
                best = (max if is_most else min)(at for at, _ in standing)
                tied = [row for at, row in standing if at == best]
                told = {
                    "by_date": float(is_end and kind == "date"),
                    "by_figure": float(kind == "figure" and not is_end),
                    "by_time": float(kind == "time"),
                    "end_by_figure": float(is_end and kind == "figure"),
                    "most_by_date": float(not is_end and kind == "date"),
                    "inverted": float(is_inverted and not ranked),
                    "rank_best": float(ranked and is_inverted),
                    "rank_worst": float(ranked and not is_inverted),
                    "tied": 1 - 1 / len(tied),
                    "only_column": 1 / len(columns),
                }
                yield from self._of_row(tied[0], "extreme", header, chosen, told)
        if not is_end and not self._measured:
            yield from self._frequent(chosen)

    def _of_row(self, row: Row, how: str, by: str, chosen: _Chosen, told: Mapping[str, float]) -> Iterator[Result]:
        for header in self._asked:
            cell = row.cells.get(header)
            if cell and (answer := self._answer([cell])):
                yield self._result(answer, how, [row], header, by, chosen, told)

    def _frequent(self, chosen: _Chosen) -> Iterator[Result]:
        for header in self._asked:
            counted = Counter(cell.folded for row in chosen.rows if (cell := row.cells.get(header)))
            ordered = counted.most_common()
            if len(ordered) < 2:
                continue
            value, times = ordered[0] if self._question.extreme in _LATER else ordered[-1]
            if self._question.extreme in _LATER and times == ordered[1][1]:
                continue
            rows = [row for row in chosen.rows if (cell := row.cells.get(header)) and cell.folded == value]
            if answer := self._answer([rows[0].cells[header]]):
                yield self._result(answer, "frequent", rows, header, "", chosen, {})

    def _columns(self, chosen: _Chosen) -> Iterator[Result]:
        """Which year, of a row that has a column for each."""
        if len(chosen.rows) != 1 or not chosen.said:
            return
        row = chosen.rows[0]
        dated = [
            one for one in self._table.headers if (at := order_of(one, self._table.language)) and at.kind == "date"
        ]
        standing = [
            (at.at, header)
            for header in dated
            if (cell := row.cells.get(header)) and (at := order_of(cell.text, self._table.language))
        ]
        if len(standing) < 2 or len({at for at, _ in standing}) < 2:
            return
        _, header = (max if self._question.extreme in _LATER else min)(standing)
        yield self._result(header, "year", [row], header, "", chosen, {})

    def _options(self) -> tuple[list[_Constraint], list[_Constraint]] | None:
        """Constraints of one column that are alternatives, and the others."""
        by: dict[str, list[_Constraint]] = {}
        for one in self._constraints:
            by.setdefault(one.header, []).append(one)
        some = max(by.values(), key=len, default=[])
        if len(some) < 2 or (" or " not in self._folded and self._question.want != pb.WANT_COMPARISON):
            return None
        return some, [one for one in self._constraints if one not in some]

    def _choices(self, options: Sequence[_Constraint], others: Sequence[_Constraint]) -> Iterator[Result]:
        """Which of the things that the question names."""
        table, header = self._table, options[0].header
        of = self._all(others)
        there = {row.number for row in of.rows}
        said = frozenset[str]().union(*(one.terms for one in options)) | of.said
        every = [(one, [table.rows[number] for number in sorted(one.rows)]) for one in options]
        holding = [(one, [row for row in rows if row.number in there]) for one, rows in every]
        chosen = _Chosen([row for _, rows in every for row in rows], said, frozenset((header,)))

        def chose(rows: Sequence[Row], how: str, by: str, told: Mapping[str, float]) -> Result:
            return self._result(rows[0].cells[header].text, how, rows, header, by, chosen, told)

        met = [rows for _, rows in holding if rows]
        if len(met) == 1 and others:
            yield chose(met[0], "choice", "", {})
        groups = [rows for _, rows in holding if rows] if len(met) > 1 else [rows for _, rows in every]
        if len(groups) < 2:
            return
        extreme = self._question.extreme or pb.EXTREME_MOST
        if extreme in _ENDS:
            pick = max if extreme == pb.EXTREME_LAST else min
            yield chose(pick(groups, key=lambda rows: rows[0].number), "choice_by_order", "", {})
        columns = [one for one, kind in table.kinds.items() if kind and one != header]
        for column in columns:
            ordered = [
                (fsum(values) if table.kinds[column] == "figure" else values[0], rows)
                for rows in groups
                if (values := [at for row in rows if (at := table.order(row, column)) is not None])
            ]
            if len(ordered) < 2 or len({at for at, _ in ordered}) < 2:
                continue
            ranked = column in table.ranked
            for is_inverted in (False, True):
                if is_inverted and not ranked and table.kinds[column] != "time":
                    continue
                is_most = (extreme in _LATER) != is_inverted
                _, rows = (max if is_most else min)(ordered, key=lambda one: one[0])
                told = {
                    "choice_by_date": float(table.kinds[column] == "date"),
                    "rank_best": float(ranked and is_inverted),
                    "rank_worst": float(ranked and not is_inverted),
                    "inverted": float(is_inverted and not ranked),
                    "only_column": 1 / len(columns),
                }
                yield chose(rows, "choice_extreme", column, told)
        if len({len(rows) for rows in groups}) > 1:
            yield chose((max if extreme in _LATER else min)(groups, key=len), "choice_frequent", "", {})

    def _beside(self, step: int) -> Iterator[Result]:
        """The row next to the one that the question names, in the order of the rows or of a date."""
        table = self._table
        if not self._best.said or not self._is_anchored():
            return
        anchors = self._best.rows
        for header in ("", *(one for one, kind in table.kinds.items() if kind in ("date", "time"))):
            rows = list(table.rows)
            if header:
                rows = [row for row in rows if table.order(row, header) is not None]
                rows.sort(key=lambda row: table.order(row, header) or 0.0)
            numbers = [at for at, row in enumerate(rows) if row in anchors]
            if not numbers:
                continue
            at = (max(numbers) if step > 0 else min(numbers)) + step
            if not 0 <= at < len(rows):
                continue
            is_next = abs(rows[at].number - rows[at - step].number) == 1 or bool(header)
            told = {"beside_by_date": float(bool(header)), "gap": float(not is_next), "anchors": 1 - 1 / len(numbers)}
            shown = [rows[at], rows[at - step]]
            for asked in self._asked:
                cell = rows[at].cells.get(asked)
                if cell and (answer := self._answer([cell])):
                    yield self._result(answer, "beside", shown, asked, header, self._best, told)

    def _is_anchored(self) -> bool:
        """Whether the rows that are named are what comes behind `after`, up to a comma, if something does."""
        start, end = self._behind
        behind = {one.term for one in self._terms if start <= one.start < end}
        return not behind or not behind.isdisjoint(self._best.said)

    def _is_after_amount(self) -> bool:
        """Whether what comes behind `after` is no row, but an amount that lies in one: after 18 months of service."""
        start, end = self._behind
        return any(start <= one.start < end for one in self._within_bands)

    @cached_property
    def _behind(self) -> tuple[int, int]:
        found = BESIDE.search(self._asked_text)
        return found.span(1) if found else (0, 0)

    def _others(self) -> Iterator[Result]:
        """What else meets the rest of the constraints; what is alike in a column that the question names."""
        for one in self._constraints:
            rest = self._all([other for other in self._constraints if other is not one])
            rows = [row for at, row in enumerate(self._table.rows) if at not in one.rows and row in rest.rows]
            if rows and rest.said:
                yield from self._looked_up(_Chosen(rows, rest.said | one.terms, rest.headers), "other")
        anchors = self._best.rows
        if not self._best.said or len(anchors) != 1:
            return
        for header, cell in anchors[0].cells.items():
            rows = [
                row
                for row in self._table.rows
                if row not in anchors and (own := row.cells.get(header)) and own.folded == cell.folded
            ]
            if rows and self._header_said[header]:
                chosen = _Chosen(rows, self._best.said | self._header_said[header], self._best.headers)
                yield from self._looked_up(chosen, "alike")

    def _counted(self, chosen: _Chosen) -> Iterator[Result]:
        rows = chosen.rows
        yield self._result(
            str(len(rows)), "count", rows, "", "", chosen, {"lone": float(len(rows) == 1), "figured": self._figured()}
        )
        for header in self._asked:
            different = {cell.folded for row in rows if (cell := row.cells.get(header))}
            if self._header_said[header] and len(different) < len(rows):
                yield self._result(str(len(different)), "distinct", rows, header, "", chosen, {})

    def _figured(self) -> float:
        """Whether what is counted is a figure in a column already."""
        kinds = self._table.kinds
        said = (terms & self._sought for header, terms in self._header_said.items() if kinds[header] == "figure")
        return float(any(said))

    def _summed(self, chosen: _Chosen) -> Iterator[Result]:
        for header in self._figures():
            found = [at for row in chosen.rows if (at := self._table.order(row, header)) is not None]
            if len(found) < 2:
                continue
            for how, value in (("total", fsum(found)), ("average", fsum(found) / len(found))):
                if how == "average" and pb.ROW_OPERATOR_AVERAGE not in self._operators:
                    continue
                yield self._result(
                    _written(value), how, chosen.rows, header, header, chosen, {}, _sum(how, found, value)
                )

    def _differences(self) -> Iterator[Result]:
        options = self._options() or (self._constraints, [])
        some = [[self._table.rows[number] for number in one.rows] for one in options[0]][:2]
        if len(some) != 2:
            return
        rows = [row for group in some for row in group]
        chosen = _Chosen(rows, self._best.said, self._best.headers)
        for header in self._figures():
            one, other = (self._table.order(group[0], header) for group in some)
            if one is not None and other is not None:
                shown = [some[0][0], some[1][0]]
                more, less = max(one, other), min(one, other)
                stated = f"{_written(more)} − {_written(less)} = {_written(more - less)}"
                yield self._result(_written(more - less), "difference", shown, header, header, chosen, {}, stated)
        if len(some[0]) != len(some[1]):
            value = _written(abs(len(some[0]) - len(some[1])))
            yield self._result(value, "difference_of_counts", rows, "", "", chosen, {})

    def _figures(self) -> list[str]:
        return [header for header, kind in self._table.kinds.items() if kind == "figure"]

    # What tells for it.

    def _result(
        self,
        answer: str,
        how: str,
        rows: Sequence[Row],
        asked: str,
        by: str,
        chosen: _Chosen,
        told: Mapping[str, float],
        stated: str = "",
    ) -> Result:
        table, question = self._table, self._question
        said = chosen.said | self._about
        if asked:
            said |= self._header_said[asked]
        if by:
            said |= self._header_said[by]
        types = frozenset(question.types)
        features = {
            how: 1.0,
            "met": self._weight(said) / self._total,
            "whole": float(table.is_whole),
            "table": 1 / (1 + table.place),
            "unasked": float(how == "lookup" and bool(question.extreme or (self._operators - {pb.ROW_OPERATOR_ONLY}))),
            "unbounded": float(bool(question.bounds) and not any(self._within(row) for row in rows)),
            "unconstrained": float(not chosen.said),
            "unsaid": self._weight(self._marks - said) / self._total,
            "size": log1p(min(len(table.rows), _ENOUGH_ROWS)),
            **told,
        }
        if asked and how not in CHOICES:
            terms = self._header_said[asked]
            kind = table.kinds[asked]
            fits = bool(
                (types & AMOUNTS and kind == "figure")
                or (types & _WHEN and kind in ("date", "time"))
                or (SPAN_TYPE_NAME in types and not kind)
            )
            features |= {
                "asked_sought": len(terms & self._sought) / len(self._sought) if self._sought else 0.0,
                "asked_header": self._share(asked),
                "asked_typed": float(bool(types) and fits),
                "asked_mistyped": float(bool(types) and not fits),
                "asked_label": float(asked == table.label),
                "asked_label_open": float(asked == table.label and not self._sought_headed()),
                "asked_code": float(asked in table.coded and not self._sought <= terms),
                "asked_taken": float(asked in chosen.headers),
                "asked_beaten": self._most_sought - len(terms & self._sought) / max(1, len(self._sought)),
                "asked_by": float(asked == by and how in ("extreme", "beside")),
                "asked_figure": float(bool(kind) and not types),
            }
        if by:
            features |= {
                "by_header": self._share(by),
                "by_said": self._by[by],
                "by_taken": float(by in chosen.headers),
                "by_beaten": self._most_by - self._by[by],
            }
        return Result(answer, how, stated or self._stated(how, rows, by or asked), asked, rows, features)

    def _stated(self, how: str, rows: Sequence[Row], header: str) -> str:
        """How it was worked out, in words; with how many of the table's rows were there, if not all."""
        end = _ENDS_SAID.get(self._question.extreme, "")
        of = f"“{header}”" if header and not header.startswith("#") else "the column"
        said = {
            "by_order": f"{end} of the rows in their order",
            "extreme": f"{end} by {of}",
            "frequent": f"{end} often in {of}",
            "year": f"{end} of the columns",
            "choice_extreme": f"compared by {of}",
            "choice_by_order": "compared by their order",
            "choice_frequent": "compared by how many rows there are of each",
            "beside": "the row beside it" if header.startswith("#") else f"the row beside it, {of}",
            "other": "the others that are so",
            "alike": f"the others of the same {of}",
            "count": f"{len(rows)} rows are so",
            "distinct": f"different ones in {of}",
        }.get(how, how.replace("_", " "))
        there, every = len(self._table.rows), self._table.of
        seen = f"{there} rows" if self._table.is_whole else f"{there} of {every} rows, the others were not seen"
        return f"{said} ({seen})"

    def _sought_headed(self) -> bool:
        """Whether some header says what is sought."""
        return any(terms & self._sought for terms in self._header_said.values())


def _written(value: float) -> str:
    """A figure as it is written; rounded to what can be meant."""
    whole = round(value, 2)
    return f"{whole:,.0f}" if whole == int(whole) else f"{whole:,.2f}".rstrip("0")


def _sum(how: str, figures: Sequence[float], value: float) -> str:
    """The arithmetic."""
    if len(figures) > _MOST_SUMMED:
        return f"{how} of {len(figures)} rows = {_written(value)}"
    added = " + ".join(map(_written, figures))
    return f"({added}) / {len(figures)} = {_written(value)}" if how == "average" else f"{added} = {_written(value)}"
