"""Conflicts: what sources disagree about, and what only looks like it."""

from __future__ import annotations

import pytest

from myriad.agent.v1.evidence_pb2 import AgentReply, AnswerType, Claim, Evidence
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.aligned import differing, words_of
from synth.conflicts import Disagreement, conflicts
from tests.unit.patterns.growth import grows

BORN = "Ed Wood was born in Poughkeepsie on October 10, 1924."


def said(number: int, *quotes: str, subject: str = "Ed Wood", title: str = "Ed Wood", **more: object) -> RankedReply:
    return RankedReply(
        reply=AgentReply(
            agent=f"minds/m/agents/{number}",
            document=f"minds/m/documents/{number}",
            title=title,
            subject=subject,
            evidence=[Evidence(quote=quote, score=0.8) for quote in quotes],
            **more,  # type: ignore[arg-type]
        ),
        activation=1 / number,
    )


def found(one: RankedReply, other: RankedReply, question: str = "When was Ed Wood born?") -> list[Disagreement]:
    return conflicts(question, [one, other])


def values(disagreements: list[Disagreement]) -> list[set[str]]:
    return [{side.value for side in one.sides} for one in disagreements]


@pytest.mark.parametrize(
    ("sentence", "one", "other"),
    [
        (BORN, "October 10, 1924", "March 3, 1922"),
        (BORN, "Poughkeepsie", "New York City"),
        ("The film sold 3,000 tickets in its first week.", "3,000", "5,000"),
        ("The film was directed by Tim Burton and starred Johnny Depp.", "Tim Burton", "John Ford"),
        ("The company is headquartered in Canton, Massachusetts.", "Canton, Massachusetts", "San Diego"),
    ],
)
def test_two_sentences_that_differ_in_one_value_conflict(sentence: str, one: str, other: str) -> None:
    conflict = found(said(1, sentence), said(2, sentence.replace(one, other)))
    assert values(conflict) == [{one, other}]
    assert conflict[0].about == "Ed Wood"
    assert [side.evidence.quote for side in conflict[0].sides] == [sentence, sentence.replace(one, other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BORN, BORN),
        (BORN, "Ed Wood was born in Poughkeepsie in 1924."),
        (BORN, BORN.replace("October 10, 1924", "10 October 1924")),
        (BORN, BORN.replace("born", "raised")),
        ("The town has about 3,000 inhabitants today.", "The town has 2,950 inhabitants today."),
        ("The film was directed by Tim Burton in Paris.", "The film was directed by Burton in Paris."),
        ("It was fought by Mohammed Ali in the summer.", "It was fought by Muhammad Ali in the summer."),
        ("Widget 2339 is stored in rack B7 of hall 2.", "Widget 2340 is stored in rack B7 of hall 2."),
        ("Tim Burton met Ed Wood in Paris.", "He left London with John Ford in 1950."),
    ],
)
def test_what_agrees_or_is_about_another_thing_is_none(one: str, other: str) -> None:
    assert not found(said(1, one), said(2, other))


def test_the_same_words_about_two_subjects_are_none() -> None:
    he = "He was born in Poughkeepsie on October 10, 1924."
    other = he.replace("1924", "1931")
    assert not found(said(1, he), said(2, other, subject="John Ford", title="John Ford"))
    assert found(said(1, he), said(2, other, subject="Edward Davis Wood", title="Notes"))


def test_one_document_does_not_contradict_itself() -> None:
    one, other = said(1, BORN), said(2, BORN.replace("1924", "1922"))
    other.reply.document = one.reply.document
    assert not found(one, other)


def test_a_conflict_touches_the_question_if_it_asks_for_such_a_value() -> None:
    sides = [said(number, quote, answer_type=AnswerType.ANSWER_TYPE_DATE) for number, quote in
             ((1, BORN), (2, BORN.replace("1924", "1922")))]  # fmt: skip
    assert conflicts("When was Ed Wood born?", sides)[0].touches
    for side in sides:
        side.reply.answer_type = AnswerType.ANSWER_TYPE_PERSON
    assert not conflicts("Who was the wife of Ed Wood?", sides)[0].touches


def test_a_disagreement_is_told_once() -> None:
    told = conflicts("When was Ed Wood born?", [said(n, BORN.replace("1924", year)) for n, year in
                                              enumerate(("1924", "1922", "1924", "1922"), 1)])  # fmt: skip
    assert values(told) == [{"October 10, 1924", "October 10, 1922"}]


def claimed(
    number: int, value: str, normal: str, date: str = "", attribute: str = "population", **more: object
) -> RankedReply:
    kind = AnswerType.ANSWER_TYPE_NUMBER
    claim = Claim(subject="Ash", attribute=attribute, value=value, normal=normal, date=date, type=kind)
    quote = f"Sentence {number} of its own words says {value}, and so it is {number}."
    return said(number, quote, subject="Ash", title="Ash", claims=[claim], **more)


def test_claims_of_an_attribute_that_a_thing_has_once_conflict() -> None:
    conflict = conflicts("What is the population of Ash?", [claimed(1, "3,100", "3100"), claimed(2, "5,200", "5200")])
    assert (conflict[0].about, values(conflict)) == ("Ash: population", [{"3,100", "5,200"}])


def test_claims_of_different_dates_are_a_development() -> None:
    told = conflicts("How many?", [claimed(1, "3,100", "3100", "2010"), claimed(2, "5,200", "5200", "2020")])
    assert [one.is_development for one in told] == [True]
    assert [side.date for side in told[0].sides] == ["2010", "2020"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (claimed(1, "3,100", "3100"), claimed(2, "3100", "3100")),
        (claimed(1, "3,100", "3100"), claimed(2, "3,000", "3000")),
        (claimed(1, "3,100", "3100", attribute="award"), claimed(2, "5,200", "5200", attribute="award")),
        (claimed(1, "3,100", "3100", kind="village"), claimed(2, "5,200", "5200", kind="English singer")),
    ],
)
def test_claims_that_agree_or_of_many_or_of_other_things_do_not(one: RankedReply, other: RankedReply) -> None:
    assert not conflicts("What is the population of Ash?", [one, other])


def test_sentences_that_say_the_same_words_over_and_over_are_not_compared() -> None:
    one, other = words_of("Ed a b" + " a b" * 60 + " 1924"), words_of("Ed a b" + " b a a" * 40 + " 1925")
    assert differing(one, other) is None
    assert not grows(
        lambda text: differing(words_of(text), words_of(text + " 1925")), lambda size: "Ed " + "a b " * (size // 4)
    )
