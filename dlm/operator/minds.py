"""
Minds: what a mind shall know, declared as files in buckets and ConfigMaps.

What is known and what the files say are compared, and the difference is learned and forgotten: nothing is remembered
between two looks but which files cannot be learned. Documents that others taught the mind are never touched.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from dlm.operator import curriculum as curricula
from dlm.operator.conditions import condition, reason_of, stamp
from dlm.operator.config_maps import ConfigMapSource
from dlm.operator.curriculum import TAG, Curriculum, Lesson, curriculum
from dlm.operator.objects import hold, is_held, let_go, say
from dlm.operator.permissions import Permissions
from dlm.operator.ports import Buckets, File, Key, Known, Notice, Source, Teacher
from dlm.operator.recorder import Recorder
from mesh import names
from mesh.cluster import MINDS, Cluster, Object, Resource
from mesh.documents import LARGEST_DOCUMENT_BYTES, media_type
from mesh.errors import MyriadError, reason_name
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult

WORK_SECONDS = 10.0
"""After so long the next mind has its turn."""
REFUSED_SECONDS = 30.0
AT_ONCE = 100
AT_ONCE_BYTES = 2 * 1024 * 1024
DAY_SECONDS = 86_400.0
MOST_SIGNS = 1_000


@dataclass(slots=True)
class _Sources:
    """What lies in the sources of a mind."""

    opened: dict[str, Source] = field(default_factory=dict)
    files: dict[str, Sequence[File]] = field(default_factory=dict)
    unread: dict[str, MyriadError] = field(default_factory=dict)
    lessons: dict[str, Lesson] = field(default_factory=dict)

    async def read(self, lesson: Lesson) -> bytes | None:
        return await self.opened[lesson.source].read(lesson.file.name)


class Minds:
    """See `dlm.operator.ports.Kind`."""

    resource = MINDS
    watched: Sequence[Resource] = (MINDS,)

    def __init__(
        self, cluster: Cluster, teacher: Teacher, buckets: Buckets, permissions: Permissions, recorder: Recorder
    ) -> None:
        self._cluster = cluster
        self._teacher = teacher
        self._buckets = buckets
        self._permissions = permissions
        self._recorder = recorder
        self._failed: dict[str, dict[str, tuple[str, str]]] = {}
        """By mind and document: the tag of a file that cannot be learned, and why."""

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
            await self._say(
                body, {}, [_accepted(body), condition(body, "Ready", False, reason_of(error), error.message)]
            )
            raise

    async def _teach(self, body: Object, mind: str) -> float:
        async with AsyncExitStack() as stack:
            sources = await self._look(body, stack)
            known = dict(await self._teacher.known(mind))
            failed = self._failed[body["metadata"]["name"]] = {
                one: why
                for one, why in self._failed.get(body["metadata"]["name"], {}).items()
                if one in sources.lessons
            }
            quotas = body["spec"].get("quotas", {})

            def rest() -> Curriculum:
                tags = {one: tag for one, (tag, _) in failed.items()}
                return curriculum(sources.lessons, known, tags, sources.unread, quotas)

            left, changed, ends = rest(), False, time.monotonic() + WORK_SECONDS
            while left.learn or left.forget:
                changed = True
                if left.learn:
                    await self._learn(mind, sources, left.learn[: 1 if "agents" in quotas else AT_ONCE], known, failed)
                else:
                    await self._teacher.forget(mind, left.forget[0])
                    del known[left.forget[0]]
                left = rest()
                if time.monotonic() > ends:
                    break
        await self._report(body, sources, known, failed, left, changed)
        return 0.0 if left.learn or left.forget else float(body["spec"]["refreshSeconds"])

    async def _look(self, body: Object, stack: AsyncExitStack) -> _Sources:
        """What the sources hold now; one that cannot be read keeps none of the others from being read."""
        found = _Sources()
        for declared in body["spec"]["sources"]:
            name = declared["name"]
            try:
                if place := declared.get("configMap"):
                    space = body["metadata"]["namespace"]
                    source: Source = ConfigMapSource(self._cluster, space, place["name"], place.get("key", ""))
                else:
                    source = await stack.enter_async_context(self._buckets(declared["bucket"]))
                found.files[name] = _kept(await source.files(), declared.get("retentionDays"))
            except MyriadError as error:
                found.unread[name] = error
                continue
            found.opened[name] = source
            for file in found.files[name]:
                uri = source.uri + file.name
                found.lessons[curricula.document(name, uri)] = Lesson(name, uri, file)
        return found

    async def _learn(
        self,
        mind: str,
        sources: _Sources,
        chosen: Sequence[str],
        known: dict[str, Known],
        failed: dict[str, tuple[str, str]],
    ) -> None:
        """Learn the first of the chosen documents, as many as go into one call; what became of them is noted."""
        batch = dict[str, DocumentInput]()
        lessons = _in_one_call({one: sources.lessons[one] for one in chosen})
        contents = await asyncio.gather(*(sources.read(lesson) for lesson in lessons.values()))
        for (one, lesson), content in zip(lessons.items(), contents, strict=True):
            tag, kind = lesson.file.tag, media_type(lesson.file.name) or "text/plain"
            if content is None:
                failed[one] = tag, "it went while it was read"
            elif len(content) > LARGEST_DOCUMENT_BYTES:
                failed[one] = tag, f"it is larger than the {LARGEST_DOCUMENT_BYTES:,} bytes that one may have"
            else:
                metadata = {TAG: tag}
                batch[one] = DocumentInput(id=one, content=content, media_type=kind, uri=lesson.uri, metadata=metadata)
        results = await self._teacher.learn(mind, list(batch.values())) if batch else ()
        for one, result in zip(batch, results, strict=True):
            tag = sources.lessons[one].file.tag
            if result.state == DocumentResult.STATE_FAILED:
                failed[one] = tag, result.message or reason_name(result.reason)
            else:
                known[one] = Known(tag, result.agent_count)

    async def _report(
        self,
        body: Object,
        sources: _Sources,
        known: Mapping[str, Known],
        failed: Mapping[str, tuple[str, str]],
        left: Curriculum,
        changed: bool,
    ) -> None:
        ours = [one for name, one in known.items() if name in sources.lessons or name in left.forget]
        status: Object = {
            "documents": len(ours),
            "agents": sum(one.agents for one in ours),
            "sources": [_shown(declared["name"], sources, failed) for declared in body["spec"]["sources"]],
        }
        if changed:
            status["lastLearnTime"] = stamp()
        lost = "; ".join(f"{name}: {error.message}" for name, error in sources.unread.items())
        over = ", ".join(sorted(left.exceeded))
        ready = _ready(body, lost, over, len(failed), len(left.learn) + len(left.forget))
        if ready["reason"] != "Learning":
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


def _kept(files: Sequence[File], days: int | None) -> Sequence[File]:
    """Those that are not too old to be known."""
    oldest = time.time() - days * DAY_SECONDS if days else 0.0
    return [file for file in files if file.changed >= oldest]


def _in_one_call(lessons: Mapping[str, Lesson]) -> Mapping[str, Lesson]:
    """The first, as many as fit."""
    chosen, size = dict[str, Lesson](), 0
    for one, lesson in lessons.items():
        size += min(lesson.file.bytes, LARGEST_DOCUMENT_BYTES)
        if chosen and size > AT_ONCE_BYTES:
            break
        chosen[one] = lesson
    return chosen


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


def _shown(name: str, sources: _Sources, failed: Mapping[str, tuple[str, str]]) -> Object:
    """How a source is, for the status."""
    if error := sources.unread.get(name):
        return {"name": name, "message": error.message[:MOST_SIGNS]}
    why = [f"{sources.lessons[one].uri}: {message}" for one, (_, message) in failed.items() if _is_of(one, name)]
    files = sources.files[name]
    shown: Object = {"name": name, "digest": curricula.digest(files), "documents": len(files), "failed": len(why)}
    return shown | ({"message": why[0][:MOST_SIGNS]} if why else {})


def _is_of(document: str, source: str) -> bool:
    return curricula.source_of(document) == source
