"""Refusals: which host would not take which packet, remembered for a while, so that it is not tried in vain."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from dlm.fleet import Member
from dlm.ports import Packet
from mesh.errors import MyriadError
from substrate.errors import PacketCorrupt

MOST_PLACES = 3
"""A packet that so many hosts refused is tried on no other until one refusal is forgotten."""
CORRUPT_SECONDS, FULL_SECONDS = 60.0, 1.0
"""For so long a host is spared a packet that it took for damaged, or had no room for."""
_LARGEST = 20_000


class _Refusal(NamedTuple):
    ends: float
    error: MyriadError


class Refusals:
    """
    By agent and packet, and by host and its stay in the fleet: what was learned anew, and a host that comes again,
    begin with a clean sheet. Only what a host said counts; that one is silent says nothing of the packet.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._refused: OrderedDict[tuple[str, str], dict[Member, _Refusal]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._refused)

    def add(self, agent: str, packet: Packet, member: Member, error: MyriadError) -> None:
        """The host refused the packet."""
        refused = self._refused.setdefault((agent, packet.sha256), {})
        seconds = CORRUPT_SECONDS if error.reason == PacketCorrupt.reason else FULL_SECONDS
        refused[member] = _Refusal(self._clock() + seconds, error)
        self._refused.move_to_end((agent, packet.sha256))
        if len(self._refused) > _LARGEST:
            self._refused.popitem(last=False)

    def of(self, agent: str, packet: Packet) -> Mapping[Member, MyriadError]:
        """The hosts that refused the packet lately, each with what it said."""
        key, now = (agent, packet.sha256), self._clock()
        refused = {member: one for member, one in self._refused.get(key, {}).items() if one.ends > now}
        if not refused:
            self._refused.pop(key, None)
            return {}
        self._refused[key] = refused
        return {member: one.error for member, one in refused.items()}


def final(refused: Mapping[Member, MyriadError], members: Iterable[Member | None]) -> MyriadError | None:
    """Why a packet need not be tried: too many hosts, or all of these, refused it; None if there is one to try."""
    if not refused or (len(refused) < MOST_PLACES and any(member not in refused for member in members)):
        return None
    return list(refused.values())[-1]
