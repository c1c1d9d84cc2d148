"""
What an evaluation measures.

recall@k: mean over questions of |gold titles in the top k| / |gold titles|; perfect@8: share of questions with
all of them in the top 8 (HippoRAG, fast-graphrag). Ranks are those of the agents: two of one document take two.
answer_em and answer_f1: as SQuAD's evaluation normalises and counts, the best over the accepted answers.
A question that failed counts as wrong in every one of them. None where no question asks for it.
"""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from cli.asking import Outcome

DEPTHS = (2, 5, 8, 10)
PERFECT_DEPTH = 8
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)

Case = dict[str, Any]
Measure = Callable[[Case, Outcome], float]


def report(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All measures of questions and what came back for them, in the same order."""
    pairs = list(zip(cases, outcomes, strict=True))
    with_gold = [pair for pair in pairs if pair[0].get("gold")]
    with_answer = [pair for pair in pairs if accepted(pair[0]) and pair[0].get("answerable", True)]
    unanswerable = [pair for pair in pairs if not pair[0].get("answerable", True)]
    times = sorted(outcome.milliseconds for outcome in outcomes if not outcome.error)
    measures: dict[str, Any] = {f"recall@{k}": _mean(with_gold, _recall(k)) for k in DEPTHS}
    measures[f"perfect@{PERFECT_DEPTH}"] = _mean(with_gold, _perfect)
    measures["answer_em"] = _mean(with_answer, exact_match)
    measures["answer_f1"] = _mean(with_answer, f1)
    measures["answer_in_evidence"] = _mean(with_answer, in_evidence)
    measures["abstained"] = _mean(pairs, abstained)
    if unanswerable:
        measures["abstained_when_unanswerable"] = _mean(unanswerable, abstained)
    return measures | {
        "questions": len(cases),
        "failed": sum(bool(outcome.error) for outcome in outcomes),
        "latency_p50_ms": _quantile(times, 0.50),
        "latency_p95_ms": _quantile(times, 0.95),
    }


def recall(case: Case, outcome: Outcome, k: int) -> float:
    titles = {agent.get("title", "") for agent in outcome.answer.get("agents", [])[:k]}
    gold = set(case["gold"])
    return len(gold & titles) / len(gold)


def _perfect(case: Case, outcome: Outcome) -> float:
    return float(recall(case, outcome, PERFECT_DEPTH) == 1)


def exact_match(case: Case, outcome: Outcome) -> float:
    given = normal(outcome.answer.get("shortAnswer", ""))
    return float(any(given == normal(answer) for answer in accepted(case)))


def f1(case: Case, outcome: Outcome) -> float:
    given = normal(outcome.answer.get("shortAnswer", "")).split()
    return max(_overlap(given, normal(answer).split()) for answer in accepted(case))


def in_evidence(case: Case, outcome: Outcome) -> float:
    """Whether an accepted answer stands in one of the quotes, word for word."""
    quotes = [f" {normal(citation.get('quote', ''))} " for citation in outcome.answer.get("citations", [])]
    return float(any(f" {normal(answer)} " in quote for answer in accepted(case) for quote in quotes))


def abstained(_case: Case, outcome: Outcome) -> float:
    return float(outcome.answer.get("state") == "ABSTAINED")


def accepted(case: Case) -> list[str]:
    answer = case.get("answer") or []
    return [answer] if isinstance(answer, str) else [str(one) for one in answer]


def normal(text: str) -> str:
    """Lower case, without punctuation, articles and extra white space."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def _overlap(given: list[str], wanted: list[str]) -> float:
    shared = (Counter(given) & Counter(wanted)).total()
    if not shared:
        return float(given == wanted)
    precision, share = shared / len(given), shared / len(wanted)
    return 2 * precision * share / (precision + share)


def _recall(k: int) -> Measure:
    return lambda case, outcome: recall(case, outcome, k)


def _mean(pairs: Iterable[tuple[Case, Outcome]], measure: Measure) -> float | None:
    values = [measure(case, outcome) for case, outcome in pairs]
    return round(sum(values) / len(values), 4) if values else None


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    """The nearest rank: a latency that was measured, not one between two."""
    return round(ordered[math.ceil(share * len(ordered)) - 1], 2) if ordered else None
