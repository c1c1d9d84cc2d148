"""
Fit what answers along chains (`models/chains.json`, `models/chained.json`): `python -m fitting.chains DATA… [--write]`.

Each DATA is a folder with `passages.jsonl` and `questions.jsonl`; `chains.jsonl` beside this file has more questions on
the same passages, written by reading them. All that may be an answer to one question competes in one log-linear model;
the logarithm of the F1 that is expected of it is maximised. How likely the best is right is fitted to what models say
that have not seen the question. What is printed of a set is of models fitted without it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.answers import learned
from benchmarks.datasets import load
from cli.asking import Outcome
from cli.correctness import f1, is_verdict
from fitting.descent import descended
from fitting.examples import asked_of
from fitting.logistic import Matrix
from fitting.logistic import fit as fit_logistic
from models import Linear
from synth import chains
from synth.chains import Told
from synth.comparison import compare
from synth.ranking import rank

MODELS = Path(__file__).parents[1] / "models"
QUESTIONS = Path(__file__).with_name("chains.jsonl")
SIGNS = {
    "chains": {
        "covered": 1, "rest": 1, "awake": 1, "led": 1, "form": 1, "near": 1, "around": 1, "key": 1, "cue": 1,
        "inside": 1, "beside": 1, "page": -1, "kind": 1, "called": 1, "stated": 1, "bridge": -1,
    },
    "chained": {"share": 1, "score": 1, "covered": 1, "form": 1, "near": 1, "led": 1, "named": 1},
}  # fmt: skip
"""What a feature must say: what another document is about, or led here, is rather a step on the way."""
RIDGE, DESCENTS, RATE = 2e-3, 250, 0.08
RIGHT = 0.6
"""From this F1 on an answer is right."""
GIVEN = 0.3
"""Answers at the end of a chain are given from this probability on. From .08 on four in a hundred more of HotpotQA's
questions get the right one, and plain questions get wrong ones."""


@dataclass(frozen=True)
class Asked:
    """A question, all that may be its answer, and how much of the right one each is."""

    set: str
    told: Sequence[Told]
    features: Matrix
    f1: Matrix


def questions(folders: Sequence[Path]) -> Iterator[tuple[str, Asked]]:
    """Those of the folders and those that were written on them, which no comparison answers."""
    written = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    names = list(SIGNS["chains"])
    for folder in folders:
        data = load(folder)
        documents = {str(at): (one["title"], one["text"], "text/plain") for at, one in enumerate(data.passages)}
        mind = learned(folder.name, documents)
        known = [(folder.name, case) for case in data.cases if case.get("answer")]
        own = [(f"{folder.name}, written", row) for row in written if row["set"] == folder.name]
        for name, case in (*known, *own):
            question, replies = asked_of(mind, case["question"])
            if is_verdict(case) or compare(question, rank(replies)):
                continue
            told = list(chains.Chains(question, replies).told())
            features = np.array([[one.features.get(each, 0.0) for each in names] for one in told])
            right = np.array([f1(case, Outcome({"shortAnswer": one.text})) for one in told])
            yield case["question"], Asked(name, told, features.reshape(-1, len(names)), right)


def fit(every: Sequence[Asked]) -> Linear:
    """The coefficients of the expected F1's logarithm."""
    names = list(SIGNS["chains"])
    signs = np.array(list(SIGNS["chains"].values()))
    asked = [one for one in every if len(one.f1) and one.f1.max() >= RIGHT]

    def slope(found: Matrix) -> Matrix:
        down = RIDGE * found
        for one in asked:
            score = one.features @ found
            likely = np.exp(score - score.max())
            likely /= likely.sum()
            good = likely * one.f1
            down = down - (good / (good.sum() + 1e-9) - likely) @ one.features / len(asked)
        return down

    found = descended(slope, np.zeros(len(names)), signs, DESCENTS, RATE)
    return Linear({name: float(one) for name, one in zip(names, found, strict=True)}, 0.0, {})


def answered(one: Asked, model: Linear) -> tuple[Mapping[str, float], float] | None:
    """What is known of the best answer, and its F1."""
    best = chains.best(one.told, model)
    if best is None:
        return None
    right = max(value for each, value in zip(one.told, one.f1, strict=True) if each.text == best.text)
    return best.features, float(right)


def fit_chained(found: Sequence[tuple[Mapping[str, float], float]]) -> Linear:
    """How likely the best answer is right."""
    names = list(SIGNS["chained"])
    x = np.array([[told.get(name, 0.0) for name in names] for told, _ in found])
    y = np.array([float(right >= RIGHT) for _, right in found])
    coefficients, intercept = fit_logistic(x, y, np.ones(len(y)), names, SIGNS["chained"], 1e-2, level=False)
    return Linear(coefficients, intercept, {"given": GIVEN})


def left_out(every: Sequence[Asked]) -> Iterator[tuple[Asked, tuple[Mapping[str, float], float] | None]]:
    """Each question as models answer it that have not seen its set."""
    for name in dict.fromkeys(one.set for one in every):
        model = fit([one for one in every if one.set != name])
        yield from ((one, answered(one, model)) for one in every if one.set == name)


def show(found: Sequence[tuple[Asked, tuple[Mapping[str, float], float] | None]]) -> dict[str, Any]:
    """The figures of each set."""
    scores = {}
    for name in dict.fromkeys(one.set for one, _ in found):
        others = [best for one, best in found if best and one.set != name]
        model = fit_chained(others)
        own = [best for one, best in found if one.set == name]
        given = [right for best in own if best and model.probability(best[0]) >= GIVEN for right in best[1:]]
        scores[name] = {
            "questions": len(own),
            "f1": round(sum(given) / len(own), 3),
            "given": len(given),
            "right": round(float(np.mean([one >= RIGHT for one in given])), 3) if given else None,
        }
        always = sum(best[1] for best in own if best) / len(own)
        print(f"{name:20}", scores[name], f"if always given {always:.3f}", flush=True)
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit what answers along chains.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="write the models")
    arguments = parser.parse_args()
    asked = list(questions(arguments.folders))
    every = [one for _, one in asked]
    found = list(left_out(every))
    scores = show(found)
    model, likely = fit(every), fit_chained([best for _, best in found if best])
    print(model.coefficients, likely)
    if arguments.write:
        data = hashlib.sha256("".join(sorted(text for text, _ in asked)).encode()).hexdigest()[:16]
        about = {"date": dt.datetime.now(dt.UTC).date().isoformat(), "data": data, "left_out": scores}
        for name, one in (("chains", model), ("chained", likely)):
            content = {
                **about,
                "intercept": round(one.intercept, 4),
                "coefficients": {key: round(value, 4) for key, value in sorted(one.coefficients.items()) if value},
                **({"thresholds": one.thresholds} if one.thresholds else {}),
            }
            (MODELS / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
