"""
Fit what answers worked out over rows are worth (`models/rows.json`): `python -m fitting.rows FOLDER… [--write]`.

Each FOLDER holds sets of questions over documents with tables (`benchmarks.answers` says how). One of what the
operators give is right, or nothing is: a conditional logit over all of them and none. So that it is learned what a
table does not say, some questions are asked of it without the column that answers, and some of another document's
tables. The figures printed are of questions of tables that were left out, a fifth at a time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.answers import measures
from fitting.__main__ import write
from fitting.descent import descended, pull
from fitting.examples import Example, examples
from fitting.logistic import Matrix
from models import Linear
from synth import ranking, row_answer
from synth.row_result import Result

SIGNS: Mapping[str, int] = {
    "met": 1,
    "whole": 1,
    "table": 1,
    "single": 1,
    "several": -1,
    "tied": -1,
    "gap": -1,
    "anchors": -1,
    "unasked": -1,
    "unbounded": -1,
    "unconstrained": -1,
    "lone": -1,
    "figured": -1,
    "unsaid": -1,
    "size": 1,
    "asked_beaten": -1,
    "by_beaten": -1,
    "only_column": 1,
    "inverted": -1,
    "rank_best": 1,
    "rank_worst": -1,
    "asked_sought": 1,
    "asked_header": 1,
    "asked_typed": 1,
    "asked_mistyped": -1,
    "asked_label": 1,
    "asked_label_open": 1,
    "asked_taken": -1,
    "asked_code": -1,
    "by_header": 1,
    "by_said": 1,
    "by_taken": -1,
}
"""What a feature must say; the others are operators, of which some are likelier than others."""
FOLDS = 5
RIDGE, STEPS, RATE = 3e-3, 300, 0.08
WITHOUT, ELSEWHERE = 4, 6
"""Of so many questions one is asked without its column, and one of another's tables."""
FEWEST = 30
RIGHT = 0.62
"""Answers are given where so many of those given are right, those counted that nothing answers on purpose."""


@dataclass(frozen=True)
class Asked:
    """A question, what may answer it, and which of that does."""

    document: str
    found: Sequence[Result]
    right: Sequence[bool]


def asked(folders: Sequence[Path]) -> tuple[list[Asked], str]:
    """All questions of the sets, and those that shall not be answered; and a hash of them."""
    measure = measures(folders[0].parent)
    every = list(examples(folders))
    found = [(one, row_answer.told(one.question, ranking.rank(one.replies))) for one in every]
    right = [[_is_right(each, one, measure) for each in some] for one, some in found]
    asked = [Asked(one.row["document"], some, good) for (one, some), good in zip(found, right, strict=True)]
    for known in asked[::WITHOUT]:
        lost = frozenset(each.column for each, good in zip(known.found, known.right, strict=True) if good)
        left = [each for each in known.found if each.column not in lost]
        asked.append(Asked(known.document, left, [False] * len(left)))
    for one, other in list(pairwise(every))[::ELSEWHERE]:
        if one.row["document"] != other.row["document"]:
            some = row_answer.told(one.question, ranking.rank(other.replies))
            asked.append(Asked(other.row["document"], some, [False] * len(some)))
    data = hashlib.sha256("".join(sorted(json.dumps(one.row, sort_keys=True) for one in every)).encode())
    return [one for one in asked if one.found], data.hexdigest()[:16]


def _is_right(result: Result, one: Example, measure: Any) -> bool:
    """Whether it is one of the answers, or all of them and nothing else."""
    answers = one.row["answers"]
    if not result.features.get("listed"):
        return bool(answers) and measure.short_hit(result.answer, one.row)
    return result.answer.count(", ") == len(answers) - 1 and all(each in result.answer for each in answers)


def fit(every: Sequence[Asked]) -> Linear:
    """The conditional logit; its intercept is what a result must have against there being none."""
    names = sorted({name for one in every for each in one.found for name in each.features})
    blocks = [np.array([[each.features.get(name, 0.0) for name in names] for each in one.found]) for one in every]
    nothing = np.zeros((1, len(names)))
    x = np.hstack(
        (
            np.vstack([part for block in blocks for part in (block, nothing)]),
            np.concatenate([np.append(np.ones(len(block)), 0.0) for block in blocks])[:, None],
        )
    )
    right = np.concatenate([np.append(one.right, not any(one.right)).astype(float) for one in every])
    sizes = [len(one.found) + 1 for one in every]
    begins, of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(sizes)), sizes)
    spread = np.where((deviation := x.std(axis=0)) > 0, deviation, 1.0)
    signs = np.array([*(SIGNS.get(name, 0) for name in names), 0])
    x = x / spread

    def slope(found: Matrix) -> Matrix:
        return np.asarray(x.T @ pull(x @ found, right, begins, of) / len(begins) + RIDGE * found)

    found = descended(slope, np.zeros(x.shape[1]), signs, STEPS, RATE) / spread
    return Linear(dict(zip(names, found[:-1].tolist(), strict=True)), float(found[-1]), {})


def answered(every: Sequence[Asked], model: Linear) -> list[tuple[float, bool]]:
    """By question, how likely its best answer is, and whether it is right."""
    found = []
    for one in every:
        best, likely, _ = row_answer.likeliest(one.found, model)
        found.append((likely, any(good and each is best for each, good in zip(one.found, one.right, strict=True))))
    return found


def left_out(every: Sequence[Asked]) -> list[tuple[float, bool]]:
    """The same by models that have not seen the document."""
    documents = list(dict.fromkeys(one.document for one in every))
    fold = {document: number % FOLDS for number, document in enumerate(documents)}
    found = []
    for number in range(FOLDS):
        model = fit([one for one in every if fold[one.document] != number])
        found += answered([one for one in every if fold[one.document] == number], model)
    return found


def given_from(pairs: Sequence[tuple[float, bool]]) -> float:
    """From so high a probability on, answers are right as often as they shall."""
    best, right = 1.0, 0
    for count, (likely, good) in enumerate(sorted(pairs, reverse=True), 1):
        right += good
        if right / count >= RIGHT and count >= FEWEST:
            best = likely
    return round(best, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit what answers worked out over rows are worth.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="write the model")
    arguments = parser.parse_args()
    every, data = asked(arguments.folders)
    pairs = left_out(every)
    print(f"{len(pairs)} questions, the best answer is right {np.mean([good for _, good in pairs]):.3f}")
    for likely in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        some = [good for each, good in pairs if each >= likely]
        print(f"from {likely} on: {len(some)}, right {np.mean(some) if some else 0:.3f}")
    given = given_from(pairs)
    model = fit(every)
    print({name: round(one, 2) for name, one in sorted(model.coefficients.items())}, model.intercept, {"given": given})
    if arguments.write:
        right = [good for likely, good in pairs if likely >= given]
        about = {"date": dt.datetime.now(dt.UTC).date().isoformat(), "data": data}
        scores = {"given": len(right), "right": round(float(np.mean(right)), 3) if right else None}
        write("rows", model, {**about, "left_out": scores}, {"given": given})


if __name__ == "__main__":
    main()
