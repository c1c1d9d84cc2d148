"""Scaling: how many pods a pool shall have, and which may go. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

RESERVED_COST, IDLE_COST = -100, 0
"""Kubernetes takes pods away in the order of their costs; those that hold agents cost more."""


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod of the pool, with the host in it."""

    name: str
    state: str = ""
    """`idle`, `active` or `draining`; empty while its host has not come."""
    agents: int = 0
    leaving: bool = False
    """Whether the pod is being removed: the Deployment does not count it any more."""

    def cost(self, reserved: bool) -> int:
        if reserved:
            return RESERVED_COST
        # By magnitude: a pod is not written to for every agent that comes or goes.
        return IDLE_COST if self.state == "idle" else 1 + self.agents.bit_length()


def wanted(pods: Sequence[Pod], warm: int, most: int) -> int:
    """As many as are in use, and so many warm ones besides; not more than `most`."""
    return min(_used(pods) + warm, most)


def is_limited(pods: Sequence[Pod], warm: int, most: int) -> bool:
    """Whether the pool would be larger if it might."""
    return _used(pods) + warm > most


def to_spare(pods: Sequence[Pod], surplus: int) -> Sequence[str]:
    """The idle pods to take away if there are so many too many: by name, so that the same are chosen again."""
    idle = sorted(pod.name for pod in pods if pod.state == "idle" and not pod.leaving)
    return idle[: max(surplus, 0)]


def replicas(pods: Sequence[Pod], now: int, wanted: int, reserved: int) -> int:
    """
    How many pods the Deployment shall have after it had `now`: fewer only by those that nobody needs.

    These are idle ones that were reserved, and pods without a host, which Kubernetes takes away first.
    """
    if wanted >= now:
        return wanted
    empty = now - sum(bool(pod.state) for pod in pods if not pod.leaving)
    return max(wanted, now - reserved - max(empty, 0))


def _used(pods: Sequence[Pod]) -> int:
    return sum(pod.state in ("active", "draining") for pod in pods if not pod.leaving)
