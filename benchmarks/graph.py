"""
The graph on Neo4j beside SQLite, in one run: `MYRIAD_GRAPH=bolt://… python -m benchmarks.graph --agents 100000`.

Both learn the same and are asked the same: how fast they learn, how long an activation takes when nothing of the mind
is remembered and when all of it is, and whether they answer alike. `--data FOLDER`: a question set instead of a made
mind. The mind `minds/bench` on the server is forgotten first.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.datasets import load
from benchmarks.scale import World
from connectome import weights
from connectome.activate import activate
from connectome.adapters.local_bookmarks import LocalBookmarks
from connectome.adapters.neo4j.opening import open_graph
from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.tantivy_index import TantivyLexicalIndex
from connectome.linking import Linker
from connectome.projection import Projection
from connectome.register import reading_of, register
from connectome.remembering import Memories
from connectome.remove import remove
from connectome.settings import Settings
from connectome.stores import GraphStore
from genesis.drafts import JSONL, Draft, Drafter
from genesis.packets import packets
from genesis.texts import record
from mesh.settings import load as load_settings
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.registry_service_pb2 import RegisterAgentsRequest, RemoveAgentsRequest
from myriad.genesis.v1.document_pb2 import DocumentInput
from orchestrator.tiers import BUILT_IN

MIND = "minds/bench"
PASSAGES_A_CALL = 500
QUESTIONS = 60
UNUSED = {"MYRIAD_GENESIS_TARGET": ":0", "MYRIAD_GATEKEEPER_TARGET": ":0", "MYRIAD_DATA": "."}


class Side(NamedTuple):
    """A store with its index."""

    name: str
    store: GraphStore
    lexical: TantivyLexicalIndex


class Subject(NamedTuple):
    """What is learned and asked, and which titles should be found."""

    passages: Sequence[dict[str, str]]
    questions: Sequence[str]
    gold: Sequence[Sequence[str]]


def made(agents: int) -> Subject:
    world = World(agents)
    passages = [{"text": text} for text in world.texts()]
    return Subject(passages, list(islice(world.questions(), QUESTIONS)), [])


def read(folder: Path) -> Subject:
    data = load(folder)
    return Subject(data.passages, [case["question"] for case in data.cases], [case["gold"] for case in data.cases])


def learn(side: Side, calls: Sequence[Sequence[RegisteredDocument]]) -> float:
    """Seconds, of which none is spent on reading the texts."""
    projection, linker = Projection(side.store, side.lexical), Linker(side.lexical)
    remove(side.store, side.store, projection, linker, RemoveAgentsRequest(mind=MIND, all_documents=True))
    began = time.perf_counter()
    for documents in calls:
        register(side.store, projection, linker, reading_of(RegisterAgentsRequest(mind=MIND, documents=documents)))
    return time.perf_counter() - began


def drafted(passages: Sequence[dict[str, str]]) -> Iterator[list[RegisteredDocument]]:
    drafter = Drafter(MIND)
    for start in range(0, len(passages), PASSAGES_A_CALL):
        content = "\n".join(json.dumps(row) for row in passages[start : start + PASSAGES_A_CALL]).encode()
        drafts = drafter.drafts(DocumentInput(content=content, media_type=JSONL))
        yield [_registered(draft) for draft in drafts if isinstance(draft, Draft)]


def _registered(draft: Draft) -> RegisteredDocument:
    records = [record(packet, f"folder:///none#0+1+{'0' * 64}") for packet in packets(draft)]
    return RegisteredDocument(document=draft.document, agents=list(draft.passages), new_agents=records)


def ask(
    sides: Sequence[Side], question: str, budget: Budget, memories: Sequence[Memories]
) -> tuple[list[ActivateResponse], list[float]]:
    """Ask each side in turn, so that what else the machine does befalls both: answers and milliseconds."""
    answers, milliseconds = list[ActivateResponse](), list[float]()
    as_of = weights.quarter(time.time())
    for side, remembered in zip(sides, memories, strict=True):
        began = time.perf_counter()
        request = ActivateRequest(mind=MIND, question=question, budget=budget)
        graph = side.store.as_of(as_of)
        answers.append(activate(graph, side.lexical, request, remembered=partial(remembered.of, as_of)))
        milliseconds.append((time.perf_counter() - began) * 1e3)
    return answers, milliseconds


def recall(answers: Sequence[ActivateResponse], gold: Sequence[Sequence[str]], most: int = 5) -> float:
    if not gold:
        return float("nan")
    shares = [
        len(set(wanted) & {agent.title for agent in list(answer.agents)[:most]}) / len(wanted)
        for answer, wanted in zip(answers, gold, strict=True)
    ]
    return statistics.mean(shares)


def compare(sides: Sequence[Side], subject: Subject, table: Table) -> None:
    """A row for each tier: cold is each question asked of a store of which nothing is remembered."""
    for tier in BUILT_IN:
        budget = Budget(
            max_agents=tier.budget.max_agents, max_hops=tier.budget.max_hops, max_pushes=tier.budget.max_pushes
        )
        kept = [Memories() for _ in sides]
        for question in subject.questions:
            ask(sides, question, budget, kept)  # what the server itself keeps in memory is there now
        cold = [ask(sides, question, budget, [Memories() for _ in sides])[1] for question in subject.questions]
        asked = [ask(sides, question, budget, kept) for question in subject.questions]
        answers = list(zip(*(found for found, _ in asked), strict=True))
        one, other = answers
        times = [
            [statistics.median(each) for each in zip(*milliseconds, strict=True)]
            for milliseconds in (cold, [took for _, took in asked])
        ]
        first = statistics.mean(_first(a) == _first(b) for a, b in zip(one, other, strict=True))
        same = statistics.mean(
            [x.agent for x in a.agents] == [x.agent for x in b.agents] for a, b in zip(one, other, strict=True)
        )
        table.add_row(
            tier.id,
            *(f"{figure:.1f}" for sqlite, neo4j in times for figure in (sqlite, neo4j, neo4j / sqlite)),
            f"{first:.0%}",
            f"{same:.0%}",
            *(f"{recall(found, subject.gold):.3f}" for found in answers),
        )


def _first(answer: ActivateResponse) -> str:
    return answer.agents[0].agent if answer.agents else ""


def main() -> None:
    parser = argparse.ArgumentParser(description="The graph on Neo4j beside SQLite.")
    parser.add_argument("--agents", type=int, default=10_000, help="Size of the made mind.")
    parser.add_argument("--data", type=Path, help="A question set instead.")
    arguments = parser.parse_args()
    console = Console(width=160)
    subject = read(arguments.data) if arguments.data else made(arguments.agents)
    calls = list(drafted(subject.passages))
    columns = ("tier", "SQLite cold ms", "Neo4j", "times", "SQLite warm ms", "Neo4j", "times")
    table = Table(*columns, "same first agent", "same agents", "recall@5 SQLite", "Neo4j", title="Activation, p50")
    with tempfile.TemporaryDirectory(prefix="myriad-graph-") as name:
        folder, settings = Path(name), load_settings(Settings, {**UNUSED, **os.environ})
        who = settings.graph_user, settings.graph_password
        stores: dict[str, GraphStore] = {
            "SQLite": SqliteGraphStore(folder / "graph.db"),
            "Neo4j": open_graph(settings.graph, *who, LocalBookmarks()),
        }
        sides = [Side(kind, store, TantivyLexicalIndex(folder / kind)) for kind, store in stores.items()]
        for side in sides:
            seconds = learn(side, calls)
            agents = side.store.get_mind(MIND).agent_count
            console.print(f"{side.name}: {agents:,} passages in {seconds:.0f} s, {agents / seconds:,.0f} a second")
        compare(sides, subject, table)
        for side in sides:
            side.store.close()
    console.print(table)


if __name__ == "__main__":
    main()
