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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from connectome.ports import Bearer, Edge, GraphReader, Kind

ONWARD = 0.75
"""Of a node's activation, so much flows on; the rest stays."""
BACK = 0.2
"""Links against their direction count so much."""
UNHANDLED = 0.2
"""Of an agent's activation, so much flows to names that nobody handles but others mention too."""
LEAST = 2e-3
"""Less activation than this is not worth a push."""
ASKED = 30.0
CONTEXT = 20.0
CONTEXT_LATER = 0.0
LOOKS = 8
LOOK_LEAST = 0.01
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


Beside: TypeAlias = "Mapping[int, tuple[float, frozenset[str]]]"
Look: TypeAlias = "Callable[[Mapping[int, tuple[Sequence[Edge], frozenset[str]]]], Mapping[int, Beside]]"
"""By concept that an agent names: how much of what is asked stands beside the name, and which terms."""


def spread(
    graph: GraphReader,
    concepts: Mapping[int, float],
    agents: Mapping[int, float],
    hops: int,
    most_pushes: int,
    look: Look,
    lexical: Mapping[int, float],
) -> Spread:
    """Spread activation from seed concepts and seed agents, whose weights add up to 1."""
    result = Spread()
    waiting: dict[tuple[bool, int], float] = defaultdict(float)
    waiting.update({(True, concept): weight for concept, weight in concepts.items()})
    waiting.update({(False, agent): weight for agent, weight in agents.items()})
    waves = 2 * (hops + 1)
    known: dict[tuple[bool, int], frozenset[str]] = {}
    seen_beside: dict[int, Beside] = {}
    all_bearers: dict[int, Sequence[Bearer]] = {}
    all_edges: dict[int, Sequence[Edge]] = {}
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
        all_bearers.update(graph.bearers([node[1] for _, node in wave if node[0] and node[1] not in all_bearers], MOST_BEARERS))
        all_edges.update(graph.edges([node[1] for _, node in wave if not node[0] and node[1] not in all_edges], MOST_BEARERS))
        looked = [one for weight, (is_concept, one) in wave if not is_concept and weight >= LOOK_LEAST and one not in seen_beside and one in all_edges]
        seen_beside.update(look({one: (all_edges[one], known.get((False, one), frozenset())) for one in looked[:LOOKS]}))
        for _, node in wave:
            del waiting[node]  # all before any push: what flows into a node of this wave waits for the next
        for weight, node in wave:
            is_concept, one = node
            beside = {} if is_concept else seen_beside.get(one, {})
            shares = _from_concept(all_bearers.get(one, ()), lexical, number == 0) if is_concept else _from_agent(all_edges.get(one, ()), beside)
            result.rows += len(shares)
            mine = known.get(node, frozenset())
            for target, share in shares:
                reached = (not is_concept, target)
                waiting[reached] += ONWARD * weight * share
                if reached not in result.came_from:
                    result.came_from[reached] = node
                    known[reached] = mine | beside[target][1] if target in beside and not is_concept else mine
    return result


def rarity(handled: int, mentioned: int) -> float:
    """How much a concept counts: the rarer, the more."""
    return 1 / math.log(2 + handled + mentioned)


def _from_concept(bearers: Sequence[Bearer], lexical: Mapping[int, float], seed: bool) -> list[tuple[int, float]]:
    """Where a concept's activation goes: (agent, share); the shares add up to 1."""
    mentioning = sum(bearer.kind is not Kind.HANDLES for bearer in bearers)
    mention = (BACK if len(bearers) > mentioning else 1.0) / (mentioning or 1)
    context = CONTEXT if seed else CONTEXT_LATER
    weights = [
        (agent, (1 + context * lexical.get(agent, 0.0) ** 2) * (strength if kind is Kind.HANDLES else mention * strength))
        for agent, kind, strength in bearers
    ]
    return _normalised(weights, 1.0)


def _from_agent(edges: Sequence[Edge], beside: Beside) -> list[tuple[int, float]]:
    """Where an agent's activation goes: (concept, share); the shares add up to 1."""
    weights = list[tuple[int, float]]()
    for edge in edges:
        weight = edge.strength * rarity(edge.handled, edge.mentioned)
        if found := beside.get(edge.concept):
            weight *= 1 + ASKED * found[0]
        if edge.kind is Kind.HANDLES:
            weight *= BACK
        elif not edge.handled:
            weight *= UNHANDLED
        weights.append((edge.concept, weight))
    return _normalised(weights, 1.0)


def _normalised(weights: list[tuple[int, float]], total: float) -> list[tuple[int, float]]:
    amount = sum(weight for _, weight in weights)
    return [(target, total * weight / amount) for target, weight in weights] if amount > 0 else []
