"""The last look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectome.links import Links
from connectome.ports import Edge, Kind
from connectome.ranking import Score, last_look
from tests.unit.connectome.passages import asking, reading

QUESTION = "Who was the trainer of the rider of Arkle?"
FIRST = "Arkle was ridden to fame by the rider Pat Taaffe."
TRAINER = "A trainer teaches."


def ranked(
    texts: Mapping[int, str], edges: Mapping[int, Sequence[Edge]], activations: Mapping[int, float]
) -> list[int]:
    asked = asking(QUESTION)
    readings = {one: reading(text, asked, number=one) for one, text in texts.items()}
    scores = {one: Score(activations[one], 0.0) for one in texts}
    return [agent for agent, _ in last_look(asked, readings, scores, Links(edges), 3)]


def named(concept: int, kind: Kind) -> Edge:
    return Edge(concept, "pat taaffe", kind, 1.0, 1, 2)


def test_of_two_that_cover_the_same_the_one_linked_to_the_first_is_taken_before() -> None:
    texts = {1: FIRST, 2: TRAINER, 3: TRAINER + " Pat Taaffe knew."}
    edges = {1: [named(7, Kind.LINKED)], 2: [], 3: [named(7, Kind.HANDLES)]}
    assert ranked(texts, edges, {1: 1.0, 2: 0.1, 3: 0.1}) == [1, 3, 2]


def test_an_agent_apart_from_the_first_is_found_for_what_it_alone_covers() -> None:
    texts = {1: FIRST, 2: TRAINER, 3: "Pat Taaffe."}
    edges = {1: [named(7, Kind.LINKED)], 2: [], 3: [named(7, Kind.HANDLES)]}
    assert ranked(texts, edges, {1: 1.0, 2: 0.0, 3: 0.01}) == [1, 2, 3]


def test_a_link_alone_covers_nothing() -> None:
    texts = {1: FIRST, 2: "Arkle.", 3: "Arkle."}
    edges = {1: [named(7, Kind.LINKED)], 2: [], 3: [named(7, Kind.HANDLES)]}
    assert ranked(texts, edges, {1: 1.0, 2: 0.3, 3: 0.1}) == [1, 2, 3]
