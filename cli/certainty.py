"""
Whether answers know their limits.

auroc: how likely a question that can be answered gets a higher confidence than one that cannot (Mann and Whitney);
equal ones count half. wrong_of_given: of the answers given, the share that is wrong. A conflict counts as reported if
the answer's state says so; it is the right one if the question has a conflict and, where the question's `values` are
known, claims of one conflict give them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from cli.asking import Outcome
from cli.correctness import Case, abstained, normal, right

Pair = tuple[Case, Outcome]


def limits(pairs: Sequence[Pair]) -> dict[str, float | None]:
    """The measures of questions of which some cannot be answered."""
    can = [pair for pair in pairs if pair[0].get("answerable", True)]
    cannot = [pair for pair in pairs if not pair[0].get("answerable", True)]
    given = [pair for pair in pairs if not pair[1].error and not abstained(*pair)]
    return {
        "auroc": auroc([_confidence(outcome) for _, outcome in can], [_confidence(outcome) for _, outcome in cannot]),
        "wrong_of_given": _share(given, [pair for pair in given if not right(*pair)]),
        "abstained_when_answerable": _share(can, [pair for pair in can if abstained(*pair)]),
        "abstained_when_unanswerable": _share(cannot, [pair for pair in cannot if abstained(*pair)]),
    }


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    """The area under the ROC curve of scores that ought to be higher against those that ought to be lower."""
    if not higher or not lower:
        return None
    ordered = sorted(lower)
    won = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in higher)
    return round(won / 2 / len(higher) / len(lower), 4)


def conflicts(pairs: Sequence[Pair]) -> dict[str, float | None]:
    """Precision, recall and F1 of reported conflicts, over questions that say whether there is one."""
    told = [pair for pair in pairs if "conflict" in pair[0]]
    there = [pair for pair in told if pair[0]["conflict"]]
    reported = [pair for pair in told if reports(pair[1])]
    found = [pair for pair in reported if is_conflict(*pair)]
    precision, recall = _share(reported, found), _share(there, found)
    both = 2 * len(found) / (len(reported) + len(there)) if reported or there else None
    return {
        "conflict_precision": precision,
        "conflict_recall": recall,
        "conflict_f1": None if both is None else round(both, 4),
    }


def reports(outcome: Outcome) -> bool:
    return outcome.answer.get("state") == "ANSWER_STATE_CONFLICTED"


def is_conflict(case: Case, outcome: Outcome) -> bool:
    """Whether the conflict that the question has is the one that is reported."""
    if not case["conflict"] or not reports(outcome):
        return False
    values = [normal(value) for value in case.get("values", ())]
    for conflict in outcome.answer.get("conflicts", ()):
        claims = [normal(claim.get("value", "")) for claim in conflict.get("claims", ())]
        if claims and all(any(_same(value, claim) for claim in claims) for value in values):
            return True
    return False


def _same(value: str, claim: str) -> bool:
    """Whether one is the other, or stands in it: a year in its date, a name in a longer form of it."""
    return bool(value and claim) and (f" {value} " in f" {claim} " or f" {claim} " in f" {value} ")


def _confidence(outcome: Outcome) -> float:
    return float(outcome.answer.get("confidence", 0.0))


def _share(all_of: Sequence[Pair], some: Sequence[Pair]) -> float | None:
    return round(len(some) / len(all_of), 4) if all_of else None
