"""
Activate: which agents a question wakes.

Activation spreads from where the question begins (`connectome.seeds`) along the names that stand beside what it asks
for (`connectome.spreading`, `connectome.asked`), and is blended with lexical score and coverage (`connectome.ranking`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from connectome import ranking
from connectome.asked import Asked, Beside, Reading, asked
from connectome.dense import DenseSense
from connectome.errors import ModelNotAllowed
from connectome.links import Links
from connectome.ports import Concept, Edge, GraphReader, Kind, LexicalIndex, MindAt, Wanted
from connectome.ranking import Score
from connectome.remembering import Memory, RememberingReader
from connectome.seeds import seeds
from connectome.spelling import as_named, spelt
from connectome.spreading import MOST_BEARERS, ONWARD, Look, Spread, spread
from language.question import read
from mesh.tracing import span
from models import load
from myriad.agent.v1.question_pb2 import Question
from myriad.connectome.v1.activation_pb2 import ActivatedAgent, Seed
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse

LEXICAL_HITS = 100
DENSE_HITS = 50


def activate(
    graph: GraphReader,
    lexical: LexicalIndex,
    request: ActivateRequest,
    dense: DenseSense | None = None,
    remembered: Callable[[str, MindAt], Memory] | None = None,
) -> ActivateResponse:
    """
    Rank the agents that the question wakes, with what is `remembered` of a mind as it is.

    MindNotFound; ModelNotAllowed if one asks and the mind is not for it.
    """
    mind = graph.mind(request.mind)
    if request.model and mind.allowed_models and request.model not in mind.allowed_models:
        raise ModelNotAllowed(request.mind, request.model, mind.allowed_models)
    memory = remembered(request.mind, mind) if remembered else Memory()
    near = []
    if dense:
        with span("dense"):
            near = dense.nearest(mind.id, request.question, DENSE_HITS)
    with span("lexical"):
        reader = _Reader(graph, memory, asked(lexical, request.mind, _question(lexical, request)))
        hits = lexical.search(request.mind, reader.asked.counted, LEXICAL_HITS)
    with span("seeds"):
        begin = seeds(reader, mind.id, reader.asked, hits, near, reader.readings)
    with span("spread"):
        reached = spread(
            reader,
            {concept.id: weight for concept, weight in begin.concepts.items()},
            begin.agents,
            request.budget.max_hops,
            request.budget.max_pushes,
            begin.favour,
            _look(reader, begin.concepts),
            memory.passed,
        )
    own = {agent: (1 - ONWARD) * weight for agent, weight in begin.agents.items()}
    scores = ranking.scored(reached.agents, own, hits, near)
    best = [hit.agent for hit in hits[: ranking.BEST_HITS]]
    named = ranking.named(hits, reader.read(Wanted(edges=best), MOST_BEARERS).edges)
    blend = ranking.blend(load("recall"), named)
    wanted = request.budget.max_agents
    candidates = ranking.pool(scores, blend, wanted + len(request.exclude))
    reader.read(Wanted(edges=candidates, agents=candidates), MOST_BEARERS)
    pool = reader.readings(candidates)
    pool = ranking.distinct(pool, scores, frozenset(request.exclude))
    links = Links(reader.read(Wanted(edges=list(pool)), MOST_BEARERS).edges)
    with span("rank"):
        ranked = ranking.last_look(reader.asked, pool, scores, links, blend, wanted)
    paths = {agent: path(reached, agent) for agent, _ in ranked}
    on_paths = {concept for one in paths.values() for concept in one}
    _, _, hit, names, *_ = reader.read(Wanted(bearers=on_paths, agents=begin.agents), MOST_BEARERS)
    response = ActivateResponse(
        agents=[
            _activated(pool[agent], reader.asked, score, [names[one] for one in paths[agent]])
            for agent, score in ranked
        ],
        mind_version=mind.version,
        seeds=[
            *(Seed(concept=concept.name, weight=weight) for concept, weight in begin.concepts.items()),
            *(Seed(agent=hit[agent].name, weight=weight) for agent, weight in begin.agents.items() if agent in hit),
        ],
        considered_count=len(scores),
        push_count=reached.pushes,
        row_count=reader.rows + len(hits) + len(near),
        hops=max((len(one) for one in paths.values()), default=0),
        ambiguous_names=begin.ambiguous,
    )
    response.asked.CopyFrom(_as_woken(lexical, request.mind, reader.asked, response))
    return response


def _question(lexical: LexicalIndex, request: ActivateRequest) -> Question:
    """What is asked, in the words that the mind uses; a question that nobody has read yet is read here."""
    question = Question()
    question.CopyFrom(request.asked if request.HasField("asked") else read(request.question))
    return spelt(lexical, request.mind, question)


def _as_woken(lexical: LexicalIndex, mind: str, known: Asked, response: ActivateResponse) -> Question:
    """The question with its names as the agents write them, and what each term tells."""
    names = [*(agent.title for agent in response.agents), *(seed.concept for seed in response.seeds)]
    names += [name for agent in response.agents for name in agent.path]
    heard = [word for agent in response.agents for word in agent.words]
    question = as_named(known.question, heard, list(filter(None, names)))
    return question if question is known.question else asked(lexical, mind, question).question


def path(reached: Spread, agent: int) -> list[int]:
    """The concepts on the way from a seed to an agent, in order."""
    node, found = (False, agent), list[int]()
    while True:
        if node[0]:
            found.append(node[1])
        if node not in reached.came_from:
            return found[::-1]
        node = reached.came_from[node]


class _Reader(RememberingReader):
    """Reads the graph, and its agents' texts for a question."""

    def __init__(self, graph: GraphReader, memory: Memory, asked: Asked) -> None:
        super().__init__(graph, memory)
        self.asked = asked
        self._readings: dict[int, Reading] = {}

    def readings(self, agents: Collection[int]) -> dict[int, Reading]:
        """The texts of those agents that exist."""
        new = [one for one in agents if one not in self._readings]
        for one, agent in self.read(Wanted(agents=new), MOST_BEARERS).agents.items():
            self._readings[one] = Reading(agent, self.asked)
        return {one: self._readings[one] for one in agents if one in self._readings}


def _look(reader: _Reader, named: Iterable[Concept]) -> Look:
    """Looks for what the question asks besides the names in it."""
    left = reader.asked.without(" ".join(concept.key for concept in named))

    def look(agents: Mapping[int, tuple[Sequence[Edge], frozenset[str]]]) -> dict[int, dict[int, Beside]]:
        return {
            one: reading.beside(
                ((edge.concept, edge.key) for edge in agents[one][0] if edge.kind is not Kind.HANDLES),
                left,
                agents[one][1],
            )
            for one, reading in reader.readings(agents).items()
        }

    return look


def _activated(reading: Reading, asked: Asked, score: Score, path: Sequence[str]) -> ActivatedAgent:
    agent, found_by = reading.agent, asked.found_by(reading.held)
    return ActivatedAgent(
        agent=agent.name,
        document=agent.document,
        title=agent.title,
        packet_location=agent.packet_location,
        score=score.total,
        path=path or found_by,
        uri=agent.uri,
        activation=score.activation,
        lexical=score.lexical,
        coverage=score.coverage,
        dense=score.dense,
        words=found_by,
    )
