"""What is asked of a Kubernetes cluster, and what can go wrong with it. Objects are as the API server shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple, Protocol, TypeAlias

import grpc

from mesh.errors import ComponentUnavailable, MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason

Object: TypeAlias = dict[str, Any]


class Resource(NamedTuple):
    """What objects are, as the API server's paths name it."""

    group: str
    version: str
    plural: str

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version


HYDRATION_REQUESTS = Resource("myriad.dev", "v1alpha1", "hydrationrequests")
AGENTS = Resource("myriad.dev", "v1alpha1", "agents")
MINDS = Resource("myriad.dev", "v1alpha1", "minds")
AGENT_HOST_POOLS = Resource("myriad.dev", "v1alpha1", "agenthostpools")
DEPLOYMENTS = Resource("apps", "v1", "deployments")
CONFIG_MAPS = Resource("", "v1", "configmaps")
PODS = Resource("", "v1", "pods")
LEASES = Resource("coordination.k8s.io", "v1", "leases")
EVENTS = Resource("events.k8s.io", "v1", "events")
SECRETS = Resource("", "v1", "secrets")


class ClusterAway(ComponentUnavailable):
    """The API server does not answer."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the API server does not answer: {why}", component="kubernetes")


class Outdated(MyriadError):
    """Somebody else changed the object meanwhile, or made one of its name."""

    code = grpc.StatusCode.ABORTED
    reason = ErrorReason.ERROR_REASON_CONFLICT


class Refused(MyriadError):
    """The API server does not take what was sent, or does not let us."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = ErrorReason.ERROR_REASON_INVALID_FIELD


class Cluster(Protocol):
    """
    The objects of one namespace. ClusterAway, Outdated or Refused as a request fails.

    Each request has a deadline of its own.
    """

    async def get(self, resource: Resource, name: str) -> Object | None:
        """The object, if there is one."""

    def each(self, resource: Resource, labels: str = "") -> AsyncIterator[Object]:
        """All objects that a selector chooses, page by page."""

    def watch(self, resource: Resource, labels: str = "") -> AsyncIterator[Object]:
        """All objects that a selector chooses, then each that comes or changes, until the stream breaks off."""

    async def create(self, resource: Resource, body: Object) -> Object:
        """A new object. Outdated if there is one of its name."""

    async def replace(self, resource: Resource, body: Object) -> Object:
        """The object anew. Outdated if it is another by now than `body` was made of."""

    async def apply(self, resource: Resource, body: Object) -> Object:
        """Have the object, of which these fields are ours, whoever held them."""

    async def patch(self, resource: Resource, name: str, body: Mapping[str, Any], part: str = "") -> Object | None:
        """Change some of an object's fields, or of a `part` such as `status`; None if it is gone. Outdated."""

    async def delete(self, resource: Resource, name: str, uid: str) -> None:
        """Remove the object, if it is there and still the same."""
