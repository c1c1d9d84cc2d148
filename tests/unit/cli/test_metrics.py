"""What an evaluation measures."""

from __future__ import annotations

import pytest

from cli import metrics
from cli.asking import Outcome


def outcome(
    *titles: str, short: str = "", quotes: tuple[str, ...] = (), state: str = "ANSWERED", ms: float = 1.0
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
    assert [metrics.recall(case, got, k) for k in (2, 5)] == [0.5, 1.0]


def test_perfect_needs_all_gold_in_the_first_eight() -> None:
    case = {"question": "?", "gold": ["A", "B"]}
    inside, outside = outcome("A", *"1234567"[:6], "B"), outcome("A", *"1234567", "B")
    assert metrics.report([case, case], [inside, outside])["perfect@8"] == 0.5


@pytest.mark.parametrize(
    ("given", "wanted", "em", "f1"),
    [
        ("The Eiffel Tower!", "eiffel tower", 1.0, 1.0),
        ("Paris, France", "Paris", 0.0, 2 / 3),
        ("", "Paris", 0.0, 0.0),
        ("no", "yes", 0.0, 0.0),
    ],
)
def test_answers_are_compared_as_squad_does(given: str, wanted: str, em: float, f1: float) -> None:
    case = {"answer": wanted}
    assert metrics.exact_match(case, outcome(short=given)) == em
    assert metrics.f1(case, outcome(short=given)) == pytest.approx(f1)


def test_the_best_of_several_accepted_answers_counts() -> None:
    assert metrics.exact_match({"answer": ["NYC", "New York"]}, outcome(short="new york")) == 1.0


def test_an_answer_in_the_evidence_stands_there_word_for_word() -> None:
    got = outcome(quotes=("He was born in Romeville.", "In the 1990s, it closed."))
    assert metrics.in_evidence({"answer": "Romeville"}, got) == 1.0
    assert metrics.in_evidence({"answer": "Rome"}, got) == 0.0


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
    cases: list[metrics.Case] = [{"question": "?", "gold": ["A"]}, {"question": "?", "answerable": False}]
    report = metrics.report(cases, [outcome("A"), outcome(state="ABSTAINED")])
    assert (report["abstained"], report["abstained_when_unanswerable"]) == (0.5, 1.0)


def test_latencies_are_ones_that_were_measured() -> None:
    outcomes = [outcome(ms=float(ms)) for ms in range(1, 101)]
    report = metrics.report([{"question": "?"}] * 100, outcomes)
    assert (report["latency_p50_ms"], report["latency_p95_ms"]) == (50.0, 95.0)
