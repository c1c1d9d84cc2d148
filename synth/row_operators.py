"""Operators over the rows of one table: what a question may be answered with, each with what tells for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import fsum

from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1.question_pb2 import Question
from synth.row_question import Chosen, Constraint, RowQuestion
from synth.row_result import Result, RowResults, summed, written
from synth.tables import Cell, Row, Table, order_of

CHOICES = frozenset(("choice", "choice_by_order", "choice_extreme", "choice_frequent"))
"""Operators by which one of the things that the question names is chosen."""
_LATER = frozenset((pb.EXTREME_LAST, pb.EXTREME_MOST))
_ENDS = frozenset((pb.EXTREME_FIRST, pb.EXTREME_LAST))
_MOST_LISTED = 12


def results(question: Question, table: Table) -> Iterator[Result]:
    """All that one table may say to a question."""
    if table.rows:
        yield from _Operators(RowQuestion(question, table)).results()


class _Operators:
    """What comes of one question and one table."""

    def __init__(self, said: RowQuestion) -> None:
        self._said = said
        self._question = said.question
        self._table = said.table
        self._results = RowResults(said)
        self._best = said.best

    def results(self) -> Iterator[Result]:
        """What comes of every operator that the question asks for, and of none."""
        extreme, operators, want = self._question.extreme, self._said.operators, self._question.want
        if want == pb.WANT_YES_NO:
            if options := self._said.options():
                yield from self._choices(*options)
            return
        yield from self._looked_up(self._best, "lookup", band=float(self._said.is_banded(self._best.rows)))
        if extreme:
            yield from self._extremes(self._best)
            yield from self._columns(self._best)
        if options := self._said.options():
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

    def _looked_up(self, chosen: Chosen, how: str, **told: float) -> Iterator[Result]:
        """What the rows say in each column: one thing, or several where several are wanted."""
        rows = chosen.rows
        for header in self._said.asked:
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
                yield self._results.result(answer, how, chosen, rows, header, told=features | told)

    def _answer(self, cells: Sequence[Cell]) -> str:
        """In words; empty if the question says them itself."""
        return ", ".join(one.text for one in cells if f" {one.folded} " not in self._said.folded)

    def _extremes(self, chosen: Chosen) -> Iterator[Result]:
        """The row at an end of the order of the rows, or of a column; or what most of them say."""
        extreme, table = self._question.extreme, self._table
        is_end = extreme in _ENDS
        if is_end:
            row = chosen.rows[-1 if extreme == pb.EXTREME_LAST else 0]
            yield from self._of_row(row, "by_order", chosen)
        columns = [header for header, kind in table.kinds.items() if kind]
        for header in columns:
            standing = [(at, row) for row in chosen.rows if (at := table.order(row, header)) is not None]
            if len(standing) < 2:
                continue
            kind, ranked = table.kinds[header], header in table.ranked
            for is_inverted in (False, True) if ranked or (kind == "time" and not is_end) else (False,):
                best = (max if (extreme in _LATER) != is_inverted else min)(at for at, _ in standing)
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
                yield from self._of_row(tied[0], "extreme", chosen, header, **told)
        if not is_end and not self._said.measured:
            yield from self._frequent(chosen)

    def _of_row(self, row: Row, how: str, chosen: Chosen, by: str = "", **told: float) -> Iterator[Result]:
        for header in self._said.asked:
            cell = row.cells.get(header)
            if cell and (answer := self._answer([cell])):
                yield self._results.result(answer, how, chosen, [row], header, by, told)

    def _frequent(self, chosen: Chosen) -> Iterator[Result]:
        is_later = self._question.extreme in _LATER
        for header in self._said.asked:
            counted = Counter(cell.folded for row in chosen.rows if (cell := row.cells.get(header)))
            ordered = counted.most_common()
            if len(ordered) < 2 or (is_later and ordered[0][1] == ordered[1][1]):
                continue
            value, _ = ordered[0 if is_later else -1]
            rows = [row for row in chosen.rows if (cell := row.cells.get(header)) and cell.folded == value]
            if answer := self._answer([rows[0].cells[header]]):
                yield self._results.result(answer, "frequent", chosen, rows, header)

    def _columns(self, chosen: Chosen) -> Iterator[Result]:
        """Which year, of a row that has a column for each."""
        if len(chosen.rows) != 1 or not chosen.said:
            return
        row, language = chosen.rows[0], self._table.language
        dated = [one for one in self._table.headers if (at := order_of(one, language)) and at.kind == "date"]
        standing = [
            (at.at, header)
            for header in dated
            if (cell := row.cells.get(header)) and (at := order_of(cell.text, language))
        ]
        if len({at for at, _ in standing}) < 2:
            return
        _, header = (max if self._question.extreme in _LATER else min)(standing)
        yield self._results.result(header, "year", chosen, [row], header)

    def _choices(self, options: Sequence[Constraint], others: Sequence[Constraint]) -> Iterator[Result]:
        """Which of the things that the question names."""
        header, of = options[0].header, self._said.meeting(others)
        there = {row.number for row in of.rows}
        said = frozenset[str]().union(*(one.terms for one in options)) | of.said
        every = [[self._table.rows[number] for number in sorted(one.rows)] for one in options]
        chosen = Chosen([row for rows in every for row in rows], said, frozenset((header,)))
        met = [left for rows in every if (left := [row for row in rows if row.number in there])]
        if len(met) == 1 and others:
            yield self._results.choice("choice", chosen, met[0], header)
        groups = met if len(met) > 1 else every
        if len(groups) < 2:
            return
        extreme = self._question.extreme or pb.EXTREME_MOST
        if extreme in _ENDS:
            first = (max if extreme == pb.EXTREME_LAST else min)(groups, key=lambda rows: rows[0].number)
            yield self._results.choice("choice_by_order", chosen, first, header)
        yield from self._choices_by_column(groups, header, chosen, is_later=extreme in _LATER)
        if len({len(rows) for rows in groups}) > 1:
            most = (max if extreme in _LATER else min)(groups, key=len)
            yield self._results.choice("choice_frequent", chosen, most, header)

    def _choices_by_column(
        self, groups: Sequence[Sequence[Row]], header: str, chosen: Chosen, *, is_later: bool
    ) -> Iterator[Result]:
        """The things at an end of the order of each column, those of figures by their sum."""
        table = self._table
        columns = [one for one, kind in table.kinds.items() if kind and one != header]
        for column in columns:
            kind, ranked = table.kinds[column], column in table.ranked
            ordered = [
                (fsum(values) if kind == "figure" else values[0], rows)
                for rows in groups
                if (values := [at for row in rows if (at := table.order(row, column)) is not None])
            ]
            if len({at for at, _ in ordered}) < 2:
                continue
            for is_inverted in (False, True) if ranked or kind == "time" else (False,):
                _, rows = (max if is_later != is_inverted else min)(ordered, key=lambda one: one[0])
                told = {
                    "choice_by_date": float(kind == "date"),
                    "rank_best": float(ranked and is_inverted),
                    "rank_worst": float(ranked and not is_inverted),
                    "inverted": float(is_inverted and not ranked),
                    "only_column": 1 / len(columns),
                }
                yield self._results.choice("choice_extreme", chosen, rows, header, column, told)

    def _beside(self, step: int) -> Iterator[Result]:
        """The row next to the one that the question names, in the order of the rows or of a date."""
        table = self._table
        if not self._best.said or not self._said.is_anchored:
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
            for asked in self._said.asked:
                cell = rows[at].cells.get(asked)
                if cell and (answer := self._answer([cell])):
                    yield self._results.result(answer, "beside", self._best, shown, asked, header, told)

    def _others(self) -> Iterator[Result]:
        """What else meets the rest of the constraints; what is alike in a column that the question names."""
        for one in self._said.constraints:
            rest = self._said.meeting([other for other in self._said.constraints if other is not one])
            rows = [row for at, row in enumerate(self._table.rows) if at not in one.rows and row in rest.rows]
            if rows and rest.said:
                yield from self._looked_up(Chosen(rows, rest.said | one.terms, rest.headers), "other")
        anchors = self._best.rows
        if not self._best.said or len(anchors) != 1:
            return
        for header, cell in anchors[0].cells.items():
            rows = [
                row
                for row in self._table.rows
                if row not in anchors and (own := row.cells.get(header)) and own.folded == cell.folded
            ]
            if rows and self._said.header_said[header]:
                chosen = Chosen(rows, self._best.said | self._said.header_said[header], self._best.headers)
                yield from self._looked_up(chosen, "alike")

    def _counted(self, chosen: Chosen) -> Iterator[Result]:
        rows = chosen.rows
        told = {"lone": float(len(rows) == 1), "figured": float(self._said.is_figure_sought)}
        yield self._results.result(str(len(rows)), "count", chosen, rows, told=told)
        for header in self._said.asked:
            different = {cell.folded for row in rows if (cell := row.cells.get(header))}
            if self._said.header_said[header] and len(different) < len(rows):
                yield self._results.result(str(len(different)), "distinct", chosen, rows, header)

    def _summed(self, chosen: Chosen) -> Iterator[Result]:
        for header in self._figures():
            found = [at for row in chosen.rows if (at := self._table.order(row, header)) is not None]
            if len(found) < 2:
                continue
            for how, value in (("total", fsum(found)), ("average", fsum(found) / len(found))):
                if how == "average" and pb.ROW_OPERATOR_AVERAGE not in self._said.operators:
                    continue
                stated = summed(how, found, value)
                yield self._results.result(written(value), how, chosen, chosen.rows, header, header, stated=stated)

    def _differences(self) -> Iterator[Result]:
        options = self._said.options() or (self._said.constraints, [])
        some = [[self._table.rows[number] for number in one.rows] for one in options[0]][:2]
        if len(some) != 2:
            return
        rows = [row for group in some for row in group]
        chosen = Chosen(rows, self._best.said, self._best.headers)
        shown = [group[0] for group in some]
        for header in self._figures():
            one, other = (self._table.order(row, header) for row in shown)
            if one is not None and other is not None:
                more, less = max(one, other), min(one, other)
                value = written(more - less)
                stated = f"{written(more)} − {written(less)} = {value}"
                yield self._results.result(value, "difference", chosen, shown, header, header, stated=stated)
        if len(some[0]) != len(some[1]):
            value = written(abs(len(some[0]) - len(some[1])))
            yield self._results.result(value, "difference_of_counts", chosen, rows)

    def _figures(self) -> list[str]:
        return [header for header, kind in self._table.kinds.items() if kind == "figure"]
