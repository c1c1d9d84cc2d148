"""What the DLM asks of others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from myriad.agent.v1.agent_service_pb2 import ListAgentsRequest
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.agent_record_service_pb2 import ListAgentRecordsResponse
from myriad.dlm.v1.fleet_service_pb2 import Component
from myriad.dlm.v1.host_pb2 import Host
from myriad.type.v1.retention_pb2 import Retained


class Packet(NamedTuple):
    """A packet, and the SHA-256 that it has to have (hexadecimal)."""

    content: bytes
    sha256: str
    pinned: bool = False


class Taken(NamedTuple):
    """What a host made of packets."""

    evicted: Collection[str] = ()
    """Agents that it gave up to make room."""
    refused: Collection[str] = ()
    """Agents for which it had no room."""


class PacketCache(Protocol):
    """Packets that were needed lately. It may lose any of them at any time, and never gives a wrong one."""

    @property
    def retained(self) -> Sequence[Retained]:
        """What lies longer of what was removed, and where."""

    async def get_many(self, agents: Collection[str]) -> Mapping[str, bytes]:
        """The packets of those agents that are cached."""

    async def put_many(self, packets: Mapping[str, bytes]) -> None:
        """Keep packets, by agent, as far as there is room."""

    async def remove(self, agents: Iterable[str]) -> int:
        """Forget packets; how many there were."""

    async def remove_mind(self, mind: str) -> int:
        """Forget all packets of `minds/{mind}`; how many there were."""


class Directory(Protocol):
    """Which host holds which agents. Changes say what was not so before."""

    async def hosts_of(self, agents: Collection[str]) -> Mapping[str, Sequence[str]]:
        """The hosts, ids in order, of those agents that some host holds."""

    async def agents_on(self, host: str) -> Sequence[str]:
        """What a host holds, in any order."""

    async def agents_of(self, mind: str) -> Sequence[str]:
        """What hosts hold of `minds/{mind}`, in any order."""

    async def counts(self) -> Mapping[str, int]:
        """How many agents each host holds; hosts that hold none may be left out."""

    async def place(self, host: str, agents: Iterable[str]) -> Sequence[str]:
        """The host holds these too; those it did not hold before."""

    async def release(self, host: str, agents: Iterable[str]) -> Sequence[str]:
        """The host gave these up; those it held before."""

    async def drop(self, host: str) -> None:
        """The host is gone with all it held."""


class AgentHosts(Protocol):
    """The agent hosts, spoken to one by one. CallFailed when one does not answer or refuses."""

    async def inject(self, host: Host, packets: Mapping[str, Packet], spare: bool = False) -> Taken:
        """Give packets, by agent, to a host, which gives up nothing for them if `spare`."""

    async def release(self, host: Host, agents: Sequence[str]) -> Sequence[str]:
        """Make a host give agents up; those that it held."""

    async def serves(self, host: Host) -> bool:
        """Whether a host, which answers, may answer questions too: its lease lasts."""

    async def is_over(self, host: Host) -> bool:
        """Whether nobody listens where the host did: its process has ended, and answers nobody any more."""


class Bulletin(Protocol):
    """What the replicas of the DLM tell each other. All fail with a MyriadError when it is away."""

    async def post(self, notes: Sequence[bytes]) -> None:
        """Put notes up, in this order; all of them, some or none when it fails."""

    async def read(self) -> Sequence[tuple[float, bytes]]:
        """
        All notes since those read last, in the order in which they were posted, at first those of the last minute.

        Waits a moment. Each note comes with how long ago it was posted, seconds, as far as it may be long.
        """

    async def lead(self, replica: str) -> int:
        """Lead for a while, or for longer, if no other does; the number of the term, 0 if another leads."""


class Agents(Protocol):
    """The agents that the connectome knows. CallFailed when it does not answer."""

    async def get(self, mind: str, agents: Sequence[str]) -> Mapping[str, AgentRecord]:
        """Those of the agents that exist."""

    async def pinned(self, most: int) -> Mapping[str, str]:
        """The agents that shall always be awake, of all minds, with their packets' locations; the first so many."""

    async def neighbours(self, mind: str, agents: Sequence[str], most: int) -> Mapping[str, str]:
        """Agents to which learned links lead from these, the nearest first, with their packets' locations."""

    async def list(self, request: ListAgentsRequest) -> ListAgentRecordsResponse:
        """One page of a mind's agents. MIND_NOT_FOUND."""


class Health(Protocol):
    """Whether a component answers."""

    @property
    def target(self) -> str:
        """Where it listens, `address:port`."""

    async def check(self) -> Component:
        """How it is now, in its own words too, and the stores that it depends on; who and where it is is left out."""
