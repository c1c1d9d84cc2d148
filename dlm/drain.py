"""Draining: a host takes nothing new, and what was asked of it lately is brought to others before it goes."""

from __future__ import annotations

from weakref import WeakSet

import structlog

from dlm.copies import Copies
from dlm.errors import HostNotFound
from dlm.fleet import Fleet, Member
from dlm.others import Others
from myriad.dlm.v1.host_pb2 import Host

log = structlog.get_logger()


class Drains:
    """Which hosts somebody wants to drain, and which have drained."""

    def __init__(self, fleet: Fleet, copies: Copies, others: Others) -> None:
        self._fleet = fleet
        self._copies = copies
        self._others = others
        others.listen(self.drain)
        self._told = WeakSet[Member]()

    def drain(self, host: str) -> Host:
        """Have a host drain, for as long as it stays; returns it as it is. HostNotFound."""
        member = self.known(host)
        if member.replica:
            self._others.drain(host)
        self._told.add(member)
        log.info("host.drains", host=host)
        return member.host

    def known(self, host: str) -> Member:
        """HostNotFound."""
        member = self._fleet.member(host)
        if member is None:
            raise HostNotFound(host)
        return member

    def is_wanted(self, member: Member) -> bool:
        """Whether the host shall drain."""
        return member in self._told

    def is_done(self, member: Member) -> bool:
        """Whether nothing of what the host wanted to be brought elsewhere, and can be, is still to be brought."""
        if member.host.state != Host.STATE_DRAINING:
            return False
        return not self._fleet.ready() or not self._copies.awaits(member.host.id)
