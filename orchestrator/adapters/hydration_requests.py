"""
The DLM, through HydrationRequests: its operator finds them, and says in their status what became of the agents.

Which host to use, and which agents are asked beside, cannot be said this way.
"""

from __future__ import annotations

import asyncio
import math
import re
import secrets
from collections import OrderedDict
from collections.abc import Sequence

from mesh import call, names
from mesh.cluster import HYDRATION_REQUESTS, Cluster, Object, Refused
from mesh.errors import DeadlineExceeded, Overloaded, reason_of
from myriad.dlm.v1.lifecycle_service_pb2 import HydrateFailure, HydrateRequest, HydrateResponse, Placement

OWNER_LABEL = "myriad.dev/orchestrator"
MOST_OUTSTANDING = 64
MOST_AGENTS = 256
MOST_UNCLAIMED = 1_000
ENDED = ("Active", "Failed", "Expired")
LATE = "the HydrationRequest was not served in time"
URGENCY = 1_000
"""The priority of what has a second left; of what has two, half of it: swift questions come before those that think."""


class HydrationRequests:
    """See `orchestrator.ports.Hydration`."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._owner = secrets.token_hex(8)
        self._waiting: dict[str, asyncio.Future[Object]] = {}
        self._unclaimed: OrderedDict[str, Object] = OrderedDict()
        """Requests that ended before it was known here that they had been made."""
        self._outstanding = 0

    async def hydrate(self, request: HydrateRequest, seconds: float) -> HydrateResponse:
        if self._outstanding >= MOST_OUTSTANDING:
            raise Overloaded("too many HydrationRequests are under way; try again")
        wanted = [agent.agent for agent in request.agents]
        parts = [wanted[start : start + MOST_AGENTS] for start in range(0, len(wanted), MOST_AGENTS)]
        whole = HydrateResponse()
        self._outstanding += 1
        try:
            async with asyncio.timeout(seconds):
                for part in parts:
                    whole.MergeFrom(_response(await self._ask(request.mind, part, seconds)))
        except TimeoutError:
            raise DeadlineExceeded(LATE) from None
        finally:
            self._outstanding -= 1
        return whole

    async def follow(self) -> None:
        """Hear of our requests until the watch breaks off."""
        async for body in self._cluster.watch(HYDRATION_REQUESTS, f"{OWNER_LABEL}={self._owner}"):
            if body.get("status", {}).get("phase") in ENDED:
                self._end(body)

    async def _ask(self, mind: str, agents: Sequence[str], seconds: float) -> Object:
        """The request, made and ended."""
        made = await self._cluster.create(HYDRATION_REQUESTS, self._request(mind, agents, seconds))
        name = made["metadata"]["name"]
        if ended := self._unclaimed.pop(name, None):
            return ended
        self._waiting[name] = asyncio.get_running_loop().create_future()
        try:
            return await self._waiting[name]
        finally:
            del self._waiting[name]

    def _end(self, body: Object) -> None:
        name = body["metadata"]["name"]
        if (waiting := self._waiting.get(name)) and not waiting.done():
            waiting.set_result(body)
        elif name not in self._waiting:
            self._unclaimed[name] = body
            if len(self._unclaimed) > MOST_UNCLAIMED:
                self._unclaimed.popitem(last=False)

    def _request(self, mind: str, agents: Sequence[str], seconds: float) -> Object:
        return {
            "apiVersion": HYDRATION_REQUESTS.api_version,
            "kind": "HydrationRequest",
            "metadata": {"generateName": "question-", "labels": {OWNER_LABEL: self._owner}},
            "spec": {
                "mind": names.leaf(mind),
                "agents": list(agents),
                "reason": f"a question, request {call.request_id.get()}",
                "priority": round(URGENCY / max(seconds, 0.1)),
                "ttlSeconds": max(math.ceil(seconds), 1),  # nobody waits any longer
            },
        }


def _response(body: Object) -> HydrateResponse:
    """What became of the agents. DeadlineExceeded if its time was over, Refused if the request itself was."""
    if body["status"]["phase"] == "Expired":
        raise DeadlineExceeded(LATE)
    agents: Sequence[Object] = body["status"].get("agents", ())
    if not agents:
        [message] = [one["message"] for one in body["status"]["conditions"] if one["type"] == "Active"]
        raise Refused(message)
    sources = [one.get("source") for one in agents]
    return HydrateResponse(
        placements=[Placement(agent=one["agent"], host=one["host"]) for one in agents if "host" in one],
        failures=[
            HydrateFailure(agent=one["agent"], reason=reason_of(_upper(one["reason"])), message=one["message"])
            for one in agents
            if "host" not in one
        ],
        fetched_count=sources.count("store"),
        cache_hit_count=sources.count("cache"),
        resident_count=sources.count("host"),
    )


def _upper(reason: str) -> str:
    """NoHostReady is NO_HOST_READY."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", reason).upper()
