"""Placement: which hosts sleeping agents go to. Pure and deterministic."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from myriad.dlm.v1.host_pb2 import Host

LOAD_FACTOR = 1.25
SLACK = 16
"""Agents that a host may hold beyond the factor, so that small fleets and first questions are not shuffled."""
SLACK_SHARE = 0.02
"""Likewise, of its memory."""
USUAL_BYTES = 1_000
"""What a packet takes about, for placing before it is read."""
ROOM = 0.7
"""Above this share of its memory a host has no room: packets alone may take three quarters of it."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much a host holds."""

    agents: int = 0
    used_bytes: int = 0
    capacity_bytes: int = 0
    """0 if that is not known."""
    busy: bool = False

    @classmethod
    def of(cls, host: Host, agents: int = 0) -> Load:
        return cls(agents, host.used_bytes, host.capacity_bytes, host.busy)

    @property
    def is_full(self) -> bool:
        """Whether it would soon give up agents for others."""
        return self.capacity_bytes > 0 and self.used_bytes >= ROOM * self.capacity_bytes

    @property
    def room(self) -> float:
        """How many bytes it takes before it begins to give agents up; none if it has enough to do."""
        if self.busy:
            return 0
        return ROOM * self.capacity_bytes - self.used_bytes if self.capacity_bytes else math.inf


def weight(key: str, host: str) -> bytes:
    """How much a host is meant for a key; compares like a number."""
    return hashlib.blake2b(f"{host}\n{key}".encode(), digest_size=8).digest()


def in_turn(hosts: Iterable[str]) -> list[str]:
    """The order in which hosts are activated, the same for all; the first stays active for what is pinned."""
    return sorted(hosts, key=lambda host: weight("", host), reverse=True)


def opened(
    agents: Mapping[str, int],
    active: Mapping[str, Load],
    idle: Mapping[str, Load],
    barred: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Mapping[str, Load]:
    """
    The hosts among which agents are placed: the active ones with room, and of the idle ones as many as are needed.

    These always in the same order, so that all who need one activate the same. Where nobody has room, all.
    """
    chosen = {host: load for host, load in active.items() if load.room > 0}
    needed = sum(agents.values())

    def suffices() -> bool:
        return (
            bool(chosen)
            and sum(load.room for load in chosen.values()) >= needed
            and not any(chosen.keys() <= set(hosts) for hosts in barred.values())
        )

    for host in in_turn(idle):
        if suffices():
            break
        chosen[host] = idle[host]
    return chosen if suffices() else {**active, **idle}


def place(
    agents: Mapping[str, int],
    loads: Mapping[str, Load],
    beside: Mapping[str, int] = MappingProxyType({}),
    barred: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> dict[str, str]:
    """
    A host for each of the agents that a question wakes together.

    They go where most of those are that the question asks besides, else to the host that rendezvous hashing names for
    the first of them (Thaler and Ravishankar 1998): whoever asks the same finds the same, and a host that leaves moves
    its own only. None goes above 1.25 times the mean of agents or of memory, and a little, while another is below
    (Mirrokni et al. 2018): the next host takes the rest. Where all have agents enough, memory alone counts.

    Args:
        agents: sizes in bytes, by name, in the order in which the question wants them.
        loads: of each host that may be chosen; at least one.
        beside: how many agents that the question asks besides a host holds.
        barred: by agent, hosts that it may not go to, never all of them.
    """
    held = {host: load.agents for host, load in loads.items()}
    used = {host: load.used_bytes for host, load in loads.items()}
    most = math.ceil(LOAD_FACTOR * (sum(held.values()) + len(agents)) / len(loads)) + SLACK
    capacity = sum(load.capacity_bytes for load in loads.values())
    fullest = LOAD_FACTOR * (sum(used.values()) + sum(agents.values())) / max(capacity, 1) + SLACK_SHARE
    near, key = Counter(beside), next(iter(agents), "")

    def has_room(host: str, size: int) -> bool:
        room = loads[host].capacity_bytes
        return not room or (used[host] + size) / room <= fullest

    placed = {}
    for agent, size in agents.items():
        allowed = [host for host in loads if host not in barred.get(agent, ())]
        roomy = [host for host in allowed if has_room(host, size)]
        below = [host for host in roomy if held[host] < most]
        host = max(below or roomy or allowed, key=lambda host: (near[host], weight(key, host)))
        placed[agent] = host
        near[host] += 1
        held[host] += 1
        used[host] += size
    return placed


def best(agent: str, hosts: Iterable[Host]) -> Host:
    """The one host to name of those that hold an agent: rather one that stays, and the same for every caller."""
    return max(
        hosts,
        key=lambda host: (host.state == Host.STATE_READY, host.phase != Host.PHASE_DRAINING, weight(agent, host.id)),
    )
