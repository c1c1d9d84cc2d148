"""Neighbours: which agents others lead to along links that use has strengthened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from connectome.ports import AgentStore, GraphReader, Wanted
from connectome.spreading import MOST_BEARERS
from myriad.connectome.v1.agent_record_pb2 import AgentRecord


def neighbours(
    reader: GraphReader, store: AgentStore, mind: str, agents: Sequence[str], most: int
) -> list[AgentRecord]:
    """The agents that those named lead to, by how strong the links are on both sides. MindNotFound."""
    ids = store.agent_ids(mind, agents)
    learned = defaultdict[int, float](float)
    for edges in reader.read(Wanted(edges=ids), MOST_BEARERS).edges.values():
        for edge in edges:
            if edge.strength > 1.0:
                learned[edge.concept] += edge.strength
    near = defaultdict[int, float](float)
    for concept, bearers in reader.read(Wanted(bearers=learned.keys()), MOST_BEARERS).bearers.items():
        for bearer in bearers:
            near[bearer.agent] += learned[concept] * bearer.strength
    ranked = sorted(near.keys() - set(ids), key=lambda agent: (-near[agent], agent))[:most]
    found = reader.read(Wanted(agents=ranked), MOST_BEARERS).agents
    return [
        AgentRecord(agent=one.name, document=one.document, title=one.title, packet_location=one.packet_location)
        for one in (found[agent] for agent in ranked if agent in found)
    ]
