"""How a reader of the graph and the index keeps up with another process that writes both, on every graph store."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path

import pytest

from connectome import following
from connectome.adapters.sqlite import SqliteFollowedGraph, SqliteGraphStore
from connectome.adapters.tantivy_index import FollowedTantivyIndex
from connectome.following import Following, forget_changed, let_go
from connectome.ports import MindAt
from connectome.reinforce import reinforce
from connectome.remembering import Memories
from mesh.access import MindNotFound
from myriad.connectome.v1.agent_record_pb2 import PacketPlace
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from tests.contract.minds import MIND, RODGERS, SONG, Minds


@pytest.fixture
def index(tmp_path: Path) -> FollowedTantivyIndex:
    return FollowedTantivyIndex(tmp_path / "lexical")


def test_a_relocation_makes_a_new_version_if_anything_moved(minds: Minds) -> None:
    minds.learn(SONG)
    before = minds.store.version(MIND)
    minds.store.relocate(MIND, [PacketPlace(agent=f"{MIND}/agents/none", packet_location="folder:///y.pak#0+9+aa")])
    assert minds.store.version(MIND) == before
    minds.store.relocate(MIND, [PacketPlace(agent=SONG.agents[0], packet_location="folder:///y.pak#0+9+aa")])
    assert minds.store.version(MIND) == before + 1


def test_agents_that_come_and_go_change_the_version_of_the_text_and_weights_do_not(minds: Minds) -> None:
    with pytest.raises(MindNotFound):
        minds.store.text_version(MIND)
    minds.learn(SONG)
    minds.learn(RODGERS)
    assert minds.store.text_version(MIND) == minds.store.version(MIND) == 2
    request = ReinforceRequest(mind=MIND, agents=SONG.agents, concepts=["Blue Moon"], success=True)
    assert reinforce(minds.store, request, time.time())
    assert (minds.store.version(MIND), minds.store.text_version(MIND)) == (3, 2)
    minds.forget("rodgers")
    assert minds.store.text_version(MIND) == minds.store.version(MIND) == 4


def test_the_text_is_never_newer_than_an_index_that_caught_up(minds: Minds) -> None:
    for document in (SONG, RODGERS):
        minds.learn(document)
        assert minds.store.text_version(MIND) <= minds.lexical.version(MIND)
    minds.forget("song")
    minds.learn(SONG)
    assert minds.store.text_version(MIND) <= minds.lexical.version(MIND)


def test_an_index_is_followed_when_it_is_written_to_written_anew_dropped_and_begun_again(
    minds: Minds, index: FollowedTantivyIndex
) -> None:
    reader = Following(minds.store, index)

    def found(*terms: str) -> int:
        reader.reach(MIND, minds.store.as_of(0).mind(MIND))
        return len(index.search(MIND, dict.fromkeys(terms, 1.0), 10))

    minds.learn(SONG)
    assert found("moon") == 1
    minds.learn(RODGERS)
    assert found("queen") == 1
    minds.forget("rodgers")
    assert (found("queen"), found("moon")) == (0, 1)
    minds.forget_all()
    minds.learn(RODGERS)
    assert (found("queen"), found("moon")) == (1, 0)


def test_an_index_that_is_behind_is_waited_for_a_little_and_that_is_counted(
    minds: Minds, index: FollowedTantivyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PATIENCE_SECONDS", 0.05)
    minds.learn(SONG)
    minds.lexical.drop(MIND)  # as if it had not been written yet
    reader = Following(minds.store, index)
    reader.reach(MIND, minds.store.as_of(0).mind(MIND))
    assert reader.behind == 1
    minds.learn(RODGERS)  # catches up
    reader.reach(MIND, minds.store.as_of(0).mind(MIND))
    assert len(index.search(MIND, {"moon": 1.0}, 10)) == 1
    assert reader.behind == 1


def test_a_version_that_was_seen_costs_no_look_at_the_index(
    minds: Minds, index: FollowedTantivyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    minds.learn(SONG)
    reader, now = Following(minds.store, index), minds.store.as_of(0).mind(MIND)
    reader.reach(MIND, now)
    monkeypatch.setattr(index, "look_again", None)
    reader.reach(MIND, now)


def test_what_is_remembered_of_a_mind_that_changed_is_forgotten_though_nobody_asks(minds: Minds) -> None:
    minds.learn(SONG)
    memories = Memories()
    memories.of(0, MIND, minds.store.as_of(0).mind(MIND))
    memories.of(0, "minds/gone", MindAt(99, 1))
    forget_changed(minds.store.as_of(0), memories)
    assert list(memories.kept()) == [MIND]
    minds.forget("song")
    forget_changed(minds.store.as_of(0), memories)
    assert not memories.kept()


async def test_that_is_looked_at_every_second(minds: Minds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LET_GO_SECONDS", 0.0)
    memories = Memories()
    memories.of(0, "minds/gone", MindAt(99, 1))
    looking = asyncio.create_task(let_go(minds.store.as_of(0), memories))
    async with asyncio.timeout(10):
        while memories.kept():  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)
    looking.cancel()


def test_a_followed_file_is_never_written(tmp_path: Path) -> None:
    store = SqliteGraphStore(tmp_path / "graph.db")
    followed = SqliteFollowedGraph(tmp_path / "graph.db")
    with followed._database.reading() as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM minds")
    followed.close()
    store.close()
