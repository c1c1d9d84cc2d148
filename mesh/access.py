"""
Access: who calls, and what they may.

A certificate says which component calls. Envoy calls for a key, which the gatekeeper authenticated and names in three
headers. The orchestrator hands them on, and so speaks for the same key, where a call that came to it over HTTP is for
another component; from any other they mean nothing. A method states in the proto the least role that a key needs for
it, which components may call it, or both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from mesh import names
from mesh.errors import MyriadError
from mesh.identity import ENVOY, ORCHESTRATOR
from myriad.type.v1.access_pb2 import Role, callers, role
from myriad.type.v1.error_reason_pb2 import ErrorReason

KEY_HEADER = "x-myriad-key"
ROLE_HEADER = "x-myriad-role"
MINDS_HEADER = "x-myriad-minds"
AT_ONCE_HEADER = "x-myriad-at-once"
"""How many questions of the key may be under way; absent: no limit of its own."""
RATE_HEADER = "x-myriad-rate"
"""Of the key's calls a minute, see `mesh.rates`: the gatekeeper's word to Envoy."""
AGENT_HEADER = "x-myriad-agent"
POD_HEADER = "x-myriad-pod"
"""Where the agent is: the gatekeeper's word to Envoy, which no service sees."""
ALL_MINDS = "*"
SPEAKERS: Mapping[str, Role.ValueType] = {ENVOY: Role.ROLE_ADMIN, ORCHESTRATOR: Role.ROLE_TEACHER}
"""Who calls for keys, and the highest role in which each does: nothing that the orchestrator offers needs an admin."""


class RoleTooLow(MyriadError):
    """The key's role does not allow this call."""

    code = grpc.StatusCode.PERMISSION_DENIED
    reason = ErrorReason.ERROR_REASON_ROLE_TOO_LOW


class CertificateMissing(MyriadError):
    """Nobody's certificate came with this call: only health is answered without one."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = ErrorReason.ERROR_REASON_CERTIFICATE_MISSING

    def __init__(self) -> None:
        super().__init__("this component has no certificate and answers nothing but health; set MYRIAD_TLS")


class CallerRefused(MyriadError):
    """The component that calls has no business with this method."""

    code = grpc.StatusCode.PERMISSION_DENIED
    reason = ErrorReason.ERROR_REASON_CALLER_REFUSED


class KeyAbsent(MyriadError):
    """Envoy calls, and not for a key."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = ErrorReason.ERROR_REASON_KEY_MISSING


class MindRequired(MyriadError):
    """The key has several minds: the request has to name one."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = ErrorReason.ERROR_REASON_MIND_REQUIRED

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: name one, the key opens more than one", field=field)


class MindNotFound(MyriadError):
    """No such mind, or not one of this key's: the two cannot be told apart from outside."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_MIND_NOT_FOUND

    def __init__(self, mind: str) -> None:
        super().__init__(f"there is no mind {mind!r} for this key", mind=mind)


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Who calls: a component, for itself (`role` is None) or, if it is a speaker, for a key with a role and minds.

    A mind that ends with `*` stands for all whose names begin so.
    """

    key: str
    role: Role.ValueType | None
    minds: frozenset[str]
    component: str = ""
    at_once: int = 0
    """How many questions of the key may be under way; 0: no limit of its own."""

    @classmethod
    def inside(cls, component: str = "") -> Caller:
        return cls("", None, frozenset((ALL_MINDS,)), component)

    @classmethod
    def of(cls, component: str, metadata: Mapping[str, str | bytes]) -> Caller:
        if component not in SPEAKERS or (ROLE_HEADER not in metadata and KEY_HEADER not in metadata):
            return cls.inside(component)
        name = str(metadata.get(ROLE_HEADER, ""))
        given = min(Role.Value(name), SPEAKERS[component]) if name in Role.keys() else Role.ROLE_UNSPECIFIED
        minds = str(metadata.get(MINDS_HEADER, ""))
        at_once = str(metadata.get(AT_ONCE_HEADER, ""))
        return cls(
            str(metadata.get(KEY_HEADER, "")),
            given,
            frozenset(filter(None, minds.split(","))),
            component,
            int(at_once) if at_once.isdecimal() else 0,
        )

    def headers(self) -> tuple[tuple[str, str], ...]:
        """What a speaker adds to a call that goes on for the same key."""
        role = Role.Name(self.role or Role.ROLE_UNSPECIFIED)
        return (KEY_HEADER, self.key), (ROLE_HEADER, role), (MINDS_HEADER, ",".join(sorted(self.minds)))

    def may_see(self, mind: str) -> bool:
        """Whether `minds/{mind}`, or all that begin so if it ends with `*`, is one of the caller's."""
        return mind in self.minds or any(mind.startswith(one[:-1]) for one in self.minds if one.endswith("*"))

    def mind(self, name: str, field: str = "mind") -> str:
        """The mind meant by `{mind}`, `minds/{mind}` or nothing. MindRequired, MindNotFound, InvalidField."""
        if not name:
            if len(self.minds) != 1 or (only := next(iter(self.minds))).endswith("*"):
                raise MindRequired(field)
            return only
        mind = names.mind(name, field)
        if not self.may_see(mind):
            raise MindNotFound(mind)
        return mind


class Rule(NamedTuple):
    """Who may call a method: keys that reach the role, and these components."""

    role: Role.ValueType = Role.ROLE_UNSPECIFIED
    callers: frozenset[str] = frozenset()

    def admit(self, caller: Caller, method: str) -> None:
        """CertificateMissing, CallerRefused, KeyAbsent, RoleTooLow."""
        component = caller.component
        if not component:
            raise CertificateMissing
        if component in self.callers:
            return
        if caller.role is None and component != ENVOY:
            raise CallerRefused(f"{method} is not for {component}", method=method, component=component)
        if caller.role is None:
            raise KeyAbsent(f"{method} needs a key", method=method)
        if not self.role or caller.role < self.role:
            needed = Role.Name(self.role).removeprefix("ROLE_").lower() if self.role else "internal"
            raise RoleTooLow(f"{method} needs a key with role {needed}", method=method, role=needed)


def rules(services: Iterable[ServiceDescriptor]) -> dict[str, Rule]:
    """What each method states, by its path `/package.Service/Method`."""

    def stated(method: MethodDescriptor) -> Rule:
        options = method.GetOptions()
        return Rule(options.Extensions[role], frozenset(options.Extensions[callers]))

    return {f"/{service.full_name}/{method.name}": stated(method) for service in services for method in service.methods}
