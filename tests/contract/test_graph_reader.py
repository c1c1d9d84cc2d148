"""What every graph store tells activation, see `connectome.ports.GraphReader`."""

from __future__ import annotations

import pytest

from connectome.activate import activate
from connectome.ports import Kind, Wanted
from mesh.access import MindNotFound
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest
from tests.contract.minds import MIND, RODGERS, SONG, Minds, document


def test_a_hub_gives_nobody_of_the_kind_that_is_too_many(minds: Minds) -> None:
    minds.learn(*(document(f"d{number}", f"Blue Moon number {number}.") for number in range(4)), SONG)
    [concept] = minds.concepts("blue moon").values()
    assert (concept.handled, concept.mentioned) == (1, 4)
    wanted = Wanted(bearers=[concept.id])
    assert [bearer.kind for bearer in minds.store.read(wanted, 3).bearers[concept.id]] == [Kind.HANDLES]
    assert len(minds.store.read(wanted, 4).bearers[concept.id]) == 5


def test_the_longest_name_is_told_for_each_first_word_that_has_one(minds: Minds) -> None:
    minds.learn(SONG, document("long", "Text.", title="Blue Moon of Kentucky"), RODGERS)
    wanted = Wanted(mind=minds.store.mind(MIND).id, words=["blue", "richard", "moon"])
    assert minds.store.read(wanted, 9).longest == {"blue": 4, "richard": 2}


def test_who_bears_a_name_and_how_it_is_written_come_with_it(minds: Minds) -> None:
    minds.learn(SONG, RODGERS)
    number = minds.store.mind(MIND).id
    found = minds.store.read(Wanted(mind=number, keys=["blue moon", "richard rodgers", "nobody"]), 9)
    assert {key: found.names[one.id] for key, one in found.concepts.items()} == {
        "blue moon": "Blue Moon",
        "richard rodgers": "Richard Rodgers",
    }
    again = minds.store.read(Wanted(bearers=[one.id for one in found.concepts.values()]), 9)
    assert again.bearers == found.bearers
    assert again.names == found.names


def test_a_mind_that_holds_nothing_wakes_nothing(minds: Minds) -> None:
    request = ActivateRequest(mind=MIND, question="Who hums?", budget=Budget(max_agents=3, max_hops=2))
    minds.store.create_mind(MIND, "", "")
    assert not activate(minds.store, minds.lexical, request).agents
    minds.learn(document("d", "The queen hums."))
    assert activate(minds.store, minds.lexical, request).agents
    minds.forget("d")
    assert not activate(minds.store, minds.lexical, request).agents


def test_bearers_and_edges_come_in_a_fixed_order(minds: Minds) -> None:
    minds.learn(*(document(f"d{number}", f"Blue Moon and Rodgers {number}.") for number in range(3)), SONG)
    minds.learn(document("more", "Also of Blue Moon.", title="Blue Moon"), RODGERS)
    concepts = [one.id for one in minds.concepts("blue moon", "richard rodgers").values()]
    for bearers in minds.store.read(Wanted(bearers=concepts), 100).bearers.values():
        order = [(bearer.kind, bearer.agent) for bearer in bearers]
        assert order == sorted(order)
        assert bearers
    for edges in minds.store.read(Wanted(edges=minds.ids().values()), 100).edges.values():
        assert [edge.concept for edge in edges] == sorted(edge.concept for edge in edges)


def test_ids_of_agents_grow_in_the_order_of_writing_and_are_never_negative(minds: Minds) -> None:
    written = [document(f"d{number}", "Text.") for number in (2, 0, 1)]
    minds.learn(*written[:2])
    minds.learn(written[2])
    ids = minds.ids()
    numbers = [ids[one.agents[0]] for one in written]
    assert numbers == sorted(numbers)
    assert 0 <= numbers[0] < numbers[-1] < 2**63
    assert minds.store.read(Wanted(agents=[*numbers, 2**62]), 9).agents[numbers[1]].name == written[1].agents[0]


def test_what_is_not_there_is_left_out(minds: Minds) -> None:
    minds.learn(SONG)
    number, none = minds.store.mind(MIND).id, [2**62]
    assert not any(minds.store.read(Wanted(none, none, none, number, ["nobody"], ["nobody"]), 9))
    with pytest.raises(MindNotFound):
        minds.store.mind("minds/none")
