"""What an evaluation measures."""

from __future__ import annotations

import pytest

from cli import metrics
from cli.asking import Outcome
from cli.correctness import Case, exact_match, f1, in_evidence, recall, right


def outcome(
    *titles: str, short: str = "", quotes: tuple[str, ...] = (), state: str = "ANSWER_STATE_ANSWERED", ms: float = 1.0
) -> Outcome:
    answer = {
        "agents": [{"title": title} for title in titles],
        "shortAnswer": short,
        "citations": [{"quote": quote} for quote in quotes],
        "state": state,
    }
    return Outcome(answer, ms)


def test_recall_counts_gold_titles_among_the_first_k_agents() -> None:
    """Two agents of one document take two ranks and count once."""
    case = {"gold": ["A", "B"]}
    got = outcome("A", "A", "C", "D", "B")
    assert [recall(case, got, k) for k in (2, 5)] == [0.5, 1.0]


def test_perfect_needs_all_gold_in_the_first_eight() -> None:
    case = {"question": "?", "gold": ["A", "B"]}
    inside, outside = outcome("A", *"1234567"[:6], "B"), outcome("A", *"1234567", "B")
    assert metrics.report([case, case], [inside, outside])["perfect@8"] == 0.5


@pytest.mark.parametrize(
    ("given", "wanted", "em", "overlap"),
    [
        ("The Eiffel Tower!", "eiffel tower", 1.0, 1.0),
        ("Paris, France", "Paris", 0.0, 2 / 3),
        ("", "Paris", 0.0, 0.0),
        ("no", "yes", 0.0, 0.0),
    ],
)
def test_answers_are_compared_as_squad_does(given: str, wanted: str, em: float, overlap: float) -> None:
    case = {"answer": wanted}
    assert exact_match(case, outcome(short=given)) == em
    assert f1(case, outcome(short=given)) == pytest.approx(overlap)


def test_the_best_of_several_accepted_answers_counts() -> None:
    assert exact_match({"answer": ["NYC", "New York"]}, outcome(short="new york")) == 1.0


def test_an_answer_in_the_evidence_stands_there_word_for_word() -> None:
    got = outcome(quotes=("He was born in Romeville.", "In the 1990s, it closed."))
    assert in_evidence({"answer": "Romeville"}, got) == 1.0
    assert in_evidence({"answer": "Rome"}, got) == 0.0


def test_a_failed_question_is_wrong_and_counted() -> None:
    case = {"question": "?", "gold": ["A"], "answer": "x"}
    report = metrics.report([case, case], [outcome("A", short="x", ms=5.0), Outcome(error="down")])
    assert (report["recall@2"], report["answer_em"], report["failed"], report["questions"]) == (0.5, 0.5, 1, 2)
    assert report["latency_p50_ms"] == report["latency_p95_ms"] == 5.0


def test_what_no_question_asks_for_is_none_and_not_zero() -> None:
    report = metrics.report([{"question": "?", "gold": ["A"]}], [outcome("A")])
    assert report["answer_em"] is None
    assert report["recall@2"] == 1.0
    assert "abstained_when_unanswerable" not in report


def test_abstaining_is_told_apart_for_questions_without_an_answer() -> None:
    cases: list[Case] = [{"question": "?", "gold": ["A"]}, {"question": "?", "answerable": False}]
    report = metrics.report(cases, [outcome("A"), outcome(state="ANSWER_STATE_ABSTAINED")])
    assert (report["abstained"], report["abstained_when_unanswerable"]) == (0.5, 1.0)


def test_latencies_are_ones_that_were_measured() -> None:
    outcomes = [outcome(ms=float(ms)) for ms in range(1, 101)]
    report = metrics.report([{"question": "?"}] * 100, outcomes)
    assert (report["latency_p50_ms"], report["latency_p95_ms"]) == (50.0, 95.0)


def test_yes_and_no_are_left_out_of_one_of_the_measures_of_evidence() -> None:
    """They stand in no quote, however good it is."""
    cases: list[Case] = [{"question": "?", "answer": "yes"}, {"question": "?", "answer": "Rome"}]
    report = metrics.report(cases, [outcome(), outcome(quotes=("He saw Rome.",))])
    assert (report["answer_in_evidence"], report["answer_in_evidence_but_verdicts"]) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("case", "got", "is_right"),
    [
        ({"answer": "Paris"}, outcome(short="Paris, France", quotes=("In Rome.",)), True),
        ({"answer": "Paris"}, outcome(short="Rome", quotes=("In Paris.",)), False),
        ({"answer": "Paris"}, outcome(quotes=("In Paris.",)), True),
        ({"answer": "Paris", "answerable": False}, outcome(short="Paris"), False),
        ({"answer": "Paris"}, outcome(short="Paris", state="ANSWER_STATE_ABSTAINED"), False),
        ({"gold": []}, outcome(), True),
        ({"gold": ["A"]}, outcome("A"), False),
    ],
)
def test_right_is_what_tells_the_reader_the_truth(case: Case, got: Outcome, is_right: bool) -> None:
    assert right(case, got) is is_right


def test_every_measure_is_explained() -> None:
    cases: list[Case] = [{"question": "?", "gold": ["A"], "answerable": False, "conflict": True}]
    report = metrics.report(cases, [outcome()])
    assert report.keys() - {"questions"} == metrics.MEANINGS.keys()
