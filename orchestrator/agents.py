"""Agents: seeing to it that those which a question woke are on hosts, and asking them there."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import grpc
import structlog

from mesh.colocation import served_here
from mesh.errors import ComponentUnavailable, DeadlineExceeded, MyriadError
from mesh.placements import PlacementView
from myriad.agent.v1.agent_host_service_pb2 import AskedAgent, AskRequest
from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.connectome.v1.activation_pb2 import ActivatedAgent
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import HydrateRequest, WantedAgent
from myriad.type.v1.error_reason_pb2 import ErrorReason
from orchestrator.errors import PacketsLost
from orchestrator.gathering import Gathering
from orchestrator.inquiry import Inquiry
from orchestrator.ports import AgentHosts, Hydration

log = structlog.get_logger()
Hosts: TypeAlias = Mapping[str, Sequence[ActivatedAgent]]
"""Agents by the address of the host to ask."""
LOST = (ErrorReason.ERROR_REASON_PACKET_NOT_FOUND, ErrorReason.ERROR_REASON_PACKET_CORRUPT)
RETRY_SECONDS = (0.01, 0.03)
"""Between losing agents and looking for them again, so that the DLM has noticed a host that is gone."""


@dataclass(slots=True)
class Placed:
    """Where a question's agents are."""

    total: int
    hosts: dict[str, list[ActivatedAgent]] = field(default_factory=dict)
    """By the host's address."""
    adrift: list[ActivatedAgent] = field(default_factory=list)
    """On hosts that the view does not know yet."""
    resident: set[str] = field(default_factory=set)
    """Names of those that the view knew of."""
    cached: int = 0
    """How many others the DLM had at hand."""
    fetched: int = 0
    """How many came from the packet store."""
    lost: dict[str, str] = field(default_factory=dict)
    """Documents of those whose packets are missing or damaged, by the agents' names."""

    @property
    def cache_hits(self) -> int:
        return min(len(self.resident) + self.cached, self.total)

    @property
    def hydrated(self) -> int:
        return min(self.fetched, self.total - self.cache_hits)


@dataclass(slots=True)
class _Round:
    """What came of asking hosts once."""

    replies: dict[str, AgentReply] = field(default_factory=dict)
    not_here: list[ActivatedAgent] = field(default_factory=list)
    """Those that their host does not hold."""
    gone: dict[str, Sequence[ActivatedAgent]] = field(default_factory=dict)
    """Those on hosts that do not answer, by the host's address."""
    late: dict[str, Sequence[ActivatedAgent]] = field(default_factory=dict)
    """Those on hosts that did not answer in time."""

    def add(self, other: _Round) -> None:
        self.replies |= other.replies
        self.not_here += other.not_here
        self.gone |= other.gone
        self.late |= other.late


class Agents:
    """The agents of the fleet."""

    def __init__(self, view: PlacementView, dlm: Hydration, hosts: AgentHosts, gathering: Gathering) -> None:
        self._view = view
        self._dlm = dlm
        self._hosts = hosts
        self._gathering = gathering

    async def place(self, inquiry: Inquiry, agents: Collection[ActivatedAgent]) -> Placed:
        """
        Find one host for each: of those that hold it rather one that stays, the one in this process, then the one with
        the fewest so far.

        Agents that sleep are woken on the host in this process if there is one, else where the DLM wants them.
        """
        placed, asleep = Placed(len(agents)), []
        for agent in agents:
            if holders := self._view.hosts_of(agent.agent):
                address = min(holders, key=lambda host: _preference(host, placed)).address
                placed.hosts.setdefault(address, []).append(agent)
                placed.resident.add(agent.agent)
            else:
                asleep.append(agent)
        nearby = self._nearby()
        if nearby:
            far = (one for address, those in placed.hosts.items() if not served_here(address) for one in those)
            self._gathering.notice(inquiry.mind, nearby, far)
        if asleep:
            await self._hydrate(inquiry, asleep, placed, nearby)
        return placed

    async def ask(self, inquiry: Inquiry, placed: Placed, *, include_text: bool = False) -> dict[str, AgentReply]:
        """
        What each agent says, by its name; `placed` is brought up to date.

        Agents that were lost are hydrated and asked once more; so are those of late hosts, when nobody else replied.
        PacketsLost, ComponentUnavailable or DeadlineExceeded if there are agents and none answered.
        """
        came = await self._ask_hosts(inquiry, placed.hosts, include_text)
        silent: Hosts = came.gone if came.replies else came.gone | came.late
        lost = came.not_here + placed.adrift
        if silent or lost:
            await self._find(inquiry, placed, lost, silent)
            came.add(await self._ask_hosts(inquiry, placed.hosts, include_text))
        if placed.total and not came.replies:
            if came.late:
                raise DeadlineExceeded("no agent answered within the time that was given")
            if len(placed.lost) == placed.total:
                raise PacketsLost(placed.lost.values())
            raise ComponentUnavailable("agents know something about this and none can be asked now; try again")
        return came.replies

    async def _find(self, inquiry: Inquiry, placed: Placed, lost: Sequence[ActivatedAgent], silent: Hosts) -> None:
        """Place agents again: those that were lost anywhere, those of silent hosts on another host."""
        stranded = [agent for agents in silent.values() for agent in agents]
        log.info("agents.lost", agents=len(lost) + len(stranded))
        await asyncio.sleep(random.uniform(*RETRY_SECONDS))
        placed.hosts, placed.adrift = {}, []
        placed.resident.difference_update(agent.agent for agent in (*lost, *stranded))
        if lost:
            await self._hydrate(inquiry, lost, placed)
        if stranded:
            # Named, because the DLM may not have noticed yet and name the silent host once more.
            await self._hydrate(inquiry, stranded, placed, self._other(silent))

    def _nearby(self) -> str:
        """Id of a host in this process that takes agents: a call to it takes a fraction. Empty if there is none."""
        ready = (host for host in self._view.hosts() if host.state == Host.STATE_READY)
        return next((host.id for host in ready if served_here(host.address)), "")

    def _other(self, hosts: Collection[str]) -> str:
        """
        Id of a host that takes agents, at none of these addresses, rather one that is active.

        Empty if the view has none: the DLM may.
        """
        ready = [host for host in self._view.hosts() if host.state == Host.STATE_READY and host.address not in hosts]
        others = [host for host in ready if host.phase != Host.PHASE_IDLE] or ready
        return random.choice([host.id for host in others] or [""])

    async def _hydrate(
        self, inquiry: Inquiry, asleep: Sequence[ActivatedAgent], placed: Placed, host: str = ""
    ) -> None:
        """Have the DLM place agents, on `host` if given. What cannot be placed stays out: others may know enough."""
        wanted = [WantedAgent(agent=agent.agent, packet_location=agent.packet_location) for agent in asleep]
        try:
            request = HydrateRequest(mind=inquiry.mind, agents=wanted, host=host, beside=placed.resident)
            response = await self._dlm.hydrate(request, inquiry.share)
        except MyriadError as error:
            log.warning("hydrate.failed", agents=len(asleep), reason=error.reason_name)
            return
        if response.failures:
            reasons = sorted({ErrorReason.Name(failure.reason) for failure in response.failures})
            log.warning("hydrate.incomplete", agents=len(response.failures), reasons=reasons)
            lost = {failure.agent for failure in response.failures if failure.reason in LOST}
            placed.lost |= {agent.agent: agent.document for agent in asleep if agent.agent in lost}
        placed.cached += response.cache_hit_count + response.resident_count
        placed.fetched += response.fetched_count
        named = {agent.agent: agent for agent in asleep}
        for placement in response.placements:
            if agent := named.pop(placement.agent, None):
                holder = self._view.host(placement.host)
                (placed.hosts.setdefault(holder.address, []) if holder else placed.adrift).append(agent)

    async def _ask_hosts(self, inquiry: Inquiry, hosts: Hosts, include_text: bool) -> _Round:
        tasks = [
            asyncio.create_task(self._ask_host(inquiry, address, _request(inquiry, agents, include_text), agents))
            for address, agents in hosts.items()
        ]
        came = _Round()
        for task in await _settled(tasks, patience=inquiry.tier.budget.budget_seconds):
            came.add(task.result())
        return came

    async def _ask_host(
        self, inquiry: Inquiry, address: str, request: AskRequest, agents: Sequence[ActivatedAgent]
    ) -> _Round:
        try:
            response = await self._hosts.ask(address, request, inquiry.share)
        except MyriadError as error:
            log.warning("host.failed", address=address, agents=len(agents), reason=error.reason_name)
            if error.code is grpc.StatusCode.DEADLINE_EXCEEDED:
                return _Round(late={address: agents})
            return _Round(gone={address: agents} if error.code is grpc.StatusCode.UNAVAILABLE else {})
        not_here = frozenset(response.not_here)
        return _Round(
            replies={reply.agent: reply for reply in response.replies},
            not_here=[agent for agent in agents if agent.agent in not_here],
        )


async def _settled(tasks: Collection[asyncio.Task[_Round]], patience: float) -> list[asyncio.Task[_Round]]:
    """Those that are done, when all are; or when `patience` (seconds) is over and there is a reply to go on with."""
    pending = set(tasks)
    try:
        while pending:
            _, pending = await asyncio.wait(pending, timeout=patience)
            if any(task.result().replies for task in tasks if task.done()):
                break
    finally:
        for task in pending:
            task.cancel()
    if pending:
        log.warning("hosts.slow", hosts=len(pending))
    return [task for task in tasks if task not in pending]


def _preference(host: Host, placed: Placed) -> tuple[bool, bool, int, float]:
    """Lower is better; of equals any, so that copies share the work."""
    draining = host.state == Host.STATE_DRAINING
    return draining, not served_here(host.address), len(placed.hosts.get(host.address, ())), random.random()


def _request(inquiry: Inquiry, agents: Sequence[ActivatedAgent], include_text: bool) -> AskRequest:
    return AskRequest(
        mind=inquiry.mind,
        question=inquiry.asked.read_as,
        asked=inquiry.asked,
        agents=[AskedAgent(agent=agent.agent, path=agent.path) for agent in agents],
        max_evidence=1 if include_text else inquiry.tier.budget.max_evidence,
        include_text=include_text,
    )
