"""Short answers: what of a unit may be one, and what tells for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.question import read
from models import Linear
from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence, SourceSpan, UnitFeatures
from myriad.agent.v1.question_pb2 import Question
from myriad.agent.v1.text_pb2 import UNIT_KIND_ENTRY, UNIT_KIND_LIST, UNIT_KIND_ROW, UNIT_KIND_SENTENCE, UnitKind
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.ranking import Candidate, rank
from synth.short_answer import Told, likeliest, short_answer, told

TABLE = "Year: 2019; 2018\nState licences; 2.5; 3.5\nCable licences; 136.2; 120.6"
ROW = "Name: Mario Corso; Club: Internazionale; Points: 3"
KINDS = (UNIT_KIND_SENTENCE, UNIT_KIND_ROW, UNIT_KIND_LIST, UNIT_KIND_ENTRY)


def led_by(
    quote: str, kind: UnitKind.ValueType = UNIT_KIND_SENTENCE, question: Question | None = None
) -> list[Candidate]:
    spans = [SourceSpan(source_end=len(quote))]
    features = UnitFeatures(relevance=1.0, coverage=1.0, path_coverage=1.0, words=9)
    unit = Evidence(quote=quote, kind=kind, spans=spans, features=features)
    return rank([RankedReply(reply=AgentReply(agent="a", document="d", evidence=[unit]))])


def found(question: str, quote: str, kind: UnitKind.ValueType = UNIT_KIND_SENTENCE) -> dict[str, Told]:
    ranked = led_by(quote, kind)
    return {one.text: one for one in told(read(question), ranked[0], 0.9)}


def test_of_two_things_of_a_sentence_that_are_as_likely_neither_is_given() -> None:
    model = Linear({"near": 1.0}, 0.0, {})
    rust, mit, licence = (
        Told(text, (0, 1), {"near": near}, is_cell=False) for text, near in (("Rust", 1.0), ("MIT", 1.0), ("x", 0.5))
    )
    assert likeliest([rust, mit, licence], model) is None
    assert likeliest([], model) is None
    for found in ([rust, rust._replace(text="rust"), licence], [one._replace(is_cell=True) for one in (rust, mit)]):
        best = likeliest(found, model)
        assert best
        assert best.text == "Rust"


def test_only_what_is_of_a_type_that_is_asked_for_may_answer() -> None:
    assert found("When was Ada born?", "Ada was born in 1815 in London.").keys() == {"1815"}
    assert not found("When was Ada born?", "Ada was born in London.")


@pytest.mark.parametrize(
    ("question", "texts"),
    [("Which version dropped MySQL?", set()), ("Which version of Redis does 7.0.0 need?", {"6.2"})],
)
def test_below_a_heading_that_says_the_version_no_other_is_the_one_that_is_asked_for(
    question: str, texts: set[str]
) -> None:
    unit = Evidence(quote="It needs Redis 6.2. MySQL is gone.", spans=[SourceSpan(source_end=34)])
    reply = AgentReply(agent="a", document="d", heading_path=["7.0.0 — 16 July 2024"], evidence=[unit])
    (lead,) = rank([RankedReply(reply=reply)])
    assert {one.text for one in told(read(question), lead, 0.9)} == texts


def test_what_the_question_says_is_no_answer() -> None:
    assert "Ada" not in found("Where was Ada born?", "Ada was born in London.")


@pytest.mark.parametrize(
    ("question", "quote", "now", "left"),
    [
        ("Which plan is Ida on?", "Ida moved from the Basic plan to the Studio plan.", "Studio", "Basic"),
        ("Which room is it in?", "It is no longer in Larch Hall, but in Maple Hall.", "Maple Hall", "Larch Hall"),
        (
            "Which grade is Ida in?",
            "Ida was promoted from Junior Clerk to Senior Clerk.",
            "Senior Clerk",
            "Junior Clerk",
        ),
    ],
)
def test_what_is_no_longer_so_is_no_answer(question: str, quote: str, now: str, left: str) -> None:
    said = found(question, quote)
    assert now in said
    assert left not in said


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What does Priya maintain?", "Priya Raman"),
        ("Who helps Priya Raman?", "Priya Raman"),
        ("Who is Priya Raman?", "Olek Dudek"),
    ],
)
def test_neither_a_name_said_in_full_nor_another_name_for_what_somebody_is_answers(question: str, name: str) -> None:
    assert name not in found(question, "Maintained by Priya Raman, and by Olek Dudek.")


def test_a_name_may_bear_another_where_a_noun_is_sought() -> None:
    assert "Hotel Porto Azul" in found("Which hotel in Porto is open?", "Open all year is Hotel Porto Azul.")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How long is the cord?", "75 cm"),
        ("How much does it weigh?", "1.2 kg"),
        ("How many litres does it boil?", "1.7 litres"),
    ],
)
def test_an_amount_is_in_a_unit_of_what_is_measured(question: str, answer: str) -> None:
    quote = "It boils 1.7 litres, weighs 1.2 kg, and its cord is 75 cm; it has 3 lids."
    assert found(question, quote).keys() == {answer}


def test_a_number_that_stands_with_another_noun_than_the_one_asked_for_counts_that() -> None:
    said = found("How many high issues are there?", "There are 9 high issues in 3 services, and 40 medium issues.")
    assert {text: one.features["miscounted"] for text, one in said.items()} == {"9": 0.0, "3": 1.0, "40": 0.5}


def test_a_number_counts_the_noun_that_it_is_a_part_of() -> None:
    said = found("How many members have paid?", "12 of the 64 members have paid for 2 of the 3 boats.")
    told = {text: one.features["miscounted"] for text, one in said.items()}
    assert told == {"12": 0.0, "64": 0.0, "2": 1.0, "3": 1.0}


def test_a_part_of_a_date_is_no_answer() -> None:
    assert "March 3rd" not in found("Which contract ends in 2027?", "The contract of sale ends on March 3rd, 2027.")


def test_what_was_answers_who_asks_for_that() -> None:
    assert "Basic" in found("Which plan was Ida on before?", "Ida moved from the Basic plan to the Studio plan.")


def test_nouns_may_answer_where_no_type_is_asked_for() -> None:
    said = found("What is the process called?", "The process is called osmotic pressure, by most.")
    assert said["osmotic pressure"].features["called"]


def test_the_number_of_a_source_is_no_figure() -> None:
    assert found("How many proteins are there?", "There are two proteins [30].").keys() == {"two"}


@pytest.mark.parametrize(
    ("question", "cell", "feature"),
    [
        ("How many points has Mario Corso?", "3", "sought"),
        ("Which club does Mario Corso play for?", "Internazionale", "sought"),
    ],
)
def test_of_a_row_the_cell_answers_whose_header_is_asked_for(question: str, cell: str, feature: str) -> None:
    said = found(question, ROW, UNIT_KIND_ROW)
    assert max(said.values(), key=lambda one: one.features[feature]).text == cell


def test_a_cell_is_headed_by_the_first_row_and_labelled_by_its_own() -> None:
    said = found("What was the amount of cable licences in 2018?", TABLE, UNIT_KIND_LIST)
    assert max(said.values(), key=lambda one: one.features["around"]).text == "120.6"
    assert said["120.6"].features["labelled"] == 1.0 > said["3.5"].features["labelled"]


@pytest.mark.parametrize(
    "question",
    ["Who has the most points?", "Who came after Mario Corso?", "Who is not Mario Corso?", "Why Mario Corso?"],
)
def test_what_is_asked_for_by_order_or_is_not_so_is_not_read_off_a_row(question: str) -> None:
    assert not found(question, ROW, UNIT_KIND_ROW)


def test_an_entry_answers_with_its_value() -> None:
    assert "8080" in found("Which port does the server use?", "server.port: 8080", UNIT_KIND_ENTRY)


@given(st.text(max_size=80), st.text(alphabet="ab: ;=.,[(5\n-%$", max_size=80), st.sampled_from(KINDS))
def test_any_short_answer_stands_in_the_quote(question: str, quote: str, kind: UnitKind.ValueType) -> None:
    ranked = led_by(quote, kind)
    for one in told(read(question), ranked[0], 0.5):
        assert quote[slice(*one.span)] == one.text
        assert all(-1 <= value <= 10 for value in one.features.values())
    if best := short_answer(read(question), ranked[0], 0.5):
        assert 0 <= best.probability <= 1
