"""Permissions: which minds may be declared in this namespace, which its pools of agent hosts say."""

from __future__ import annotations

from collections.abc import Sequence

from mesh import names
from mesh.cluster import AGENT_HOST_POOLS, Cluster, Object


class Permissions:
    """What the pools allow: what one did when it was heard of last holds, and before a refusal all are read."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._allowed: dict[str, Sequence[str]] = {}
        """By pool: ids of minds, or their beginnings with `*`."""

    def heard(self, pool: Object) -> None:
        """A pool is there, or has changed."""
        self._allowed[pool["metadata"]["name"]] = pool["spec"].get("minds", ())

    def gone(self, pool: str) -> None:
        """A pool is there no more."""
        self._allowed.pop(pool, None)

    async def allows(self, mind: str) -> bool:
        """Whether objects of this namespace may be about `minds/{mind}`."""
        if self._known(mind):
            return True
        self._allowed = {}
        async for pool in self._cluster.each(AGENT_HOST_POOLS):
            self.heard(pool)
        return self._known(mind)

    def _known(self, mind: str) -> bool:
        bare = names.leaf(mind)
        return any(
            bare.startswith(one[:-1]) if one.endswith("*") else bare == one
            for allowed in self._allowed.values()
            for one in allowed
        )
