"""
Activate: which agents a question wakes.

Seeds are the handled concepts that the question names and its best lexical hits. Activation spreads from them
(`connectome.spreading`) and is blended with the lexical score. The last look takes agents one by one, preferring
those that hold words of the question which the ones before do not: what the question still asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from connectome.asked import Asked, Terms
from connectome.ports import Agent, Concept, GraphReader, Hit, Kind, LexicalIndex
from connectome.spreading import MOST_BEARERS, Spread, rarity, spread
from connectome.text import FUNCTION_WORDS, capitals, names_in, words
from myriad.connectome.v1 import connectome_service_pb2 as pb

LEXICAL_SEEDS = 5
LEXICAL_SEED_SHARE = 0.05
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
    asked = _asked(lexical, request.mind, request.question, seeds.concepts)

    def look(agents):
        texts = graph.agents(agents)
        return {
            one: asked.beside(texts[one].text, [(e.concept, e.key) for e in edges if e.kind is not Kind.HANDLES], known)
            for one, (edges, known) in agents.items() if one in texts
        }

    reached = spread(
        graph,
        {concept.id: weight for concept, weight in seeds.concepts.items()},
        seeds.agents,
        request.budget.max_hops,
        request.budget.max_pushes,
        look,
        {hit.agent: hit.score / hits[0].score for hit in hits},
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


_TERMS = {}


def _asked(lexical, mind, question, concepts):
    terms = _TERMS.setdefault(id(lexical), Terms(lexical))
    named = {part for concept in concepts for part in concept.key.split(" ")}
    found = dict.fromkeys(terms.of(word) for word in words(question) if word not in named)
    found.pop("", None)
    rarities = lexical.rarities(mind, found)
    weights = {term: 2.5 if term.startswith("=") else rarities[term] for term in found}
    total = sum(weights.values()) or 1.0
    return Asked(terms, {term: weight / total for term, weight in weights.items()})


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
    named = sum(concepts.values())
    best = hits[:LEXICAL_SEEDS]
    lexical = max(LEXICAL_SEED_SHARE * named, CLEARLY_NAMED - named) if best else 0.0
    total, lexical_total = named + lexical, sum(hit.score for hit in best)
    return Seeds(
        {
            concept: weight / total
            for concept, weight in sorted(concepts.items(), key=lambda one: (-one[1], one[0].key))
        },
        {hit.agent: lexical / total * hit.score / lexical_total for hit in best} if lexical_total else {},
    )


CLEARLY_NAMED = 0.4
LONGEST_MENTION = 5
MENTIONED_SEED = 0.3
COMMON_SEED = 0.15


def _named(graph: GraphReader, mind: int, question: str) -> dict[Concept, float]:
    """The concepts that the question names, each stretch of words by its longest name, with what each counts."""
    parts = words(question)
    capital = capitals(question)
    if len(capital) != len(parts) or not any(capital[1:]):
        capital = [True] * len(parts)
    longest = graph.longest_names(mind, set(parts))
    most = lambda word: max(longest.get(word, 0), LONGEST_MENTION)
    candidates = {name for _, _, name in names_in(parts, most, lambda _: True)}
    known = graph.concepts(mind, candidates)
    found = dict[Concept, float]()
    taken = [False] * len(parts)
    for handled in (True, False):
        for start, stop, name in names_in(parts, most, known.__contains__):
            concept = known[name]
            if (concept.handled > 0) is not handled or any(taken[start:stop]):
                continue
            if max(concept.handled, 0 if handled else concept.mentioned) > MOST_BEARERS:
                continue
            weight = rarity(concept.handled, concept.mentioned)
            if not any(capital[start:stop]):
                if parts[start] in FUNCTION_WORDS or parts[stop - 1] in FUNCTION_WORDS:
                    continue
                weight *= COMMON_SEED
            if not handled:
                if stop - start < 2 or not (capital[start] and capital[stop - 1]):
                    continue
                weight *= MENTIONED_SEED
            found[concept] = max(weight, found.get(concept, 0.0))
            taken[start:stop] = [True] * (stop - start)
    return found


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
