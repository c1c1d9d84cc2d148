"""What activations remember of the graph changes nothing of what they return."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from connectome import remembering
from connectome.activate import activate
from connectome.adapters.sqlite import SqliteFollowedGraph, SqliteGraphStore
from connectome.adapters.tantivy_index import FollowedTantivyIndex, TantivyLexicalIndex
from connectome.following import Following
from connectome.linking import Linker
from connectome.ports import MindAt
from connectome.projection import Projection
from connectome.remembering import Memories
from connectome.service import ActivationServicer, RegistryServicer, WeightServicer
from mesh.call import Context
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse
from myriad.connectome.v1.agent_record_pb2 import AgentRecord, PacketPlace
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.registry_service_pb2 import RegisterAgentsRequest, RelocatePacketsRequest, RemoveAgentsRequest
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from myriad.genesis.v1.document_pb2 import Document

MIND = "minds/m"
ASIDE = cast("Context", None)
TITLES = ("Blue Moon", "Richard Rodgers", "Lover", "Queens")
TEXTS = (
    "Blue Moon is a ballad by Richard Rodgers.",
    "He was born in Queens and wrote Lover.",
    "Lover was sung in Queens.",
    "It names nobody.",
)
QUESTIONS = ("Where was the writer of Blue Moon born?", "Who wrote Lover?", "Which Queens is meant?")


class Asked:
    """A mind that is asked through the servicer, and past what the servicer remembers."""

    def __init__(self, folder: Path, writer: ThreadPoolExecutor) -> None:
        self.store, self.lexical = SqliteGraphStore(folder / "graph.db"), TantivyLexicalIndex(folder / "lexical")
        self.memories = Memories()
        self.activation = ActivationServicer(self.store, self.lexical, self.memories)
        self.registry = RegistryServicer(
            self.store,
            self.store,
            self.store,
            Projection(self.store, self.lexical),
            Linker(self.lexical),
            self.memories,
            writer,
        )
        self.weights = WeightServicer(self.store, self.store, writer)
        self.followed, lexical = SqliteFollowedGraph(folder / "graph.db"), FollowedTantivyIndex(folder / "lexical")
        following = Following(self.followed, lexical)
        self.follower = ActivationServicer(self.followed, lexical, Memories(), following=following)

    async def learn(self, title: int, text: int) -> None:
        name, agent = f"{MIND}/documents/d{title}", f"{MIND}/agents/a{title}t{text}"
        record = AgentRecord(
            agent=agent, document=name, text=TEXTS[text], packet_location="x#0+1", concepts=[TITLES[title]]
        )
        document = RegisteredDocument(
            document=Document(name=name, title=TITLES[title], content_hash=str(text)),
            agents=[agent],
            new_agents=[record],
        )
        await self.registry.RegisterAgents(RegisterAgentsRequest(mind=MIND, documents=[document]), ASIDE)

    async def forget(self, title: int, _text: int) -> None:
        documents = [f"{MIND}/documents/d{title}"]
        await self.registry.RemoveAgents(RemoveAgentsRequest(mind=MIND, documents=documents), ASIDE)

    async def relocate(self, title: int, text: int) -> None:
        place = PacketPlace(agent=f"{MIND}/agents/a{title}t{text}", packet_location=f"y#{title}+{text}")
        await self.registry.RelocatePackets(RelocatePacketsRequest(mind=MIND, places=[place]), ASIDE)

    async def reinforce(self, title: int, text: int) -> None:
        agents = [f"{MIND}/agents/a{title}t{text}"]
        request = ReinforceRequest(mind=MIND, agents=agents, concepts=[TITLES[title]], success=True)
        await self.weights.Reinforce(request, ASIDE)

    async def both(self, question: str) -> tuple[ActivateResponse, ActivateResponse]:
        request = self.asking(question)
        remembered = await self.activation.Activate(request, ASIDE)
        read = activate(self.store.as_of(remembered.weights_as_of.seconds), self.lexical, request)
        read.weights_as_of.seconds = remembered.weights_as_of.seconds
        return remembered, read

    def asking(self, question: str) -> ActivateRequest:
        request = ActivateRequest(mind=MIND, question=question, budget=Budget(max_agents=4, max_hops=3))
        request.budget.max_pushes, request.weights_as_of.seconds = 100, 4_000_000_000
        return request


@contextmanager
def asked() -> Iterator[Asked]:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as writer:
        one = Asked(Path(folder), writer)
        yield one
        one.followed.close()
        one.store.close()


Change: TypeAlias = tuple[Callable[[Asked, int, int], Awaitable[None]], int, int]
CHANGES: st.SearchStrategy[Change] = st.tuples(
    st.sampled_from((Asked.learn, Asked.learn, Asked.forget, Asked.relocate, Asked.reinforce)),
    st.integers(0, 3),
    st.integers(0, 3),
)


@settings(deadline=None, max_examples=15)
@given(st.lists(CHANGES, max_size=8))
def test_after_any_changes_a_mind_that_is_remembered_answers_like_one_that_is_read(changes: list[Change]) -> None:
    async def go(mind: Asked) -> None:
        await mind.learn(0, 0)
        for change, title, text in changes:
            await change(mind, title, text)
            for question in QUESTIONS:
                remembered, read = await mind.both(question)
                assert remembered.SerializeToString(deterministic=True) == read.SerializeToString(deterministic=True)

    with asked() as mind:
        asyncio.run(go(mind))


@settings(deadline=None, max_examples=15)
@given(st.lists(CHANGES, max_size=8))
def test_who_follows_answers_after_any_changes_like_the_one_who_writes(changes: list[Change]) -> None:
    async def go(mind: Asked) -> None:
        await mind.learn(0, 0)
        for change, title, text in changes:
            await change(mind, title, text)
            for question in QUESTIONS:
                request = mind.asking(question)
                written = await mind.activation.Activate(request, ASIDE)
                followed = await mind.follower.Activate(request, ASIDE)
                assert followed.SerializeToString(deterministic=True) == written.SerializeToString(deterministic=True)

    with asked() as mind:
        asyncio.run(go(mind))


def test_what_was_forgotten_is_not_remembered() -> None:
    async def go(mind: Asked) -> None:
        await mind.learn(0, 0)
        await mind.learn(1, 1)
        await mind.both(QUESTIONS[0])
        assert len(mind.memories) == 1
        await mind.forget(0, 0)
        assert len(mind.memories) == 0

    with asked() as mind:
        asyncio.run(go(mind))


def test_a_mind_is_remembered_up_to_a_number_of_rows_and_so_many_minds_as_are_stated() -> None:
    memories, one, other = Memories(), MindAt(1, 1), MindAt(1, 2)
    first = memories.of(0, MIND, one)
    assert memories.of(0, MIND, one) is first
    assert memories.of(900, MIND, one) is not first
    grown = memories.of(900, MIND, other)
    grown.longest.update((str(number), 0) for number in range(remembering.MOST_ROWS + 1))
    assert memories.of(900, MIND, other) is not grown
    kept = memories.of(900, MIND, other)
    for number in range(remembering.MOST_MINDS):
        memories.of(0, f"minds/other{number}", MindAt(2, 1))
    assert memories.of(900, MIND, other) is not kept
