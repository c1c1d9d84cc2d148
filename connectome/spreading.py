"""
Spreading activation: personalised PageRank by forward push (Andersen, Chung, Lang, FOCS 2006), in waves.

Activation starts at seeds, flows from concepts to the agents that handle them (and, less, to those that mention
them), and from agents to the concepts they mention (and, less, to those they handle). Each wave pushes the nodes
with the most activation left and reads their neighbours in one go; the budget bounds the pushes, so the work does
not grow with the mind.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectome.ports import Bearer, Edge, GraphReader, Kind

ONWARD = 0.75
"""Of a node's activation, so much flows on; the rest stays."""
BACK = 0.2
"""Links against their direction count so much."""
UNHANDLED = 0.05
"""Of an agent's activation, so much flows to names that nobody handles but others mention too."""
LEAST = 5e-4
"""Less activation than this is not worth a push."""
MOST_BEARERS = 60
"""A concept with more bearers of a kind tells nothing of any one of them: a hub, which activation does not enter."""


@dataclass(slots=True)
class Spread:
    """What a spread reached and what it took."""

    agents: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    """Activation that stayed, by agent."""
    concepts: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    came_from: dict[tuple[bool, int], tuple[bool, int]] = field(default_factory=dict)
    """By (is concept, id): the node that activated it first. Seeds have none."""
    pushes: int = 0
    rows: int = 0


def spread(
    graph: GraphReader, concepts: Mapping[int, float], agents: Mapping[int, float], hops: int, most_pushes: int
) -> Spread:
    """Spread activation from seed concepts and seed agents, whose weights add up to 1."""
    result = Spread()
    waiting: dict[tuple[bool, int], float] = defaultdict(float)
    waiting.update({(True, concept): weight for concept, weight in concepts.items()})
    waiting.update({(False, agent): weight for agent, weight in agents.items()})
    waves = 2 * (hops + 1)
    for number in range(waves):
        wave = sorted(
            ((weight, node) for node, weight in waiting.items() if weight >= LEAST), key=lambda one: (-one[0], one[1])
        )[: most_pushes - result.pushes]
        if not wave:
            break
        result.pushes += len(wave)
        for weight, (is_concept, one) in wave:
            (result.concepts if is_concept else result.agents)[one] += (1 - ONWARD) * weight
        if number == waves - 1:
            break  # nobody will look at what flows on
        bearers = graph.bearers([node[1] for _, node in wave if node[0]], MOST_BEARERS)
        edges = graph.edges([node[1] for _, node in wave if not node[0]], MOST_BEARERS)
        for _, node in wave:
            del waiting[node]  # all before any push: what flows into a node of this wave waits for the next
        for weight, node in wave:
            is_concept, one = node
            shares = _from_concept(bearers.get(one, ())) if is_concept else _from_agent(edges.get(one, ()))
            result.rows += len(shares)
            for target, share in shares:
                reached = (not is_concept, target)
                waiting[reached] += ONWARD * weight * share
                result.came_from.setdefault(reached, node)
    return result


def rarity(handled: int, mentioned: int) -> float:
    """How much a concept counts: the rarer, the more."""
    return 1 / math.log(2 + handled + mentioned)


def _from_concept(bearers: Sequence[Bearer]) -> list[tuple[int, float]]:
    """Where a concept's activation goes: (agent, share); the shares add up to 1."""
    mentioning = sum(bearer.kind is not Kind.HANDLES for bearer in bearers)
    mention = (BACK if len(bearers) > mentioning else 1.0) / (mentioning or 1)
    weights = [(agent, strength if kind is Kind.HANDLES else mention * strength) for agent, kind, strength in bearers]
    return _normalised(weights, 1.0)


def _from_agent(edges: Sequence[Edge]) -> list[tuple[int, float]]:
    """Where an agent's activation goes: (concept, share); the shares add up to 1."""
    named, unhandled = list[tuple[int, float]](), list[tuple[int, float]]()
    for edge in edges:
        weight = edge.strength * rarity(edge.handled, edge.mentioned)
        if edge.kind is Kind.HANDLES:
            named.append((edge.concept, BACK * weight))
        elif edge.handled:
            named.append((edge.concept, weight))
        else:
            unhandled.append((edge.concept, weight))
    aside = (UNHANDLED if named else 1.0) if unhandled else 0.0
    return _normalised(named, 1 - aside) + _normalised(unhandled, aside)


def _normalised(weights: list[tuple[int, float]], total: float) -> list[tuple[int, float]]:
    amount = sum(weight for _, weight in weights)
    return [(target, total * weight / amount) for target, weight in weights] if amount > 0 else []
