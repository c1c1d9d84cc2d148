"""
What an evaluation measures.

recall@k: mean over questions of |gold titles in the top k| / |gold titles|; perfect@8: share of questions with
all of them in the top 8 (HippoRAG, fast-graphrag). Ranks are those of the agents: two of one document take two.
answer_in_evidence is over all questions with an answer; answer_in_evidence_but_verdicts leaves out those to be answered
by yes or no. A question that failed counts as wrong in every measure. None where no question asks for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from cli.asking import Outcome
from cli.certainty import conflicts, limits
from cli.correctness import Case, abstained, accepted, exact_match, f1, in_evidence, is_verdict, recall

DEPTHS = (2, 5, 8, 10)
PERFECT_DEPTH = 8

MEANINGS = {
    **{f"recall@{k}": f"share of the gold passages among the first {k} agents" for k in DEPTHS},
    f"perfect@{PERFECT_DEPTH}": f"questions with all gold passages among the first {PERFECT_DEPTH}",
    "answer_em": "short answers that are exactly an accepted one",
    "answer_f1": "words that short answers share with accepted ones",
    "answer_in_evidence": "questions with an accepted answer inside a quote",
    "answer_in_evidence_but_verdicts": "the same without questions answered by yes or no",
    "abstained": "questions that were not answered",
    "auroc": "how well confidence tells answerable from unanswerable questions; 0.5 is chance",
    "wrong_of_given": "of the answers given, those that are wrong",
    "abstained_when_answerable": "answerable questions that were not answered",
    "abstained_when_unanswerable": "unanswerable questions that were not answered",
    "conflict_precision": "reported conflicts that are there",
    "conflict_recall": "conflicts that are reported",
    "conflict_f1": "the two in one figure",
    "failed": "questions without a response",
    "latency_p50_ms": "milliseconds within which half of the answers came",
    "latency_p95_ms": "and 95 of 100",
}

Measure = Callable[[Case, Outcome], float]


def report(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All measures of questions and what came back for them, in the same order."""
    pairs = list(zip(cases, outcomes, strict=True))
    with_gold = [pair for pair in pairs if pair[0].get("gold") and pair[0].get("answerable", True)]
    with_answer = [pair for pair in pairs if accepted(pair[0]) and pair[0].get("answerable", True)]
    times = sorted(outcome.milliseconds for outcome in outcomes if not outcome.error)
    measures: dict[str, Any] = {f"recall@{k}": _mean(with_gold, _recall(k)) for k in DEPTHS}
    measures[f"perfect@{PERFECT_DEPTH}"] = _mean(with_gold, _perfect)
    measures["answer_em"] = _mean(with_answer, exact_match)
    measures["answer_f1"] = _mean(with_answer, f1)
    measures["answer_in_evidence"] = _mean(with_answer, in_evidence)
    others = [pair for pair in with_answer if not is_verdict(pair[0])]
    measures["answer_in_evidence_but_verdicts"] = _mean(others, in_evidence)
    measures["abstained"] = _mean(pairs, abstained)
    if not all(case.get("answerable", True) for case in cases):
        measures |= limits(pairs)
    if any("conflict" in case for case in cases):
        measures |= conflicts(pairs)
    return measures | {
        "questions": len(cases),
        "failed": sum(bool(outcome.error) for outcome in outcomes),
        "latency_p50_ms": _quantile(times, 0.50),
        "latency_p95_ms": _quantile(times, 0.95),
    }


def _perfect(case: Case, outcome: Outcome) -> float:
    return float(recall(case, outcome, PERFECT_DEPTH) == 1)


def _recall(k: int) -> Measure:
    return lambda case, outcome: recall(case, outcome, k)


def _mean(pairs: Iterable[tuple[Case, Outcome]], measure: Measure) -> float | None:
    values = [measure(case, outcome) for case, outcome in pairs]
    return round(sum(values) / len(values), 4) if values else None


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    """The nearest rank: a latency that was measured, not one between two."""
    return round(ordered[math.ceil(share * len(ordered)) - 1], 2) if ordered else None
