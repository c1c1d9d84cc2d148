"""The operator's wiring."""

from __future__ import annotations

import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from dlm.adapters.kopf import KopfWatch
from dlm.operator.agent_host_pools import AgentHostPools
from dlm.operator.agents import DeclaredAgents
from dlm.operator.hydration_requests import HydrationRequests
from dlm.operator.leading import Fenced, Leadership
from dlm.operator.minds import Minds
from dlm.operator.operator import Operator
from dlm.operator.parts import Parts
from dlm.operator.permissions import Permissions
from dlm.operator.ports import Kind
from dlm.operator.recorder import Recorder
from mesh.adapters.kubernetes import configuration, open_cluster
from mesh.tasks import background


@asynccontextmanager
async def operating(namespace: str, parts: Parts) -> AsyncIterator[Operator]:
    """Lead, and work on a namespace's objects, whenever no other does, while the block lasts. SettingError."""
    identity = f"{socket.gethostname()}-{secrets.token_hex(4)}"
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(open_cluster(namespace))
        leadership = Leadership(cluster, identity)
        fenced = Fenced(cluster, leadership)
        permissions, recorder = Permissions(fenced), Recorder(fenced, identity)
        requests = HydrationRequests(fenced, parts.hydrator, parts.agents, parts.activation, permissions, recorder)
        pools = AgentHostPools(fenced, parts.fleet, parts.states, permissions, recorder)
        minds = Minds(fenced, parts.teacher, parts.restriction, parts.buckets, permissions, recorder)
        agents = DeclaredAgents(fenced, parts.declared, parts.agents, permissions, recorder)
        kinds: Sequence[Kind] = (requests, pools, minds, agents)
        operator = Operator(kinds, fenced, KopfWatch(await configuration(), namespace), leadership)
        parts.states.subscribe(lambda: operator.note((*pools.stirred(), *agents.stirred())))
        stack.push_async_callback(leadership.leave)
        await stack.enter_async_context(background("operator.lead", leadership.keep_looking))
        await stack.enter_async_context(background("operator", operator.run))
        yield operator
