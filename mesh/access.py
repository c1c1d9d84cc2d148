"""
Access: who calls, and what they may.

The gatekeeper authenticates at the edge and says who calls in three headers, which Envoy strips from what
comes from outside. A call without them comes from inside. A method states in the proto the least role it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from mesh import names
from mesh.errors import MyriadError
from myriad.type.v1.access_pb2 import Role, role
from myriad.type.v1.error_reason_pb2 import ErrorReason

KEY_HEADER = "x-myriad-key"
ROLE_HEADER = "x-myriad-role"
MINDS_HEADER = "x-myriad-minds"
AGENT_HEADER = "x-myriad-agent"
POD_HEADER = "x-myriad-pod"
"""Where the agent is: the gatekeeper's word to Envoy, which no service sees."""
ALL_MINDS = "*"


class RoleTooLow(MyriadError):
    """The key's role does not allow this call."""

    code = grpc.StatusCode.PERMISSION_DENIED
    reason = ErrorReason.ERROR_REASON_ROLE_TOO_LOW


class MindRequired(MyriadError):
    """The key has several minds: the request has to name one."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = ErrorReason.ERROR_REASON_MIND_REQUIRED


class MindNotFound(MyriadError):
    """No such mind, or not one of this key's: the two cannot be told apart from outside."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_MIND_NOT_FOUND

    def __init__(self, mind: str) -> None:
        super().__init__(f"there is no mind {mind!r} for this key", mind=mind)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a key with a role and minds, or a component (`role` is None)."""

    key: str
    role: Role.ValueType | None
    minds: frozenset[str]

    @classmethod
    def inside(cls) -> Caller:
        return cls("", None, frozenset((ALL_MINDS,)))

    @classmethod
    def of(cls, metadata: Mapping[str, str | bytes]) -> Caller:
        if ROLE_HEADER not in metadata and KEY_HEADER not in metadata:
            return cls.inside()
        name = str(metadata.get(ROLE_HEADER, ""))
        given = Role.Value(name) if name in Role.keys() else Role.ROLE_UNSPECIFIED
        minds = str(metadata.get(MINDS_HEADER, ""))
        return cls(str(metadata.get(KEY_HEADER, "")), given, frozenset(filter(None, minds.split(","))))

    def may_see(self, mind: str) -> bool:
        """Whether `minds/{mind}` is one of the caller's."""
        return ALL_MINDS in self.minds or mind in self.minds

    def mind(self, name: str) -> str:
        """The mind meant by `{mind}`, `minds/{mind}` or nothing. MindRequired, MindNotFound, InvalidField."""
        if not name:
            if len(self.minds) != 1 or ALL_MINDS in self.minds:
                raise MindRequired("mind: name one, the key opens more than one")
            return next(iter(self.minds))
        mind = names.mind(name)
        if not self.may_see(mind):
            raise MindNotFound(mind)
        return mind

    def require(self, least: Role.ValueType, method: str) -> None:
        """RoleTooLow unless the caller is inside or its role reaches `least`."""
        if self.role is None or (least != Role.ROLE_UNSPECIFIED and self.role >= least):
            return
        needed = Role.Name(least).removeprefix("ROLE_").lower() if least else "internal"
        raise RoleTooLow(f"{method} needs a key with role {needed}", method=method, role=needed)


def least_roles(services: Iterable[ServiceDescriptor]) -> dict[str, Role.ValueType]:
    """The least role of each method, by its path `/package.Service/Method`."""

    def stated(method: MethodDescriptor) -> Role.ValueType:
        return method.GetOptions().Extensions[role]

    return {f"/{service.full_name}/{method.name}": stated(method) for service in services for method in service.methods}
