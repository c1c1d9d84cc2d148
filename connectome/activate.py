"""
Activate: which agents a question wakes.

Seeds are the handled concepts that the question names and its best lexical hits. Activation spreads from them
(`connectome.spreading`) and is blended with the lexical score. The last look takes agents one by one, preferring
those that hold words of the question which the ones before do not: what the question still asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from connectome.ports import Agent, Concept, GraphReader, Hit, LexicalIndex
from connectome.spreading import MOST_BEARERS, Spread, rarity, spread
from connectome.text import names_in, words
from myriad.connectome.v1 import connectome_service_pb2 as pb

LEXICAL_SEEDS = 5
LEXICAL_SEED_SHARE = 0.1
"""So much of the activation put in goes to lexical hits, when the question names concepts too."""
LEXICAL_HITS = 100
LEXICAL_BLEND = 0.05
COVERAGE = 0.8
"""How much covering all words of the question is worth, where the best agent's activation is worth 1."""
COVERED = 0.1
"""A word that is covered counts so much for the agents after."""
POOL = 2
"""Of so many candidates for each agent wanted, the last look chooses."""
SMALLEST_POOL = 20


@dataclass(frozen=True, slots=True)
class Seeds:
    """Where activation begins; weights add up to 1."""

    concepts: Mapping[Concept, float]
    agents: Mapping[int, float]


def activate(graph: GraphReader, lexical: LexicalIndex, request: pb.ActivateRequest) -> pb.ActivateResponse:
    """Rank the agents that the question wakes. MindNotFound."""
    mind, version = graph.mind(request.mind)
    stems = list(dict.fromkeys(lexical.stems(request.question)))
    hits = lexical.search(request.mind, stems, LEXICAL_HITS)
    seeds = _seeds(graph, mind, request.question, hits)
    reached = spread(
        graph,
        {concept.id: weight for concept, weight in seeds.concepts.items()},
        seeds.agents,
        request.budget.max_hops,
        request.budget.max_pushes,
    )
    scores = _blend(reached, hits)
    wanted = request.budget.max_agents
    pool = sorted(scores, key=lambda agent: (-scores[agent], agent))[: max(SMALLEST_POOL, POOL * wanted)]
    agents = graph.agents(pool)
    candidates = [agents[one] for one in pool if one in agents]
    ranked = _last_look(lexical, request.mind, stems, candidates, scores, wanted)
    paths = {agent.id: path(reached, agent.id) for agent, _ in ranked}
    names = graph.concept_names({concept for one in paths.values() for concept in one})
    hits_by_id = graph.agents(seeds.agents)
    return pb.ActivateResponse(
        agents=[_activated(agent, score, [names[one] for one in paths[agent.id]]) for agent, score in ranked],
        mind_version=version,
        seeds=[
            *(pb.Seed(concept=concept.name, weight=weight) for concept, weight in seeds.concepts.items()),
            *(
                pb.Seed(agent=hits_by_id[agent].name, weight=weight)
                for agent, weight in seeds.agents.items()
                if agent in hits_by_id
            ),
        ],
        considered=len(scores),
        pushes=reached.pushes,
        rows_read=reached.rows + len(hits) + len(agents),
        hops=max((len(one) for one in paths.values()), default=0),
    )


def search(graph: GraphReader, lexical: LexicalIndex, request: pb.SearchRequest) -> pb.SearchResponse:
    """Rank agents by BM25 alone. MindNotFound."""
    graph.mind(request.mind)
    hits = lexical.search(request.mind, list(dict.fromkeys(lexical.stems(request.query))), request.limit or 10)
    agents = graph.agents([hit.agent for hit in hits])
    return pb.SearchResponse(
        agents=[_activated(agents[hit.agent], hit.score, []) for hit in hits if hit.agent in agents]
    )


def path(reached: Spread, agent: int) -> list[int]:
    """The concepts on the way from a seed to an agent, in order."""
    node, found, seen = (False, agent), list[int](), set[tuple[bool, int]]()
    while node not in seen:
        seen.add(node)
        if node[0]:
            found.append(node[1])
        node = reached.came_from.get(node, node)
    return found[::-1]


def _seeds(graph: GraphReader, mind: int, question: str, hits: Sequence[Hit]) -> Seeds:
    concepts = _named(graph, mind, question)
    total = sum(rarity(concept.handled, concept.mentioned) for concept in concepts)
    share = LEXICAL_SEED_SHARE if concepts else 1.0
    best = hits[:LEXICAL_SEEDS]
    lexical_total = sum(hit.score for hit in best)
    if not best:
        share = 0.0
    return Seeds(
        {
            concept: (1 - share) * rarity(concept.handled, concept.mentioned) / total
            for concept in sorted(concepts, key=lambda one: (rarity(one.handled, one.mentioned), one.key), reverse=True)
        },
        {hit.agent: share * hit.score / lexical_total for hit in best} if lexical_total else {},
    )


def _named(graph: GraphReader, mind: int, question: str) -> list[Concept]:
    """The handled concepts that the question names, each stretch of words by its longest name."""
    parts = words(question)
    longest = graph.longest_names(mind, set(parts))
    candidates = {name for _, _, name in names_in(parts, lambda word: longest.get(word, 0), lambda _: True)}
    known = graph.concepts(mind, candidates)
    found, end = dict[str, Concept](), 0
    for start, stop, name in names_in(parts, lambda word: longest.get(word, 0), known.__contains__):
        if start >= end:
            found[name] = known[name]
            end = stop
    return [concept for concept in found.values() if concept.handled <= MOST_BEARERS]


def _blend(reached: Spread, hits: Sequence[Hit]) -> dict[int, float]:
    """Activation, the best 1, and a little of the lexical score."""
    strongest = max(reached.agents.values(), default=1.0)
    scores = {agent: activation / strongest for agent, activation in reached.agents.items()}
    for hit in hits:
        scores[hit.agent] = scores.get(hit.agent, 0.0) + LEXICAL_BLEND * hit.score / hits[0].score
    return scores


def _last_look(
    lexical: LexicalIndex,
    mind: str,
    stems: Collection[str],
    pool: Sequence[Agent],
    scores: Mapping[int, float],
    wanted: int,
) -> list[tuple[Agent, float]]:
    """Take the best agent, count what it covers of the question as known, and so on; scores as they were taken."""
    left = dict(lexical.rarities(mind, stems))
    total = sum(left.values()) or 1.0
    held = {agent.id: left.keys() & set(lexical.stems(f"{agent.title}\n{agent.text}")) for agent in pool}
    remaining = {agent.id: agent for agent in pool}
    ranked: list[tuple[Agent, float]] = []

    def worth(agent: int) -> float:
        return scores[agent] + COVERAGE * sum(left[stem] for stem in held[agent]) / total

    while remaining and len(ranked) < wanted:
        best = max(remaining, key=lambda agent: (worth(agent), -agent))
        ranked.append((remaining.pop(best), worth(best)))
        for stem in held[best]:
            left[stem] *= COVERED
    return ranked


def _activated(agent: Agent, score: float, names: Sequence[str]) -> pb.ActivatedAgent:
    return pb.ActivatedAgent(
        agent=agent.name,
        document=agent.document,
        title=agent.title,
        packet_location=agent.packet_location,
        score=score,
        path=names,
        uri=agent.uri,
    )
