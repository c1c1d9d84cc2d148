"""The agent hosts over gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import grpc

from dlm.fleet import Fleet
from dlm.ports import Packet, Taken
from mesh.call import calling, outgoing
from mesh.channels import channel
from mesh.identity import AGENT_HOST, Identity
from myriad.agent.v1.agent_host_service_pb2 import InjectRequest, PacketBytes, ReleaseRequest, ReleaseResponse
from myriad.agent.v1.agent_host_service_pb2_grpc import AgentHostServiceStub
from myriad.dlm.v1.host_pb2 import Host

INJECT_SECONDS = 1.0
INJECT_SECONDS_AN_AGENT = 0.01
"""Ten times what a host takes at leisure: one that needs longer is frozen, and the callers' time is short."""
RELEASE_SECONDS = 2.0
LOOK_SECONDS = 1.0
CLOSE_SECONDS = 4.0


class GrpcAgentHosts:
    """One channel for each address; channels to hosts that left the fleet are closed."""

    def __init__(self, fleet: Fleet, identity: Identity) -> None:
        self._fleet = fleet
        self._identity = identity
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._closing: set[asyncio.Task[None]] = set()
        fleet.subscribe(self._prune)

    async def inject(self, host: Host, packets: Mapping[str, Packet], spare: bool = False) -> Taken:
        request = InjectRequest(
            packets=[
                PacketBytes(
                    agent=agent, packet=packet.content, packet_sha256=bytes.fromhex(packet.sha256), pinned=packet.pinned
                )
                for agent, packet in packets.items()
            ],
            spare=spare,
        )
        seconds = INJECT_SECONDS + INJECT_SECONDS_AN_AGENT * len(packets)
        with calling():
            response = await self._stub(host).Inject(request, **outgoing(seconds))
        return Taken(response.evicted, response.refused)

    async def release(self, host: Host, agents: Sequence[str]) -> Sequence[str]:
        return (await self._release(host, agents)).released

    async def serves(self, host: Host) -> bool:
        return not (await self._release(host, ())).lapsed

    async def is_over(self, host: Host) -> bool:
        address, _, port = host.address.rpartition(":")
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                _, writer = await asyncio.open_connection(address.strip("[]"), int(port))
        except (OSError, TimeoutError) as error:
            # What does not answer may live behind a network that is cut; only a refusal comes from the machine itself.
            return isinstance(error, ConnectionRefusedError)
        writer.close()
        return False

    async def close(self) -> None:
        await asyncio.gather(*self._closing, *(one.close() for one in self._channels.values()))

    async def _release(self, host: Host, agents: Sequence[str]) -> ReleaseResponse:
        with calling():
            return await self._stub(host).Release(ReleaseRequest(agents=agents), **outgoing(RELEASE_SECONDS))

    def _stub(self, host: Host) -> AgentHostServiceStub:
        if host.address not in self._channels:
            self._channels[host.address] = channel(host.address, AGENT_HOST, self._identity)
        return AgentHostServiceStub(self._channels[host.address])

    def _prune(self) -> None:
        there = {host.address for host in self._fleet.hosts()}
        for address in self._channels.keys() - there:
            # What is under way ends by itself first: closing at once would cancel the tasks that wait for it.
            task = asyncio.create_task(self._channels.pop(address).close(CLOSE_SECONDS))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
