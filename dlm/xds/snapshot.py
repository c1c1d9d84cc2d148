"""An immutable picture of all that Envoy shall have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from envoy.config.cluster.v3.cluster_pb2 import Cluster
from envoy.config.core.v3.extension_pb2 import TypedExtensionConfig
from envoy.config.endpoint.v3.endpoint_pb2 import ClusterLoadAssignment
from envoy.config.listener.v3.listener_pb2 import Listener
from envoy.config.route.v3.route_pb2 import RouteConfiguration
from google.protobuf.any_pb2 import Any as Packed

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
    """One resource as it goes over the wire."""

    name: str
    version: str
    """A hash of the content: every replica of the DLM gives the same."""
    body: Packed

    @classmethod
    def of(cls, message: Any) -> Resource:
        content = message.SerializeToString(deterministic=True)
        name = message.cluster_name if isinstance(message, ClusterLoadAssignment) else message.name
        body = Packed(type_url=_PREFIX + message.DESCRIPTOR.full_name, value=content)
        return cls(name, hashlib.sha256(content).hexdigest()[:16], body)


class Snapshot:
    """Clusters, assignments, listeners, routes and extensions that fit together. InconsistentSnapshot if not."""

    def __init__(self, messages: Iterable[Any]) -> None:
        self._messages = tuple(messages)
        resources: dict[str, dict[str, Resource]] = {kind: {} for kind in TYPES}
        for resource in map(Resource.of, self._messages):
            same_type = resources[resource.body.type_url]
            if resource.name in same_type:
                raise InconsistentSnapshot(f"two resources are called {resource.name}")
            same_type[resource.name] = resource
        self._resources = resources
        self.assignments: Mapping[str, str] = MappingProxyType(dict(_assignments(self._messages)))
        """For each cluster that gets its endpoints by EDS, the name of its assignment."""
        self._check()

    def of_type(self, type_url: str) -> Mapping[str, Resource]:
        """The resources of one of `TYPES`, by name."""
        return MappingProxyType(self._resources[type_url])

    def replacing(self, message: Any) -> Snapshot:
        """This snapshot with `message` in the place of the resource of its type and name."""
        new = Resource.of(message)

        def same(old: Any) -> bool:
            resource = self._resources[_PREFIX + old.DESCRIPTOR.full_name].get(new.name)
            return (
                isinstance(old, type(message)) and resource is not None and Resource.of(old).version == resource.version
            )

        return Snapshot([*(old for old in self._messages if not same(old)), message])

    def _check(self) -> None:
        for cluster, assignment in self.assignments.items():
            if assignment not in self._resources[ASSIGNMENT]:
                raise InconsistentSnapshot(f"cluster {cluster} has no assignment {assignment}")
        for routes, cluster in _routed_clusters(self._messages):
            if cluster not in self._resources[CLUSTER]:
                raise InconsistentSnapshot(f"a route of {routes} goes to {cluster}, which is not there")
