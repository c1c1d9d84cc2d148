"""What every graph store must do with weights, through the use cases that write them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.tantivy_index import TantivyLexicalIndex
from connectome.linking import Linker
from connectome.ports import GraphStore
from connectome.register import register
from connectome.reinforce import reinforce, reset, settle
from connectome.remove import remove
from connectome.weights import QUARTER, STRONGEST
from mesh.access import MindNotFound
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.mind_pb2 import Weight
from myriad.connectome.v1.registry_service_pb2 import RegisterAgentsRequest, RemoveAgentsRequest
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from myriad.genesis.v1.document_pb2 import Document

MIND, OTHER = "minds/m", "minds/o"
NOON = 1_900_800_000
"""The beginning of a quarter of an hour, later than any test runs."""


class Minds:
    """A store with two documents in each of two minds, and who writes there."""

    def __init__(self, store: GraphStore, folder: Path) -> None:
        self.store = store
        self._lexical = TantivyLexicalIndex(folder)
        self._linker = Linker(self._lexical)
        for mind in (MIND, OTHER):
            self.learn(mind, "song", "Blue Moon", "Blue Moon was written by Richard Rodgers.")
            self.learn(mind, "rodgers", "Richard Rodgers", "He was born in Queens.")

    def learn(self, mind: str, bare: str, title: str, *passages: str) -> None:
        name = f"{mind}/documents/{bare}"
        agents = [f"{mind}/agents/a{bare}{number}" for number, _ in enumerate(passages)]
        known = {record.agent for record in self.store.get_agents(mind, agents)} if self._knows(mind) else set()
        records = [
            AgentRecord(agent=agent, document=name, text=text, packet_location="x", concepts=[title])
            for agent, text in zip(agents, passages, strict=True)
            if agent not in known
        ]
        document = RegisteredDocument(document=Document(name=name, title=title), agents=agents, new_agents=records)
        register(self.store, self._lexical, self._linker, RegisterAgentsRequest(mind=mind, documents=[document]))

    def forget(self, *bare: str) -> None:
        documents = [f"{MIND}/documents/{one}" for one in bare]
        remove(self.store, self._lexical, self._linker, RemoveAgentsRequest(mind=MIND, documents=documents))

    def use(self, now: float, *, success: bool = True, deferred: bool = False, mind: str = MIND) -> int:
        """Song and composer were cited together."""
        agents = [f"{mind}/agents/asong0", f"{mind}/agents/arodgers0"]
        request = ReinforceRequest(mind=mind, agents=agents, concepts=["Blue Moon"], success=success, deferred=deferred)
        return reinforce(self.store, request, now)

    def weights(self, mind: str = MIND) -> list[Weight]:
        return self.store.list_weights(mind, ("", ""), 100)

    def strengths(self, at: int, mind: str = MIND) -> list[object]:
        """Of the song's edges, as of a time."""
        [song] = [one.id for one in self.store.agents(range(1, 100)).values() if one.name == f"{mind}/agents/asong0"]
        return [edge.strength for edge in self.store.as_of(at).edges([song], 100)[song]]

    def version(self, mind: str = MIND) -> int:
        return self.store.mind(mind)[1]

    def _knows(self, mind: str) -> bool:
        return any(one.name == mind for one in self.store.list_minds("", 10))


@pytest.fixture(params=["sqlite"])
def minds(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Minds]:
    store = SqliteGraphStore(tmp_path / "graph.db")
    yield Minds(store, tmp_path / "lexical")
    store.close()


def test_what_led_to_agents_and_what_they_share_grows_stronger_at_once(minds: Minds) -> None:
    version = minds.version()
    assert minds.use(NOON + 60) == 3
    assert [(one.agent, one.concept) for one in minds.weights()] == [
        (f"{MIND}/agents/arodgers0", "Richard Rodgers"),
        (f"{MIND}/agents/asong0", "Blue Moon"),
        (f"{MIND}/agents/asong0", "Richard Rodgers"),
    ]
    assert [one.weight for one in minds.weights()] == [pytest.approx(0.55)] * 3
    assert {one.update_time.seconds for one in minds.weights()} == {NOON + 60}
    assert minds.strengths(NOON) == [pytest.approx(STRONGEST**0.1)] * 2
    assert minds.version() == version + 1


def test_another_mind_learns_nothing_of_it(minds: Minds) -> None:
    version = minds.version(OTHER)
    minds.use(NOON)
    foreign = ReinforceRequest(mind=MIND, agents=[f"{OTHER}/agents/asong0"], concepts=["Blue Moon"], success=True)
    assert reinforce(minds.store, foreign, NOON) == 0
    assert minds.weights(OTHER) == []
    assert minds.version(OTHER) == version


def test_what_is_deferred_changes_nothing_before_its_time(minds: Minds) -> None:
    version = minds.version()
    assert minds.use(NOON + 60, deferred=True) == 3
    settle(minds.store, NOON + QUARTER - 1)
    assert (minds.weights(), minds.version()) == ([], version)
    settle(minds.store, NOON + QUARTER)
    assert [one.weight for one in minds.weights()] == [pytest.approx(0.55)] * 3
    assert minds.version() == version + 1
    settle(minds.store, NOON + 2 * QUARTER)
    assert minds.version() == version + 1


def test_use_counts_once_in_a_quarter_of_an_hour(minds: Minds) -> None:
    for second in (1, 2, 3, QUARTER + 1):
        minds.use(NOON + second, deferred=True)
    settle(minds.store, NOON + 2 * QUARTER)
    assert [one.weight for one in minds.weights()] == [pytest.approx(0.5 + 0.05 * 0.99 + 0.05)] * 3


def test_weights_are_read_as_of_a_time(minds: Minds) -> None:
    minds.use(NOON)
    assert minds.strengths(NOON) == [pytest.approx(STRONGEST**0.1)] * 2
    assert minds.strengths(NOON + QUARTER) == [pytest.approx(STRONGEST ** (0.1 * 0.99))] * 2
    assert minds.strengths(NOON - QUARTER) == minds.strengths(NOON)


def test_the_order_of_the_list_is_fixed_and_its_pages_join(minds: Minds) -> None:
    minds.use(NOON)
    pages, after = list[Weight](), ("", "")
    while page := minds.store.list_weights(MIND, after, 1):
        pages += page
        after = page[-1].agent, page[-1].concept
    assert pages == minds.weights()
    assert all((a.agent, a.concept) < (b.agent, b.concept) for a, b in itertools.pairwise(pages))


def test_a_reset_makes_one_mind_neutral_and_drops_what_is_deferred(minds: Minds) -> None:
    neutral = minds.strengths(NOON)
    for mind in (MIND, OTHER):
        minds.use(NOON, mind=mind)
        minds.use(NOON, mind=mind, deferred=True, success=False)
    version = minds.version()
    assert reset(minds.store, MIND) == 3
    settle(minds.store, NOON + QUARTER)
    assert (minds.weights(), minds.strengths(NOON)) == ([], neutral)
    assert minds.version() == version + 1
    assert len(minds.weights(OTHER)) == 3
    assert reset(minds.store, MIND) == 0
    assert minds.version() == version + 1


def test_a_relearned_agent_keeps_its_weights_and_a_forgotten_one_leaves_none(minds: Minds) -> None:
    minds.use(NOON)
    minds.use(NOON, deferred=True)
    minds.learn(MIND, "song", "Blue Moon", "Blue Moon was written by Richard Rodgers.", "It is a ballad.")
    assert len(minds.weights()) == 3
    minds.forget("song")
    assert [one.agent for one in minds.weights()] == [f"{MIND}/agents/arodgers0"]
    settle(minds.store, NOON + QUARTER)
    assert [one.agent for one in minds.weights()] == [f"{MIND}/agents/arodgers0"]
    minds.forget()
    settle(minds.store, NOON + QUARTER)


def test_a_mind_that_is_not_there_is_not_found(minds: Minds) -> None:
    for doing in (
        lambda: minds.store.list_weights("minds/none", ("", ""), 1),
        lambda: reset(minds.store, "minds/none"),
        lambda: minds.use(NOON, mind="minds/none"),
    ):
        with pytest.raises(MindNotFound):
            doing()
