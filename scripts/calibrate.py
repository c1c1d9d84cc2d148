"""
Calibrate confidence: fit the coefficients in `synth/calibrated.py` to training questions, and choose where to abstain.

    python -m scripts.calibrate FOLDER… [--write synth/calibrated.py]

Each folder has `passages.jsonl` and `questions.jsonl`. Their questions, and others made from what the passages state,
are asked of minds in which half of them have lost their gold passages, with titles and without, and of minds in which
they have lost one of several; in all tiers. `scripts/written_questions.jsonl` has more about the same passages, plain
ones, chains, and such as nothing answers: our own, written by people who read the passages (abstracts from Wikipedia,
CC BY-SA) and not this code. No answer is kept back, however unsure. It is right as `cli.correctness.right` says; none
is that cannot be given. Confidence becomes the probability of a right answer, by logistic regression on the features
that come with each answer's trace; a feature that would count against what it stands for is left out. What is printed
of the quality is cross-validated; all versions of a question are in the same fold. The same passages and questions give
the same figures.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console

from benchmarks.datasets import Case, Dataset, draw, load
from benchmarks.made import made
from benchmarks.unanswerable import broken, unanswerable
from benchmarks.untitled import untitled
from cli.asking import Outcome
from cli.certainty import auroc
from cli.correctness import is_verdict, right
from cli.options import Tier
from scripts.in_process import Mind, asked
from scripts.logistic import Logistic, Matrix, brier, fit, reliability

MADE_A_RELATION = 8
FOLDS = 5
WRITTEN = Path(__file__).with_name("written_questions.jsonl")
AGAINST = frozenset(("unheard", "itself"))
"""Features that speak against an answer; all others speak for it."""
GIVEN_UP = 0.03
"""The share of right answers that abstaining may cost."""

console = Console(width=120)


@dataclass(frozen=True, slots=True)
class Example:
    """An answer: what its confidence is computed from, and whether it was right."""

    question: str
    features: Mapping[str, float]
    answerable: bool | None
    """None where nobody knows."""
    right: bool
    made: bool = False
    """Whether a script asked it, and no human being."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What goes into `synth/calibrated.py`."""

    coefficients: Mapping[str, float]
    intercept: float
    abstain_below: float


def training(data: Dataset) -> Iterator[Dataset]:
    """The data's questions and made ones, each answerable in one mind and not, or perhaps, in others; written ones."""
    cases = [*data.cases, *(fact.case | {"type": "made"} for fact in made(data, MADE_A_RELATION))]
    yield from unanswerable(replace(data, cases=cases))
    yield from map(untitled, unanswerable(data))
    yield from broken(data)
    yield replace(data, name=f"{data.name}-written", cases=written_about(data))


def written_about(data: Dataset) -> list[Case]:
    """The written questions about the data's passages."""
    titles = {passage["title"] for passage in data.passages}
    cases = [json.loads(line) for line in WRITTEN.read_text(encoding="utf-8").splitlines()]
    return [case for case in cases if titles.issuperset(case["gold"])]


def example(case: Case, outcome: Outcome) -> Example | None:
    """
    None if the answer says nothing of its features.

    A yes or a no that is left to the reader is right if the gold passages are quoted.
    """
    computed_from = outcome.answer.get("trace", {}).get("features", ())
    features = {one["name"]: float(one.get("value", 0.0)) for one in computed_from}
    if not features:
        return None
    judged = case | {"answer": ""} if is_verdict(case) and not outcome.answer.get("shortAnswer") else case
    is_made = case.get("type") == "made"
    return Example(case["question"], features, case.get("answerable"), right(judged, outcome), is_made)


def calibrate(examples: Sequence[Example]) -> tuple[Calibration, list[str]]:
    """The coefficients and the threshold, and what can be said of their quality."""
    names = sorted({name for one in examples for name in one.features})
    x = np.array([[one.features.get(name, 0.0) for name in names] for one in examples])
    y = np.array([float(one.right) for one in examples])
    signs = [-1 if name in AGAINST else 1 for name in names]
    held_out = cross_validated(x, y, signs, [draw(one.question, FOLDS) for one in examples])
    model = signed(x, y, signs)
    threshold = floor(held_out, y)
    pairs = zip(names, model.coefficients, strict=True)
    return (
        Calibration({name: one for name, one in pairs if one}, model.intercept, threshold),
        list(quality(held_out, examples, threshold)),
    )


def signed(x: Matrix, y: Matrix, signs: Sequence[int]) -> Logistic:
    """The fit with no coefficient of the wrong sign: the worst feature goes, until all that are left are right."""
    kept = list(range(x.shape[1]))
    while True:
        model = fit(x[:, kept], y)
        wrong = [one * signs[at] * x[:, at].std() for at, one in zip(kept, model.coefficients, strict=True)]
        if not wrong or min(wrong) >= 0:
            of = dict(zip(kept, model.coefficients, strict=True))
            return Logistic(model.intercept, [of.get(at, 0.0) for at in range(x.shape[1])])
        kept.pop(wrong.index(min(wrong)))


def cross_validated(x: Matrix, y: Matrix, signs: Sequence[int], folds: Sequence[int]) -> Matrix:
    """For each example the probability by a model that has not seen its fold."""
    fold = np.array(folds)
    out = np.zeros(len(y))
    for one in sorted(set(folds)):
        inside = fold == one
        out[inside] = signed(x[~inside], y[~inside], signs).probabilities(x[inside])
    return out


def floor(probabilities: Matrix, y: Matrix) -> float:
    """Below it are no more than GIVEN_UP of the right answers."""
    right_ones = np.sort(probabilities[y == 1])
    return float(np.floor(right_ones[int(GIVEN_UP * len(right_ones))] * 100) / 100)


def quality(probabilities: Matrix, examples: Sequence[Example], threshold: float) -> Iterator[str]:
    """Lines for people."""
    y = np.array([float(one.right) for one in examples])
    answerable = np.array([one.answerable is True for one in examples])
    unanswerable = np.array([one.answerable is False for one in examples])
    human = np.array([not one.made for one in examples])
    given = probabilities >= threshold
    yield f"{len(y)} answers, {y.mean():.3f} right, {answerable.mean():.3f} answerable"
    yield f"AUROC of right answers {auroc(list(probabilities[y == 1]), list(probabilities[y == 0]))}"
    for which, chosen in (("all", human | True), ("those that people asked", human)):
        can, cannot = probabilities[answerable & chosen], probabilities[unanswerable & chosen]
        yield f"AUROC of answerable questions, {which}: {auroc(list(can), list(cannot))}"
    yield f"Brier score {brier(probabilities, y):.4f}; always saying {y.mean():.2f}: {y.mean() * (1 - y.mean()):.4f}"
    for said, was, count in reliability(probabilities, y):
        yield f"  said {said:.2f}, was {was:.2f} ({count})"
    yield f"below {threshold:.2f} abstain: {1 - given[answerable].mean():.3f} of the answerable questions,"
    wrong = 1 - y[given].mean()
    yield f"  {1 - given[unanswerable].mean():.3f} of the unanswerable; of the answers given {wrong:.3f} are wrong"


def written(source: str, calibration: Calibration) -> str:
    """The module with the new figures. ValueError if it has no place for one of them."""
    lines = "".join(f'    "{name}": {value:.4f},\n' for name, value in calibration.coefficients.items())
    for pattern, new in (
        (r"(?<=^COEFFICIENTS: Mapping\[str, float\] = \{\n)[^}]*(?=\})", lines),
        (r"(?<=^INTERCEPT = )\S+$", f"{calibration.intercept:.4f}"),
        (r"(?<=^ABSTAIN_BELOW = )\S+$", f"{calibration.abstain_below:.2f}"),
    ):
        source, count = re.subn(pattern, new, source, flags=re.MULTILINE)
        if count != 1:
            raise ValueError(f"no place for {pattern}")
    return source


def collect(folders: Sequence[Path]) -> list[Example]:
    """Learn, ask, and keep what can be learned from the answers."""
    found = list[Example | None]()
    for data in [each for folder in folders for each in training(load(folder))]:
        with tempfile.TemporaryDirectory(prefix="myriad-calibrate-") as folder:
            mind = Mind(Path(folder), data)
            for tier in Tier:
                console.print(f"asking {tier} about {data.name}", style="dim")
                found += map(example, data.cases, asked(mind, data, tier))
    return [one for one in found if one]


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the coefficients of confidence to training questions.")
    parser.add_argument("folders", type=Path, nargs="+", help="folders of training questions")
    parser.add_argument("--write", type=Path, help="the module whose figures are written anew")
    arguments = parser.parse_args()
    examples = collect(arguments.folders)
    if not examples:
        raise SystemExit("no answer came with its features")
    calibration, lines = calibrate(examples)
    console.print("\n".join(lines), markup=False)
    console.print(calibration)
    if arguments.write:
        arguments.write.write_text(written(arguments.write.read_text(encoding="utf-8"), calibration), encoding="utf-8")


if __name__ == "__main__":
    main()
