"""The last look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectome.links import Links
from connectome.ports import Edge, Hit, Kind
from connectome.ranking import BEST_HITS, Blend, Score, blend, last_look, named
from models import Linear
from tests.unit.connectome.passages import asking, reading

BLEND = Blend(activation=1.0, words=0.1, first=0.8, further=0.3, linked=1.7, document=0.0)
QUESTION = "Who was the trainer of the rider of Arkle?"
FIRST = "Arkle was ridden to fame by the rider Pat Taaffe."
TRAINER = "A trainer teaches."


def ranked(
    texts: Mapping[int, str], edges: Mapping[int, Sequence[Edge]], activations: Mapping[int, float]
) -> list[int]:
    asked = asking(QUESTION)
    readings = {one: reading(text, asked, number=one) for one, text in texts.items()}
    scores = {one: Score(activations[one], 0.0) for one in texts}
    return [agent for agent, _ in last_look(asked, readings, scores, Links(edges), BLEND, 3)]


def edge(concept: int, kind: Kind, handled: int = 1) -> Edge:
    return Edge(concept, "pat taaffe", kind, 1.0, handled, 2)


def test_of_two_that_cover_the_same_the_one_linked_to_the_first_is_taken_before() -> None:
    texts = {1: FIRST, 2: TRAINER, 3: TRAINER + " Pat Taaffe knew."}
    edges = {1: [edge(7, Kind.LINKED)], 2: [], 3: [edge(7, Kind.HANDLES)]}
    assert ranked(texts, edges, {1: 1.0, 2: 0.1, 3: 0.1}) == [1, 3, 2]


def test_an_agent_apart_from_the_first_is_found_for_what_it_alone_covers() -> None:
    texts = {1: FIRST, 2: TRAINER, 3: "Pat Taaffe."}
    edges = {1: [edge(7, Kind.LINKED)], 2: [], 3: [edge(7, Kind.HANDLES)]}
    assert ranked(texts, edges, {1: 1.0, 2: 0.0, 3: 0.01}) == [1, 2, 3]


def test_a_link_alone_covers_nothing() -> None:
    texts = {1: FIRST, 2: "Arkle.", 3: "Arkle."}
    edges = {1: [edge(7, Kind.LINKED)], 2: [], 3: [edge(7, Kind.HANDLES)]}
    assert ranked(texts, edges, {1: 1.0, 2: 0.3, 3: 0.1}) == [1, 2, 3]


def test_the_blend_lies_between_that_of_names_and_that_of_words_by_how_many_of_the_best_hits_have_names() -> None:
    model = Linear({"activation:named": 1.0, "words:named": 0.2, "words:unnamed": 1.0}, 0.0, {})
    assert blend(model, 1.0) == Blend(1.0, 0.2, 0.0, 0.0, 0.0, 0.0)
    assert blend(model, 0.0) == Blend(0.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    assert blend(model, 0.5) == Blend(0.0625, 0.95, 0.0, 0.0, 0.0, 0.0)


def test_a_hit_has_a_name_of_its_own_if_it_handles_one_that_hardly_anybody_else_does() -> None:
    hits = [Hit(agent, 1.0) for agent in range(4)]
    edges = {0: [edge(7, Kind.HANDLES)], 1: [edge(8, Kind.HANDLES, handled=7)], 2: [edge(7, Kind.MENTIONS)]}
    assert named(hits, edges) == 0.25
    assert named([], edges) == 1.0
    assert named([*hits, *(Hit(9, 0.1) for _ in range(BEST_HITS))], edges) == 1 / BEST_HITS
