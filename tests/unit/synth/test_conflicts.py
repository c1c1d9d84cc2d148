"""Conflicts: what documents say otherwise of the same; of what is later, a development; of two things, nothing."""

from __future__ import annotations

import pytest

from myriad.agent.v1.evidence_pb2 import AnswerType, Claim
from myriad.agent.v1.text_pb2 import SpanType
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.aligned import agree, differing, quoted
from synth.conflicts import Disagreement, disagreements
from tests.unit.synth.offering import asked, candidates, reply, unit


def found(question: str, *replies: RankedReply, types: tuple[SpanType.ValueType, ...] = ()) -> list[Disagreement]:
    return disagreements(asked(question, types=types), candidates(*replies))


def values(one: Disagreement) -> list[str]:
    return [side.value for side in one.sides]


def test_quotes_that_differ_in_one_value_disagree() -> None:
    one = reply("Rosa Lind", "Rosa Lind was born in Malmö on 5 March 1952.", document="a")
    other = reply("Rosa Lind", "Rosa Lind was born in Malmö on 5 March 1949.", document="b")
    (made,) = found("When was Rosa Lind born?", one, other)
    assert (made.about, values(made), made.is_development) == ("Rosa Lind", ["5 March 1952", "5 March 1949"], False)
    assert found("When was Rosa Lind born?", one) == []


def test_what_was_said_later_is_a_development_the_later_first() -> None:
    early = reply("Fees", unit("The fee for a new card is 10 euros.", date="2023-02-11"), document="a")
    late = reply("Fees", unit("The fee for a new card is 25 euros.", date="2025-06-30"), document="b")
    (made,) = found("What is the fee for a new card?", early, late)
    assert made.is_development
    assert [value[:2] for value in values(made)] == ["25", "10"]


def born(title: str, year: int, **fields: str) -> RankedReply:
    return reply(title, f"She was born in Rome in {year}.", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (born("Ann Fox", 1950, subject="Ann Fox"), born("Bo Fox", 1960, subject="Bo Fox")),
        (born("Ann Fox", 1950), born("Ann Fox (film)", 1960)),
        (born("Ann Fox", 1950, kind="British painter"), born("Ann Fox", 1960, kind="asteroid", document="b")),
        (reply("A", "Use the async runtime for the pool."), reply("B", "Use the async runtime for the worker.")),
        (
            reply("A", "The town of Varde has 5,000 people."),
            reply("A", "The town of Varde has 5,012 people.", document="b"),
        ),
        (
            reply("Product A", "Product A is made in the town of Brno."),
            reply("Product B", "Product B is made in Brno."),
        ),
    ],
)
def test_two_things_and_two_ways_to_say_one_do_not_disagree(one: RankedReply, other: RankedReply) -> None:
    assert found("When was she born?", one, other) == []


@pytest.mark.parametrize(
    ("quote", "value", "other"),
    [
        ("Rosa Lind first played the elder sister in {} at the age of nine.", "The Aristocats", "Hebron Hall"),
        ("Rosa Lind was for many years a member of the {} of Newark.", "DeCavalcante crime family", "Old Boys"),
        ("Rosa Lind ({}) was a Swedish painter and sculptor of the north.", "1887 – 1975", "1887 – 1964"),
    ],
)
def test_what_is_written_like_a_name_and_one_end_of_a_life_are_values(quote: str, value: str, other: str) -> None:
    replies = [reply("Rosa Lind", quote.format(one), document=one) for one in (value, other)]
    (made,) = found("Rosa Lind?", *replies)
    assert [one in shown for one, shown in zip((value, other), values(made), strict=True)] == [True, True]


def test_another_title_for_a_document_makes_no_other_thing_of_it() -> None:
    said = "It is a remake of the {} Korean film of the same name, and was shot in Malaysia."
    one = reply("Kahani (film)", said.format(2011), document="a")
    other = reply("Notes on Kahani (film)", said.format(2009), document="b")
    assert [values(made) for made in found("Of which year is the film?", one, other)] == [["2011", "2009"]]


def test_only_a_value_of_the_type_that_is_asked_for_matters() -> None:
    one = reply("Rosa Lind", "Rosa Lind moved to Malmö in 1952 alone.", document="a")
    other = reply("Rosa Lind", "Rosa Lind moved to Malmö in 1949 alone.", document="b")
    assert not found("Where did Rosa Lind move?", one, other, types=(SpanType.SPAN_TYPE_NAME,))
    assert found("When did Rosa Lind move?", one, other, types=(SpanType.SPAN_TYPE_DATE,))


def test_statements_of_one_attribute_disagree_if_it_is_asked_for() -> None:
    def stating(document: str, value: str) -> RankedReply:
        claim = Claim(
            subject="Varde", attribute="mayor", value=value, normal=value.lower(), type=AnswerType.ANSWER_TYPE_PERSON
        )
        return reply("Varde", f"{value} runs it.", document=document, claims=[claim])

    (made,) = found("Who is the mayor of Varde?", stating("a", "Ann Fox"), stating("b", "Bo Lie"))
    assert (made.about, values(made)) == ("Varde: mayor", ["Ann Fox", "Bo Lie"])
    assert found("Who built Varde?", stating("a", "Ann Fox"), stating("b", "Bo Lie")) == []


@pytest.mark.parametrize(
    ("kind", "one", "other", "both"),
    [
        (SpanType.SPAN_TYPE_DATE, "1952", "1952-03-05", True),
        (SpanType.SPAN_TYPE_DATE, "1952-03", "1952-04", False),
        (SpanType.SPAN_TYPE_DATE, "1887-10-31/1975", "1887/1975-04-05", True),
        (SpanType.SPAN_TYPE_DATE, "1887/1975", "1887/1964", False),
        (SpanType.SPAN_TYPE_DATE, "1887/1975", "1975", True),
        (SpanType.SPAN_TYPE_NUMBER, "5000", "5012", True),
        (SpanType.SPAN_TYPE_NUMBER, "120", "124", False),
        (SpanType.SPAN_TYPE_NAME, "ann fox", "ann maria fox", True),
        (SpanType.SPAN_TYPE_NAME, "ann fox", "bo fox", False),
    ],
)
def test_values_that_may_both_hold_agree(kind: SpanType.ValueType, one: str, other: str, both: bool) -> None:
    assert agree(kind, one, other) == agree(kind, other, one) == both


def test_quotes_of_many_equal_words_are_not_aligned() -> None:
    many = quoted("a b " * 2_000 + "1999", "en"), quoted("a b " * 2_000 + "1998", "en")
    assert differing(*many) is None
