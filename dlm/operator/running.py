"""The operator's wiring."""

from __future__ import annotations

import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from dlm.adapters.kopf import KopfWatch
from dlm.fleet import Fleet
from dlm.hydrate import Hydrator
from dlm.operator.agent_host_pools import AgentHostPools
from dlm.operator.hydration_requests import HydrationRequests
from dlm.operator.leading import Fenced, Leadership
from dlm.operator.operator import Operator
from dlm.operator.permissions import Permissions
from dlm.operator.ports import Activation
from dlm.operator.recorder import Recorder
from dlm.ports import Agents
from dlm.states import States
from mesh.adapters.kubernetes import configuration, open_cluster
from mesh.tasks import background


@asynccontextmanager
async def operating(
    namespace: str, fleet: Fleet, states: States, hydrator: Hydrator, agents: Agents, activation: Activation
) -> AsyncIterator[Operator]:
    """Lead, and work on a namespace's objects, whenever no other does, while the block lasts. SettingError."""
    identity = f"{socket.gethostname()}-{secrets.token_hex(4)}"
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(open_cluster(namespace))
        leadership = Leadership(cluster, identity)
        fenced = Fenced(cluster, leadership)
        permissions, recorder = Permissions(fenced), Recorder(fenced, identity)
        requests = HydrationRequests(fenced, hydrator, agents, activation, permissions, recorder)
        pools = AgentHostPools(fenced, fleet, states, permissions, recorder)
        operator = Operator([requests, pools], fenced, KopfWatch(await configuration(), namespace), leadership)
        states.subscribe(lambda: operator.note(pools.stirred()))
        stack.push_async_callback(leadership.leave)
        await stack.enter_async_context(background("operator.lead", leadership.keep_looking))
        await stack.enter_async_context(background("operator", operator.run))
        yield operator
