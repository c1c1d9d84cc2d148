"""The operator: hears of objects while it leads, and brings what they are about up to date, the most urgent first."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence

import structlog

from dlm.operator.leading import Leadership
from dlm.operator.ports import Key, Kind, Notice, Watch
from dlm.operator.queue import WorkQueue
from mesh import call
from mesh.cluster import Cluster, Object, Resource
from mesh.errors import DeadlineExceeded, MyriadError
from mesh.spread import Spread

log = structlog.get_logger()
AT_ONCE = 8
"""So many are worked on at once: a burst leaves the rest of the process its time."""
RECONCILE_SECONDS = 60.0
LOOK_SECONDS = 30.0
"""How often is looked whether any did not find room in the queue; then all are listed again."""


class Operator:
    """Works while it leads. Nothing of it needs to be kept: what is to be done is in the objects."""

    def __init__(self, kinds: Sequence[Kind], cluster: Cluster, watch: Watch, leadership: Leadership) -> None:
        self._kinds = {kind.resource: kind for kind in kinds}
        self._cluster = cluster
        self._watch = watch
        self.leadership = leadership
        self.queue: WorkQueue[Key] = WorkQueue()
        self.done = Counter[tuple[str, str]]()
        """Reconciliations by the plural of their kind, and by how they ended: `done`, or why not."""
        self.times = Spread()

    async def run(self) -> None:
        """Lead once, from when this operator may until it may no more. It fails if the watch does."""
        await self.leadership.gained()
        self.queue = WorkQueue()
        watched = {resource: None for kind in self._kinds.values() for resource in kind.watched}
        hearing = asyncio.create_task(self._watch.run(list(watched), self.tell))
        tasks = {hearing, asyncio.create_task(self.leadership.lost())}
        others = [asyncio.create_task(self._work()) for _ in range(AT_ONCE)] + [
            asyncio.create_task(self._find_missed())
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if hearing.done():
                hearing.result()
        finally:
            for task in (*tasks, *others):
                task.cancel()
            await asyncio.wait((*tasks, *others))

    def note(self, notices: Iterable[Notice]) -> None:
        """Of what is to be looked at."""
        for notice in notices:
            self.queue.add(*notice)

    def tell(self, resource: Resource, body: Object) -> None:
        """Of an object that is there, came, changed or has gone."""
        for kind in self._kinds.values():
            if resource in kind.watched and (notice := kind.notice(resource, body)):
                self.note([notice])

    async def _work(self) -> None:
        """Bring one up to date after the other."""
        while True:
            key = await self.queue.take()
            call.request_id.set(call.new_request_id())
            began = time.monotonic()
            try:
                self.leadership.check()
                async with asyncio.timeout(RECONCILE_SECONDS):
                    again = await self._kinds[key.resource].reconcile(key.name, self.queue.failures(key))
            except Exception as error:  # whatever is wrong with one, the others go on
                self.queue.retry(key)
                self._count(key, _why(key, error))
            else:
                self.queue.done(key)
                if again is not None:
                    self.queue.add(key, seconds=again)
                self._count(key, "done")
            self.times.add(time.monotonic() - began)

    async def _find_missed(self) -> None:
        """List all again after some found the queue full, as soon as it is half empty."""
        while True:
            await asyncio.sleep(LOOK_SECONDS * random.uniform(0.8, 1))
            if not self.queue.missed or len(self.queue) > self.queue.most // 2:
                continue
            self.queue.missed = 0
            try:
                for kind in self._kinds.values():
                    for resource in kind.watched:
                        async for body in self._cluster.each(resource):
                            await self.queue.room()  # or the first would fill it each time
                            self.tell(resource, body)
            except MyriadError as error:
                self.queue.missed += 1
                log.info("operator.unlisted", reason=error.reason_name)

    def _count(self, key: Key, result: str) -> None:
        self.done[key.resource.plural, result] += 1


def _why(key: Key, error: Exception) -> str:
    """The reason of a failure, which is logged."""
    if isinstance(error, MyriadError):
        reason, message = error.reason_name, error.message
    elif isinstance(error, TimeoutError):
        reason, message = DeadlineExceeded.name(), "it took too long"
    else:
        log.exception("operator.failed", kind=key.resource.plural, name=key.name)
        return MyriadError.name()
    log.info("operator.again", kind=key.resource.plural, name=key.name, reason=reason, error=message)
    return reason
