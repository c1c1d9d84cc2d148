"""What can go wrong in the DLM."""

from __future__ import annotations

import grpc

from mesh.errors import CallFailed, ComponentUnavailable, DeadlineExceeded, MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason


class AgentNotFound(MyriadError):
    """The mind has no such agent."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_AGENT_NOT_FOUND

    def __init__(self, agent: str) -> None:
        super().__init__(f"there is no agent {agent!r}", agent=agent)


class DocumentNotFound(MyriadError):
    """The mind has no such document."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_DOCUMENT_NOT_FOUND

    def __init__(self, document: str) -> None:
        super().__init__(f"there is no document {document!r}", document=document)


class NoHostReady(MyriadError):
    """No agent host takes new agents."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_NO_HOST_READY
    retry_seconds = 1.0

    def __init__(self, host: str = "") -> None:
        if host:
            super().__init__(f"agent host {host!r} takes no agents now; try again", host=host)
        else:
            super().__init__("no agent host is ready; try again")


class HostNotFound(MyriadError):
    """The fleet has no such host."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_HOST_NOT_FOUND

    def __init__(self, host: str) -> None:
        super().__init__(f"there is no agent host {host!r}", host=host[:100])


class HostFull(MyriadError):
    """The host gave the agent up again while taking in the rest: there is not enough room for all."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = ErrorReason.ERROR_REASON_HOST_FULL
    retry_seconds = 1.0


class PutToSleep(MyriadError):
    """The agent was put to sleep while it was being woken."""

    code = grpc.StatusCode.ABORTED
    reason = ErrorReason.ERROR_REASON_CONFLICT

    def __init__(self, agent: str) -> None:
        super().__init__(f"agent {agent!r} is being put to sleep; try again", agent=agent)


class HostReplaced(MyriadError):
    """Another host came with the same id: this one is no longer part of the fleet."""

    code = grpc.StatusCode.ABORTED
    reason = ErrorReason.ERROR_REASON_CONFLICT


class HostSilent(MyriadError):
    """A host sent nothing for too long: it is no longer part of the fleet."""

    code = grpc.StatusCode.DEADLINE_EXCEEDED
    reason = ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED


class WatcherTooSlow(MyriadError):
    """A watcher did not keep up with the changes: it has to start again from the full picture."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_OVERLOADED
    retry_seconds = 0.2


class NotReleased(MyriadError):
    """Hosts of the fleet did not confirm that they gave agents up."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_COMPONENT_UNAVAILABLE
    retry_seconds = 1.0

    def __init__(self, hosts: list[str]) -> None:
        listed = ",".join(hosts)
        super().__init__(f"agent hosts that did not confirm that they gave the agents up: {listed}", hosts=listed)


class ReplicasSilent(MyriadError):
    """Other replicas of the DLM did not say that they put agents to sleep too."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_COMPONENT_UNAVAILABLE
    retry_seconds = 1.0

    def __init__(self, count: int) -> None:
        super().__init__(f"replicas of the DLM that do not answer: {count}; try again", component="dlm")


class LeadershipLost(MyriadError):
    """Another operator may lead by now: this one changes nothing."""

    code = grpc.StatusCode.ABORTED
    reason = ErrorReason.ERROR_REASON_CONFLICT

    def __init__(self) -> None:
        super().__init__("this operator does not lead any more")


class SourceUnavailable(MyriadError):
    """A source of a declared mind cannot be read."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_COMPONENT_UNAVAILABLE
    retry_seconds = 1.0


def failure(error: Exception, component: str) -> MyriadError:
    """What a caller may know of `error`, with which a request to `component` ended. Raises what is a bug of ours."""
    match error:
        case TimeoutError():
            return DeadlineExceeded(f"{component} took too long; try again", component=component)
        case CallFailed(silent=True) | OSError():
            return ComponentUnavailable(f"{component} does not answer; try again", component=component)
        case MyriadError():
            return error
        case _:
            raise error
