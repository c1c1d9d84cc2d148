"""
Gathering: agents that only hosts elsewhere hold are brought to the host in this process as well.

To ask an agent there takes a fraction of a call to another process, so each replica comes to hold what it asks. No
question waits for it: it is answered by whoever holds the agents now. What cannot be told is shed, and asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog

from mesh.errors import MyriadError
from myriad.connectome.v1.activation_pb2 import ActivatedAgent
from myriad.dlm.v1.lifecycle_service_pb2 import HydrateRequest, WantedAgent
from orchestrator.ports import Hydration

log = structlog.get_logger()
MOST_WAITING = 100
SECONDS = 5.0
FAILED_PAUSE_SECONDS = 1.0


class Gathering:
    """Has the DLM bring copies of agents to a host, question by question."""

    def __init__(self, dlm: Hydration) -> None:
        self._dlm = dlm
        self._waiting: asyncio.Queue[HydrateRequest] = asyncio.Queue(MOST_WAITING)
        self._wanted = set[str]()

    def notice(self, mind: str, host: str, agents: Iterable[ActivatedAgent]) -> None:
        """Take note of agents that were asked elsewhere, to have them on `host` the next time."""
        new = [agent for agent in agents if agent.agent not in self._wanted]
        if not new or self._waiting.full():
            return
        wanted = [WantedAgent(agent=agent.agent, packet_location=agent.packet_location) for agent in new]
        self._waiting.put_nowait(HydrateRequest(mind=mind, agents=wanted, host=host))
        self._wanted.update(agent.agent for agent in new)

    async def gather(self) -> None:
        """Bring one lot after the other, for ever."""
        while True:
            request = await self._waiting.get()
            try:
                await self._dlm.hydrate(request, SECONDS)
            except MyriadError as error:
                log.info("gathering.failed", agents=len(request.agents), reason=error.reason_name)
                await asyncio.sleep(FAILED_PAUSE_SECONDS)
            finally:
                self._wanted.difference_update(wanted.agent for wanted in request.agents)
