"""Spreading activation on small graphs drawn by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectome.asked import Beside
from connectome.ports import Bearer, Edge, Found, Kind, MindAt, Wanted
from connectome.spreading import Look, Spread
from connectome.spreading import spread as spread_in


class Graph:
    """Agents and concepts by number; `links` are (agent, concept, kind)."""

    def __init__(self, links: Collection[tuple[int, int, Kind]]) -> None:
        self._links = sorted(links)
        self.reads = 0

    def read(self, wanted: Wanted, most: int) -> Found:
        self.reads += 1
        bearers = {
            concept: [Bearer(agent, kind, 1.0) for agent, other, kind in self._links if other == concept]
            for concept in wanted.bearers
        }
        edges = {
            agent: [
                Edge(concept, f"name {concept}", kind, 1.0, *self._counts(concept))
                for one, concept, kind in self._links
                if one == agent
            ]
            for agent in wanted.edges
        }
        return Found(bearers, edges, {}, {}, {}, {})

    def _counts(self, concept: int) -> tuple[int, int]:
        kinds = [kind for _, other, kind in self._links if other == concept]
        handled = kinds.count(Kind.HANDLES)
        return handled, len(kinds) - handled

    def mind(self, name: str) -> MindAt:
        raise AssertionError


def blind(agents: Mapping[int, tuple[Sequence[Edge], frozenset[str]]]) -> Mapping[int, Mapping[int, Beside]]:
    return {}


def spread(
    graph: Graph,
    concepts: Mapping[int, float],
    agents: Mapping[int, float],
    hops: int,
    most_pushes: int,
    favour: Mapping[int, Mapping[int, float]] | None = None,
    look: Look = blind,
) -> Spread:
    return spread_in(graph, concepts, agents, hops, most_pushes, favour or {}, look, {})


SONG, SINGER, OTHER = 1, 2, 3
CHAIN = Graph(
    [(SONG, 10, Kind.HANDLES), (SONG, 20, Kind.LINKED), (SINGER, 20, Kind.HANDLES), (OTHER, 30, Kind.HANDLES)]
)


def test_activation_walks_from_the_question_over_a_mention_to_the_next_agent() -> None:
    reached = spread(CHAIN, {10: 1.0}, {}, hops=2, most_pushes=100)
    assert reached.agents[SONG] > reached.agents[SINGER] > 0
    assert OTHER not in reached.agents
    assert reached.came_from[False, SINGER] == (True, 20)
    assert reached.came_from[True, 20] == (False, SONG)


def test_without_hops_only_what_the_question_names_is_reached() -> None:
    assert set(spread(CHAIN, {10: 1.0}, {}, hops=0, most_pushes=100).agents) == {SONG}


def test_activation_that_flows_into_a_node_of_the_same_wave_is_not_lost() -> None:
    """A seed agent that a seed concept also reaches gets both."""
    apart = spread(CHAIN, {10: 0.9}, {}, hops=0, most_pushes=100).agents[SONG]
    both = spread(CHAIN, {10: 0.9}, {SONG: 0.1}, hops=0, most_pushes=100).agents[SONG]
    assert both > apart


def test_a_rare_name_carries_more_than_a_common_one() -> None:
    links = [(SONG, 10, Kind.HANDLES), (SONG, 20, Kind.LINKED), (SONG, 30, Kind.LINKED)]
    links += [(SINGER, 20, Kind.HANDLES), (OTHER, 30, Kind.HANDLES)]
    links += [(agent, 30, Kind.LINKED) for agent in range(50, 90)]
    reached = spread(Graph(links), {10: 1.0}, {}, hops=1, most_pushes=100)
    assert reached.agents[SINGER] > reached.agents[OTHER]


def test_the_name_beside_what_is_asked_leads_on_and_what_was_followed_is_known_at_the_next() -> None:
    links = [(SONG, 10, Kind.HANDLES), (SONG, 20, Kind.LINKED), (SONG, 30, Kind.LINKED)]
    links += [(SINGER, 20, Kind.HANDLES), (OTHER, 30, Kind.HANDLES)]
    seen = dict[int, frozenset[str]]()

    def look(agents: Mapping[int, tuple[Sequence[Edge], frozenset[str]]]) -> Mapping[int, Mapping[int, Beside]]:
        seen.update({agent: followed for agent, (_, followed) in agents.items()})
        return {SONG: {20: Beside(0.5, frozenset({"=perform"}))}} if SONG in agents else {}

    reached = spread(Graph(links), {10: 1.0}, {}, hops=2, most_pushes=100, look=look)
    assert reached.agents[SINGER] > 5 * reached.agents[OTHER] > 0
    assert seen == {SONG: frozenset(), SINGER: frozenset({"=perform"}), OTHER: frozenset()}


def test_a_name_nobody_handles_is_a_bridge_between_those_who_mention_it() -> None:
    links = [(SONG, 10, Kind.HANDLES), (SONG, 20, Kind.MENTIONS), (SINGER, 20, Kind.MENTIONS)]
    assert spread(Graph(links), {10: 1.0}, {}, hops=1, most_pushes=100).agents[SINGER] > 0


def test_the_favoured_bearer_of_a_name_gets_more_than_the_other() -> None:
    graph = Graph([(SINGER, 10, Kind.HANDLES), (OTHER, 10, Kind.HANDLES)])
    reached = spread(graph, {10: 1.0}, {}, hops=0, most_pushes=100, favour={10: {SINGER: 9.0, OTHER: 1.0}})
    assert reached.agents[SINGER] == pytest.approx(9 * reached.agents[OTHER])


GRAPHS = st.dictionaries(st.tuples(st.integers(1, 12), st.integers(100, 112)), st.sampled_from(Kind), max_size=60)


@given(GRAPHS, st.integers(0, 4), st.integers(0, 60))
def test_activation_is_never_made_and_the_budget_is_kept(
    links: dict[tuple[int, int], Kind], hops: int, budget: int
) -> None:
    graph = Graph([(agent, concept, kind) for (agent, concept), kind in links.items()])
    reached = spread(graph, {100: 0.6, 101: 0.3}, {1: 0.1}, hops, budget)
    kept = sum(reached.agents.values()) + sum(reached.concepts.values())
    assert kept <= 1 + 1e-9 or kept == pytest.approx(1)
    assert reached.pushes <= budget
    assert graph.reads <= 4 * (hops + 1)
