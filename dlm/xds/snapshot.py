"""An immutable picture of all that Envoy shall have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from envoy.config.cluster.v3.cluster_pb2 import Cluster
from envoy.config.core.v3.extension_pb2 import TypedExtensionConfig
from envoy.config.endpoint.v3.endpoint_pb2 import ClusterLoadAssignment
from envoy.config.listener.v3.listener_pb2 import Listener
from envoy.config.route.v3.route_pb2 import RouteConfiguration
from google.protobuf.any_pb2 import Any

Message: TypeAlias = Cluster | ClusterLoadAssignment | Listener | RouteConfiguration | TypedExtensionConfig

_PREFIX = "type.googleapis.com/"
CLUSTER = _PREFIX + Cluster.DESCRIPTOR.full_name
ASSIGNMENT = _PREFIX + ClusterLoadAssignment.DESCRIPTOR.full_name
LISTENER = _PREFIX + Listener.DESCRIPTOR.full_name
ROUTES = _PREFIX + RouteConfiguration.DESCRIPTOR.full_name
EXTENSION = _PREFIX + TypedExtensionConfig.DESCRIPTOR.full_name
TYPES = (CLUSTER, ASSIGNMENT, LISTENER, ROUTES, EXTENSION)
"""The types in the order in which they are sent, so that nothing is named before it is there."""


class InconsistentSnapshot(ValueError):
    """A resource names another that is not there, or two have one name."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as it goes over the wire; its version is a hash, so that every replica gives the same."""

    name: str
    version: str
    body: Any

    @classmethod
    def of(cls, message: Message) -> Resource:
        content = message.SerializeToString(deterministic=True)
        name = message.cluster_name if isinstance(message, ClusterLoadAssignment) else message.name
        body = Any(type_url=_PREFIX + message.DESCRIPTOR.full_name, value=content)
        return cls(name, hashlib.sha256(content).hexdigest()[:16], body)


class Snapshot:
    """Resources that fit together: InconsistentSnapshot if these do not."""

    def __init__(self, messages: Iterable[Message]) -> None:
        messages = tuple(messages)
        resources: dict[str, dict[str, Resource]] = {kind: {} for kind in TYPES}
        for resource in map(Resource.of, messages):
            same_type = resources[resource.body.type_url]
            if resource.name in same_type:
                raise InconsistentSnapshot(f"two resources of one type are called {resource.name}")
            same_type[resource.name] = resource
        self._resources = {kind: MappingProxyType(same_type) for kind, same_type in resources.items()}
        self.assignments: Mapping[str, str] = MappingProxyType(dict(_assignments(messages)))
        """For each cluster that takes its endpoints from EDS, the name of its assignment."""
        for cluster, assignment in self.assignments.items():
            if assignment not in resources[ASSIGNMENT]:
                raise InconsistentSnapshot(f"cluster {cluster} has no assignment {assignment}")
        for routes, cluster in _destinations(messages):
            if cluster not in resources[CLUSTER]:
                raise InconsistentSnapshot(f"a route of {routes} goes to {cluster}, which is no cluster")

    def of_type(self, type_url: str) -> Mapping[str, Resource]:
        """The resources of one of `TYPES` by their names."""
        return self._resources[type_url]


def _assignments(messages: Iterable[Message]) -> Iterator[tuple[str, str]]:
    for message in messages:
        if isinstance(message, Cluster) and message.type == Cluster.EDS:
            yield message.name, message.eds_cluster_config.service_name or message.name


def _destinations(messages: Iterable[Message]) -> Iterator[tuple[str, str]]:
    for message in messages:
        if isinstance(message, RouteConfiguration):
            for host in message.virtual_hosts:
                for route in host.routes:
                    if route.HasField("route"):
                        yield message.name, route.route.cluster
