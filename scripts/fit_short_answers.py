"""
Fit the weights of short answers, in `agent_host/answer_features.py` and `synth/offered.py`, to training questions.

    python -m scripts.fit_short_answers FOLDER… [--write]

Each folder has `passages.jsonl` and `questions.jsonl`; `scripts/short_answers.jsonl` has the answers that these lack,
and more questions of each set, all written by reading the passages. All candidates of the agents that a
question wakes compete in one log-linear model with the features of both stages; the expected F1 of one drawn from it
is maximised, less a ridge penalty. Yes, no, comparisons and calculations take no part. What is printed is
cross-validated. The same data give the same weights.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agent_host import answer_features
from agent_host.question import analyse
from agent_host.reply import reply
from agent_host.topic import aboutness
from benchmarks.datasets import Case, load
from cli.asking import Outcome
from cli.correctness import f1, is_verdict
from myriad.agent.v1.evidence_pb2 import ShortAnswer
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from orchestrator.tiers import Tiers
from scripts.in_process import Mind
from synth import short_answer
from synth.comparison import compare

ANSWERS = Path(__file__).with_name("short_answers.jsonl")
HOST = [name for name in answer_features.WEIGHTS if name != "always"]
SYNTH = [name for name in short_answer.WEIGHTS if name != "fit"]
RIDGE, STEPS, RATE, FOLDS = 0.005, 600, 0.05, 5
_LEAST_RIGHT = 0.55
"""F1 below which a candidate is as wrong as any."""

Matrix = NDArray[np.float64]


class Example(NamedTuple):
    """A question's candidates: their words, their features, and the F1 of each."""

    keys: Sequence[str]
    x: Matrix
    right: Matrix


class Line(Mind):
    """A mind whose candidates for short answers can be had."""

    def example(self, case: Case) -> Example | None:
        """All candidates for a case; None if it is no question for them."""
        tier = Tiers().named("base").budget
        budget = Budget(max_agents=tier.max_agents, max_hops=tier.max_hops, max_pushes=tier.max_pushes)
        woken = self.wake(case["question"], budget)
        question = analyse(case["question"])
        told: dict[tuple[str, int, int, int], tuple[float, ...]] = {}
        replies: list[RankedReply] = []
        for one in woken.agents:
            read, asked = self.passages[one.agent], question.told(one.path)
            said = reply(question, read, one.path, tier.max_evidence, with_text=False)
            abouts = aboutness(asked, read)
            for evidence in said.evidence:
                position = evidence.position
                if not evidence.short_answers or read.sentences[position].header:
                    continue
                about = abouts[position]
                del evidence.short_answers[:]
                found = answer_features.features(asked, read, read.sentences[position], position, about)
                for span, values in found:
                    words = evidence.quote[span.start : span.end]
                    told[one.agent, position, span.start, span.end] = values
                    evidence.short_answers.add(text=words, quote_start=span.start, quote_end=span.end, score=0.5)
            replies.append(RankedReply(reply=said, activation=one.score, path=one.path))
        if compare(case["question"], [one.reply for one in replies]):
            return None
        rows, right, keys = [], [], []
        for offer in short_answer.offers(case["question"], replies):
            place = (offer.quote.reply.agent, offer.quote.evidence.position, *_span(offer.candidate))
            if place in told:
                rows.append([*told[place][: len(HOST)], *offer.values[1:]])
                right.append(f1(case, Outcome({"shortAnswer": offer.candidate.text})))
                keys.append(offer.key)
        return Example(keys, np.array(rows), np.array(right)) if rows else None


def _span(candidate: ShortAnswer) -> tuple[int, int]:
    return candidate.quote_start, candidate.quote_end


def fit(examples: Sequence[Example]) -> Matrix:
    """Weights by gradient ascent with adapted steps (Kingma and Ba, 2015), from zero."""
    useful = [(one.x, np.where(one.right > _LEAST_RIGHT, one.right**2, 0.0)) for one in examples]
    useful = [(x, right) for x, right in useful if right.any()]
    weights = np.zeros(len(HOST) + len(SYNTH))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        gradient = 2 * RIDGE * weights
        for x, right in useful:
            drawn = _shares(x @ weights)
            wanted = drawn * right / (drawn @ right)
            gradient += x.T @ (drawn - wanted) / len(useful)
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights


def score(example: Example, weights: Matrix) -> float:
    """F1 of the likeliest words, their occurrences taken together."""
    shares = _shares(example.x @ weights)
    totals: dict[str, float] = {}
    for key, share in zip(example.keys, shares, strict=True):
        totals[key] = totals.get(key, 0.0) + float(share)
    best = max(totals, key=lambda key: totals[key])
    return float(example.right[max((n for n, key in enumerate(example.keys) if key == best), key=lambda n: shares[n])])


def cross_validated(examples: Sequence[Example]) -> float:
    scores = []
    for fold in range(FOLDS):
        weights = fit([one for number, one in enumerate(examples) if number % FOLDS != fold])
        scores += [score(one, weights) for number, one in enumerate(examples) if number % FOLDS == fold]
    return float(np.mean(scores))


def written(source: str, weights: Mapping[str, float]) -> str:
    """The source of a module with its `WEIGHTS` replaced."""
    for name, weight in weights.items():
        source = re.sub(rf'(?m)^(    "{name}": )-?[\d.]+,$', rf"\g<1>{weight:.2f},", source)
    return source


def collect(folder: Path) -> list[Example]:
    data = load(folder)
    rows = [row for row in map(json.loads, ANSWERS.read_text("utf-8").splitlines()) if row["set"] == data.name]
    answers = {row["question"]: row["answer"] for row in rows}
    cases = [{"answer": answers.pop(case["question"], None), **case} for case in data.cases]
    cases += [{"question": question, "answer": answer} for question, answer in answers.items()]
    cases = [case for case in cases if case["answer"] and not is_verdict(case)]
    with tempfile.TemporaryDirectory() as scratch:
        line = Line(Path(scratch), data)
        return [one for case in cases if (one := line.example(case))]


def _shares(logits: Matrix) -> Matrix:
    powers: Matrix = np.exp(logits - logits.max())
    shares: Matrix = powers / powers.sum()
    return shares


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="with passages and questions")
    parser.add_argument("--write", action="store_true", help="put the weights into the two modules")
    options = parser.parse_args()
    sets = {folder.name: collect(folder) for folder in options.folders}
    examples = [one for found in sets.values() for one in found]
    weights = dict(zip([*HOST, *SYNTH], map(float, fit(examples)), strict=True))
    for name, found in sets.items():
        best = np.mean([one.right.max() for one in found])
        print(f"{name}: {len(found)} questions, the best candidate's F1 {best:.3f}")
    print(f"F1 cross-validated {cross_validated(examples):.3f}")
    for name, weight in weights.items():
        print(f"{name:12} {weight:6.2f}")
    for module, names in ((answer_features, HOST), (short_answer, SYNTH)):
        file = Path(str(module.__file__))
        if options.write:
            file.write_text(written(file.read_text("utf-8"), {name: weights[name] for name in names}), "utf-8")


if __name__ == "__main__":
    main()
