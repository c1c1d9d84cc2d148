"""
One Delta ADS stream: what Envoy has said on it, and what is to be said next. No network, no clock.

The rules are those of the xDS protocol (incremental variant). On top of them: after a changed cluster its
assignment is always sent again, because Envoy warms a changed cluster until EDS answers and does not ask itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

import structlog
from envoy.service.discovery.v3.discovery_pb2 import DeltaDiscoveryRequest, DeltaDiscoveryResponse
from envoy.service.discovery.v3.discovery_pb2 import Resource as WireResource

from dlm.xds.snapshot import ASSIGNMENT, CLUSTER, TYPES, Resource, Snapshot
from dlm.xds.subscription import Subscription
from myriad.dlm.v1.fleet_service_pb2 import EdgeState, EnvoyState

log = structlog.get_logger()
LONGEST_NODE = 100
LONGEST_REJECTION = 500
"""Characters of a refusal that are kept."""


@dataclass(slots=True)
class _Known:
    """One type on one stream."""

    subscription: Subscription
    versions: dict[str, str]
    """What Envoy was last sent, by name. It stays when Envoy refuses it: the same bytes would be refused again."""
    due: set[str] = field(default_factory=set)
    """Names to answer even if nothing changed."""
    unanswered: set[str] = field(default_factory=set)
    """Nonces of what Envoy has neither taken nor refused yet."""


class DeltaStream:
    """
    Feed it requests, ask it for responses after every request and every new snapshot.

    Acknowledgements and refusals are counted in `state`, which all streams share.
    """

    def __init__(self, state: EdgeState) -> None:
        self._state = state
        self.envoy = EnvoyState()
        """How this Envoy does."""
        self._refused: dict[str, str] = {}
        """By type: what it refuses."""
        self._types: dict[str, _Known] = {}
        self._nonces = count(1)
        self.resumed = False
        """Whether Envoy came with resources of an earlier stream."""
        self._unassigned: set[str] = set()
        """Assignments to send because their clusters were sent, though Envoy may have them."""

    def receive(self, request: DeltaDiscoveryRequest) -> None:
        """Take in a subscription, an acknowledgement, a refusal, or several in one."""
        self.envoy.node = self.envoy.node or request.node.id[:LONGEST_NODE]
        if request.HasField("error_detail"):
            self._refuses(request)
        elif request.response_nonce:
            self._state.accepted_count += 1
            self.envoy.accepted_count += 1
            self._refused.pop(request.type_url, None)
            self.envoy.rejection = next(iter(self._refused.values()), "")
        known = self._types.get(request.type_url)
        if known is not None:
            known.unanswered.discard(request.response_nonce)
        subscribe, unsubscribe = request.resource_names_subscribe, request.resource_names_unsubscribe
        if known is None:
            known = _Known(Subscription(subscribe), dict(request.initial_resource_versions))
            known.due = known.subscription.change((), unsubscribe) | (set(subscribe) - known.versions.keys() - {"*"})
            self._types[request.type_url] = known
            self.resumed |= bool(known.versions)
            return
        known.due |= known.subscription.change(subscribe, unsubscribe)
        for name in unsubscribe:
            if name not in known.subscription:
                known.versions.pop(name, None)
                known.due.discard(name)

    def _refuses(self, request: DeltaDiscoveryRequest) -> None:
        said = request.error_detail.message[:LONGEST_REJECTION]
        log.error("edge.rejected", envoy=self.envoy.node, type=request.type_url, error=said)
        self._state.rejected_count += 1
        self._state.last_rejection = said
        self.envoy.rejected_count += 1
        self.envoy.rejection = said
        if request.type_url in TYPES:
            self._refused[request.type_url] = said

    def responses(self, snapshot: Snapshot) -> list[DeltaDiscoveryResponse]:
        """What is new for Envoy: first what came or changed, in order; then what went, in the opposite order."""
        changed = [self._response(kind, changed=c) for kind in TYPES if (c := self._changed(kind, snapshot))]
        removed = [self._response(kind, removed=r) for kind in reversed(TYPES) if (r := self._removed(kind, snapshot))]
        return changed + removed

    def has_taken(self, kind: str, snapshot: Snapshot) -> bool:
        """Whether Envoy has answered to all that there is of a type, as far as it wants it."""
        known = self._types.get(kind)
        return known is None or not (known.unanswered or self._wanting(known, kind, snapshot))

    def _changed(self, kind: str, snapshot: Snapshot) -> list[Resource]:
        if (known := self._types.get(kind)) is None:
            return []
        there = snapshot.of_type(kind)
        names = known.subscription.wanted(there)
        changed = [there[name] for name in sorted(self._wanting(known, kind, snapshot))]
        for resource in changed:
            known.versions[resource.name] = resource.version
            known.due.discard(resource.name)
        if kind == CLUSTER:
            self._unassigned |= {snapshot.assignments[r.name] for r in changed if r.name in snapshot.assignments}
        elif kind == ASSIGNMENT:
            self._unassigned -= names
        return changed

    def _wanting(self, known: _Known, kind: str, snapshot: Snapshot) -> set[str]:
        """Names of what is to be sent."""
        there = snapshot.of_type(kind)
        due = known.due | (self._unassigned if kind == ASSIGNMENT else set())
        return {
            name
            for name in known.subscription.wanted(there)
            if name in due or known.versions.get(name) != there[name].version
        }

    def _removed(self, kind: str, snapshot: Snapshot) -> list[str]:
        if (known := self._types.get(kind)) is None:
            return []
        gone = (known.versions.keys() | known.due) - snapshot.of_type(kind).keys()
        known.due.clear()
        for name in gone:
            known.versions.pop(name, None)
        return sorted(gone)

    def _response(
        self, kind: str, changed: Iterable[Resource] = (), removed: Iterable[str] = ()
    ) -> DeltaDiscoveryResponse:
        nonce = str(next(self._nonces))
        self._types[kind].unanswered.add(nonce)
        return DeltaDiscoveryResponse(
            type_url=kind,
            nonce=nonce,
            resources=[WireResource(name=r.name, version=r.version, resource=r.body) for r in changed],
            removed_resources=removed,
        )
