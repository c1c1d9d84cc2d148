"""Orphans: hosts whose replica of the DLM is gone. It may be cut off alone: they count for as long as they serve."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from dlm.fleet import Fleet, Member
from dlm.ports import AgentHosts
from dlm.residency import Residency
from mesh.errors import MyriadError

LOOK_SECONDS = 1.0


class Orphans:
    """Stay in the fleet for as long as they answer and their lease lasts, or until they come to another replica."""

    def __init__(self, fleet: Fleet, residency: Residency, hosts: AgentHosts, hears: Callable[[str], bool]) -> None:
        """`hears(replica)`: whether a replica is there."""
        self._fleet = fleet
        self._residency = residency
        self._hosts = hosts
        self._hears = hears

    async def keep_asking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.ask()

    async def ask(self) -> None:
        """Let those go that do not serve."""
        orphans = list(filter(self._is_orphan, self._fleet.members()))
        for member, serves in zip(orphans, await asyncio.gather(*map(self._serves, orphans)), strict=True):
            if serves:
                member.answered = time.monotonic()
            elif self._is_orphan(member) and self._fleet.leave(member):
                await self._residency.leave(member.host.id)

    def _is_orphan(self, member: Member) -> bool:
        return bool(member.replica) and not self._hears(member.replica)

    async def _serves(self, member: Member) -> bool:
        try:
            return await self._hosts.serves(member.host)
        except MyriadError:
            return False
