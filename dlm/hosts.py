"""Hosts: how they come, stay and go. A host is part of the fleet for as long as its stream is open and speaks."""

from __future__ import annotations

import asyncio
import re
import time
from asyncio import FIRST_COMPLETED
from collections.abc import AsyncIterator, Sequence

import structlog
from google.protobuf.duration_pb2 import Duration

from dlm.copies import Copies
from dlm.drain import Drains
from dlm.errors import HostReplaced, HostSilent
from dlm.fleet import LEASE_SECONDS, Fleet, Member
from dlm.forgotten import Forgotten
from dlm.others import Others
from dlm.placement import Load
from dlm.ports import AgentHosts
from dlm.residency import Residency
from dlm.states import phase
from mesh.errors import InvalidField
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import RegisterHostRequest, RegisterHostResponse

log = structlog.get_logger()
HEARTBEAT_SECONDS = 3.0
"""A host that sends nothing for so long is gone; hosts send twice a second."""

_ID = re.compile(r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")
_ADDRESS = re.compile(r"([a-zA-Z0-9.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\]):([1-9][0-9]{0,4})")


class Registry:
    """Takes hosts in, hears what they hold, and sees them off."""

    def __init__(
        self,
        fleet: Fleet,
        residency: Residency,
        forgotten: Forgotten,
        hosts: AgentHosts,
        copies: Copies,
        drains: Drains,
        others: Others,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._fleet = fleet
        self._residency = residency
        self._forgotten = forgotten
        self._hosts = hosts
        self._copies = copies
        self._drains = drains
        self._others = others
        self._heartbeat_seconds = heartbeat_seconds
        self._closed = asyncio.get_running_loop().create_future()

    async def register(self, reports: AsyncIterator[RegisterHostRequest]) -> AsyncIterator[RegisterHostResponse]:
        """A host's stay, from its first report to its last or `close`; a lease for each. HostSilent, HostReplaced."""
        first = await self._next(reports)
        if first is None:
            return
        host = _checked(first.host)
        agents = await self._wanted(host, first.placed)
        host.phase, host.full = phase(host, agents), Load.of(host).is_full
        await self._residency.arrive(host, agents)
        member = self._fleet.join(host)
        await self._others.welcome(member)
        log.info("host.joined", host=host.id, address=host.address, agents=len(first.placed))
        ended = False
        try:
            yield self._answer(member, first)
            while (report := await self._next(reports)) is not None:
                await self._take(member, report)
                yield self._answer(member, report)
            ended = True
        finally:
            # When the DLM stops the hosts stay: nobody shall be told that they are gone.
            if not self._closed.done() and self._fleet.leave(member, without_a_word=not ended):
                log.info("host.left", host=host.id)
                await self._residency.leave(host.id)
                self._others.beat()

    def _answer(self, member: Member, report: RegisterHostRequest) -> RegisterHostResponse:
        self._copies.want(member.host.id, report.wanted_elsewhere)
        member.answered = time.monotonic()
        return RegisterHostResponse(
            lease=Duration(seconds=LEASE_SECONDS),
            drain=self._drains.is_wanted(member),
            drained=self._drains.is_done(member),
        )

    def close(self) -> None:
        """End all stays and take no more hosts in."""
        self._closed.set_result(None)

    async def _next(self, reports: AsyncIterator[RegisterHostRequest]) -> RegisterHostRequest | None:
        report = asyncio.ensure_future(anext(reports, None))
        try:
            await asyncio.wait({report, self._closed}, timeout=self._heartbeat_seconds, return_when=FIRST_COMPLETED)
            if self._closed.done():
                return None
            if not report.done():
                raise HostSilent(f"the host sent nothing for {self._heartbeat_seconds:g} s")
            return report.result()
        finally:
            report.cancel()

    async def _take(self, member: Member, report: RegisterHostRequest) -> None:
        host = _checked(report.host)
        if host.id != member.host.id:
            raise InvalidField("host.id", "stays the same for the length of the stream")
        placed = await self._wanted(host, report.placed)
        if not self._fleet.holds(member):
            raise HostReplaced(f"another host came with the id {host.id!r}", host=host.id)
        host.phase, host.full = phase(host, placed, member.host.phase), Load.of(host).is_full
        if self._fleet.update(member, host):
            self._residency.changed(host)
            self._others.beat()
        await self._residency.place(host.id, placed)
        await self._residency.release(host.id, report.released)
        self._others.tell(member, placed, report.released)

    async def _wanted(self, host: Host, agents: Sequence[str]) -> Sequence[str]:
        """The agents without those that were put to sleep while the host could not be told: it gives these up now."""
        old = [agent for agent in agents if agent in self._forgotten]
        if not old:
            return agents
        log.info("host.holds_forgotten", host=host.id, agents=len(old))
        await self._hosts.release(host, old)
        return [agent for agent in agents if agent not in set(old)]


def _checked(host: Host) -> Host:
    if not _ID.fullmatch(host.id):
        raise InvalidField("host.id", "is lower-case letters, digits, '.' and '-', 63 at most")
    match = _ADDRESS.fullmatch(host.address)
    if not match or int(match[2]) > 65_535:
        raise InvalidField("host.address", "has the form address:port")
    if host.state not in (Host.STATE_READY, Host.STATE_DRAINING):
        raise InvalidField("host.state", "is STATE_READY or STATE_DRAINING")
    return host
