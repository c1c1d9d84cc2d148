"""
`make quality`: what the three tiers find, say, abstain from and report as contradicted, beside bm25s and embeddings.

Every folder of question sets with `passages.jsonl` and `questions.jsonl` is measured, and so are the sets made from it:
without titles, in other words, composed into chains, with nothing to answer from, and with contradictions. Starts a
Myriad of its own on a temporary folder unless told where one runs; there the minds that it makes, `quality-…`, stay.

    python -m benchmarks.quality [--data FOLDER] [--url URL --api-key KEY] [--only WORD…]
        [--dense MODEL_FOLDER] [--json FILE] [--answers FILE] [--write docs/quality.md]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, groupby, product
from pathlib import Path

from rich.console import Console

from benchmarks import pages, peer
from benchmarks.chains import chains
from benchmarks.contradictions import contradictions
from benchmarks.datasets import Case, Dataset, load
from benchmarks.embedding import Embedding
from benchmarks.instance import asked, learn, mind_of
from benchmarks.pages import Row
from benchmarks.peer import Measure
from benchmarks.unanswerable import unanswerable
from benchmarks.untitled import paraphrased, untitled
from cli import metrics
from cli.asking import Outcome
from cli.certainty import is_conflict, reports
from cli.correctness import recall, right
from cli.options import Tier
from cli.state import Endpoint
from cli.supervisor.fleet import running

ROOT = Path(__file__).resolve().parent.parent
FINDING, KNOWING, CONTRADICTED = "finding", "knowing", "contradicted"
TIERS = [*reversed(Tier)]
"""The largest first: it wakes the agents, so that all are timed on warm ones."""

console = Console(width=160, stderr=True)


@dataclass(frozen=True, slots=True)
class Task:
    """A set to measure, in one mind or in several that count as one."""

    kind: str
    set: str
    minds: Sequence[Dataset]


def tasks(data: Dataset) -> list[Task]:
    bare = untitled(data)
    return [
        Task(FINDING, data.name, [data]),
        Task(FINDING, f"{data.name}, no titles", [bare]),
        Task(FINDING, f"{data.name}, no titles, paraphrased", [paraphrased(bare)]),
        Task(FINDING, f"{data.name}, chains, no titles", [chains(data)]),
        Task(KNOWING, data.name, list(unanswerable(data))),
        Task(CONTRADICTED, data.name, list(contradictions(data))),
    ]


def measured(endpoint: Endpoint, all_tasks: Sequence[Task], answers: Path | None) -> Iterator[Row]:
    """Each mind is learned once; it is asked for every set that needs it."""
    by_mind = sorted(
        ((mind_of(data), number, data) for number, task in enumerate(all_tasks) for data in task.minds if data.cases),
        key=lambda one: one[:2],
    )
    outcomes: dict[tuple[int, Tier], list[tuple[Case, Outcome]]] = {}
    for _, group in groupby(by_mind, key=lambda one: one[0]):
        sets = [(number, data) for _, number, data in group]
        learn(endpoint, sets[0][1])
        for (number, data), tier in product(sets, TIERS):
            console.print(f"asking {tier} about {all_tasks[number].set} ({all_tasks[number].kind})", style="dim")
            came = zip(data.cases, asked(endpoint, data, tier), strict=True)
            outcomes.setdefault((number, tier), []).extend(came)
    for number, task in enumerate(all_tasks):
        for tier in Tier:
            if pairs := outcomes.get((number, tier)):
                yield _row(task, tier, pairs)
                if answers:
                    pages.append_answers(answers, f"{task.set}, {task.kind}, {tier}", pairs)


def beside(task: Task, systems: Mapping[str, Measure]) -> Iterator[Row]:
    """Other systems on the same set; they only find."""
    for name, measure in systems.items():
        yield _row(task, name, list(chain.from_iterable(_found(data, measure) for data in task.minds)))


def _found(data: Dataset, measure: Measure) -> Iterator[tuple[Case, Outcome]]:
    texts = ["\n".join(filter(None, (one.get("title"), one["text"]))) for one in data.passages]
    titles = [one.get("title") or data.titles[one["id"]] for one in data.passages]
    took = measure(texts, [case["question"] for case in data.cases])
    for case, numbers, milliseconds in zip(data.cases, took.found, took.query_ms, strict=True):
        yield case, Outcome({"agents": [{"title": titles[number]} for number in numbers]}, milliseconds)


def _row(task: Task, system: str, pairs: Sequence[tuple[Case, Outcome]]) -> Row:
    kinds: dict[str, tuple[int, int]] = {}
    for case, outcome in pairs:
        kind = case.get("type", "")
        well, of = kinds.get(kind, (0, 0))
        kinds[kind] = (well + _went_well(task.kind, case, outcome), of + 1)
    report = metrics.report([case for case, _ in pairs], [outcome for _, outcome in pairs])
    return Row(task.kind, task.set, system, report, dict(sorted(kinds.items())))


def _went_well(kind: str, case: Case, outcome: Outcome) -> bool:
    if kind == FINDING:
        return recall(case, outcome, 5) == 1
    if kind == CONTRADICTED:
        return is_conflict(case, outcome) if case["conflict"] else not reports(outcome)
    return right(case, outcome) if case["answerable"] else outcome.answer.get("state") == "ANSWER_STATE_ABSTAINED"


def main() -> None:
    arguments = _arguments()
    folders = sorted(file.parent for file in arguments.data.glob("*/passages.jsonl"))
    if not folders:
        console.print(f"no question sets in {arguments.data}: say where they are with --data FOLDER")
        return
    chosen = [task for folder in folders for task in tasks(load(folder)) if _is_chosen(task, arguments.only)]
    if arguments.url:
        rows = list(measured(Endpoint(arguments.url, arguments.api_key), chosen, arguments.answers))
    else:
        rows = asyncio.run(_on_its_own(chosen, arguments.answers))
    systems: dict[str, Measure] = {"bm25s": peer.measure}
    if arguments.dense:
        systems["embeddings"] = Embedding(arguments.dense).measure
    rows += [row for task in chosen if task.kind == FINDING for row in beside(task, systems)]
    about = pages.about()
    sys.stdout.write(pages.tables(rows))
    if arguments.json:
        arguments.json.write_text(json.dumps(about | {"rows": [asdict(row) for row in rows]}, indent=2) + "\n")
    if arguments.write:
        pages.renew(arguments.write, about, rows)


async def _on_its_own(chosen: Sequence[Task], answers: Path | None) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="myriad-quality-") as folder:
        async with running(Path(folder), None, 2, console.print) as myriad:
            return await asyncio.to_thread(lambda: list(measured(myriad.endpoint, chosen, answers)))


def _is_chosen(task: Task, only: Sequence[str]) -> bool:
    return not only or any(word in f"{task.set}, {task.kind}" for word in only)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the quality of the three tiers.")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of question sets")
    parser.add_argument("--url", help="a Myriad that runs; one is started if left out")
    parser.add_argument("--api-key", default="", help="a key of it that may teach any mind")
    parser.add_argument("--only", nargs="*", default=(), help="sets whose name or kind has one of these words")
    parser.add_argument("--dense", type=Path, help="folder of an ONNX sentence-embedding model, to compare with")
    parser.add_argument("--json", type=Path, help="file to write all figures to")
    parser.add_argument("--answers", type=Path, help="file to append the answers to, for reading")
    parser.add_argument("--write", type=Path, help="page whose tables are written anew")
    return parser.parse_args()


if __name__ == "__main__":
    main()
