"""
Ranking: the last look.

Agents are taken one by one, preferring those that hold words of the question which the ones before do not: what the
question still asks for. Such words count more in an agent that is linked to one taken before, since a question asks
along a chain.

What each of these counts is fitted (`models/recall.json`), twice: where the best hits handle names of their own, as
articles do, links tell; where they handle none, as turns of a conversation, words do. A question lies in between.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from connectome.asked import Asked, Reading
from connectome.links import Links
from connectome.ports import Edge, Hit, Kind
from models import Linear

DENSE_BLEND = 0.3
"""How much the nearest meaning is worth; that of others falls off to the last one found."""
COVERED = 0.15
"""A word that is covered counts so much for the agents after."""
FIRST_OF_CHAIN = 3
"""What is linked to one of so many, the first, is of their chain."""
POOL = 2
"""Of so many candidates for each agent wanted, the last look chooses."""
SMALLEST_POOL = 12
FIRST = 12
"""The first so many are chosen in the same way, however many are wanted: who asks for more gets these, and more."""
BEST_HITS = 10
OWN_NAME = 6
"""A name that so many handle at most is one's own: those of a document share theirs."""
SHARE_POWER = 4
"""A few hits without names of their own among the best tell most."""


class Score(NamedTuple):
    """
    What speaks for an agent: activation and lexical score, the best one's being 1, what it newly covered, and its
    likeness of meaning, from -1 to 1, with where this stands between the last one found, 0, and the best, 1.
    """

    activation: float
    lexical: float
    own: float = 0.0
    """What of the activation was put in at the agent itself, for its words."""
    coverage: float = 0.0
    dense: float = 0.0
    near: float = 0.0
    total: float = 0.0
    """All in one, as it was when the agent was taken."""


@dataclass(frozen=True, slots=True)
class Blend:
    """What each thing that speaks for an agent counts, for one question."""

    activation: float
    words: float
    """The lexical score, squared."""
    first: float
    """What the first agent covers of the question,"""
    further: float
    """what another newly covers,"""
    linked: float
    """and so much more, by how surely it is linked to one of the first taken."""
    document: float
    """That an agent of the same document was taken before."""

    def alone(self, score: Score) -> float:
        """What speaks for an agent, whichever others are taken."""
        return self.activation * score.activation + self.words * score.lexical**2 + DENSE_BLEND * score.near


def blend(model: Linear, share: float) -> Blend:
    """The blend for a question of whose best hits this share handle a name of their own."""
    known, named = model.coefficients, share**SHARE_POWER
    return Blend(
        **{
            one: named * known.get(f"{one}:named", 0.0) + (1 - named) * known.get(f"{one}:unnamed", 0.0)
            for one in Blend.__slots__
        }
    )


def named(hits: Sequence[Hit], edges: Mapping[int, Sequence[Edge]]) -> float:
    """Which share of the best hits handle a name of their own."""
    best = hits[:BEST_HITS]
    own = sum(
        any(edge.kind is Kind.HANDLES and edge.handled <= OWN_NAME for edge in edges.get(hit.agent, ())) for hit in best
    )
    return own / len(best) if best else 1.0


def scored(
    activations: Mapping[int, float], own: Mapping[int, float], hits: Sequence[Hit], near: Sequence[Hit]
) -> dict[int, Score]:
    """What speaks for each of the agents that were reached or hit, by words or by meaning."""
    strongest = max(activations.values(), default=1.0)
    lexical = {hit.agent: hit.score / hits[0].score for hit in hits}
    found = {
        agent: Score(activations.get(agent, 0.0) / strongest, lexical.get(agent, 0.0), own.get(agent, 0.0) / strongest)
        for agent in dict.fromkeys([*activations, *lexical, *(hit.agent for hit in near)])
    }
    if near:
        least, span = near[-1].score, (near[0].score - near[-1].score) or 1.0
        for agent, score in near:
            found[agent] = found[agent]._replace(dense=score, near=(score - least) / span)
    return found


def pool(scores: Mapping[int, Score], blend: Blend, wanted: int) -> list[int]:
    """Those that the last look chooses from, best first."""
    agents = sorted([(-blend.alone(score), agent) for agent, score in scores.items()])
    return [agent for _, agent in agents[: max(SMALLEST_POOL, POOL * wanted)]]


def distinct(
    readings: Mapping[int, Reading], scores: Mapping[int, Score], excluded: Collection[str]
) -> dict[int, Reading]:
    """Without agents that are excluded, and of those that say the same under the same title, the first."""
    best: dict[tuple[str, object], int] = {}
    for one in sorted(readings, key=lambda it: (-scores[it].lexical, readings[it].agent.name)):
        agent = readings[one].agent
        if agent.name not in excluded:
            best.setdefault((agent.title, agent.passage.content), one)
    left = frozenset(best.values())
    return {one: reading for one, reading in readings.items() if one in left}


def last_look(  # all that there is
    asked: Asked,
    readings: Mapping[int, Reading],
    scores: Mapping[int, Score],
    links: Links,
    blend: Blend,
    wanted: int,
) -> list[tuple[int, Score]]:
    """Take the best agent, count what it covers of the question as known, and so on; scores as they were taken."""
    left = dict(asked.weights)
    total = sum(left.values()) or 1.0
    held = {agent: sorted(left.keys() & reading.held) for agent, reading in readings.items()}
    all_held = {agent: sum([asked.weights[term] for term in terms]) or 1.0 for agent, terms in held.items()}
    alone = {agent: blend.alone(scores[agent]) for agent in readings}
    fading = {agent: blend.activation * scores[agent].own for agent in readings}
    counts = dict.fromkeys(readings, blend.first)
    document_of = {agent: reading.agent.document for agent, reading in readings.items()}
    documents = set[str]()
    ranked: list[tuple[int, Score]] = []

    def worth(agent: int) -> float:
        open_ = sum([left[term] for term in held[agent]])
        faded = (1 - open_ / all_held[agent]) * fading[agent]
        same = blend.document if document_of[agent] in documents else 0.0
        return alone[agent] - faded + counts[agent] * open_ / total + same

    waiting = iter(readings)
    remaining = {agent: worth(agent) for agent in islice(waiting, POOL * FIRST)}
    while remaining and len(ranked) < wanted:
        best = max(remaining, key=lambda agent: (remaining[agent], -agent))
        score, open_ = scores[best], sum([left[term] for term in held[best]])
        activation = score.activation - (1 - open_ / all_held[best]) * score.own
        score = score._replace(activation=activation, coverage=open_ / total, total=remaining.pop(best))
        ranked.append((best, score))
        for term in held[best]:
            left[term] *= COVERED
        document = document_of[best]
        new = document not in documents
        documents.add(document)
        if len(ranked) == 1:
            counts = dict.fromkeys(readings, blend.further)
        if first := len(ranked) <= FIRST_OF_CHAIN:
            for agent in filter(held.get, readings):
                linked = blend.further + blend.linked * links.between(agent, best)
                counts[agent] = max(counts[agent], linked) if blend.linked > 0 else counts[agent]
        covered = frozenset(held[best])
        for agent in remaining:
            if first or not covered.isdisjoint(held[agent]) or (new and document_of[agent] == document):
                remaining[agent] = worth(agent)
        if len(ranked) > FIRST:
            remaining.update((agent, worth(agent)) for agent in islice(waiting, POOL))
    return ranked
