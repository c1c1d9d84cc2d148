"""What every store of agents must do, see `connectome.ports.AgentStore`."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectome.errors import Conflict, DocumentNotFound
from connectome.neighbours import neighbours
from connectome.ports import CONDEMNED_SECONDS
from connectome.reinforce import reinforce
from connectome.weights import QUARTER, quarter
from mesh.access import MindNotFound
from myriad.connectome.v1.agent_record_pb2 import PacketPlace
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from tests.contract.minds import MIND, SONG, Minds, document

FIRST = ("", "")


def test_packets_are_found_by_bundle_and_can_be_relocated(minds: Minds) -> None:
    minds.learn(SONG)
    minds.store.relocate(MIND, [PacketPlace(agent=SONG.agents[0], packet_location="folder:///y.pak#0+9+aa")])
    assert minds.store.packets(MIND, ["folder:///x.pak"], FIRST, 10) == []
    assert [one.agent for one in minds.store.packets(MIND, ["folder:///y.pak"], FIRST, 10)] == list(SONG.agents)


def test_a_packet_that_has_moved_meanwhile_is_not_moved_back(minds: Minds) -> None:
    minds.learn(SONG)
    agent, before = SONG.agents[0], SONG.new_agents[0].packet_location
    for there, moved_from in (("folder:///y.pak#0+9+aa", before), ("folder:///z.pak#0+9+aa", before)):
        minds.store.relocate(MIND, [PacketPlace(agent=agent, packet_location=there, moved_from=moved_from)])
    assert [one.packet_location for one in minds.store.packets(MIND, None, FIRST, 10)] == ["folder:///y.pak#0+9+aa"]


def test_a_bundle_in_which_a_packet_lies_is_not_condemned(minds: Minds) -> None:
    minds.learn(SONG)
    used, unused = "folder:///x.pak", "folder:///y.pak"
    assert minds.store.condemn(MIND, [used, unused]) == [unused]
    assert minds.store.condemn(MIND, [unused]) == [unused]
    assert minds.store.condemn("minds/none", [unused]) == [unused]


def test_no_packet_can_be_said_to_lie_in_a_condemned_bundle(minds: Minds) -> None:
    minds.learn(SONG)
    minds.store.condemn("minds/new", ["folder:///y.pak"])
    with pytest.raises(Conflict):
        minds.store.relocate(MIND, [PacketPlace(agent=SONG.agents[0], packet_location="folder:///y.pak#0+9+aa")])
    for mind in (MIND, "minds/new"):
        with pytest.raises(Conflict):
            minds.learn(document("late", "One.", mind=mind, bundle="y"), mind=mind)
    assert [one.packet_location for one in minds.store.packets(MIND, None, FIRST, 10)] == [
        SONG.new_agents[0].packet_location
    ]


@pytest.mark.parametrize("mind", ["minds/old", "minds/new"])
def test_of_a_learn_and_a_condemnation_at_once_one_wins(minds: Minds, mind: str) -> None:
    """Whatever comes first: never is a bundle condemned in which a packet lies."""
    minds.store.create_mind("minds/old", "", "")
    for number in range(8):
        uri, late = f"folder:///{number}.pak", document(f"d{number}", "One.", mind=mind, bundle=str(number))
        with ThreadPoolExecutor(2) as pool:
            condemned = pool.submit(minds.store.condemn, mind, [uri])
            learned = pool.submit(minds.learn, late, mind=mind)
            assert (learned.exception() is None) == (condemned.result() == [])


def test_a_condemnation_is_forgotten_in_time(minds: Minds, monkeypatch: pytest.MonkeyPatch) -> None:
    minds.store.condemn(MIND, ["folder:///y.pak"])
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + CONDEMNED_SECONDS + 1)
    minds.store.condemn(MIND, ["folder:///z.pak"])
    monkeypatch.undo()
    minds.learn(document("late", "One.", bundle="y"))


def test_lists_go_on_after_the_last_name_of_the_page_before(minds: Minds) -> None:
    minds.learn(*(document(f"d{number}", "Some text.") for number in range(5)))
    first = minds.store.list_documents(MIND, "", 3)
    rest = minds.store.list_documents(MIND, first[-1].name, 3)
    assert [one.name[-2:] for one in (*first, *rest)] == ["d0", "d1", "d2", "d3", "d4"]


def test_pages_of_packets_join_in_the_order_of_bundles_and_agents(minds: Minds) -> None:
    minds.learn(*(document(f"d{one}", *"pqr", bundle=bundle) for one, bundle in enumerate("yxyz")))
    minds.learn(document("d", "Text.", mind="minds/other", bundle="x"), mind="minds/other")
    every = minds.store.packets(MIND, None, FIRST, 100)
    assert {one.agent for one in every} == minds.ids().keys()
    assert [_order(one) for one in every] == sorted(_order(one) for one in every)
    for bundles in (None, ["folder:///y.pak", "folder:///z.pak", "folder:///none.pak"]):
        joined, after = list[PacketPlace](), FIRST
        while page := minds.store.packets(MIND, bundles, after, 2):
            assert len(page) <= 2
            joined += page
            after = _order(page[-1])
        assert joined == [one for one in every if bundles is None or _order(one)[0] in bundles]


def test_the_agents_of_pinned_documents_are_listed_over_all_minds(minds: Minds) -> None:
    first, other = document("d1", "One.", "Two."), document("d2", "Three.", mind="minds/other")
    for one in (first, other):
        one.document.pinned = True
    minds.learn(SONG, first)
    minds.learn(other, mind="minds/other")
    every = [one.agent for one in minds.store.pinned_agents("", 10)]
    assert every == sorted([*first.agents, *other.agents])
    assert [one.agent for one in minds.store.pinned_agents(every[0], 1)] == every[1:2]
    assert minds.store.get_document(first.document.name).pinned
    first.document.pinned = False
    minds.learn(first)
    assert [one.agent for one in minds.store.pinned_agents("", 10)] == list(other.agents)
    assert not minds.store.get_document(first.document.name).pinned


def test_learned_links_lead_to_neighbours_and_others_do_not(minds: Minds) -> None:
    first = document("d1", "Rodgers wrote it.", mentions=("Rodgers",))
    second = document("d2", "Rodgers sang it.", mentions=("Rodgers",))
    minds.learn(SONG, document("rodgers", "Rodgers was a composer.", title="Rodgers"), first, second)
    reader = minds.store.as_of(quarter(time.time()))
    assert neighbours(reader, minds.store, MIND, first.agents, 9) == []
    reinforce(
        minds.store, ReinforceRequest(mind=MIND, agents=first.agents, concepts=["Rodgers"], success=True), time.time()
    )
    reader = minds.store.as_of(quarter(time.time()) + QUARTER)
    found = [one.agent for one in neighbours(reader, minds.store, MIND, [*first.agents, "minds/m/agents/none"], 9)]
    assert second.agents[0] in found
    assert first.agents[0] not in found
    assert len(neighbours(reader, minds.store, MIND, first.agents, 1)) == 1


def _order(place: PacketPlace) -> tuple[str, str]:
    return place.packet_location.rpartition("#")[0], place.agent


def test_an_agent_is_had_by_its_name_and_listed_by_its_document(minds: Minds) -> None:
    other = document("other", "One.", "Two.")
    minds.learn(SONG, other)
    found = minds.store.get_agents(MIND, [other.agents[1], f"{MIND}/agents/none", SONG.agents[0]])
    assert [one.agent for one in found] == [other.agents[1], SONG.agents[0]]
    assert (found[1].document, found[1].title) == (SONG.document.name, "Blue Moon")
    assert {one.agent for one in minds.store.list_agents(MIND, other.document.name, "", 9)} == set(other.agents)
    assert len(minds.store.list_agents(MIND, "", "", 9)) == 3


def test_what_is_not_there_is_said_by_its_reason(minds: Minds) -> None:
    for reading in (
        lambda: minds.store.list_documents(MIND, "", 1),
        lambda: minds.store.list_agents(MIND, "", "", 1),
        lambda: minds.store.get_agents(MIND, []),
        lambda: minds.store.packets(MIND, None, FIRST, 1),
    ):
        with pytest.raises(MindNotFound):
            reading()
    with pytest.raises(DocumentNotFound):
        minds.store.get_document(f"{MIND}/documents/none")
