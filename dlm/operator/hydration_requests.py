"""
HydrationRequests: agents that somebody wants awake, once.

A request does not keep its agents: it says what was done, and is removed when its time is over. One that was not
served by then expires, and stays a little longer, so that whoever waits for it sees why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import grpc

from dlm.flights import Awake, Result
from dlm.hydrate import Hydrator
from dlm.operator.conditions import MOST_SIGNS, condition, moment, reason_of, stamp, stated
from dlm.operator.objects import say
from dlm.operator.permissions import Permissions
from dlm.operator.ports import Activation, Key, Notice
from dlm.operator.recorder import Recorder
from dlm.ports import Agents
from mesh import names
from mesh.cluster import HYDRATION_REQUESTS, Cluster, Object, Resource
from mesh.errors import InvalidField, MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason
from substrate.bundles import Place

USUAL_TTL_SECONDS = 300
EXPIRED_SECONDS = 60.0
"""How long a request stays that expired."""
MOST_AGENTS = 256
MOST_WOKEN = 32
"""Agents that are woken for a question."""
MOST_FAILURES = 8
"""After so many a request has failed; a few seconds pass till then, and its time may be over before."""
SHOWN_SECONDS = 0.1
"""Loading is shown if it takes longer: to write that it began takes as long as most loads."""
ENDED = ("Active", "Failed", "Expired")
VERSION_SIGNS = 12


class Unserved(MyriadError):
    """Agents could not be woken now; another time they may."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = ErrorReason.ERROR_REASON_COMPONENT_UNAVAILABLE


class NothingWoken(MyriadError):
    """A question wakes no agent."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_AGENT_NOT_FOUND

    def __init__(self) -> None:
        super().__init__("the question wakes no agent of this mind")


@dataclass(frozen=True, slots=True)
class _Woken:
    """What came of it: agents as the status shows them, and what failed."""

    agents: Sequence[Object]
    errors: Sequence[MyriadError]


class HydrationRequests:
    """See `dlm.operator.ports.Kind`."""

    resource = HYDRATION_REQUESTS
    watched: Sequence[Resource] = (HYDRATION_REQUESTS,)

    def __init__(
        self,
        cluster: Cluster,
        hydrator: Hydrator,
        agents: Agents,
        activation: Activation,
        permissions: Permissions,
        recorder: Recorder,
    ) -> None:
        self._cluster = cluster
        self._hydrator = hydrator
        self._agents = agents
        self._activation = activation
        self._permissions = permissions
        self._recorder = recorder

    def notice(self, _resource: Resource, body: Object) -> Notice | None:
        """Those that are not served yet, by their priority; those that are when they are to be removed."""
        key = Key(self.resource, body["metadata"]["name"])
        if "deletionTimestamp" in body["metadata"]:
            return None
        if _ended(body):
            return Notice(key, seconds=max(_left(body), 0.0))
        return Notice(key, body["spec"].get("priority", 0))

    async def reconcile(self, name: str, failures: int) -> float | None:
        body = await self._cluster.get(self.resource, name)
        if body is None or "deletionTimestamp" in body["metadata"]:
            return None
        left = _left(body)
        if _ended(body):
            if left <= 0:
                await self._cluster.delete(self.resource, name, body["metadata"]["uid"])
                return None
            return left
        if left <= 0:
            await self._expire(body)
            return EXPIRED_SECONDS
        return await self._serve(body, failures)

    async def _serve(self, body: Object, failures: int) -> float | None:
        try:
            mind = names.mind(body["spec"]["mind"])
        except InvalidField as error:
            return await self._refuse(body, "InvalidField", error.message)
        if not await self._permissions.allows(mind):
            return await self._refuse(body, "MindNotAllowed", f"no AgentHostPool of this namespace allows {mind}")
        waking = asyncio.create_task(self._wake(mind, body["spec"]))
        try:
            await asyncio.wait({waking}, timeout=SHOWN_SECONDS)
            if not waking.done():
                shown = condition(body, "Active", False, "Loading")
                body = await self._write(body, "Loading", [condition(body, "Accepted", True, "MindAllowed"), shown])
            woken = await waking
        finally:
            waking.cancel()
        passing = [error for error in woken.errors if _passes(error)]
        if passing and failures < MOST_FAILURES:
            await self._postpone(body, passing[0])
            raise Unserved(passing[0].message)
        return await self._conclude(body, woken)

    async def _wake(self, mind: str, spec: Object) -> _Woken:
        """Have hosts hold the agents; what fails is told, and the rest is done."""
        try:
            if question := spec.get("question", ""):
                wanted = await self._activation.activate(mind, question, MOST_WOKEN)
            else:
                wanted = await self._located(mind, spec.get("agents", ()))
            results = await self._hydrator.hydrate(mind, wanted) if wanted else {}
        except MyriadError as error:
            return _Woken((), (error,))
        errors = [result for result in results.values() if isinstance(result, MyriadError)]
        return _Woken([_shown(agent, wanted[agent], result) for agent, result in results.items()], errors)

    async def _located(self, mind: str, agents: Sequence[str]) -> Mapping[str, str]:
        """Where the packets of agents are, as far as they exist; agents are named in whole, or within the mind."""
        wanted = [agent if "/" in agent else names.agent(mind, agent) for agent in agents[:MOST_AGENTS]]
        for agent in wanted:
            if names.parse_agent(agent, "agents")[0] != mind:
                raise InvalidField("agents", "are all of the request's mind")
        records = await self._agents.get(mind, wanted)
        return {agent: records[agent].packet_location if agent in records else "" for agent in wanted}

    async def _conclude(self, body: Object, woken: _Woken) -> float:
        awake = [one for one in woken.agents if "host" in one]
        accepted = condition(body, "Accepted", True, "MindAllowed")
        if not awake:
            error = woken.errors[0] if woken.errors else NothingWoken()
            await self._write(
                body,
                "Failed",
                [accepted, condition(body, "Active", False, reason_of(error), error.message)],
                woken.agents,
            )
            await self._recorder.warn(body, "Hydrate", reason_of(error), error.message)
            return max(_left(body), 0.0)
        missing = len(woken.agents) - len(awake)
        reason, message = ("SomeAgents", f"{missing} could not be woken") if missing else ("AllAgents", "")
        await self._write(body, "Active", [accepted, condition(body, "Active", True, reason, message)], woken.agents)
        return max(_left(body), 0.0)

    async def _postpone(self, body: Object, error: MyriadError) -> None:
        before = stated(body, "Active")
        if before and before["reason"] == reason_of(error):
            return
        accepted = condition(body, "Accepted", True, "MindAllowed")
        waits = condition(body, "Active", False, reason_of(error), error.message)
        await self._write(body, "Pending", [accepted, waits])
        await self._recorder.warn(body, "Hydrate", reason_of(error), f"{error.message} (it is tried again)")

    async def _refuse(self, body: Object, reason: str, message: str) -> float:
        refused = condition(body, "Accepted", False, reason, message)
        await self._write(body, "Failed", [refused, condition(body, "Active", False, reason, message)])
        await self._recorder.warn(body, "Accept", reason, message)
        return max(_left(body), 0.0)

    async def _expire(self, body: Object) -> None:
        before = stated(body, "Active")
        message = f"it was not served within its time; {before['message'] if before else 'its turn did not come'}"
        late = [condition(body, kind, kind == "Expired", "Expired", message) for kind in ("Active", "Expired")]
        await self._write(body, "Expired", late)
        await self._recorder.warn(body, "Hydrate", "Expired", message)

    async def _write(
        self, body: Object, phase: str, conditions: Sequence[Object], agents: Sequence[Object] = ()
    ) -> Object:
        """The object with its new status. Outdated if it is another by now, or gone."""
        status: Object = {"phase": phase, "requestedTime": stamp(moment(body["metadata"]["creationTimestamp"]))}
        if phase == "Active":
            status |= {"loadedTime": stamp(), "activeTime": stamp()}
        if agents:
            status |= {"agents": agents}
        return await say(self._cluster, self.resource, body, status, conditions)


def _ended(body: Object) -> bool:
    status = body.get("status", {})
    return status.get("phase") in ENDED and status.get("observedGeneration") == body["metadata"]["generation"]


def _left(body: Object) -> float:
    """Seconds until the request's time is over, or until it is removed if it is over."""
    created = moment(body["metadata"]["creationTimestamp"])
    ends = created + timedelta(seconds=body["spec"].get("ttlSeconds", USUAL_TTL_SECONDS))
    if expired := stated(body, "Expired"):
        ends = moment(expired["lastTransitionTime"]) + timedelta(seconds=EXPIRED_SECONDS)
    return (ends - datetime.now(UTC)).total_seconds()


def _passes(error: MyriadError) -> bool:
    """Whether what failed may do so no more in a moment."""
    return error.retry_seconds is not None or error.code in (
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
    )


def _shown(agent: str, location: str, result: Result) -> Object:
    if isinstance(result, Awake):
        version = Place.parse(location).sha256[:VERSION_SIGNS]
        return {"agent": agent, "host": result.host, "source": result.source.value, "packetVersion": version}
    return {"agent": agent, "reason": reason_of(result), "message": result.message[:MOST_SIGNS]}
