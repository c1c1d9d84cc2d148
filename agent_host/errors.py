"""What can go wrong when agents are held and asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import grpc

from mesh.errors import MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason

_NAMED_AT_MOST = 50


class PacketCorrupt(MyriadError):
    """Packets that cannot be taken for the agents they came for; metadata `agents` names these."""

    code = grpc.StatusCode.DATA_LOSS
    reason = ErrorReason.ERROR_REASON_PACKET_CORRUPT

    def __init__(self, causes: Mapping[str, str]) -> None:
        agent, cause = next(iter(causes.items()))
        super().__init__(f"{len(causes)} packets cannot be taken: that of {agent} {cause}", agents=_listed(causes))
        self.causes = causes


class HostFull(MyriadError):
    """Some packets found no room; metadata `agents` names them."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = ErrorReason.ERROR_REASON_HOST_FULL
    retry_seconds = 1.0

    def __init__(self, agents: Iterable[str]) -> None:
        super().__init__("the host has no room for some of the agents", agents=_listed(agents))


class AgentNotHere(MyriadError):
    """The host does not hold the agent, or may not serve just now."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_AGENT_NOT_HERE
    retry_seconds = 0.5

    def __init__(self, agent: str) -> None:
        super().__init__("this host does not hold the agent; try again", agent=agent)


class AgentNotFound(MyriadError):
    """No such agent in this mind."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_AGENT_NOT_FOUND

    def __init__(self, agent: str) -> None:
        super().__init__(f"there is no agent {agent!r}", agent=agent)


def _listed(agents: Iterable[str]) -> str:
    return ",".join(sorted(agents)[:_NAMED_AT_MOST])
