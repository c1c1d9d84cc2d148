"""The models that are fitted: of ranking, of confidence, of short answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from fitting import choice
from fitting.choice import Choice
from fitting.examples import Example
from fitting.logistic import Matrix, fit
from models import Linear
from synth import confidence, ranking, short_answer
from synth.ranking import Candidate

SMALL = 40
"""A set of fewer questions weighs less than the others, by how many fewer."""
SIGNS: Mapping[str, Mapping[str, int]] = {
    "ranking": {
        "best_relevance": 1,
        "context_coverage": 1,
        "passage_coverage": 1,
        "lexical": 1,
        "news": 1,
        "phrases": 1,
        "heading": 1,
        "typed": 1,
        "constrained": 1,
        "literal": 1,
        "prelude": -1,
        "document": 1,
    },
    "confidence": {
        "margin": 1,
        "share": 1,
        "path_coverage": 1,
        "asked": 1,
        "unheard": -1,
        "beside": 1,
        "elsewhere": -1,
    },
    "short_answer": {
        "sure": 1,
        "near": 1,
        "nearest": 1,
        "around": 1,
        "beside": 1,
        "gap": -1,
        "called": 1,
        "object": 1,
        "bracketed": -1,
        "sought": 1,
        "beaten": -1,
        "labelled": 1,
        "label": 0,
        "name": 0,
        "miscounted": -1,
        "new": 1,
        "preferred": 1,
        "small": -1,
        "word": -1,
        "alone": 1,
        "capital": 1,
    },
}
"""What a feature must say; what says another thing tells of the sets alone, and is left out."""
RIDGE = {"ranking": 1e-2, "confidence": 1e-2, "short_answer": 1e-3}


def fit_ranking(examples: Iterable[Example], without: frozenset[str] = frozenset()) -> Linear:
    """The choice of one unit that answers among all that are offered."""
    names = [name for name in SIGNS["ranking"] if name not in without]
    offered = [(one, ranking.features(one.replies)) for one in examples]
    offered = [(one, found) for one, found in offered if found]
    weights = balanced([one.set for one, _ in offered])
    choices = [
        Choice(
            np.array([[told.get(name, 0.0) for name in names] for _, _, told in found]),
            np.array([one.right[reply.reply.agent, unit.position] for reply, unit, _ in found], float),
            weight,
        )
        for (one, found), weight in zip(offered, weights, strict=True)
    ]
    return Linear(choice.fit(choices, names, SIGNS["ranking"], RIDGE["ranking"]), 0.0, {})


def ranked(examples: Iterable[Example], model: Linear) -> list[tuple[Example, list[Candidate]]]:
    """Each example with its candidates, best first."""
    return [(one, ranking.rank(one.replies, model)) for one in examples]


def fit_confidence(
    found: Sequence[tuple[Example, list[Candidate]]],
    emptied: Sequence[tuple[Example, list[Candidate]]],
    without: frozenset[str] = frozenset(),
    signs: Mapping[str, int] = SIGNS["confidence"],
) -> Linear:
    """
    Whether the lead answers, of questions that something is offered for.

    What tells is learned from the emptied ones too; how likely a lead is right then, from the questions as they are.
    """
    names = [name for name in signs if name not in without]

    def told(some: Sequence[tuple[Example, list[Candidate]]]) -> tuple[Matrix, Matrix, Matrix]:
        rows = [(one, confidence.features(one.question, best), one.right[best[0].place]) for one, best in some if best]
        x = np.array([[features[name] for name in names] for _, features, _ in rows]).reshape(-1, len(names))
        return x, np.array([float(right) for *_, right in rows]), balanced([one.set for one, *_ in rows])

    asked, bare = told(found), told(emptied)
    x, y, weights = (np.concatenate(pair) for pair in zip(asked, bare, strict=True))
    coefficients, _ = fit(x, y, weights, names, signs, RIDGE["confidence"], level=False)
    score = asked[0] @ [coefficients.get(name, 0.0) for name in names]
    scale, intercept = fit(score[:, None], *asked[1:], ["score"], {"score": 1}, RIDGE["confidence"], level=False)
    return Linear({name: scale["score"] * one for name, one in coefficients.items()}, intercept, {})


def fit_short_answers(
    found: Iterable[tuple[Example, list[Candidate], float]],
    same: Callable[[str, dict[str, Any]], bool],
    without: frozenset[str] = frozenset(),
) -> Linear | None:
    """Whether a stretch of the lead, which is so sure, is what is asked for; None if there are none to learn of."""
    names = [name for name in SIGNS["short_answer"] if name not in without]
    rows = []
    for one, some, sure in found:
        if some and is_short(one):
            for told in short_answer.told(one.question, some[0], sure):
                values = [told.features.get(name, 0.0) for name in names]
                rows.append((one.set, values, one.is_answerable and same(told.text, one.row)))
    if not any(right for *_, right in rows):
        return None
    x, y = np.array([row for _, row, _ in rows]), np.array([float(right) for *_, right in rows])
    weights = balanced([name for name, *_ in rows])
    coefficients, intercept = fit(x, y, weights, names, SIGNS["short_answer"], RIDGE["short_answer"], level=False)
    return Linear(coefficients, intercept, {})


def is_short(example: Example) -> bool:
    """Whether a few words may answer: nobody marked a longer answer alone."""
    answers = example.row["answers"]
    return not answers or min(len(one.split()) for one in answers) <= 6


def balanced(sets: Sequence[str]) -> Matrix:
    """Weights with which each set counts the same, but small ones less."""
    size = Counter(sets)
    return np.array([min(1.0, size[one] / SMALL) / size[one] for one in sets])


def by_set(examples: Iterable[Example]) -> dict[str, list[Example]]:
    found = defaultdict(list)
    for one in examples:
        found[one.set].append(one)
    return dict(found)
