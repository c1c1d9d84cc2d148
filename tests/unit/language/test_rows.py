"""What questions ask of rows, and in what order cells stand."""

from __future__ import annotations

import pytest

from language.question import read
from language.rows import ends, figure_of, measured, ordered
from myriad.agent.v1 import question_pb2 as pb


@pytest.mark.parametrize(
    ("question", "operator"),
    [
        ("Who came after Ice Lanterns?", pb.ROW_OPERATOR_NEXT),
        ("Which course is before Ethics?", pb.ROW_OPERATOR_PREVIOUS),
        ("How many more points does A have than B?", pb.ROW_OPERATOR_DIFFERENCE),
        ("What is the total of all prices?", pb.ROW_OPERATOR_TOTAL),
        ("What is the average price?", pb.ROW_OPERATOR_AVERAGE),
        ("Which other team is from Selby?", pb.ROW_OPERATOR_OTHER),
        ("Who is the only winner from Selby?", pb.ROW_OPERATOR_ONLY),
    ],
)
def test_words_ask_for_something_to_be_worked_out_over_rows(question: str, operator: pb.RowOperator.ValueType) -> None:
    assert operator in read(question).operators


@pytest.mark.parametrize(
    ("question", "bound"),
    [
        ("Which episodes had at least 9 million viewers?", (9e6, True, True)),
        ("Which plans cost less than 50 euros?", (50.0, False, False)),
        ("Which rooms have 20 seats or more?", (20.0, True, True)),
        ("Which rooms have 20 seats?", None),
    ],
)
def test_a_bound_is_a_figure_with_the_side_that_is_asked_for(
    question: str, bound: tuple[float, bool, bool] | None
) -> None:
    found = [(one.figure, one.above, one.equal) for one in read(question).bounds]

    assert found == ([bound] if bound else [])


@pytest.mark.parametrize(
    ("text", "kind", "at"),
    [
        ("1,094,000", "figure", 1_094_000.0),
        ("(9.8)", "figure", -9.8),
        ("T10", "figure", 10.0),
        ("7th", "figure", 7.0),
        ("$ 2,515", "figure", 2_515.0),
        ("3:41.43", "time", 221.43),
        ("5h 29' 10\"", "time", 19_750.0),
    ],
)
def test_a_cell_stands_where_its_figure_or_its_time_does(text: str, kind: str, at: float) -> None:
    found = ordered(text, [])

    assert found
    assert found.kind == kind
    assert found.at == pytest.approx(at)


@pytest.mark.parametrize(
    "text", ["A-1001", "Copper pipe 15 mm", "none", "Boeing 747 of the second series that was sold"]
)
def test_a_name_with_a_figure_in_it_stands_in_no_order(text: str) -> None:
    assert ordered(text, []) is None


def test_an_earlier_date_stands_before_a_later_one() -> None:
    first, second = ordered("x", ["2024-11"]), ordered("x", ["2024-11-02"])

    assert first
    assert second
    assert first.at < second.at


def test_a_superlative_is_measured_by_what_headers_call_it() -> None:
    assert "minutes" in measured(["longest"])
    assert "price" in measured(["cheaper"])
    assert not measured(["purple"])


def test_a_figure_is_read_with_its_scale() -> None:
    assert figure_of("9 million viewers") == 9e6


def test_a_verb_with_a_figure_ends_the_noun_that_is_asked_for() -> None:
    question = read("Which plan costs 29 euros?")

    assert question.want == pb.WANT_FACT
    assert [one.term for one in question.terms if one.role == pb.TERM_ROLE_SOUGHT] == ["plan"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("weight_from_kg", "weight_to_kg", True),
        ("Minimum order", "Maximum order", True),
        ("From", "To", True),
        ("weight_to_kg", "weight_until_kg", False),
        ("Price from", "Weight to", False),
        ("From", "From", False),
    ],
)
def test_two_headers_may_say_where_one_thing_begins_and_ends(low: str, high: str, expected: bool) -> None:
    assert list(ends([low, high])) == ([(low, high)] if expected else [])
