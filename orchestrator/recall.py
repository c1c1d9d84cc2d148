"""Recall: the passages for a question, ranked, for those who answer themselves."""

from __future__ import annotations

from dataclasses import dataclass

from mesh.tracing import span
from myriad.orchestrator.v1.orchestrator_service_pb2 import Passage
from myriad.orchestrator.v1.trace_pb2 import Usage
from orchestrator.activation import activate
from orchestrator.agents import Agents
from orchestrator.inquiry import Inquiry
from orchestrator.ports import Connectome
from orchestrator.units import spent

DEFAULT_PASSAGES = 10
MOST_PASSAGES = 100


@dataclass(frozen=True, slots=True)
class Recalled:
    """Passages, best first, and how many are left out because their agents did not answer."""

    passages: list[Passage]
    missing: int
    units: int
    """Cognitive units that it cost."""


def passages_wanted(k: int) -> int:
    """How many to return: 0 means 10, more than 100 means 100."""
    return min(k or DEFAULT_PASSAGES, MOST_PASSAGES)


class Recall:
    """Discovers as a query of the tier would, and has the agents say their whole passages."""

    def __init__(self, connectome: Connectome, agents: Agents) -> None:
        self._connectome = connectome
        self._agents = agents

    async def passages(self, inquiry: Inquiry) -> Recalled:
        """ComponentUnavailable or DeadlineExceeded if there are passages and none could be had."""
        with span("activate"):
            activation = await activate(self._connectome, inquiry, inquiry.asked)
        with span("hydrate"):
            placed = await self._agents.place(inquiry, activation.agents)
        with span("ask"):
            replies = await self._agents.ask(inquiry, placed, include_text=True)
        passages = [
            Passage(
                agent=agent.agent,
                document=agent.document,
                title=agent.title,
                uri=agent.uri,
                text=replies[agent.agent].text,
                score=agent.score,
                path=agent.path,
                place=replies[agent.agent].place if replies[agent.agent].HasField("place") else None,
            )
            for agent in activation.agents
            if agent.agent in replies
        ]
        cost = spent(Usage(rounds=1, agents_activated=placed.total))
        return Recalled(passages, len(activation.agents) - len(passages), cost)
