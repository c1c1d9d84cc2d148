"""Leading: of all operators the one that holds the Lease works, and writes nothing once it may have lost it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog

from dlm.errors import LeadershipLost
from mesh.cluster import LEASES, Cluster, Object, Resource
from mesh.errors import MyriadError

log = structlog.get_logger()
NAME = "myriad-operator"
LEASE_SECONDS = 15
"""So long nobody else takes a lease that is not renewed."""
HELD_SECONDS = 10.0
"""So long its holder works without having renewed it: less, by the longest request and what clocks drift."""
LOOK_SECONDS = 4.0


class Leadership:
    """Whether this operator leads."""

    def __init__(self, cluster: Cluster, identity: str) -> None:
        self._cluster = cluster
        self._identity = identity
        self._until = float("-inf")
        self._seen: tuple[str, float] = ("", 0.0)
        """The lease's version, and since when it has been the same by our clock: those of others may be wrong."""
        self._ours: Object | None = None
        """The lease as it was written here last, if nothing is known of another."""
        self._changed = asyncio.Event()

    @property
    def held(self) -> bool:
        return time.monotonic() < self._until

    def check(self) -> None:
        """LeadershipLost if this operator does not lead, or not surely any more."""
        if not self.held:
            raise LeadershipLost

    async def gained(self) -> None:
        """Wait until this operator leads."""
        while not self.held:
            self._changed.clear()
            await self._changed.wait()

    async def lost(self) -> None:
        """Wait until it does not lead any more."""
        while (left := self._until - time.monotonic()) > 0:
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._changed.wait()

    async def keep_looking(self) -> None:
        """Lead whenever nobody does."""
        while True:
            await self._look()
            await asyncio.sleep(LOOK_SECONDS * random.uniform(0.8, 1))

    async def leave(self) -> None:
        """Let another lead at once; nothing may be under way any more, nor `keep_looking`."""
        if not self.held:
            return
        self._until = float("-inf")
        try:
            lease = await self._cluster.get(LEASES, NAME)
            if lease and lease["spec"].get("holderIdentity") == self._identity:
                await self._cluster.replace(LEASES, lease | {"spec": lease["spec"] | {"holderIdentity": ""}})
        except MyriadError as error:
            log.warning("operator.lease_kept", reason=error.reason_name)

    async def _look(self) -> None:
        asked, led = time.monotonic(), self.held
        try:
            held = await self._hold()
        except MyriadError as error:  # it may be held until it runs out
            log.info("operator.lease_unknown", reason=error.reason_name, error=error.message)
            return
        self._until = asked + HELD_SECONDS if held else float("-inf")
        self._changed.set()
        if held != led:
            log.info("operator.leads" if held else "operator.follows", identity=self._identity)

    async def _hold(self) -> bool:
        """Take the lease, or renew it, unless another holds it."""
        lease, self._ours = self._ours or await self._cluster.get(LEASES, NAME), None
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        if lease is None:
            spec = {"acquireTime": now, "leaseTransitions": 0}
            self._ours = await self._cluster.create(LEASES, self._lease({"name": NAME}, spec, now))
            return True
        spec = lease["spec"]
        holder, version = spec.get("holderIdentity", ""), lease["metadata"]["resourceVersion"]
        if version != self._seen[0]:
            self._seen = version, time.monotonic()
        if holder not in ("", self._identity) and time.monotonic() - self._seen[1] < LEASE_SECONDS:
            return False
        if holder != self._identity:
            spec |= {"acquireTime": now, "leaseTransitions": spec.get("leaseTransitions", 0) + 1}
        self._ours = await self._cluster.replace(LEASES, self._lease(lease["metadata"], spec, now))
        return True

    def _lease(self, metadata: Object, spec: Object, now: str) -> Object:
        ours = {"holderIdentity": self._identity, "leaseDurationSeconds": LEASE_SECONDS, "renewTime": now}
        return {"apiVersion": LEASES.api_version, "kind": "Lease", "metadata": metadata, "spec": spec | ours}


class Fenced:
    """A cluster of which nothing is changed but by the leader. LeadershipLost."""

    def __init__(self, cluster: Cluster, leadership: Leadership) -> None:
        self._cluster = cluster
        self._leadership = leadership

    async def get(self, resource: Resource, name: str) -> Object | None:
        return await self._cluster.get(resource, name)

    def each(self, resource: Resource, labels: str = "") -> AsyncIterator[Object]:
        return self._cluster.each(resource, labels)

    def watch(self, resource: Resource, labels: str = "") -> AsyncIterator[Object]:
        return self._cluster.watch(resource, labels)

    async def create(self, resource: Resource, body: Object) -> Object:
        self._leadership.check()
        return await self._cluster.create(resource, body)

    async def replace(self, resource: Resource, body: Object) -> Object:
        self._leadership.check()
        return await self._cluster.replace(resource, body)

    async def apply(self, resource: Resource, body: Object) -> Object:
        self._leadership.check()
        return await self._cluster.apply(resource, body)

    async def patch(self, resource: Resource, name: str, body: Mapping[str, Any], part: str = "") -> Object | None:
        self._leadership.check()
        return await self._cluster.patch(resource, name, body, part)

    async def delete(self, resource: Resource, name: str, uid: str) -> None:
        self._leadership.check()
        await self._cluster.delete(resource, name, uid)
