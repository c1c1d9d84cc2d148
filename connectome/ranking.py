"""
Ranking: the last look.

Agents are taken one by one, preferring those that hold words of the question which the ones before do not: what the
question still asks for. Such words count more in an agent that is linked to one taken before, since a question asks
along a chain, and less in one that is not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from connectome.asked import Asked, Reading
from connectome.links import Links
from connectome.ports import Hit

LEXICAL_BLEND = 0.1
"""How much the best lexical hit's score is worth, where the best agent's activation is worth 1;"""
LEXICAL_POWER = 6
"""that of others falls off with this power of it."""
DENSE_BLEND = 0.3
"""How much the nearest meaning is worth, likewise; that of others falls off to the last one found."""
COVERAGE = 0.8
"""How much covering all words of the question is worth, where the best agent's activation is worth 1."""
COVERED = 0.15
"""A word that is covered counts so much for the agents after."""
LINKED = 2.5
"""What an agent newly covers counts so many times if it is surely linked to one of the first taken,"""
APART = 0.4
"""so many if it is not, and in between if it may be;"""
FIRST_OF_CHAIN = 3
"""so many are the first."""
POOL = 2
"""Of so many candidates for each agent wanted, the last look chooses."""
SMALLEST_POOL = 12
FIRST = 12
"""The first so many are chosen in the same way, however many are wanted: who asks for more gets these, and more."""


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
    counts: float = 1.0
    """How many times what it newly covered counts."""

    @property
    def total(self) -> float:
        words = LEXICAL_BLEND * self.lexical**LEXICAL_POWER
        return self.activation + words + DENSE_BLEND * self.near + COVERAGE * self.counts * self.coverage


def blend(
    activations: Mapping[int, float], own: Mapping[int, float], hits: Sequence[Hit], near: Sequence[Hit]
) -> dict[int, Score]:
    """The scores of all agents that were reached or hit, by words or by meaning."""
    strongest = max(activations.values(), default=1.0)
    lexical = {hit.agent: hit.score / hits[0].score for hit in hits}
    dense = {hit.agent: hit.score for hit in near}
    least, most = (near[-1].score, near[0].score) if near else (0.0, 0.0)
    span = (most - least) or 1.0
    return {
        agent: Score(
            activations.get(agent, 0.0) / strongest,
            lexical.get(agent, 0.0),
            own.get(agent, 0.0) / strongest,
            0.0,
            dense.get(agent, 0.0),
            (dense.get(agent, least) - least) / span,
        )
        for agent in dict.fromkeys([*activations, *lexical, *dense])
    }


def pool(scores: Mapping[int, Score], wanted: int) -> list[int]:
    """Those that the last look chooses from, best first."""
    agents = sorted(scores, key=lambda agent: (-scores[agent].total, agent))
    return agents[: max(SMALLEST_POOL, POOL * wanted)]


def distinct(
    readings: Mapping[int, Reading], scores: Mapping[int, Score], excluded: Collection[str]
) -> dict[int, Reading]:
    """Without agents that are excluded, and of those that say the same under the same title, the best."""
    best: dict[tuple[str, object], int] = {}
    for one in sorted(readings, key=lambda it: (-scores[it].total, readings[it].agent.name)):
        agent = readings[one].agent
        if agent.name not in excluded:
            best.setdefault((agent.title, agent.passage.content), one)
    left = frozenset(best.values())
    return {one: reading for one, reading in readings.items() if one in left}


def last_look(
    asked: Asked, readings: Mapping[int, Reading], scores: Mapping[int, Score], links: Links, wanted: int
) -> list[tuple[int, Score]]:
    """Take the best agent, count what it covers of the question as known, and so on; scores as they were taken."""
    left = dict(asked.weights)
    total = sum(left.values()) or 1.0
    held = {agent: sorted(left.keys() & reading.held) for agent, reading in readings.items()}
    all_held = {agent: sum(asked.weights[term] for term in terms) or 1.0 for agent, terms in held.items()}
    alone = {agent: scores[agent].total for agent in readings}
    counts = dict.fromkeys(readings, 1.0)
    ranked: list[tuple[int, Score]] = []

    def uncovered(agent: int) -> float:
        return sum([left[term] for term in held[agent]])

    def worth(agent: int) -> float:
        open_ = uncovered(agent)
        faded = (1 - open_ / all_held[agent]) * scores[agent].own
        return alone[agent] - faded + COVERAGE * counts[agent] * open_ / total

    waiting = iter(readings)
    remaining = {agent: worth(agent) for agent in islice(waiting, POOL * FIRST)}
    while remaining and len(ranked) < wanted:
        best = max(remaining, key=lambda agent: (remaining[agent], -agent))
        del remaining[best]
        open_ = uncovered(best)
        ranked.append((best, _taken(scores[best], open_ / all_held[best], open_ / total, counts[best])))
        for term in held[best]:
            left[term] *= COVERED
        if len(ranked) == 1:
            counts = dict.fromkeys(readings, APART)
        if first := len(ranked) <= FIRST_OF_CHAIN:
            for agent in filter(held.get, readings):
                counts[agent] = max(counts[agent], APART + (LINKED - APART) * links.between(agent, best))
        covered = frozenset(held[best])
        for agent in remaining:
            if first or not covered.isdisjoint(held[agent]):
                remaining[agent] = worth(agent)
        if len(ranked) > FIRST:
            remaining.update((agent, worth(agent)) for agent in islice(waiting, POOL))
    return ranked


def _taken(known: Score, fresh: float, coverage: float, counts: float) -> Score:
    return known._replace(activation=known.activation - (1 - fresh) * known.own, coverage=coverage, counts=counts)
