"""What every store of weights must do, see `connectome.ports.WeightStore`, through the use cases that write them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from connectome.ports import Wanted
from connectome.reinforce import reinforce, reset, restore, settle
from connectome.weights import DRIFT, QUARTER, STRONGEST, SUCCESS
from mesh.access import MindNotFound
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.mind_pb2 import Weight
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from myriad.genesis.v1.document_pb2 import Document
from tests.contract.minds import Minds

MIND, OTHER = "minds/m", "minds/o"
NOON = 1_900_800_000
HOUR = 4 * QUARTER
"""The beginning of a quarter of an hour, later than any test runs."""


class Taught:
    """Two documents in each of two minds, and who writes there."""

    def __init__(self, minds: Minds) -> None:
        self.store, self._minds = minds.store, minds
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
        self._minds.learn(document, mind=mind)

    def forget(self, *bare: str) -> None:
        self._minds.forget(*bare)

    def use(self, now: float, *, success: bool = True, deferred: bool = False, mind: str = MIND) -> int:
        """Song and composer were cited together."""
        agents = [f"{mind}/agents/asong0", f"{mind}/agents/arodgers0"]
        request = ReinforceRequest(mind=mind, agents=agents, concepts=["Blue Moon"], success=success, deferred=deferred)
        return reinforce(self.store, request, now)

    def weights(self, mind: str = MIND) -> list[Weight]:
        return self.store.list_weights(mind, ("", ""), 100)

    def strengths(self, at: int, mind: str = MIND) -> list[object]:
        """Of the song's edges, as of a time."""
        song = self._minds.ids(mind)[f"{mind}/agents/asong0"]
        return [edge.strength for edge in self.store.as_of(at).read(Wanted(edges=[song]), 100).edges[song]]

    def version(self, mind: str = MIND) -> int:
        return self.store.mind(mind)[1]

    def _knows(self, mind: str) -> bool:
        return any(one.name == mind for one in self.store.list_minds("", 10))


@pytest.fixture
def taught(minds: Minds) -> Taught:
    return Taught(minds)


def test_what_led_to_agents_and_what_they_share_grows_stronger_at_once(taught: Taught) -> None:
    version = taught.version()
    assert taught.use(NOON + 60) == 3
    assert [(one.agent, one.concept) for one in taught.weights()] == [
        (f"{MIND}/agents/arodgers0", "Richard Rodgers"),
        (f"{MIND}/agents/asong0", "Blue Moon"),
        (f"{MIND}/agents/asong0", "Richard Rodgers"),
    ]
    assert [one.weight for one in taught.weights()] == [pytest.approx(0.55)] * 3
    assert {one.update_time.seconds for one in taught.weights()} == {NOON + 60}
    assert taught.strengths(NOON) == [pytest.approx(STRONGEST**0.1)] * 2
    assert taught.version() == version + 1


def test_another_mind_learns_nothing_of_it(taught: Taught) -> None:
    version = taught.version(OTHER)
    taught.use(NOON)
    foreign = ReinforceRequest(mind=MIND, agents=[f"{OTHER}/agents/asong0"], concepts=["Blue Moon"], success=True)
    assert reinforce(taught.store, foreign, NOON) == 0
    assert taught.weights(OTHER) == []
    assert taught.version(OTHER) == version


def test_what_is_deferred_changes_nothing_before_its_time(taught: Taught) -> None:
    version = taught.version()
    assert taught.use(NOON + 60, deferred=True) == 3
    settle(taught.store, taught.store, NOON + QUARTER - 1)
    assert (taught.weights(), taught.version()) == ([], version)
    settle(taught.store, taught.store, NOON + QUARTER)
    assert [one.weight for one in taught.weights()] == [pytest.approx(0.55)] * 3
    assert taught.version() == version + 1
    settle(taught.store, taught.store, NOON + 2 * QUARTER)
    assert taught.version() == version + 1


def test_use_counts_once_in_a_quarter_of_an_hour(taught: Taught) -> None:
    for second in (1, 2, 3, QUARTER + 1):
        taught.use(NOON + second, deferred=True)
    settle(taught.store, taught.store, NOON + 2 * QUARTER)
    assert [one.weight for one in taught.weights()] == [pytest.approx(0.5 + 0.05 * 0.99 + 0.05)] * 3


def test_of_a_clock_that_jumps_to_and_fro_an_hour_wears_off_once_at_most(taught: Taught) -> None:
    for jump in (HOUR, 0) * 4:
        taught.use(NOON + jump)
    assert all(0.5 + 8 * SUCCESS * DRIFT**4 <= one.weight < 0.501 + 8 * SUCCESS for one in taught.weights())


@pytest.mark.parametrize("jumps", [(HOUR,), (-HOUR, 0), (HOUR, -HOUR, 0), (-HOUR, -2 * HOUR, HOUR, 0)])
def test_what_is_deferred_takes_effect_once_however_the_clock_jumps(taught: Taught, jumps: Sequence[int]) -> None:
    taught.use(NOON, deferred=True)
    for jump in (*jumps, *jumps):
        settle(taught.store, taught.store, NOON + QUARTER + jump)
    assert [one.weight for one in taught.weights()] == [pytest.approx(0.5 + SUCCESS)] * 3
    assert {one.update_time.seconds for one in taught.weights()} == {NOON + QUARTER}


def test_weights_are_read_as_of_a_time(taught: Taught) -> None:
    taught.use(NOON)
    assert taught.strengths(NOON) == [pytest.approx(STRONGEST**0.1)] * 2
    assert taught.strengths(NOON + QUARTER) == [pytest.approx(STRONGEST ** (0.1 * 0.99))] * 2
    assert taught.strengths(NOON - QUARTER) == taught.strengths(NOON)


def test_the_order_of_the_list_is_fixed_and_its_pages_join(taught: Taught) -> None:
    taught.use(NOON)
    pages, after = list[Weight](), ("", "")
    while page := taught.store.list_weights(MIND, after, 1):
        pages += page
        after = page[-1].agent, page[-1].concept
    assert pages == taught.weights()
    assert all((a.agent, a.concept) < (b.agent, b.concept) for a, b in itertools.pairwise(pages))


def test_a_reset_makes_one_mind_neutral_and_drops_what_is_deferred(taught: Taught) -> None:
    neutral = taught.strengths(NOON)
    for mind in (MIND, OTHER):
        taught.use(NOON, mind=mind)
        taught.use(NOON, mind=mind, deferred=True, success=False)
    version = taught.version()
    assert reset(taught.store, MIND) == 3
    settle(taught.store, taught.store, NOON + QUARTER)
    assert (taught.weights(), taught.strengths(NOON)) == ([], neutral)
    assert taught.version() == version + 1
    assert len(taught.weights(OTHER)) == 3
    assert reset(taught.store, MIND) == 0
    assert taught.version() == version + 1


def test_a_relearned_agent_keeps_its_weights_and_a_forgotten_one_leaves_none(taught: Taught) -> None:
    taught.use(NOON)
    taught.use(NOON, deferred=True)
    taught.learn(MIND, "song", "Blue Moon", "Blue Moon was written by Richard Rodgers.", "It is a ballad.")
    assert len(taught.weights()) == 3
    taught.forget("song")
    assert [one.agent for one in taught.weights()] == [f"{MIND}/agents/arodgers0"]
    settle(taught.store, taught.store, NOON + QUARTER)
    assert [one.agent for one in taught.weights()] == [f"{MIND}/agents/arodgers0"]
    taught.forget()
    settle(taught.store, taught.store, NOON + QUARTER)


def test_a_mind_that_is_not_there_is_not_found(taught: Taught) -> None:
    for doing in (
        lambda: taught.store.list_weights("minds/none", ("", ""), 1),
        lambda: reset(taught.store, "minds/none"),
        lambda: taught.use(NOON, mind="minds/none"),
    ):
        with pytest.raises(MindNotFound):
            doing()


def test_weights_written_again_are_to_the_bit_what_they_were(taught: Taught) -> None:
    taught.use(NOON + 0.123456789)
    taught.use(NOON + 777.7, success=False)
    written = taught.store.list_weights(MIND, ("", ""), 9)
    reset(taught.store, MIND)
    assert taught.weights() == []
    unknown = Weight(agent=f"{MIND}/agents/anobody0", concept="Blue Moon", weight=0.9)
    version = taught.version()
    restore(taught.store, MIND, [*written, unknown])
    assert taught.store.list_weights(MIND, ("", ""), 9) == written
    assert taught.version() == version + 1
    restore(taught.store, OTHER, written)
    assert taught.weights(OTHER) == []
