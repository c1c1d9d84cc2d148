"""How every graph store is changed, see `connectome.ports.Registry`: through the use cases that change it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectome.errors import Conflict
from connectome.ports import Kind, Wanted
from mesh.access import MindNotFound
from myriad.connectome.v1.document_record_pb2 import DocumentPlan, RegisteredDocument
from tests.contract.minds import MIND, RODGERS, SONG, Minds, document


def test_a_new_agent_is_linked_to_names_that_are_handled_already(minds: Minds) -> None:
    minds.learn(RODGERS)
    minds.learn(SONG)
    assert minds.edges()[SONG.agents[0]] == {"blue moon": Kind.HANDLES, "richard rodgers": Kind.LINKED}


def test_a_new_name_is_linked_to_agents_that_were_learned_before(minds: Minds) -> None:
    minds.learn(SONG)
    minds.learn(RODGERS)
    assert minds.edges()[SONG.agents[0]] == {"blue moon": Kind.HANDLES, "richard rodgers": Kind.LINKED}


def test_a_name_of_one_word_is_linked_where_it_stands_alone_and_not_in_a_longer_name(minds: Minds) -> None:
    apart = document("apart", "She saw United play.", "They went to the United States.", "A heart that is united.")
    minds.learn(apart)
    minds.learn(document("album", "It came out in 1996.", title="United"))
    minds.learn(document("again", "The United Nations met.", "Then United lost."))
    linked = {agent for agent, edges in minds.edges().items() if edges.get("united") is Kind.LINKED}
    agents = minds.store.read(Wanted(agents=minds.ids().values()), 0).agents
    texts = {agent.opening for agent in agents.values() if agent.name in linked}
    assert texts == {"She saw United play.", "Then United lost."}


def test_forgetting_removes_links_and_concepts_that_nobody_else_holds_up(minds: Minds) -> None:
    minds.learn(SONG, RODGERS)
    response = minds.forget("rodgers")
    assert [one.agent for one in response.removed] == list(RODGERS.agents)
    assert list(response.concepts) == ["Richard Rodgers"]
    assert minds.edges() == {SONG.agents[0]: {"blue moon": Kind.HANDLES}}
    assert minds.lexical.holding(MIND, ["queens"]) == []


def test_an_edited_document_changes_only_its_changed_agents(minds: Minds) -> None:
    before = document("d", "One stays.", "Two goes.")
    minds.learn(before)
    after = document("d", "One stays.", "Three comes.")
    after.new_agents.pop(0)
    response = minds.learn(after)
    assert [one.agent for one in response.removed] == [before.agents[1]]
    assert {one.agent for one in minds.store.list_agents(MIND, "", "", 10)} == set(after.agents)


def test_naming_an_agent_that_is_not_there_is_a_conflict_and_writes_nothing(minds: Minds) -> None:
    broken = document("d", "One.", "Two.")
    broken.new_agents.pop()
    with pytest.raises(Conflict):
        minds.learn(RODGERS, broken)
    with pytest.raises(MindNotFound):
        minds.store.get_mind(MIND)


def test_minds_share_nothing(minds: Minds) -> None:
    minds.learn(SONG)
    other = document("rodgers", "He was born in Queens.", title="Richard Rodgers", mind="minds/other")
    minds.learn(other, mind="minds/other")
    assert minds.edges()[SONG.agents[0]] == {"blue moon": Kind.HANDLES}
    assert minds.lexical.holding("minds/other", ["blue"]) == []
    assert minds.store.get_agents(MIND, list(other.agents)) == []


def test_a_plan_says_what_is_unchanged_and_which_agents_are_new(minds: Minds) -> None:
    minds.learn(SONG)
    edited = document("song", "Blue Moon was written by Richard Rodgers.", "It is a ballad.", title="Blue Moon")
    plans = [
        DocumentPlan(document=one.document.name, content_hash=one.document.content_hash, agents=one.agents)
        for one in (SONG, edited, RODGERS)
    ]
    same, changed, new = minds.store.plan(plans)
    assert (same.known, same.unchanged, list(same.new_agents)) == (True, True, [])
    assert (changed.known, changed.unchanged, list(changed.new_agents)) == (True, False, [edited.agents[1]])
    assert (new.known, new.unchanged, list(new.new_agents)) == (False, False, list(RODGERS.agents))


def test_the_version_grows_with_every_change_and_with_nothing_else(minds: Minds) -> None:
    assert minds.learn(SONG).mind_version == 1
    assert minds.forget("nothing-of-that-name").mind_version == 1
    assert minds.learn(RODGERS).mind_version == 2
    assert minds.store.get_mind(MIND).version == 2


def test_a_mind_forgotten_whole_is_no_more_and_its_index_neither(minds: Minds) -> None:
    minds.learn(SONG, RODGERS)
    other = document("rodgers", "He was born in Queens.", title="Richard Rodgers", mind="minds/other")
    minds.learn(other, mind="minds/other")
    response = minds.forget_all()
    assert len(response.documents) == len(response.removed) == 2
    assert minds.lexical.holding(MIND, ["blue"]) == []
    with pytest.raises(MindNotFound):
        minds.store.get_mind(MIND)
    assert list(minds.ids("minds/other")) == list(other.agents)


def test_a_change_that_writes_nothing_has_the_version_that_there_was(minds: Minds) -> None:
    minds.learn(SONG)
    change = minds.store.change(MIND, lambda change: change)
    assert change.version == minds.store.mind(MIND)[1] == 1


EXAMPLES = itertools.count()
NAMES = ["Ada", "Bob", "Ada Bob", "Cy", "Bob Cy", "bob", "aircraft carrier", "aircraft carriers", "WHO"]
TEXTS = [
    "Ada met Bob.",
    "Ada Bob sings.",
    "Bob Cy and Ada Bob.",
    "Cy alone.",
    "In Bob's time two aircraft carriers lay there; ada saw no aircraft carrier.",
    "The World Health Organization (WHO) and Ada Cy.",
    "Nobody.",
]
MENTIONS = [(), ("Ada",), ("bob", "Bob Cy"), ("World Health Organization", "WHO")]
STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.none()
        | st.tuples(
            st.sampled_from(NAMES),
            st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2, unique=True),
            st.sampled_from(MENTIONS),
        ),
    ),
    max_size=10,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_order_of_learning_editing_and_forgetting_gives_the_graph_of_the_final_state(
    minds: Minds, steps: list[tuple[int, tuple[str, list[str], tuple[str, ...]] | None]]
) -> None:
    walked, fresh = (f"minds/{way}{next(EXAMPLES)}" for way in ("walked", "fresh"))
    for mind in (walked, fresh):
        minds.store.create_mind(mind, "", "")
    final: dict[int, tuple[str, list[str], tuple[str, ...]]] = {}
    for number, content in steps:
        if content is None:
            minds.forget(f"d{number}", mind=walked)
            final.pop(number, None)
        else:
            final[number] = content
            minds.learn(_document(number, content, walked), mind=walked)
    minds.learn(*(_document(number, content, fresh) for number, content in final.items()), mind=fresh)
    assert _without_mind(minds.edges(walked)) == _without_mind(minds.edges(fresh))
    assert minds.store.get_mind(walked).concept_count == minds.store.get_mind(fresh).concept_count


def _document(number: int, content: tuple[str, list[str], tuple[str, ...]], mind: str) -> RegisteredDocument:
    name, texts, mentions = content
    return document(f"d{number}", *texts, title=name, mentions=mentions, mind=mind)


def _without_mind(edges: dict[str, dict[str, Kind]]) -> dict[str, dict[str, Kind]]:
    return {agent.rpartition("/")[2]: concepts for agent, concepts in edges.items()}


def test_a_new_document_has_the_times_that_it_brings_and_a_known_one_keeps_when_it_was_made(minds: Minds) -> None:
    brought = document("song", "Blue Moon is a song.", title="Blue Moon")
    brought.document.create_time.seconds, brought.document.update_time.seconds = 1_600_000_000, 1_600_000_100
    minds.learn(brought)
    made = minds.store.get_document(brought.document.name)
    assert (made.create_time.seconds, made.update_time.seconds) == (1_600_000_000, 1_600_000_100)
    minds.learn(document("song", "Blue Moon is an old song.", title="Blue Moon"))
    edited = minds.store.get_document(brought.document.name)
    assert edited.create_time == made.create_time
    assert edited.update_time.seconds > 1_700_000_000


def test_documents_that_are_written_together_are_made_one_after_the_other(minds: Minds) -> None:
    order = ["z", "b", "y", "a"]
    minds.learn(*(document(bare, f"The {bare} is a letter.") for bare in order))
    times = [minds.store.get_document(f"{MIND}/documents/{bare}").create_time.ToNanoseconds() for bare in order]
    assert times == sorted(set(times))
