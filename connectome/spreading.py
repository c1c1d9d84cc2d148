"""
Spreading activation: personalised PageRank by forward push (Andersen, Chung, Lang, FOCS 2006), in waves.

Activation starts at seeds, flows from concepts to the agents that handle them (and, less, to those that mention
them), and from agents to the concepts they mention (and, less, to those they handle). Each wave pushes the nodes
with the most activation left and reads their neighbours in one go; the budget bounds the pushes, so the work does
not grow with the mind.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, TypeAlias

from connectome.asked import Beside
from connectome.ports import Bearer, Edge, GraphReader, Kind, Wanted

ONWARD = 0.75
"""Of a node's activation, so much flows on; the rest stays."""
BACK = 0.2
"""Links against their direction count so much."""
UNHANDLED = 0.2
"""A name that nobody handles but others mention too leads on by so much of what a handled one does."""
ASKED = 30.0
"""A name that all of what the question asks stands beside leads on by so much more."""
LEAST = 3e-3
"""Less activation than this is not worth a push,"""
LEAST_LOOKED = 2e-2
"""and less than this not worth reading the text."""
LOOKS = 8
"""So many texts are read in a wave."""
MOST_BEARERS = 60
"""A concept with more bearers of a kind tells nothing of any one of them: a hub, which activation does not enter."""

_HANDLES = Kind.HANDLES

Node: TypeAlias = tuple[bool, int]
"""Whether it is a concept, and its id."""


@dataclass(slots=True)
class Spread:
    """What a spread reached and what it took."""

    agents: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    """Activation that stayed, by agent."""
    concepts: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    came_from: dict[Node, Node] = field(default_factory=dict)
    """By node: the one that activated it first. Seeds have none, but for those that another seed activated."""
    pushes: int = 0


class Look(Protocol):
    """Reads agents' texts for what the question asks."""

    def __call__(
        self, agents: Mapping[int, tuple[Sequence[Edge], frozenset[str]]]
    ) -> Mapping[int, Mapping[int, Beside]]:
        """
        By agent and concept: what stands beside its names.

        `agents` has the edges of each, and the terms that were followed on the way to it.
        """


def spread(
    graph: GraphReader,
    concepts: Mapping[int, float],
    agents: Mapping[int, float],
    hops: int,
    most_pushes: int,
    favour: Mapping[int, Mapping[int, float]],
    look: Look,
    passed: dict[Node, Sequence[float]],
) -> Spread:
    """
    Spread activation from seed concepts and seed agents, whose weights add up to 1.

    What a node passes on if the question tells nothing of it is the same for all questions: it is kept in `passed`.
    """
    result = Spread()
    came_from = result.came_from
    waiting: dict[Node, float] = defaultdict(float)
    waiting.update({(True, concept): weight for concept, weight in concepts.items()})
    waiting.update({(False, agent): weight for agent, weight in agents.items()})
    begun = frozenset(waiting)
    followed: dict[Node, frozenset[str]] = defaultdict(frozenset)
    looked: dict[int, Mapping[int, Beside]] = {}
    waves = 2 * (hops + 1)
    for number in range(waves):
        strongest = sorted((-weight, node) for node, weight in waiting.items() if weight >= LEAST)
        wave = [(-weight, node) for weight, node in strongest[: most_pushes - result.pushes]]
        if not wave:
            break
        result.pushes += len(wave)
        for weight, (is_concept, one) in wave:
            (result.concepts if is_concept else result.agents)[one] += (1 - ONWARD) * weight
        if number == waves - 1:
            break  # nobody will look at what flows on
        strong = [one for weight, (is_concept, one) in wave if not is_concept and weight >= LEAST_LOOKED]
        new = [one for one in strong if one not in looked][:LOOKS]
        bearers, edges, *_ = graph.read(
            Wanted(
                bearers=[one for _, (is_concept, one) in wave if is_concept],
                edges=[one for _, (is_concept, one) in wave if not is_concept],
                agents=new,
            ),
            MOST_BEARERS,
        )
        looked.update(look({one: (edges[one], followed[False, one]) for one in new}))
        for _, node in wave:
            del waiting[node]  # all before any push: what flows into a node of this wave waits for the next
        for weight, node in wave:
            is_concept, one = node
            linked: Sequence[Bearer | Edge] = bearers[one] if is_concept else edges[one]
            beside = {} if is_concept else looked.get(one, {})
            told = one in favour if is_concept else beside
            shares = None if told else passed.get(node)
            if shares is None:
                shares = (
                    _from_concept(bearers[one], favour.get(one, {})) if is_concept else _from_agent(edges[one], beside)
                )
                if not told:
                    passed[node] = shares
            known, onward = followed[node], ONWARD * weight
            for link, share in zip(linked, shares, strict=False):  # there are none if nothing leads on
                target = link[0]
                reached = (not is_concept, target)
                waiting[reached] += onward * share
                if reached not in came_from and not (reached in begun and _leads(result, reached, node)):
                    came_from[reached] = node
                    followed[reached] = known | beside[target].terms if target in beside else known
    return result


def _leads(spread: Spread, seed: Node, node: Node) -> bool:
    """Whether a node was activated by way of a seed, or is it."""
    while node != seed and node in spread.came_from:
        node = spread.came_from[node]
    return node == seed


@lru_cache(maxsize=4_096)
def rarity(handled: int, mentioned: int) -> float:
    """How much a concept counts: the rarer, the more."""
    return 1 / math.log(2 + handled + mentioned)


def _from_concept(bearers: Sequence[Bearer], favour: Mapping[int, float]) -> Sequence[float]:
    """Which shares of a concept's activation go to its bearers; they add up to 1."""
    mentioning = len([kind for _, kind, _ in bearers if kind is not _HANDLES])
    mention = (BACK if len(bearers) > mentioning else 1.0) / (mentioning or 1)
    return _normalised(
        [
            favour.get(agent, 1.0) * strength * (1.0 if kind is _HANDLES else mention)
            for agent, kind, strength in bearers
        ]
    )


def _from_agent(edges: Sequence[Edge], beside: Mapping[int, Beside]) -> Sequence[float]:
    """Which shares of an agent's activation go along its edges; they add up to 1."""
    weights = list[float]()
    for concept, _, kind, strength, handled, mentioned in edges:
        weight = strength * rarity(handled, mentioned)
        if concept in beside:
            weight *= 1 + ASKED * beside[concept].share
        if kind is _HANDLES:
            weight *= BACK
        elif not handled:
            weight *= UNHANDLED
        weights.append(weight)
    return _normalised(weights)


def _normalised(weights: Sequence[float]) -> Sequence[float]:
    amount = sum(weights)
    return array("d", [weight / amount for weight in weights] if amount > 0 else ())
