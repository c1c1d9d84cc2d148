"""Results of operators over the rows of a table: the answer, what tells for it, and how it was worked out in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log1p

from language.rows import AMOUNTS
from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1.text_pb2 import SPAN_TYPE_DATE, SPAN_TYPE_DURATION, SPAN_TYPE_NAME, SPAN_TYPE_TIME
from synth.row_question import Chosen, RowQuestion
from synth.tables import Row

_WHEN = frozenset((SPAN_TYPE_DATE, SPAN_TYPE_TIME, SPAN_TYPE_DURATION))
_TYPES = {"figure": AMOUNTS, "date": _WHEN, "time": _WHEN, "": frozenset((SPAN_TYPE_NAME,))}
"""By the kind of a column, the types of what is asked for that it fits."""
_ENDS_SAID = {
    pb.EXTREME_FIRST: "first",
    pb.EXTREME_LAST: "last",
    pb.EXTREME_MOST: "most",
    pb.EXTREME_LEAST: "least",
}
_MOST_SUMMED = 8
"""Figures that are shown one by one."""
_ENOUGH_ROWS = 30


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


class RowResults:
    """What tells for the results of one question and one table."""

    def __init__(self, said: RowQuestion) -> None:
        self._said = said
        self._table = said.table
        self._question = said.question
        self._types = frozenset(said.question.types)
        self._asks_for_more = bool(said.question.extreme or said.operators - {pb.ROW_OPERATOR_ONLY})
        """Whether something is to be worked out, and not only looked up."""

    def result(
        self,
        answer: str,
        how: str,
        chosen: Chosen,
        rows: Sequence[Row],
        asked: str = "",
        by: str = "",
        told: Mapping[str, float] | None = None,
        stated: str = "",
    ) -> Result:
        """What the column `asked` says, or what was worked out of the rows; `by` is the column that orders them."""
        features = self._of_rows(how, chosen, rows, asked, by) | dict(told or {})
        if asked:
            features |= self._of_asked(how, chosen, asked, by)
        if by:
            features |= self._of_order(chosen, by)
        return Result(answer, how, stated or self._stated(how, rows, by or asked), asked, rows, features)

    def choice(
        self,
        how: str,
        chosen: Chosen,
        rows: Sequence[Row],
        header: str,
        by: str = "",
        told: Mapping[str, float] | None = None,
    ) -> Result:
        """One of the things that the question names, whose column is not asked for, but given."""
        features = self._of_rows(how, chosen, rows, header, by) | dict(told or {})
        if by:
            features |= self._of_order(chosen, by)
        return Result(rows[0].cells[header].text, how, self._stated(how, rows, by or header), header, rows, features)

    def _of_rows(self, how: str, chosen: Chosen, rows: Sequence[Row], asked: str, by: str) -> dict[str, float]:
        """How much of the question is met, and how much of the table was there."""
        terms = chosen.said | self._said.about
        if asked:
            terms |= self._said.header_said[asked]
        if by:
            terms |= self._said.header_said[by]
        return {
            how: 1.0,
            "met": self._said.share(terms),
            "whole": float(self._table.is_whole),
            "table": 1 / (1 + self._table.place),
            "unasked": float(how == "lookup" and self._asks_for_more),
            "unbounded": float(bool(self._question.bounds) and not any(map(self._said.is_within, rows))),
            "unconstrained": float(not chosen.said),
            "unsaid": self._said.share(self._said.marks - terms),
            "size": log1p(min(len(self._table.rows), _ENOUGH_ROWS)),
        }

    def _of_asked(self, how: str, chosen: Chosen, asked: str, by: str) -> dict[str, float]:
        """How well the column fits what is asked for."""
        said, kind = self._said, self._table.kinds[asked]
        is_label = asked == self._table.label
        fits = not self._types.isdisjoint(_TYPES[kind])
        return {
            "asked_sought": said.sought_share[asked],
            "asked_header": said.header_share[asked],
            "asked_typed": float(fits),
            "asked_mistyped": float(bool(self._types) and not fits),
            "asked_label": float(is_label),
            "asked_label_open": float(is_label and not said.most_sought),
            "asked_code": float(asked in self._table.coded and not said.sought <= said.header_said[asked]),
            "asked_taken": float(asked in chosen.headers),
            "asked_beaten": said.most_sought - said.sought_share[asked],
            "asked_by": float(asked == by and how in ("extreme", "beside")),
            "asked_figure": float(bool(kind) and not self._types),
        }

    def _of_order(self, chosen: Chosen, by: str) -> dict[str, float]:
        """How well the column fits what rows are compared by."""
        return {
            "by_header": self._said.header_share[by],
            "by_said": self._said.compared[by],
            "by_taken": float(by in chosen.headers),
            "by_beaten": self._said.most_compared - self._said.compared[by],
        }

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


def written(value: float) -> str:
    """A figure as it is written; rounded to what can be meant."""
    whole = round(value, 2)
    return f"{whole:,.0f}" if whole == int(whole) else f"{whole:,.2f}".rstrip("0")


def summed(how: str, figures: Sequence[float], value: float) -> str:
    """The arithmetic of a total or an average."""
    if len(figures) > _MOST_SUMMED:
        return f"{how} of {len(figures)} rows = {written(value)}"
    added = " + ".join(map(written, figures))
    return f"({added}) / {len(figures)} = {written(value)}" if how == "average" else f"{added} = {written(value)}"
