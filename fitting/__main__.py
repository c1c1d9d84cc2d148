"""
Fit the models in `models/`: `python -m fitting FOLDER… [--write] [--ablate]`.

Each FOLDER holds sets of questions over documents (`benchmarks.answers` says how); all are fitted at once, each
weighing the same. What is printed of a set is of models that have not seen it. The same data and code give the same
figures.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.answers import measures
from cli.certainty import auroc
from fitting import models as fitted
from fitting.examples import Example, examples
from fitting.logistic import fit
from models import Linear, logistic
from synth import confidence, short_answer
from synth.ranking import Candidate

MODELS = Path(__file__).parents[1] / "models"
SILENT = 0.02
"""The share of answerable questions that may get nothing."""
SHORT_RIGHT = 0.75
"""Short answers are given where so many of those given are right."""
MEASURES = ("lead", "words", "first3", "offered", "auroc", "refused_10", "emptied_10")
Ranked = list[tuple[Example, list[Candidate]]]
Of = TypeVar("Of")


@dataclass(frozen=True)
class LeftOut:
    """What models that have not seen a set make of it."""

    ranked: Ranked
    sure: Sequence[float]
    """By question, how sure the lead is."""
    emptied: Ranked
    """The same questions without what answers them."""
    sure_of_emptied: Sequence[float]
    short: Sequence[tuple[float, bool]]
    """By question of which the lead offers a short answer, how likely it is right, and whether it is."""

    @property
    def figures(self) -> dict[str, float]:
        asked = [(one, some, sure) for (one, some), sure in zip(self.ranked, self.sure, strict=True)]
        can = [(one, some, sure) for one, some, sure in asked if one.is_answerable]
        lead = [bool(some) and one.right[some[0].place] for one, some, _ in can]
        right = [sure for (_, _, sure), good in zip(can, lead, strict=True) if good]
        wrong = [sure for (_, _, sure), good in zip(can, lead, strict=True) if not good]
        cannot = [sure for one, _, sure in asked if not one.is_answerable]
        floor = sorted(sure for *_, sure in can)[len(can) // 10]
        found = {
            "lead": float(np.mean(lead)),
            "words": float(np.mean([min(some[0].evidence.features.words, 50) for _, some, _ in can if some])),
            "first3": float(np.mean([any(one.right[at.place] for at in apart(some)) for one, some, _ in can])),
            "offered": float(np.mean([any(one.right.values()) for one, _, _ in can])),
            "auroc": auroc(right, wrong + cannot) or 0.0,
        }
        if cannot:
            found["refused_10"] = float(np.mean([sure >= floor for sure in cannot]))
        if self.emptied:
            found["emptied_10"] = float(np.mean([sure >= floor for sure in self.sure_of_emptied]))
        return {name: round(value, 3) for name, value in found.items()}


def apart(some: Sequence[Candidate], most: int = 3) -> list[Candidate]:
    """The best of different places."""
    found: list[Candidate] = []
    for one in some:
        if len(found) == most:
            break
        if not any(one.overlaps(other) for other in found):
            found.append(one)
    return found


def left_out(
    sets: Mapping[str, list[Example]], measure: Any, without: frozenset[str] = frozenset()
) -> dict[str, LeftOut]:
    """For each set, what is made of it by models that were fitted to the others."""
    asked = {name: [one for one in some if not one.is_emptied] for name, some in sets.items()}
    emptied = {name: [one for one in some if one.is_emptied] for name, some in sets.items()}
    ranking = {name: fitted.fit_ranking(others(asked, name), without) for name in sets}
    found = {name: fitted.ranked(asked[name], ranking[name]) for name in sets}
    bare = {name: fitted.ranked(emptied[name], ranking[name]) for name in sets}
    result = {}
    for name in sets:
        known = others(found, name)
        model = fitted.fit_confidence(known, others(bare, name), without)
        short = fitted.fit_short_answers(_with_sure(known, likely(known, model)), measure.short_hit, without)
        sure = likely(found[name], model)
        result[name] = LeftOut(
            found[name],
            sure,
            bare[name],
            likely(bare[name], model),
            [
                best
                for one, some, each in _with_sure(found[name], sure)
                if short and some and fitted.is_short(one) and (best := _short(one, some, each, short, measure))
            ],
        )
    return result


def others(every: Mapping[str, list[Of]], name: str) -> list[Of]:
    """Of all sets but one."""
    return [one for other, some in every.items() if other != name for one in some]


def likely(ranked: Ranked, model: Linear) -> list[float]:
    """How sure each lead is; 0 if there is none."""
    return [model.probability(confidence.features(one.question, some)) if some else 0.0 for one, some in ranked]


def _with_sure(ranked: Ranked, sure: Sequence[float]) -> list[tuple[Example, list[Candidate], float]]:
    return [(one, some, each) for (one, some), each in zip(ranked, sure, strict=True)]


def _short(
    one: Example, some: Sequence[Candidate], sure: float, model: Linear, measure: Any
) -> tuple[float, bool] | None:
    best = short_answer.likeliest(short_answer.told(one.question, some[0], sure), model)
    return (best.probability, one.is_answerable and measure.short_hit(best.text, one.row)) if best else None


def quantile(found: Mapping[str, LeftOut], share: float) -> float:
    """Below it is that share of the answerable questions, the mean over sets."""
    sure = {
        name: np.array([s for (one, _), s in zip(of.ranked, of.sure, strict=True) if one.is_answerable])
        for name, of in found.items()
    }
    every = np.sort(np.concatenate(list(sure.values())))
    below = next((at for at in every if np.mean([np.mean(s < at) for s in sure.values()]) > share), every[-1])
    return round(float(below), 3)


def even(found: Mapping[str, LeftOut]) -> float:
    """How sure a lead is where the three best units hold an answer as often as not; each set weighs the same."""
    asked = [
        (one.set, log(sure / (1 - sure)), any(one.right[at.place] for at in apart(some)))
        for of in found.values()
        for (one, some), sure in zip(of.ranked, of.sure, strict=True)
        if some
    ]
    x, y = np.array([[score] for _, score, _ in asked]), np.array([float(held) for *_, held in asked])
    weights = fitted.balanced([name for name, *_ in asked])
    slope, level = fit(x, y, weights, ["score"], {"score": 1}, fitted.RIDGE["confidence"], level=False)
    return round(logistic(-level / slope["score"]), 3)


def given_from(found: Mapping[str, LeftOut]) -> float:
    """From so high a probability on, short answers are right as often as they shall."""
    pairs = sorted((pair for of in found.values() for pair in of.short), reverse=True)
    best, right = 1.0, 0
    for count, (likely, good) in enumerate(pairs, 1):
        right += good
        if right / count >= SHORT_RIGHT and count >= 10:
            best = likely
    return round(best, 3)


def show(found: Mapping[str, LeftOut], threshold: float) -> dict[str, Any]:
    every = {name: of.figures for name, of in found.items()}
    for name, figures in every.items():
        print(f"{name:12}", " ".join(f"{key} {value:.3f}" for key, value in figures.items()))
    mean = means(list(every.values()))
    print(f"{'mean':12}", " ".join(f"{key} {value:.3f}" for key, value in mean.items()))
    for name, of in found.items():
        given = [good for likely, good in of.short if likely >= threshold]
        asked = sum(one.is_answerable and fitted.is_short(one) for one, _ in of.ranked)
        if given:
            print(f"short answers of {name}: {len(given)} of {asked} questions, right {np.mean(given):.3f}")
    return {"means": mean, "sets": every}


def write(name: str, model: Linear, about: Mapping[str, Any], thresholds: Mapping[str, float]) -> None:
    content = {
        **about,
        "intercept": round(model.intercept, 4),
        "coefficients": {key: round(value, 4) for key, value in sorted(model.coefficients.items()) if value},
    }
    if thresholds:
        content["thresholds"] = dict(thresholds)
    (MODELS / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the models that rank units and say how sure an answer is.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="write the models")
    parser.add_argument("--ablate", action="store_true", help="say what each feature earns")
    arguments = parser.parse_args()
    measure = measures(arguments.folders[0].parent)
    every = list(examples(arguments.folders, emptied=True))
    asked = [one for one in every if not one.is_emptied]
    sets = fitted.by_set(every)
    found = left_out(sets, measure)
    thresholds = {"answer": even(found), "perhaps": quantile(found, SILENT)}
    given = given_from(found)
    scores = show(found, given)
    print(thresholds, {"given": given})
    if arguments.ablate:
        ablate(sets, measure, scores["means"])
    if not arguments.write:
        return
    ranking = fitted.fit_ranking(asked)
    # Confidence and short answers are fitted to leads that a model chose which had not seen their questions.
    unseen = [one for of in found.values() for one in of.ranked]
    sure = [one for of in found.values() for one in of.sure]
    data = hashlib.sha256("".join(sorted(json.dumps(one.row, sort_keys=True) for one in asked)).encode())
    about = {"date": dt.datetime.now(dt.UTC).date().isoformat(), "data": data.hexdigest()[:16]}
    write("ranking", ranking, {**about, "left_out": scored(scores, "lead", "words", "first3")}, {})
    write(
        "confidence",
        fitted.fit_confidence(unseen, [one for of in found.values() for one in of.emptied]),
        {**about, "left_out": scored(scores, "auroc", "refused_10", "emptied_10")},
        thresholds,
    )
    if short := fitted.fit_short_answers(_with_sure(unseen, sure), measure.short_hit):
        pairs = [pair for of in found.values() for pair in of.short if pair[0] >= given]
        right = round(float(np.mean([good for _, good in pairs])), 3) if pairs else None
        write("short_answer", short, {**about, "left_out": {"given": len(pairs), "right": right}}, {"given": given})


def scored(scores: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """These figures of each set, when it was left out, and their means."""
    sets = {name: {key: of[key] for key in names if key in of} for name, of in scores["sets"].items()}
    return {"mean": {key: scores["means"][key] for key in names}, "sets": sets}


def ablate(sets: Mapping[str, list[Example]], measure: Any, whole: Mapping[str, float]) -> None:
    """What the means over left-out sets lose without each feature."""
    for model in ("ranking", "confidence"):
        for name in fitted.SIGNS[model]:
            found = means([of.figures for of in left_out(sets, measure, frozenset((name,))).values()])
            print(
                f"without {name:18}",
                " ".join(f"{key} {value - whole[key]:+.3f}" for key, value in found.items()),
                flush=True,
            )


def means(figures: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Of each measure, over the sets that have it."""
    known = {key: [one[key] for one in figures if key in one] for key in MEASURES}
    return {key: round(float(np.mean(some)), 3) for key, some in known.items() if some}


if __name__ == "__main__":
    main()
