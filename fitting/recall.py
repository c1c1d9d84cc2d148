"""
Fit what ranks agents (`models/recall.json`): `python -m fitting.recall DATA… [--write]`.

Each DATA is a folder of question sets: of `measure.py`'s kind, where a passage that holds an answer is right, or with
`passages.jsonl` and titles that are `gold`, each of which is wanted. Agents are taken one by one, as in
`connectome.ranking`, by the model so far, and at each step those that are right shall be likelier than the others: a
conditional logit, fitted to all sets at once. Those with gold titles weigh more: they alone ask along chains.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.answers import learned, measures
from connectome import activate, ranking
from connectome.ranking import COVERED, FIRST_OF_CHAIN, SHARE_POWER
from fitting.descent import descended, pull
from fitting.logistic import Matrix
from language.question import read
from models import Linear
from myriad.connectome.v1.activation_pb2 import Budget
from scripts.in_process import Mind

FILE = Path(__file__).parents[1] / "models" / "recall.json"
FEATURES = ("activation", "words", "first", "further", "linked", "document")
UNFITTED = frozenset(("activation:unnamed", "linked:unnamed", "document:unnamed"))
"""Where hits have no names, links tell nothing: fitted, these are 0 within their error."""
NAMES = [name for one in FEATURES for kind in ("named", "unnamed") if (name := f"{one}:{kind}") not in UNFITTED]
STEPS = 8
GOLD_WEIGHT = 4.0
SHARPNESS = 6.0
RIDGE = 1e-3
ROUNDS, DESCENTS, RATE = 2, 60, 0.05
CANDIDATES = 100
REACH = Budget(max_agents=20, max_hops=3, max_pushes=200)
START = {"activation:named": 1.0, "words:unnamed": 1.0, "first:named": 0.8, "linked:named": 1.7}


@dataclass(frozen=True)
class Woken:
    """A question with the agents that the last look may choose from."""

    set: str
    share: float
    """Of its best hits, how many handle a name of their own."""
    activation: Matrix
    own: Matrix
    words: Matrix
    held: Matrix
    """By agent and term of the question: whether it holds it."""
    weights: Matrix
    links: Matrix
    documents: Matrix
    right: Matrix
    titles: Sequence[str]
    """If each title that is right is wanted."""


Step = tuple[str, Matrix, Matrix]
"""A set, features by agent, and which agents are right."""


def woken(name: str, mind: Mind, row: Mapping[str, Any], measure: Any) -> Woken | None:
    """What is seen of a question when it is ranked; None if nothing is woken."""
    seen: dict[str, Any] = {}
    real = ranking.last_look, ranking.pool, ranking.blend

    def pool(scores: Mapping[int, ranking.Score], _: ranking.Blend, __: int) -> list[int]:
        by = (lambda one: -scores[one].lexical, lambda one: -scores[one].activation)
        return list(dict.fromkeys(one for key in by for one in sorted(scores, key=key)[: CANDIDATES // 2]))

    def last_look(asked: Any, readings: Any, scores: Any, links: Any, *rest: Any) -> Any:
        seen.update(asked=asked, readings=readings, scores=scores, links=links)
        return real[0](asked, readings, scores, links, *rest)

    def blend(model: Linear, share: float) -> ranking.Blend:
        seen["share"] = share
        return real[2](model, share)

    activate.ranking.last_look, activate.ranking.pool, activate.ranking.blend = last_look, pool, blend  # type: ignore[attr-defined]
    try:
        mind.wake(read(row["question"]), REACH)
    finally:
        activate.ranking.last_look, activate.ranking.pool, activate.ranking.blend = real  # type: ignore[attr-defined]
    if not seen.get("readings"):
        return None
    agents, scores, links = list(seen["readings"]), seen["scores"], seen["links"]
    readings, weights = [seen["readings"][one] for one in agents], seen["asked"].weights
    gold, documents = row.get("gold"), dict[str, int]()
    right = [
        one.agent.title in gold if gold else measure.hit(mind.packet(one.agent.name).text, row) for one in readings
    ]
    return Woken(
        name,
        seen["share"],
        np.array([scores[one].activation for one in agents]),
        np.array([scores[one].own for one in agents]),
        np.array([scores[one].lexical ** 2 for one in agents]),
        np.array([[term in one.held for term in weights] for one in readings], float).reshape(len(agents), -1),
        np.array(list(weights.values())) / (sum(weights.values()) or 1.0),
        np.array([[links.between(one, other) if one != other else 0.0 for other in agents] for one in agents]),
        np.array([documents.setdefault(one.agent.document, len(documents)) for one in readings]),
        np.array(right, bool),
        [one.agent.title for one in readings] if gold else (),
    )


def steps(one: Woken, model: Mapping[str, float]) -> Iterator[Step]:
    """What is chosen from, agent by agent, until all that is wanted is taken."""
    size = len(one.activation)
    left, linked, there = np.ones(len(one.weights)), np.zeros(size), np.ones(size, bool)
    all_held, taken = one.held @ one.weights, list[int]()
    coefficients = np.array([model.get(name, 0.0) for name in NAMES])
    while len(taken) < min(STEPS, size):
        known = {one.titles[at] for at in taken} if one.titles else set()
        right = one.right & there & np.array([not one.titles or one.titles[at] not in known for at in range(size)])
        if not right.any() or (not one.titles and one.right[taken].any()):
            return
        open_ = (one.held * left) @ one.weights
        fresh = np.divide(open_, all_held, out=np.ones(size), where=all_held > 0)
        begun = bool(taken)
        told = {
            "activation": one.activation - (1 - fresh) * one.own,
            "words": one.words,
            "first": open_ * (not begun),
            "further": open_ * begun,
            "linked": open_ * linked * begun,
            "document": np.isin(one.documents, one.documents[taken]).astype(float),
        }
        shares = {"named": one.share**SHARE_POWER, "unnamed": 1 - one.share**SHARE_POWER}
        features = np.stack([told[name] * shares[kind] for name, kind in (it.split(":") for it in NAMES)], axis=1)
        yield one.set, features[there], right[there]
        best = int(np.argmax(np.where(there, features @ coefficients, -np.inf)))
        taken.append(best)
        there[best] = False
        left[one.held[best] > 0] *= COVERED
        if len(taken) <= FIRST_OF_CHAIN:
            linked = np.maximum(linked, one.links[:, best])


def fit(every: Sequence[Woken]) -> dict[str, float]:
    """The coefficients by name."""
    model, gold = START, {one.set for one in every if one.titles}
    for _ in range(ROUNDS):
        model = _descended(model, [step for one in every for step in steps(one, model)], gold)
    return model


def _descended(model: Mapping[str, float], chosen: Sequence[Step], gold: Collection[str]) -> dict[str, float]:
    """The conditional logit; nothing that speaks for an agent may speak against it."""
    count = Counter(name for name, *_ in chosen)
    weights = np.array([(GOLD_WEIGHT if name in gold else 1.0) / count[name] for name, *_ in chosen])
    sizes = [len(features) for _, features, _ in chosen]
    begins, of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(chosen)), sizes)
    x, right = np.concatenate([one for _, one, _ in chosen]), np.concatenate([one for *_, one in chosen])
    each = (weights / weights.sum())[of]

    def slope(found: Matrix) -> Matrix:
        pulled = pull(SHARPNESS * (x @ found), right, begins, of)
        return np.asarray(SHARPNESS * ((pulled * each) @ x) + RIDGE * found)

    start = np.array([model.get(name, 0.0) for name in NAMES])
    found = descended(slope, start, np.ones(len(NAMES)), DESCENTS, RATE)
    return {name: round(float(one), 3) for name, one in zip(NAMES, found, strict=True)}


def first_right(every: Iterable[Woken], model: Mapping[str, float]) -> float:
    """How many of the steps take an agent that is right."""
    coefficients = np.array([model.get(name, 0.0) for name in NAMES])
    took = [right[np.argmax(x @ coefficients)] for one in every for _, x, right in list(steps(one, model))[:1]]
    return round(float(np.mean(took)), 3) if took else 0.0


def _sets(folders: Sequence[Path]) -> Iterator[tuple[str, Mind, Sequence[Mapping[str, Any]]]]:
    measure = measures(folders[0].parent)
    for folder in folders:
        if (folder / "passages.jsonl").exists():
            passages = [json.loads(line) for line in (folder / "passages.jsonl").read_text().splitlines()]
            documents = {str(at): (one["title"], one["text"], "text/plain") for at, one in enumerate(passages)}
            rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text().splitlines()]
            yield folder.name, learned(folder.name, documents), rows
            continue
        for one in sorted(path for path in folder.iterdir() if (path / "questions.jsonl").exists()):
            for name, some, rows in measure.minds(one.name, *measure.load(one)):
                yield one.name, learned(name, some), [row for row in rows if row["answers"]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit what ranks agents.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="write the model")
    arguments = parser.parse_args()
    measure = measures(arguments.folders[0].parent)
    asked = [(name, mind, row) for name, mind, rows in _sets(arguments.folders) for row in rows]
    every = [one for name, mind, row in asked if (one := woken(name, mind, row, measure))]
    left_out = {}
    for name in dict.fromkeys(one.set for one in every):
        model = fit([one for one in every if one.set != name])
        left_out[name] = first_right((one for one in every if one.set == name), model)
        print(f"{name:12} the first agent is right {left_out[name]:.3f}", flush=True)
    model = fit(every)
    print(model)
    if arguments.write:
        data = hashlib.sha256("".join(sorted(json.dumps(row, sort_keys=True) for *_, row in asked)).encode())
        about = {"date": dt.datetime.now(dt.UTC).date().isoformat(), "data": data.hexdigest()[:16]}
        content = {**about, "left_out": {"first_right": left_out}, "coefficients": model}
        FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
