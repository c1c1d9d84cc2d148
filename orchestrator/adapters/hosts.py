"""Lines to agent hosts: one channel for each address, opened when it is first needed."""

from __future__ import annotations

import asyncio
import time

import grpc

from mesh.call import calling, outgoing
from mesh.channels import channel
from mesh.errors import Overloaded
from mesh.identity import AGENT_HOST, Identity
from myriad.agent.v1.agent_host_service_pb2 import AskRequest, AskResponse
from myriad.agent.v1.agent_host_service_pb2_grpc import AgentHostServiceStub

MOST_LINES = 1024
IDLE_SECONDS = 60.0
SWEEP_SECONDS = 10.0


class _Line:
    def __init__(self, address: str, identity: Identity) -> None:
        self.channel: grpc.aio.Channel = channel(address, AGENT_HOST, identity)
        self.stub = AgentHostServiceStub(self.channel)
        self.calls = 0
        self.used = time.monotonic()


class HostLines:
    """
    Channels to agent hosts, 1,024 at most.

    A line without a call for a minute is closed: a host that is gone is tried no longer, and one that is there
    is reached anew within a millisecond. A line with a call under way is never closed, since that would look
    like a cancelled query.
    """

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._lines: dict[str, _Line] = {}

    async def ask(self, address: str, request: AskRequest, seconds: float) -> AskResponse:
        """Ask the agents of one host. CallFailed, or Overloaded if there are too many lines."""
        line = self._lines.get(address) or self._open(address)
        line.calls += 1
        try:
            with calling():
                return await line.stub.Ask(request, **outgoing(seconds))
        finally:
            line.calls -= 1
            line.used = time.monotonic()

    async def sweep(self) -> None:
        """Close idle lines for ever; run it by `mesh.tasks.background`."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self.close_unused(since=time.monotonic() - IDLE_SECONDS)

    async def close_unused(self, since: float) -> None:
        for address, line in list(self._lines.items()):
            if not line.calls and line.used <= since:
                del self._lines[address]
                await line.channel.close()

    async def __aenter__(self) -> HostLines:
        return self

    async def __aexit__(self, *_: object) -> None:
        lines, self._lines = self._lines, {}
        for line in lines.values():
            await line.channel.close()

    def _open(self, address: str) -> _Line:
        if len(self._lines) >= MOST_LINES:
            raise Overloaded("as many agent hosts as may be are being asked; try again")
        line = self._lines[address] = _Line(address, self._identity)
        return line
