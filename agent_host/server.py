"""Wiring of the agent host."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

from agent_host.adapters.dlm import DlmFleet
from agent_host.ask import Asking
from agent_host.busyness import Busyness
from agent_host.membership import Lease, Membership
from agent_host.metrics import Figures
from agent_host.residents import Residents
from agent_host.service import AgentAskServicer, AgentHostServicer
from agent_host.settings import Settings
from agent_host.shedding import Shedding
from agent_host.wanted import Wanted
from mesh.admission import Admission
from mesh.channels import channel
from mesh.server import Component, Service, run
from mesh.tasks import background
from myriad.agent.v1 import agent_ask_service_pb2, agent_host_service_pb2
from myriad.agent.v1.agent_ask_service_pb2_grpc import add_AgentAskServiceServicer_to_server
from myriad.agent.v1.agent_host_service_pb2_grpc import add_AgentHostServiceServicer_to_server
from myriad.dlm.v1.host_pb2 import Host


async def build(settings: Settings, stack: AsyncExitStack) -> Sequence[Service]:
    dlm = await stack.enter_async_context(channel(settings.dlm_target, "dlm", settings.tls))
    fleet, lease, busyness = DlmFleet(dlm), Lease(), Busyness()

    def describe() -> Host:
        return Host(
            id=settings.host_id,
            address=settings.listen,
            agent_count=len(residents),
            used_bytes=residents.used_bytes,
            capacity_bytes=residents.capacity_bytes,
            asked_count=asking.asked,
            missed_count=asking.missed,
            ahead_count=residents.ahead["taken"],
            ahead_used_count=residents.ahead["used"],
            busy=busyness.look(),
        )

    def elsewhere(draining: bool) -> list[str]:
        return wanted.elsewhere(draining)

    def give_up() -> None:
        for agent in list(residents):
            residents.release(agent, "lease")

    membership = Membership(fleet, lease, describe, lambda: list(residents), elsewhere, give_up)
    residents = Residents(settings.capacity_bytes, membership.changed)
    shedding = Shedding(residents, settings.idle_seconds, settings.memory_bytes)
    wanted = Wanted(residents, busyness)
    asking = Asking(settings.host_id, residents, wanted, lease, fleet)
    admission = Admission(settings)
    await stack.enter_async_context(background("membership", membership.stay))
    await stack.enter_async_context(background("idle-sweep", shedding.watch_idle))
    await stack.enter_async_context(background("memory", shedding.watch_memory))
    return [
        Service(
            agent_host_service_pb2.DESCRIPTOR.services_by_name["AgentHostService"],
            add_AgentHostServiceServicer_to_server,
            AgentHostServicer(residents, asking, lease),
            drain=partial(membership.drain, settings.drain_seconds),
            metrics=Figures(residents, asking, admission).metrics,
        ),
        Service(
            agent_ask_service_pb2.DESCRIPTOR.services_by_name["AgentAskService"],
            add_AgentAskServiceServicer_to_server,
            AgentAskServicer(settings.host_id, asking, admission),
        ),
    ]


COMPONENT = Component("agent_host", Settings, build)


def main() -> None:
    run(COMPONENT)
