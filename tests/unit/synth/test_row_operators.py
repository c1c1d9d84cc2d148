"""What is worked out over the rows that agents offer."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.question import read
from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence
from myriad.agent.v1.text_pb2 import UNIT_KIND_ROW, RowPlace
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.ranking import rank
from synth.row_answer import row_answer, told
from synth.row_operators import results
from synth.row_result import Result
from synth.tables import tables, without_alike

TEAMS = [
    "Team: Granite Owls; Town: Harrow Bay; Points: 22; Joined: 4 May 2001",
    "Team: Blue Brooms; Town: Selby; Points: 18; Joined: 3 June 1998",
    "Team: Ice Lanterns; Town: Harrow Bay; Points: 16; Joined: 1 May 2010",
    "Team: Hog Line; Town: Dunmere; Points: 12; Joined: 9 July 2004",
    "Total; Points: 68",
]


def offered(rows: list[str], of: int = 0) -> list[RankedReply]:
    """The rows of one table, each of an agent of its own."""
    return [
        RankedReply(
            reply=AgentReply(
                agent=f"minds/m/agents/{number}",
                document="minds/m/documents/d",
                evidence=[
                    Evidence(
                        quote=row,
                        kind=UNIT_KIND_ROW,
                        row=RowPlace(table=1, number=number, of=of or len(rows)),
                    )
                ],
            )
        )
        for number, row in enumerate(rows, 1)
    ]


def worked_out(question: str, how: str, rows: list[str] = TEAMS) -> list[Result]:
    return [one for one in told(read(question), rank(offered(rows))) if one.how == how]


@pytest.mark.parametrize("columns", [30, 100])
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who has more points, Anna or Bert?", "Bert"),
        ("Which other player is from the same town as Anna?", "Bert"),
        ("Which town does Carl live in?", "Dunmere"),
    ],
)
def test_of_a_wide_table_what_is_within_its_first_columns_is_known(question: str, answer: str, columns: int) -> None:
    people = (("Anna", "Selby"), ("Bert", "Selby"), ("Carl", "Dunmere"))
    rows = [
        f"Points: {number}; {'; '.join(f'C{at}: v{at}{who[0]}' for at in range(columns))}; Player: {who}; Town: {town}"
        for number, (who, town) in enumerate(people)
    ]
    found = {one.answer for one in told(read(question), rank(offered(rows)))}
    assert (answer in found) == (columns < 64)


def test_of_rows_that_are_alike_the_first_is_compared_whatever_the_seed_of_hashes() -> None:
    rows = [f"Player: {who}; Points: {n * n}" for n, who in enumerate(["Anna", "Bert"] * 20, 1)]
    code = f"""
from language.question import read
from synth.ranking import rank
from synth.row_answer import told
from tests.unit.synth.test_row_operators import offered
asked = read("What is the difference between the points of Anna and Bert?")
print([one.answer for one in told(asked, rank(offered({rows!r})))])
"""
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(said) == 1
    assert b"'3'" in said.pop()


@pytest.mark.parametrize(
    ("question", "how", "answer"),
    [
        ("Which team has the most points?", "extreme", "Granite Owls"),
        ("Which team has the fewest points?", "extreme", "Hog Line"),
        ("Which team joined first?", "extreme", "Blue Brooms"),
        ("Which team is the last in the table?", "by_order", "Hog Line"),
        ("Which team comes after Blue Brooms?", "beside", "Ice Lanterns"),
        ("Which team comes before Blue Brooms?", "beside", "Granite Owls"),
        ("How many teams are from Harrow Bay?", "count", "2"),
        ("How many more points does Blue Brooms have than Hog Line?", "difference", "6"),
        ("What is the total of points?", "total", "68"),
        ("Which other team is from the same town as Ice Lanterns?", "alike", "Granite Owls"),
        ("Who has more points, Hog Line or Blue Brooms?", "choice_extreme", "Blue Brooms"),
        ("Which town has the most teams?", "frequent", "Harrow Bay"),
    ],
)
def test_an_operator_gives_what_the_rows_say(question: str, how: str, answer: str) -> None:
    assert answer in {one.answer for one in worked_out(question, how)}


STOCK = [
    "Item: Assam; Kind: tea; Price: 8.50",
    "Item: Sencha; Kind: tea; Price: 11.20",
    "Item: Decaf; Kind: coffee; Price: 5.40",
]


@pytest.mark.parametrize(
    ("question", "how", "answers"),
    [
        ("Which tea is the cheapest?", "extreme", {"Assam", "8.50"}),
        ("How many teas are there?", "count", {"2"}),
        ("Which tea is the cheapest?", "frequent", set()),
    ],
)
def test_a_kind_of_thing_that_some_rows_are_of_and_others_not_says_which_rows(
    question: str, how: str, answers: set[str]
) -> None:
    assert {one.answer for one in worked_out(question, how, STOCK) if one.column != "Kind"} == answers


def test_a_row_that_sums_up_others_is_not_the_most() -> None:
    assert all(one.answer != "Total" for one in worked_out("Which team has the most points?", "extreme"))


def test_what_the_question_names_is_no_answer_but_where_it_names_the_choices() -> None:
    assert all(one.answer != "Blue Brooms" for one in worked_out("Which team comes after Blue Brooms?", "beside"))


def test_what_happens_after_something_that_is_no_row_is_in_no_row_beside() -> None:
    assert worked_out("Who came after Ice Lanterns, of those from Harrow Bay?", "beside")
    assert not worked_out("After the flood, how many points did Ice Lanterns have?", "beside")


def test_an_amount_behind_after_that_lies_in_a_band_asks_for_no_row_beside() -> None:
    rows = ["Service: under 2 years; Notice: 4 weeks", "Service: 2 to 5 years; Notice: 8 weeks"]
    assert not worked_out("What notice is there after 18 months of service?", "beside", rows)
    assert "4 weeks" in {one.answer for one in worked_out("What notice is there after 18 months?", "lookup", rows)}


def test_it_is_said_that_rows_were_not_seen() -> None:
    found = told(read("Which team has the most points?"), rank(offered(TEAMS, of=40)))

    assert all("5 of 40 rows" in one.stated for one in found if one.how == "extreme")
    assert all(not one.features["whole"] for one in found)


def test_rows_of_one_table_are_put_together_in_their_order() -> None:
    (table,) = tables(rank(offered(TEAMS[::-1])), "en")

    assert [row.number for row in table.rows] == [1, 2, 3, 4, 5]
    assert table.label == "Team"
    assert table.kinds["Points"] == "figure"
    assert table.kinds["Joined"] == "date"


def test_the_most_is_given_with_the_row_that_it_was_worked_out_from() -> None:
    found = row_answer(read("Which team has the most points?"), rank(offered(TEAMS)))

    assert found
    assert found.answer == "Granite Owls"
    assert found.calculation
    assert found.units[0].evidence.quote == TEAMS[0]
    assert 0 <= found.probability <= found.sure <= 1


def test_nothing_is_worked_out_of_why() -> None:
    assert row_answer(read("Why did Hog Line join?"), rank(offered(TEAMS))) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("ab1; :(-.,é"), max_size=30), min_size=1, max_size=6),
    st.sampled_from(
        ["Which a has the most 1?", "How many b?", "What comes after a?", "Who has more 1, a or b?", "What is the sum?"]
    ),
)
def test_any_rows_are_read_and_the_probability_is_one(rows: list[str], question: str) -> None:
    found = row_answer(read(question), rank(offered(rows)))

    assert found is None or 0 <= found.probability <= 1


def test_rows_of_another_document_that_say_no_more_than_their_header_are_left_out() -> None:
    sentence = RankedReply(
        reply=AgentReply(
            agent="minds/m/agents/s",
            document="minds/m/documents/s",
            evidence=[Evidence(quote="Everybody has 28 days of holiday.", said=[0, 1])],
        )
    )
    rows = offered(["Item: mug; Days: 3", "Item: box; Days: 7", "Item: holiday card; Days: 2"])
    for one, said in zip(rows, ([0], [0], [0, 1]), strict=True):
        one.reply.evidence[0].said.extend(said)
    best, *others = rank([sentence, *rows])
    first = next(one for one in (best, *others) if not one.evidence.HasField("row"))
    ranked = [first, *(one for one in (best, *others) if one is not first)]
    assert [one.quote for one in without_alike(ranked)] == [first.quote, "Item: holiday card; Days: 2"]


def test_a_word_that_several_columns_say_alike_means_the_first_of_them() -> None:
    """Whatever order sets have in this process: the same question is answered alike in each."""
    columns = [f"Leg {number}" for number in range(1, 13)]
    rows = ["; ".join(f"{one}: {way}" for one in columns) for way in ("north road", "south road")]
    (table,) = tables(rank(offered(rows)), "en")
    found = [one for one in results(read("Which legs are north?"), table) if one.how == "lookup"]
    assert found
    assert all(one.features["asked_taken"] == (one.column == "Leg 1") for one in found)
