"""Placement: which host a sleeping agent goes to. Pure and deterministic."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

LOAD_FACTOR = 1.25
SLACK = 16
"""Agents that a host may hold beyond the factor, so that small fleets and first questions are not shuffled."""


def weight(agent: str, host: str) -> bytes:
    """How much a host is meant for an agent; compares like a number."""
    return hashlib.blake2b(f"{host}\n{agent}".encode(), digest_size=8).digest()


def place(
    agents: Iterable[str], held: Mapping[str, int], barred: Mapping[str, Collection[str]] = MappingProxyType({})
) -> dict[str, str]:
    """
    A host for each agent, by rendezvous hashing with bounded loads.

    Thaler and Ravishankar 1998: the host of the highest weight, so that a host that leaves moves its own agents
    only. Mirrokni et al. 2018: none above 1.25 times the mean and a little, while another is below.

    Args:
        agents: names, without repeats.
        held: how many agents each host that may be chosen holds now; at least one host.
        barred: by agent, hosts that it may not go to, never all of them.
    """
    ordered = list(agents)
    loads = dict(held)
    bound = math.ceil(LOAD_FACTOR * (sum(loads.values()) + len(ordered)) / len(loads)) + SLACK
    placed = {}
    for agent in ordered:
        allowed = [host for host in loads if host not in barred.get(agent, ())]
        below = [host for host in allowed if loads[host] < bound]
        host = max(below or allowed, key=lambda host: weight(agent, host))
        placed[agent] = host
        loads[host] += 1
    return placed
