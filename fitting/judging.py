"""Fit what a judging model's scores are worth beside the ranking: `python -m fitting.judging MODEL FOLDER…`."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.answers import measures
from fitting import __main__ as fitting
from fitting import choice
from fitting import models as fitted
from fitting.choice import Choice
from fitting.examples import Example, examples
from models import Linear
from synth import judging
from synth.adapters.onnx_judge import OnnxJudge
from synth.ranking import Candidate

Ranked = list[tuple[Example, list[Candidate]]]
SIGNS = {"score": 1, "judged": 1}
CONFIDENCE = {"judged": 1, "judged_margin": 1, "path_coverage": 1, "share": 1}
RIDGE = 1e-2


def read(found: Ranked, judge: OnnxJudge) -> Ranked:
    """The same, with what the judge gives to those that it reads, in the order of before."""
    return [(one, [*judging.read(one.question, some, judge), *some[judging.READ :]]) for one, some in found]


def fit_judging(found: Ranked) -> Linear:
    """The choice of one unit that answers among all that were read."""
    read = [(one, [each for each in some if each.judged is not None]) for one, some in found]
    read = [(one, told) for one, told in read if told]
    choices = [
        Choice(
            np.array([list(judging.features(each).values()) for each in told]),
            np.array([one.right[each.place] for each in told], float),
            weight,
        )
        for (one, told), weight in zip(read, fitted.balanced([one.set for one, _ in read]), strict=True)
    ]
    return Linear(choice.fit(choices, list(SIGNS), SIGNS, RIDGE), 0.0, {})


def ordered(found: Ranked, model: Linear) -> Ranked:
    """Each example's candidates as the judge and the ranking order them together."""
    result = []
    for one, some in found:
        told = [each for each in some if each.judged is not None]
        told.sort(key=lambda each: -model.score(judging.features(each)))
        result.append((one, [*told, *some[len(told) :]]))
    return result


def left_out(told: Mapping[str, Ranked], emptied: Mapping[str, Ranked]) -> dict[str, fitting.LeftOut]:
    """For each set, what is made of it by models that were fitted to the others."""
    result = {}
    for name in told:
        model = fit_judging(fitting.others(told, name))
        sure = fitted.fit_confidence(
            ordered(fitting.others(told, name), model), ordered(fitting.others(emptied, name), model), signs=CONFIDENCE
        )
        own, bare = ordered(told[name], model), ordered(emptied[name], model)
        result[name] = fitting.LeftOut(own, fitting.likely(own, sure), bare, fitting.likely(bare, sure), [])
    return result


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Fit what a judging model's scores are worth.")
    parser.add_argument("model", type=Path, help="folder of the judging model")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="write the models")
    given = parser.parse_args(arguments)
    measure = measures(given.folders[0].parent)
    sets = fitted.by_set(examples(given.folders, emptied=True))
    judge = OnnxJudge(given.model)
    unseen = fitting.left_out(sets, measure)
    told = {name: read(of.ranked, judge) for name, of in unseen.items()}
    emptied = {name: read(of.emptied, judge) for name, of in unseen.items()}
    found = left_out(told, emptied)
    scores = fitting.show(found, 1.0)
    if not given.write:
        return
    every = [pair for some in told.values() for pair in some]
    model = fit_judging(every)
    about = {"date": dt.datetime.now(dt.UTC).date().isoformat(), "judge": judge.model}
    fitting.write("judging", model, {**about, "left_out": fitting.scored(scores, "lead", "words", "first3")}, {})
    thresholds = {
        "answer": fitting.even(found),
        "perhaps": fitting.quantile(found, fitting.SILENT),
    }
    sure = fitted.fit_confidence(
        [pair for of in found.values() for pair in of.ranked],
        [pair for of in found.values() for pair in of.emptied],
        signs=CONFIDENCE,
    )
    said = {**about, "left_out": fitting.scored(scores, "auroc", "refused_10", "emptied_10")}
    fitting.write("judged_confidence", sure, said, thresholds)


if __name__ == "__main__":
    main()
