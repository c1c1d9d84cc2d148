"""Links between agents."""

from __future__ import annotations

from connectome.links import ABOUT, NAMED, Links
from connectome.ports import Edge, Kind
from connectome.spreading import MOST_BEARERS


def edge(concept: int, kind: Kind, mentioned: int = 2) -> Edge:
    return Edge(concept, f"c{concept}", kind, 1.0, 1, mentioned)


def test_an_agent_is_linked_to_the_one_that_is_about_what_it_names() -> None:
    links = Links({1: [edge(7, Kind.HANDLES)], 2: [edge(7, Kind.LINKED), edge(8, Kind.HANDLES)]})
    assert links.between(1, 2) == links.between(2, 1) == ABOUT


def test_agents_that_name_the_same_thing_may_be_linked() -> None:
    links = Links({1: [edge(7, Kind.MENTIONS)], 2: [edge(7, Kind.LINKED)]})
    assert links.between(1, 2) == links.between(2, 1) == NAMED


def test_what_very_many_name_links_nobody_but_the_one_that_is_about_it() -> None:
    hub = MOST_BEARERS + 1
    links = Links({1: [edge(7, Kind.LINKED, hub)], 2: [edge(7, Kind.LINKED, hub)], 3: [edge(7, Kind.HANDLES, hub)]})
    assert links.between(1, 2) == 0.0
    assert links.between(1, 3) == ABOUT


def test_agents_without_a_common_name_are_not_linked() -> None:
    assert Links({1: [edge(7, Kind.HANDLES)], 2: []}).between(1, 2) == 0.0
