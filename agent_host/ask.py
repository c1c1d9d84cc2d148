"""Asking agents: many at once for the orchestrator, one for whoever asks through the edge."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from agent_host.asked import Asked
from agent_host.errors import AgentNotFound, AgentNotHere
from agent_host.membership import Lease
from agent_host.ports import Fleet
from agent_host.reply import DEFAULT_EVIDENCE, reply
from agent_host.residents import Residents
from agent_host.wanted import Wanted
from mesh import names
from mesh.admission import breathe
from myriad.agent.v1.agent_host_service_pb2 import AskedAgent, AskResponse
from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.agent.v1.question_pb2 import Question

_TURN = 8
"""Agents asked before others get their turn on the event loop; about a millisecond."""


class Asking:
    """Asks the agents that the host holds, as long as its lease lasts."""

    def __init__(self, host: str, residents: Residents, wanted: Wanted, lease: Lease, fleet: Fleet) -> None:
        self.asked = 0
        self.missed = 0
        self._host = host
        self._residents = residents
        self._wanted = wanted
        self._lease = lease
        self._fleet = fleet

    async def batch(
        self, question: Question, agents: Iterable[AskedAgent], most: int, *, with_text: bool
    ) -> AskResponse:
        """What each agent says, in order; agents that are not held are named."""
        prepared = Asked(question)
        response = AskResponse()
        for number, asked in enumerate(agents, 1):
            packet = self._packet(asked.agent)
            if packet is None:
                response.not_here.append(asked.agent)
            else:
                response.replies.append(reply(prepared, packet, most, with_text=with_text))
            if number % _TURN == 0:
                await asyncio.sleep(0)
                await breathe()  # of a call that is answered in this process
        return response

    async def one(self, agent: str, question: Question) -> AgentReply:
        """What one agent says; it is woken if it sleeps. AgentNotFound, AgentNotHere."""
        packet = self._packet(agent) or await self._woken(agent)
        return reply(Asked(question), packet, DEFAULT_EVIDENCE, with_text=True)

    async def _woken(self, agent: str) -> CognitivePacket:
        if not self._lease.held:
            raise AgentNotHere(agent)
        reason = await self._fleet.hydrate(names.parent(agent), agent, self._host)
        if reason == AgentNotFound.reason:
            raise AgentNotFound(agent)
        packet = self._residents.use(agent)
        if packet is None:
            raise AgentNotHere(agent)
        return packet

    def _packet(self, agent: str) -> CognitivePacket | None:
        packet = self._residents.use(agent) if self._lease.held else None
        self.asked += 1
        self.missed += packet is None
        if packet is not None:
            self._wanted.asked(agent)
        return packet
