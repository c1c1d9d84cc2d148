"""Which edges are learned from."""

from __future__ import annotations

from connectome.ports import LearnedEdge
from connectome.reinforce import learned_from

SONG, SINGER, OTHER = 1, 2, 3


def edge(agent: int, key: str) -> LearnedEdge:
    return LearnedEdge(agent, abs(hash(key)), key, 0.5, 0.0)


def test_edges_to_names_that_led_there_are_learned_from() -> None:
    edges = [edge(SONG, "blue moon"), edge(SONG, "ballad"), edge(OTHER, "blue moon")]
    assert learned_from(edges, {"blue moon"}) == [edges[0], edges[2]]


def test_edges_to_what_two_of_the_agents_share_are_learned_from() -> None:
    edges = [edge(SONG, "richard rodgers"), edge(SINGER, "richard rodgers"), edge(SINGER, "queens")]
    assert learned_from(edges, set()) == edges[:2]


def test_one_agent_alone_shares_nothing() -> None:
    assert learned_from([edge(SONG, "richard rodgers"), edge(SONG, "ballad")], set()) == []
