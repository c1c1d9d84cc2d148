"""
Minds: what a mind shall know, declared as files in buckets and ConfigMaps.

What is known and what the files say are compared, and the difference is learned and forgotten: nothing is remembered
between two looks but which files cannot be learned. Documents that others taught the mind are never touched.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from dlm.operator.conditions import condition, reason_of, stamp
from dlm.operator.course import Course, Failed
from dlm.operator.curriculum import digest
from dlm.operator.objects import hold, is_held, let_go, say
from dlm.operator.permissions import Permissions
from dlm.operator.ports import Buckets, Key, Notice, Restriction, Teacher
from dlm.operator.recorder import Recorder
from dlm.operator.sources import look
from mesh import names
from mesh.cluster import MINDS, Cluster, Object, Resource
from mesh.errors import MyriadError

WORK_SECONDS = 10.0
"""After so long the next mind has its turn."""
REFUSED_SECONDS = 30.0
MOST_SIGNS = 1_000


class Minds:
    """See `dlm.operator.ports.Kind`."""

    resource = MINDS
    watched: Sequence[Resource] = (MINDS,)

    def __init__(
        self,
        cluster: Cluster,
        teacher: Teacher,
        restriction: Restriction,
        buckets: Buckets,
        permissions: Permissions,
        recorder: Recorder,
    ) -> None:
        self._cluster = cluster
        self._teacher = teacher
        self._restriction = restriction
        self._buckets = buckets
        self._permissions = permissions
        self._recorder = recorder
        self._failed: dict[str, Mapping[str, Failed]] = {}
        """By mind and document."""

    def notice(self, _resource: Resource, body: Object) -> Notice | None:
        key = Key(self.resource, body["metadata"]["name"])
        if "deletionTimestamp" in body["metadata"]:
            return Notice(key) if is_held(body) else None
        seen = body.get("status", {}).get("observedGeneration") == body["metadata"]["generation"]
        return Notice(key, seconds=body["spec"]["refreshSeconds"] if seen else 0.0)

    async def reconcile(self, name: str, _failures: int) -> float | None:
        body = await self._cluster.get(self.resource, name)
        if body is None:
            self._failed.pop(name, None)
            return None
        mind = names.mind(name)
        if "deletionTimestamp" in body["metadata"]:
            return await self._release(body, mind)
        if not await self._permissions.allows(mind):
            return await self._refuse(body, mind)
        keep = body["spec"]["deletionPolicy"] == "Retain"
        body = await (let_go if keep else hold)(self._cluster, self.resource, body)
        try:
            return await self._teach(body, mind)
        except MyriadError as error:
            ready = condition(body, "Ready", False, reason_of(error), error.message)
            await self._recorder.turned(body, "Learn", ready)
            await self._say(body, {}, [_accepted(body), ready])
            raise

    async def _teach(self, body: Object, mind: str) -> float:
        name, spec = body["metadata"]["name"], body["spec"]
        await self._restriction.allow(mind, spec.get("models", ()))  # before anything is there to be asked
        async with AsyncExitStack() as stack:
            sources = await look(body, self._cluster, self._buckets, stack)
            known = await self._teacher.known(mind)
            course = Course(self._teacher, mind, sources, known, self._failed.get(name, {}), spec.get("quotas", {}))
            try:
                await course.go_on(WORK_SECONDS)
            finally:
                self._failed[name] = course.failed
        await self._report(body, course)
        return 0.0 if course.steps else float(spec["refreshSeconds"])

    async def _report(self, body: Object, course: Course) -> None:
        status: Object = {
            "documents": len(course.known),
            "agents": sum(one.agents for one in course.known.values()),
            "sources": [_shown(declared["name"], course) for declared in body["spec"]["sources"]],
        }
        if course.changed:
            status["lastLearnTime"] = stamp()
        lost = "; ".join(f"{name}: {error.message}" for name, error in course.sources.unread.items())
        over = ", ".join(sorted(course.left.exceeded))
        ready = _ready(body, lost, over, len(course.failed), course.steps)
        if not course.steps:
            await self._recorder.turned(body, "Learn", ready)
        available = condition(body, "SourcesAvailable", not lost, "Unreadable" if lost else "Readable", lost)
        exceeded = condition(body, "QuotaExceeded", bool(over), "Reached" if over else "Within", over)
        await self._say(body, status, [_accepted(body), available, exceeded, ready])

    async def _release(self, body: Object, mind: str) -> float | None:
        """Undo what was done for a mind that is being deleted, as far as that is wanted."""
        if not is_held(body):
            return None
        try:
            ends, known = time.monotonic() + WORK_SECONDS, await self._teacher.known(mind)
            for one in known:
                if body["spec"]["deletionPolicy"] == "Retain":
                    break
                await self._teacher.forget(mind, one)
                if time.monotonic() > ends:
                    return 0.0
        except MyriadError as error:
            released = condition(body, "Released", False, reason_of(error), error.message)
            await self._recorder.turned(body, "Release", released)
            await self._say(body, {}, [released])
            raise
        await let_go(self._cluster, self.resource, body)
        return None

    async def _refuse(self, body: Object, mind: str) -> float:
        message = f"no AgentHostPool of this namespace allows {mind}"
        accepted, ready = (condition(body, kind, False, "MindNotAllowed", message) for kind in ("Accepted", "Ready"))
        await self._recorder.turned(body, "Accept", accepted)
        await self._say(body, {}, [accepted, ready])
        return REFUSED_SECONDS

    async def _say(self, body: Object, status: Object, conditions: Sequence[Object]) -> None:
        await say(self._cluster, self.resource, body, status, conditions)


def _accepted(body: Object) -> Object:
    return condition(body, "Accepted", True, "MindAllowed")


def _ready(body: Object, lost: str, over: str, failed: int, left: int) -> Object:
    """Whether the mind knows what its sources hold."""
    for wrong, why, message in (
        (left, "Learning", f"{left} documents are still to be learned or forgotten"),
        (lost, "SourceUnreadable", lost),
        (over, "QuotaExceeded", f"reached: {over}"),
        (failed, "DocumentsFailed", f"{failed} documents cannot be learned as they are"),
    ):
        if wrong:
            return condition(body, "Ready", False, why, message)
    return condition(body, "Ready", True, "UpToDate")


def _shown(name: str, course: Course) -> Object:
    """How a source is, for the status."""
    if error := course.sources.unread.get(name):
        return {"name": name, "message": error.message[:MOST_SIGNS]}
    lessons, files = course.sources.lessons, course.sources.files[name]
    failed = [f"{lessons[one].uri}: {said.why}" for one, said in course.failed.items() if lessons[one].source == name]
    shown: Object = {"name": name, "digest": digest(files), "documents": len(files), "failed": len(failed)}
    return shown | ({"message": failed[0][:MOST_SIGNS]} if failed else {})
