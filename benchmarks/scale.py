"""
How activation's work grows with the mind: `python -m benchmarks.scale [--agents 1000,10000,100000]`.

Makes minds of people, places and works, the same at each run: names are drawn from few first and last names, so that
many are ambiguous; a few places are in thousands of texts, most in a handful (Zipf's law), as in real collections.
A million agents take about an hour to make: `--agents 1000000`.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from connectome.activate import activate
from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.tantivy_index import TantivyLexicalIndex
from connectome.linking import Linker
from connectome.projection import Projection
from connectome.register import reading_of, register
from genesis.drafts import Draft, Drafter
from genesis.packets import packets
from genesis.texts import record
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.registry_service_pb2 import RegisterAgentsRequest
from myriad.genesis.v1.document_pb2 import DocumentInput
from orchestrator.tiers import BUILT_IN

MIND = "minds/scale"
BATCH = 2_000
QUESTIONS = 60
SYLLABLES = [
    "ba",
    "be",
    "da",
    "del",
    "fa",
    "gor",
    "ha",
    "in",
    "ka",
    "lo",
    "mar",
    "mi",
    "na",
    "or",
    "pe",
    "ra",
    "sa",
    "tor",
    "va",
    "wen",
    "yo",
    "zi",
]
TRADES = ["painter", "engineer", "composer", "physician", "novelist", "surveyor", "botanist", "lawyer"]
WORKS = ["film", "song", "novel", "opera", "album", "play"]
VERBS = {"film": "directed", "song": "written", "novel": "written", "opera": "composed", "album": "recorded"}


class World:
    """Who and what there is in a mind of a size."""

    def __init__(self, agents: int) -> None:
        self._random = random.Random(agents)
        self.people = [self._person() for _ in range(agents * 2 // 5)]
        self.places = [self._word(4) for _ in range(max(20, agents // 5))]
        self.works = [
            (f"The {self._word(2)} {self._word(3)}", self._random.choice(WORKS)) for _ in range(agents * 2 // 5)
        ]

    def texts(self) -> Iterator[str]:
        """A passage about each."""
        draw = self._random
        for number, person in enumerate(self.people):
            trade, born = draw.choice(TRADES), draw.randint(1700, 1999)
            yield (
                f"{person} (born {draw.randint(1, 28)} May {born}) is a {trade} from {self._place()}. The {trade}"
                f" studied in {self._place()}, married {draw.choice(self.people)} and has lived in {self._place()}"
                f" since {born + 30}. Entry {number} says that first works were shown in {self._place()}."
            )
        for place in self.places:
            yield (
                f"{place} is a town near {self._place()}. It was founded in {draw.randint(900, 1900)}, has a market and"
                f" a school, and is the birthplace of {draw.choice(self.people)}."
            )
        for work, kind in self.works:
            made = VERBS.get(kind, "written")
            yield (
                f"{work} is a {draw.randint(1900, 2020)} {kind} {made} by {draw.choice(self.people)}."
                f" It is set in {self._place()} and was first shown in {self._place()}; its story follows a"
                f" {draw.choice(TRADES)} and the family of {draw.choice(self.people)}."
            )

    def questions(self) -> Iterator[str]:
        """Of one and two links, and some that name nothing but common words."""
        draw = random.Random(1)
        while True:
            work, kind = draw.choice(self.works)
            yield f"Where was the person who was {VERBS.get(kind, 'written')} in the credits of {work} born?"
            yield f"Whom did {draw.choice(self.people)} marry?"
            yield f"Which {draw.choice(TRADES)} from {self._place()} studied in {self._place()}?"
            yield f"What was the first {kind} that was set in a town with a market and a school?"

    def _person(self) -> str:
        return f"{self._word(2)} {self._word(2)} {self._word(3)}"

    def _place(self) -> str:
        """The commoner, the earlier: Zipf's law."""
        return self.places[int(len(self.places) ** self._random.random()) - 1]

    def _word(self, syllables: int) -> str:
        return "".join(self._random.choice(SYLLABLES) for _ in range(syllables)).capitalize()


def learn(folder: Path, world: World) -> tuple[SqliteGraphStore, TantivyLexicalIndex]:
    """A mind with a passage for each text."""
    store, lexical = SqliteGraphStore(folder / "graph.db"), TantivyLexicalIndex(folder / "lexical")
    projection, linker, drafter = Projection(store, lexical), Linker(lexical), Drafter(MIND)
    numbered = enumerate(world.texts())
    while batch := list(islice(numbered, BATCH)):
        documents = [_registered(drafter, number, text) for number, text in batch]
        register(store, projection, linker, reading_of(RegisterAgentsRequest(mind=MIND, documents=documents)))
    return store, lexical


def _registered(drafter: Drafter, number: int, text: str) -> RegisteredDocument:
    [draft] = drafter.drafts(DocumentInput(id=f"d{number}", text=text))
    assert isinstance(draft, Draft)
    records = [record(packet, f"folder:///none#0+1+{'0' * 64}") for packet in packets(draft)]
    return RegisteredDocument(document=draft.document, agents=list(draft.passages), new_agents=records)


def measure(store: SqliteGraphStore, lexical: TantivyLexicalIndex, questions: Sequence[str], table: Table) -> None:
    """A row for each tier."""
    agents = store.get_mind(MIND).agent_count
    for tier in BUILT_IN:
        budget = Budget(
            max_agents=tier.budget.max_agents, max_hops=tier.budget.max_hops, max_pushes=tier.budget.max_pushes
        )
        responses, milliseconds = list[ActivateResponse](), list[float]()
        for timed in (False, True):
            for question in questions:
                began = time.perf_counter()
                response = activate(store, lexical, ActivateRequest(mind=MIND, question=question, budget=budget))
                if timed:
                    milliseconds.append((time.perf_counter() - began) * 1e3)
                    responses.append(response)
        table.add_row(
            f"{agents:,}",
            tier.id,
            f"{statistics.mean(one.push_count for one in responses):.0f}",
            f"{max(one.push_count for one in responses)}",
            f"{statistics.mean(one.row_count for one in responses):.0f}",
            f"{max(one.row_count for one in responses)}",
            f"{statistics.median(milliseconds):.1f}",
            f"{statistics.quantiles(milliseconds, n=20)[-1]:.1f}",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="How activation's work grows with the mind.")
    parser.add_argument("--agents", default="1000,10000,100000", help="Sizes of the minds, with commas.")
    console = Console(width=120)
    columns = ("agents", "tier", "pushes", "most", "rows read", "most", "p50 ms", "p95 ms")
    table = Table(*columns, title="Work of one activation, in process")
    for size in map(int, parser.parse_args().agents.split(",")):
        folder = Path(tempfile.mkdtemp(prefix="myriad-scale-"))
        try:
            world, began = World(size), time.perf_counter()
            store, lexical = learn(folder, world)
            seconds = time.perf_counter() - began
            console.print(f"{size:,} agents learned in {seconds:.0f} s, {size / seconds:,.0f} a second")
            measure(store, lexical, list(islice(world.questions(), QUESTIONS)), table)
            store.close()
        finally:
            shutil.rmtree(folder)
    console.print(table)


if __name__ == "__main__":
    main()
