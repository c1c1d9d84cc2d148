"""What use has taught stays when a document is cut anew, in every graph store."""

from __future__ import annotations

from connectome.reinforce import reinforce
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from tests.contract.minds import MIND, Minds, document

FIRST = "Blue Moon was written by Richard Rodgers for a film that nobody saw."
SECOND = "Elvis Presley sang it in a slow tempo on his album of ballads."
OTHER = "Manhattan skyscrapers grow taller; accountants count floors."


def taught(minds: Minds) -> dict[str, float]:
    """By agent and concept: the weights that are not neutral."""
    found = minds.store.list_weights(MIND, ("", ""), 99)
    return {f"{one.agent} {one.concept}": one.weight for one in found}


def cut(*passages: str) -> RegisteredDocument:
    return document("song", *passages, title="Blue Moon")


def teach(minds: Minds, learned: RegisteredDocument, times: int = 3) -> None:
    request = ReinforceRequest(mind=MIND, agents=[learned.agents[0]], concepts=["Blue Moon"], success=True)
    for now in range(times):
        reinforce(minds.store, request, 1e9 + now)


def test_a_weight_follows_to_the_passages_that_hold_the_old_ones_text(minds: Minds) -> None:
    whole = cut(f"{FIRST} {SECOND}")
    minds.learn(whole)
    teach(minds, whole)
    [weight] = taught(minds).values()
    parts = cut(FIRST, SECOND, OTHER)
    minds.learn(parts)
    assert taught(minds) == {f"{agent} Blue Moon": weight for agent in parts.agents[:2]}


def test_of_two_that_become_one_the_stronger_weight_stays(minds: Minds) -> None:
    parts = cut(FIRST, SECOND)
    minds.learn(parts)
    teach(minds, parts)
    [weight] = taught(minds).values()
    minds.learn(cut(f"{FIRST} {SECOND}", OTHER))
    assert [*taught(minds).values()] == [weight]


def test_a_weight_follows_neither_to_another_text_nor_to_another_document(minds: Minds) -> None:
    parts = cut(FIRST)
    minds.learn(parts)
    teach(minds, parts)
    minds.learn(cut(OTHER), document("copy", FIRST, title="Blue Moon"))
    assert taught(minds) == {}
