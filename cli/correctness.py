"""
Whether one answer is right.

exact_match and f1: as SQuAD's evaluation normalises and counts, the best over the accepted answers. An answer that did
not come is wrong in every way.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from typing import Any, TypeAlias

from cli.asking import Outcome

RIGHT_F1 = 0.5
"""From here on a short answer counts as right."""
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_VERDICTS = frozenset(("yes", "no"))

Case: TypeAlias = dict[str, Any]


def recall(case: Case, outcome: Outcome, k: int) -> float:
    titles = {agent.get("title", "") for agent in outcome.answer.get("agents", [])[:k]}
    gold = set(case["gold"])
    return len(gold & titles) / len(gold)


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
    return float(outcome.answer.get("state") == "ANSWER_STATE_ABSTAINED")


def right(case: Case, outcome: Outcome) -> bool:
    """
    Whether somebody who reads the answer is told the truth: by the short answer, or without one by a quote.

    Where no answer is known, all gold passages must be quoted. No answer is right that none can be given.
    """
    if not case.get("answerable", True) or abstained(case, outcome):
        return False
    if not accepted(case):
        return set(case.get("gold", ())) <= {one.get("title", "") for one in outcome.answer.get("citations", [])}
    return f1(case, outcome) >= RIGHT_F1 if outcome.answer.get("shortAnswer") else in_evidence(case, outcome) == 1


def accepted(case: Case) -> list[str]:
    answer = case.get("answer") or []
    return [answer] if isinstance(answer, str) else [str(one) for one in answer]


def is_verdict(case: Case) -> bool:
    """Whether the answer is yes or no, which stands in no quote."""
    return bool(_VERDICTS.intersection(map(normal, accepted(case))))


def normal(text: str) -> str:
    """Lower case, without punctuation, articles and extra white space."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def _overlap(given: list[str], wanted: list[str]) -> float:
    shared = (Counter(given) & Counter(wanted)).total()
    if not shared:
        return float(given == wanted)
    precision, share = shared / len(given), shared / len(wanted)
    return 2 * precision * share / (precision + share)
