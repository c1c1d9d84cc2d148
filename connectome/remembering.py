"""Remembering: what one activation needs of the graph is read once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from connectome.ports import Agent, Bearer, Concept, Edge, GraphReader


class RememberingReader:
    """See `connectome.ports.GraphReader`; `most` is the same in all calls. Counts the rows that were read."""

    def __init__(self, graph: GraphReader) -> None:
        self._graph = graph
        self._bearers: dict[int, Sequence[Bearer]] = {}
        self._edges: dict[int, Sequence[Edge]] = {}
        self._agents: dict[int, Agent] = {}
        self.rows = 0

    def mind(self, name: str) -> tuple[int, int]:
        return self._graph.mind(name)

    def longest_names(self, mind: int, first_words: Collection[str]) -> Mapping[str, int]:
        return self._graph.longest_names(mind, first_words)

    def concepts(self, mind: int, keys: Collection[str]) -> Mapping[str, Concept]:
        found = self._graph.concepts(mind, keys)
        self.rows += len(found)
        return found

    def concept_names(self, ids: Collection[int]) -> Mapping[int, str]:
        return self._graph.concept_names(ids)

    def bearers(self, concepts: Collection[int], most: int) -> Mapping[int, Sequence[Bearer]]:
        if new := [concept for concept in concepts if concept not in self._bearers]:
            found = self._graph.bearers(new, most)
            self._bearers.update((concept, found.get(concept, ())) for concept in new)
            self.rows += sum(map(len, found.values()))
        return {concept: self._bearers[concept] for concept in concepts}

    def edges(self, agents: Collection[int], most: int) -> Mapping[int, Sequence[Edge]]:
        if new := [agent for agent in agents if agent not in self._edges]:
            found = self._graph.edges(new, most)
            self._edges.update((agent, found.get(agent, ())) for agent in new)
            self.rows += sum(map(len, found.values()))
        return {agent: self._edges[agent] for agent in agents}

    def agents(self, ids: Collection[int]) -> Mapping[int, Agent]:
        if new := [agent for agent in ids if agent not in self._agents]:
            self._agents.update(self._graph.agents(new))
            self.rows += len(new)
        return {agent: self._agents[agent] for agent in ids if agent in self._agents}
