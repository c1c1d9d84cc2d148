"""Injecting: packets into the hosts that placement chooses, and the outcome into the directory."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import structlog

from dlm.errors import HostFull, NoHostReady, failure
from dlm.fleet import Fleet, Member
from dlm.placement import USUAL_BYTES, Load, opened, place
from dlm.ports import AgentHosts, Directory, Packet
from dlm.refusals import Refusals, final
from dlm.residency import Residency
from dlm.states import States
from mesh.errors import CallFailed, ComponentUnavailable, MyriadError
from myriad.dlm.v1.host_pb2 import Host
from substrate.errors import PacketCorrupt

log = structlog.get_logger()
LARGEST_MESSAGE_BYTES = 4 * 1024 * 1024
LARGEST_MESSAGE = 200
"""Agents in one message: a host takes a millisecond or two for each, and the message has a deadline."""
LARGEST_COST = 0.125
"""How much of what a host holds may be given up for one load: beyond it the rest goes to another host."""

Outcome = dict[str, str | MyriadError]
"""By agent: the id of the host that holds it now, or why none does."""


@dataclass(frozen=True, slots=True)
class Errand:
    """How agents are to be brought in."""

    host: str = ""
    """The one host to use; any if empty."""
    beside: Collection[str] = ()
    """Agents that are asked together with these: the hosts that hold them are preferred."""
    spare: bool = False
    """Whether nothing may be given up for them."""


PLAIN = Errand()


class Injector:
    """Brings packets into hosts, a few messages a host."""

    def __init__(
        self, fleet: Fleet, states: States, directory: Directory, residency: Residency, hosts: AgentHosts
    ) -> None:
        self._fleet = fleet
        self._states = states
        self._directory = directory
        self._residency = residency
        self._hosts = hosts
        self._refusals = Refusals()
        self.spared = 0
        """Packets that hosts were spared because they had refused them."""

    def candidates(self, wanted: str) -> Sequence[Host]:
        """
        The hosts that may take agents, idle ones too: `wanted` alone if it is given. NoHostReady if there is none.

        One that is about to be idle may if it is wanted, or nobody else can.
        """
        hosts = [*self._fleet.active(), *self._fleet.idle()]
        if wanted or not hosts:
            hosts = [host for host in self._fleet.ready() if wanted in ("", host.id) and not self._fleet.reserved(host)]
        if not hosts:
            raise NoHostReady(wanted)
        return hosts

    async def inject(self, packets: Mapping[str, Packet], errand: Errand = PLAIN) -> Outcome:
        """Bring each packet into a host, and if that one fails once more into another. NoHostReady."""
        outcome, failed = await self._attempt(packets, self.candidates(errand.host), errand)
        again = {agent: packets[agent] for agent, result in outcome.items() if _may_succeed_elsewhere(result)}
        others = [host for host in (*self._fleet.active(), *self._fleet.idle()) if host.id not in failed]
        if again and others and not errand.host:
            log.info("inject.again", agents=len(again), failed=sorted(failed))
            outcome |= (await self._attempt(again, others, errand))[0]
        return outcome

    async def _attempt(
        self, packets: Mapping[str, Packet], hosts: Sequence[Host], errand: Errand
    ) -> tuple[Outcome, set[str]]:
        """One try for each packet; the ids of hosts that failed come with the outcome."""
        members = {host.id: self._fleet.member(host.id) for host in hosts}
        outcome, barred = Outcome(), dict[str, Collection[str]]()
        for agent, packet in packets.items():
            if refused := self._refusals.of(agent, packet):
                barred[agent] = {host.id for host in hosts if members[host.id] in refused}
                if error := final(refused, members.values()):
                    outcome[agent] = error
        self.spared += len(outcome)
        left = {agent: len(packet.content) for agent, packet in packets.items() if agent not in outcome}
        still_barred = {agent: barred[agent] for agent in left if agent in barred}
        loads = await self.open(left, hosts, still_barred)
        chosen = place(left, loads, await self._near(errand.beside), barred)
        shares = defaultdict[str, dict[str, Packet]](dict)
        for agent, host_id in chosen.items():
            shares[host_id][agent] = packets[agent]
        async with self._states.using(shares):
            sent = (self._send(host, shares[host.id], errand.spare) for host in hosts if host.id in shares)
            for one in await asyncio.gather(*sent):
                outcome |= one
        return outcome, {chosen[agent] for agent in left if _may_succeed_elsewhere(outcome[agent])}

    async def open(
        self,
        agents: Mapping[str, int],
        hosts: Sequence[Host],
        barred: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> Mapping[str, Load]:
        """Those of the hosts among which agents of so many bytes are to be placed, and how much each holds."""
        held = await self._directory.counts()
        loads = {host.id: Load.of(host, held.get(host.id, 0)) for host in hosts}
        idle = {host.id: loads.pop(host.id) for host in hosts if host.phase == Host.PHASE_IDLE}
        return opened(agents, loads, idle, barred)

    async def choose(self, agent: str, hosts: Sequence[Host]) -> str:
        """The one of these hosts, its id, for an agent whose packet was not read yet."""
        size = {agent: USUAL_BYTES}
        return place(size, await self.open(size, hosts))[agent]

    async def _near(self, beside: Collection[str]) -> Mapping[str, int]:
        holders = await self._directory.hosts_of(beside) if beside else {}
        return Counter(host for hosts in holders.values() for host in hosts)

    async def _send(self, host: Host, share: Mapping[str, Packet], spare: bool) -> Outcome:
        outcome, evicted = Outcome(), list[str]()
        for message in _messages(share):
            results = await self._deliver(host, message, evicted, spare)
            outcome |= results
            if all(_may_succeed_elsewhere(result) for result in results.values()):
                # The host is gone or full: the rest would fail the same way, each after its timeout.
                return {**dict.fromkeys(share, next(iter(results.values()))), **outcome}
            if len(evicted) > max(host.agent_count * LARGEST_COST, LARGEST_MESSAGE):
                return {**dict.fromkeys(share, _full(host)), **outcome}
        return outcome

    async def _deliver(self, host: Host, message: Mapping[str, Packet], pushed_out: list[str], spare: bool) -> Outcome:
        stay = self._fleet.member(host.id)
        try:
            with self._residency.noting(host.id) as newer:
                taken = await self._hosts.inject(host, message, spare)
        except CallFailed as error:
            cause = failure(error, f"agent host {host.id}")
            if cause.reason != PacketCorrupt.reason or len(message) == 1:
                log.warning("inject.failed", host=host.id, agents=len(message), reason=cause.reason_name)
                self._remember(stay, message, error)
                return dict.fromkeys(message, cause)
            # One bad packet must not keep the others out.
            half = len(message) // 2
            parts = (dict(list(message.items())[:half]), dict(list(message.items())[half:]))
            return {
                agent: one
                for part in parts
                for agent, one in (await self._deliver(host, part, pushed_out, spare)).items()
            }
        if stay is None or self._fleet.member(host.id) is not stay:
            gone = ComponentUnavailable(f"agent host {host.id} left; try again", component=f"agent host {host.id}")
            return dict.fromkeys(message, gone)
        pushed_out += taken.evicted
        out, full = {*taken.evicted, *taken.refused}, _full(host)
        for agent in message.keys() & set(taken.refused):
            self._refusals.add(agent, message[agent], stay, full)
        placed = [agent for agent in message if agent not in newer and agent not in out]
        await self._residency.release(host.id, [agent for agent in taken.evicted if agent not in newer])
        await self._residency.place(host.id, placed)
        return {**dict.fromkeys(message, host.id), **dict.fromkeys(message.keys() & out, full)}

    def _remember(self, stay: Member | None, message: Mapping[str, Packet], error: CallFailed) -> None:
        """What the host said of all these packets, if it said anything."""
        if stay is not None and error.reason in (PacketCorrupt.reason, HostFull.reason):
            for agent, packet in message.items():
                self._refusals.add(agent, packet, stay, error)


def _full(host: Host) -> HostFull:
    return HostFull(f"agent host {host.id} has not enough room; try again", host=host.id)


def _may_succeed_elsewhere(result: str | MyriadError) -> bool:
    return isinstance(result, MyriadError) and result.reason != PacketCorrupt.reason


def _messages(packets: Mapping[str, Packet]) -> Iterator[Mapping[str, Packet]]:
    """Packets in messages of 200 and 4 MiB at most; a larger packet goes alone."""
    message, size = dict[str, Packet](), 0
    for agent, packet in packets.items():
        if len(message) == LARGEST_MESSAGE or (message and size + len(packet.content) > LARGEST_MESSAGE_BYTES):
            yield message
            message, size = {}, 0
        message[agent] = packet
        size += len(packet.content) + len(agent)
    if message:
        yield message
