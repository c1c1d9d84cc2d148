"""
Agents: those that somebody declares to be awake for as long as the object is there.

It is looked again and again whether they are held as declared; what fell asleep, or lay on a host that is gone, is
brought in again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence

from dlm.declared import Declared
from dlm.errors import AgentNotFound, DocumentNotFound
from dlm.operator.conditions import condition, reason_of
from dlm.operator.objects import hold, is_held, let_go, say
from dlm.operator.permissions import Permissions
from dlm.operator.ports import Key, Notice
from dlm.operator.recorder import Recorder
from dlm.ports import Agents
from mesh import names
from mesh.cluster import AGENTS, Cluster, Object, Resource
from mesh.errors import CallFailed, MyriadError
from myriad.agent.v1.agent_service_pb2 import ListAgentsRequest
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.type.v1.error_reason_pb2 import ErrorReason
from substrate.bundles import Place

LOOK_SECONDS = 10.0
REFUSED_SECONDS = 30.0
MOST_AGENTS = 1_000
"""Agents of a document that are held."""
MOST_HOSTS = 64
VERSION_SIGNS = 12
_NOTHING: Object = {"agents": 0, "active": 0, "replicas": 0, "hosts": []}


class DeclaredAgents:
    """See `dlm.operator.ports.Kind`."""

    resource = AGENTS
    watched: Sequence[Resource] = (AGENTS,)

    def __init__(
        self, cluster: Cluster, declared: Declared, agents: Agents, permissions: Permissions, recorder: Recorder
    ) -> None:
        self._cluster = cluster
        self._declared = declared
        self._agents = agents
        self._permissions = permissions
        self._recorder = recorder
        self._held: dict[str, Collection[str]] = {}
        """The agents of each declaration, as they were found last."""

    def notice(self, _resource: Resource, body: Object) -> Notice | None:
        key = Key(self.resource, body["metadata"]["name"])
        if "deletionTimestamp" in body["metadata"]:
            return Notice(key) if is_held(body) or key.name in self._held else None
        return Notice(key, seconds=LOOK_SECONDS if _is_seen(body) and key.name in self._held else 0.0)

    def stirred(self) -> Iterable[Notice]:
        """A host came, went, or is in another state."""
        return [Notice(Key(self.resource, name)) for name in self._held]

    async def reconcile(self, name: str, _failures: int) -> float | None:
        body = await self._cluster.get(self.resource, name)
        if body is None:
            await self._declared.release(name, self._held.get(name, ()))
            self._held.pop(name, None)
            return None
        mind = names.mind(body["spec"]["mind"])
        if "deletionTimestamp" in body["metadata"]:
            return await self._release(body, mind)
        if not await self._permissions.allows(mind):
            return await self._refuse(body, mind)
        body = await hold(self._cluster, self.resource, body)
        try:
            return await self._hold(body, mind)
        except MyriadError as error:
            missing = isinstance(error, (AgentNotFound, DocumentNotFound))
            status = {"state": "Failed", **_NOTHING} if missing else {"state": "Pending"}
            await self._say(body, status, condition(body, "Active", False, reason_of(error), error.message))
            if not missing:
                raise
            await self._declared.release(name, ())
            return REFUSED_SECONDS

    async def _hold(self, body: Object, mind: str) -> float:
        name, spec = body["metadata"]["name"], body["spec"]
        agents = await self._located(mind, spec)
        if not _is_seen(body) and body.get("status", {}).get("state"):
            # It may be pinned no more, or held by fewer: hosts are told so once.
            await self._declared.release(name, agents, keep=spec["replicas"] if spec["pinned"] else 0)
        if gone := set(self._held.get(name, ())) - agents.keys():
            await self._declared.release(name, gone)
        self._held[name] = agents.keys()
        held, errors = await self._declared.hold(name, mind, agents, replicas=spec["replicas"], pinned=spec["pinned"])
        active = sum(len(hosts) >= spec["replicas"] for hosts in held.values())
        complete = active == len(agents)
        why = errors[0] if errors else None
        message = why.message if why else f"{len(agents) - active} are held by fewer hosts than {spec['replicas']}"
        reason = reason_of(why) if why else "TooFewHosts"
        shown = (True, "HeldAsDeclared", "") if complete else (False, reason, message)
        state = "Active" if complete else "Degraded" if any(held.values()) else "Pending"
        status = {"state": state, "active": active, **_shown(agents, held)}
        await self._say(body, status, condition(body, "Active", *shown))
        return LOOK_SECONDS

    async def _located(self, mind: str, spec: Object) -> Mapping[str, str]:
        """The agents that are meant, with their packets' locations. AgentNotFound, DocumentNotFound."""
        one, whole = spec.get("agent", ""), spec.get("document", "")
        agent, document = names.agent(mind, one), names.document(mind, whole) if whole else ""
        try:
            if one:
                found: Collection[AgentRecord] = (await self._agents.get(mind, [agent])).values()
            else:
                page = ListAgentsRequest(parent=mind, document=document, page_size=MOST_AGENTS)
                found = (await self._agents.list(page)).agents
        except CallFailed as error:
            if error.reason != ErrorReason.ERROR_REASON_MIND_NOT_FOUND:
                raise
            found = ()
        if not found:
            raise AgentNotFound(agent) if one else DocumentNotFound(document)
        return {record.agent: record.packet_location for record in found}

    async def _release(self, body: Object, mind: str) -> float | None:
        """Undo what was done for a declaration that is being deleted."""
        if not is_held(body):
            return None
        name = body["metadata"]["name"]
        try:
            agents = self._held.get(name) or await self._located(mind, body["spec"])
            await self._declared.release(name, agents)
        except (AgentNotFound, DocumentNotFound):
            await self._declared.release(name, ())
        except MyriadError as error:
            released = condition(body, "Released", False, reason_of(error), error.message)
            await self._recorder.turned(body, "Release", released)
            await say(self._cluster, self.resource, body, {}, [released])
            raise
        self._held.pop(name, None)
        await let_go(self._cluster, self.resource, body)
        return None

    async def _refuse(self, body: Object, mind: str) -> float:
        """The mind may not be declared here, or not any more."""
        name, message = body["metadata"]["name"], f"no AgentHostPool of this namespace allows {mind}"
        await self._declared.release(name, self._held.get(name, ()))
        self._held.pop(name, None)
        body = await let_go(self._cluster, self.resource, body)
        accepted, active = (condition(body, kind, False, "MindNotAllowed", message) for kind in ("Accepted", "Active"))
        await self._recorder.turned(body, "Accept", accepted)
        await say(self._cluster, self.resource, body, {"state": "Failed", **_NOTHING}, [accepted, active])
        return REFUSED_SECONDS

    async def _say(self, body: Object, status: Object, active: Object) -> None:
        await self._recorder.turned(body, "Hold", active)
        accepted = condition(body, "Accepted", True, "MindAllowed")
        await say(self._cluster, self.resource, body, status, [accepted, active])


def _is_seen(body: Object) -> bool:
    return bool(body.get("status", {}).get("observedGeneration") == body["metadata"]["generation"])


def _shown(agents: Mapping[str, str], held: Mapping[str, Collection[str]]) -> Object:
    """Where agents are, and in which version, for the status."""
    versions = [Place.parse(location).sha256 for location in agents.values()]
    whole = versions[0] if len(versions) == 1 else hashlib.sha256("".join(sorted(versions)).encode()).hexdigest()
    return {
        "agents": len(agents),
        "replicas": min(map(len, held.values())),
        "hosts": sorted({host for hosts in held.values() for host in hosts})[:MOST_HOSTS],
        "version": whole[:VERSION_SIGNS],
        "packetLocation": next(iter(agents.values())),
    }
