"""Agents: seeing to it that those which a question woke are on hosts, and asking them there."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import grpc
import structlog

from mesh.call import outgoing
from mesh.errors import ComponentUnavailable, DeadlineExceeded, MyriadError, received
from mesh.placements import PlacementView
from myriad.agent.v1.agent_host_service_pb2 import AskedAgent, AskRequest
from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.connectome.v1.connectome_service_pb2 import ActivatedAgent
from myriad.dlm.v1.lifecycle_service_pb2 import HydrateRequest, WantedAgent
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceStub
from orchestrator.inquiry import Inquiry
from orchestrator.ports import AgentHosts

log = structlog.get_logger()
Hosts: TypeAlias = Mapping[str, Sequence[ActivatedAgent]]
"""Agents by the address of the host to ask."""
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
    lost: list[ActivatedAgent] = field(default_factory=list)
    """Those to look for again: their host is gone or does not hold them."""
    late: bool = False
    """Whether a host did not answer in time."""


class Agents:
    """The agents of the fleet."""

    def __init__(self, view: PlacementView, dlm: LifecycleServiceStub, hosts: AgentHosts) -> None:
        self._view = view
        self._dlm = dlm
        self._hosts = hosts

    async def place(self, inquiry: Inquiry, agents: Collection[ActivatedAgent]) -> Placed:
        """Find one host for each: of those that hold it the one with the fewest so far, else one the DLM finds."""
        placed, asleep = Placed(len(agents)), []
        for agent in agents:
            if holders := self._view.hosts_of(agent.agent):
                address = min((host.address for host in holders), key=lambda one: len(placed.hosts.get(one, ())))
                placed.hosts.setdefault(address, []).append(agent)
                placed.resident.add(agent.agent)
            else:
                asleep.append(agent)
        if asleep:
            await self._hydrate(inquiry, asleep, placed)
        return placed

    async def ask(self, inquiry: Inquiry, placed: Placed, *, include_text: bool = False) -> dict[str, AgentReply]:
        """
        What each agent says, by its name; `placed` is brought up to date.

        Agents that were lost are hydrated and asked once more. ComponentUnavailable or DeadlineExceeded if there
        are agents and none answered.
        """
        first = await self._ask_hosts(inquiry, placed.hosts, include_text)
        replies, late = first.replies, first.late
        if lost := first.lost + placed.adrift:
            log.info("agents.lost", agents=len(lost))
            await asyncio.sleep(random.uniform(*RETRY_SECONDS))
            placed.hosts, placed.adrift = {}, []
            placed.resident.difference_update(agent.agent for agent in lost)
            await self._hydrate(inquiry, lost, placed)
            second = await self._ask_hosts(inquiry, placed.hosts, include_text)
            replies |= second.replies
            late |= second.late
        if placed.total and not replies:
            if late:
                raise DeadlineExceeded("no agent answered within the time that was given")
            raise ComponentUnavailable("agents know something about this and none can be asked now; try again")
        return replies

    async def _hydrate(self, inquiry: Inquiry, asleep: Sequence[ActivatedAgent], placed: Placed) -> None:
        """Have the DLM place agents. What it cannot place stays out: others may know enough."""
        wanted = [WantedAgent(agent=agent.agent, packet_location=agent.packet_location) for agent in asleep]
        try:
            response = await self._dlm.Hydrate(
                HydrateRequest(mind=inquiry.mind, agents=wanted), **outgoing(inquiry.share)
            )
        except (grpc.aio.AioRpcError, DeadlineExceeded) as error:
            log.warning("hydrate.failed", agents=len(asleep), error=_cause(error))
            return
        if response.failures:
            reasons = sorted({failure.reason for failure in response.failures})
            log.warning("hydrate.incomplete", agents=len(response.failures), reasons=reasons)
        placed.cached += response.cache_hits + response.resident
        placed.fetched += response.fetched
        named = {agent.agent: agent for agent in asleep}
        for placement in response.placements:
            if agent := named.pop(placement.agent, None):
                host = self._view.host(placement.host)
                (placed.hosts.setdefault(host.address, []) if host else placed.adrift).append(agent)

    async def _ask_hosts(self, inquiry: Inquiry, hosts: Hosts, include_text: bool) -> _Round:
        tasks = [
            asyncio.create_task(self._ask_host(inquiry, address, _request(inquiry, agents, include_text), agents))
            for address, agents in hosts.items()
        ]
        came = _Round()
        for task in await _settled(tasks, patience=inquiry.tier.budget.budget_seconds):
            one = task.result()
            came.replies |= one.replies
            came.lost += one.lost
            came.late |= one.late
        return came

    async def _ask_host(
        self, inquiry: Inquiry, address: str, request: AskRequest, agents: Sequence[ActivatedAgent]
    ) -> _Round:
        try:
            response = await self._hosts.ask(address, request, inquiry.share)
        except (grpc.aio.AioRpcError, MyriadError) as error:
            code = error.code() if isinstance(error, grpc.aio.AioRpcError) else error.code
            log.warning("host.failed", address=address, agents=len(agents), error=_cause(error))
            gone = code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
            return _Round(lost=list(agents) if gone else [], late=code is grpc.StatusCode.DEADLINE_EXCEEDED)
        not_here = frozenset(response.not_here)
        return _Round(
            replies={reply.agent: reply for reply in response.replies},
            lost=[agent for agent in agents if agent.agent in not_here],
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


def _request(inquiry: Inquiry, agents: Sequence[ActivatedAgent], include_text: bool) -> AskRequest:
    return AskRequest(
        mind=inquiry.mind,
        question=inquiry.question,
        agents=[AskedAgent(agent=agent.agent, path=agent.path) for agent in agents],
        max_evidence=1 if include_text else inquiry.tier.budget.max_evidence,
        include_text=include_text,
    )


def _cause(error: grpc.aio.AioRpcError | MyriadError) -> str:
    if isinstance(error, MyriadError):
        return error.reason_name
    return received(error).reason or error.code().name
