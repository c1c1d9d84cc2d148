"""
Learning: documents become agents, batch by batch.

Of each batch the order is plan, packets, bundles, graph, hosts, ledger: a crash leaves bundles that nobody points to,
never an agent without its packet. While one batch is being written the next is read and cut. When the caller leaves,
nothing more is read or begun; a batch that is already being written is finished, and the job stays open.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from functools import partial
from typing import TypeAlias

import structlog

from genesis.changes import Before, Change, change
from genesis.drafts import Draft, Drafter, failure
from genesis.errors import Conflict, DocumentTooLarge, JobCancelled
from genesis.fairness import CallerLeft, Share, Turns
from genesis.locks import Locks
from genesis.ports import Connectome, Ledger, Move, Residents
from genesis.storage import Storage
from genesis.texts import Written
from genesis.workers import Workers
from mesh import call, names
from mesh.errors import MyriadError, reason_name
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import DocumentDifference, DocumentPlan
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult, Job
from myriad.type.v1.standing_pb2 import LearningFigures

log = structlog.get_logger()
Batch: TypeAlias = "list[Draft | DocumentResult]"
Results: TypeAlias = "tuple[Sequence[DocumentResult], Job]"

BATCH_AGENTS = 1_000
BATCH_CHARACTERS = 4 * 1024 * 1024
_BATCHES_AT_ONCE = 3
_TRIES = 4
_LONGEST_PAUSE_SECONDS = 0.2


class Learner:
    """Learns documents; `locks` keep two learns, or a learn and a forget, of one document apart."""

    def __init__(
        self,
        connectome: Connectome,
        ledger: Ledger,
        storage: Storage,
        residents: Residents,
        locks: Locks,
        turns: Turns,
        workers: Workers,
    ) -> None:
        self._connectome = connectome
        self._ledger = ledger
        self._storage = storage
        self._residents = residents
        self._locks = locks
        self._turns = turns
        self._workers = workers
        self.results = Counter[tuple[str, str]]()
        """Documents, by what became of them and why."""
        self.under_way: dict[object, tuple[LearningFigures, float]] = {}
        """What is being learned, how far it is, and when that began by the monotonic clock."""
        # The loop holds its tasks by weak references only.
        self._under_way: set[asyncio.Future[Results]] = set()

    async def learn(
        self, job: str, sources: AsyncGenerator[Sequence[DocumentInput], None]
    ) -> AsyncGenerator[Results, None]:
        """
        Learn documents in `minds/{mind}/jobs/{job}`; yields the results of each batch once it is safe.

        The last item has no results and the job closed. A job that breaks off stays open, and can go on. JobCancelled.
        """
        mind = names.parent(job)
        with self._turns.share(call.caller.get().key) as share, self._shown(job) as figures:
            await self._ledger.open(job)

            async def learned(batch: Batch) -> Results:
                results = await self._learn_batch(share, mind, batch)
                self.results.update(map(_outcome, results))
                figures.document_count += len(results)
                figures.agent_count += sum(one.added_agent_count for one in results)
                return results, await self._ledger.record(job, results)

            async with aclosing(self._in_order(_batches(share, Drafter(mind), sources), learned)) as batches:
                async for results, state in batches:
                    yield results, state
                    _going_on(state)
            try:
                await self._storage.compact(mind)
            except (MyriadError, OSError) as error:
                log.warning("compaction.failed", mind=mind, error=type(error).__name__)  # the sweeper does it
            yield [], _going_on(await self._ledger.close(job))

    @contextmanager
    def _shown(self, job: str) -> Iterator[LearningFigures]:
        """While the block lasts the job is under way."""
        figures, call_of_it = LearningFigures(job=job), object()
        self.under_way[call_of_it] = figures, time.monotonic()
        try:
            yield figures
        finally:
            del self.under_way[call_of_it]

    async def _in_order(
        self, batches: AsyncGenerator[Batch, None], work: Callable[[Batch], Awaitable[Results]]
    ) -> AsyncGenerator[Results, None]:
        """
        The results of `work` in the order of the batches, a few under way at once and one more being read.

        Whoever breaks off waits for nothing: what is under way ends by itself.
        """
        pending: deque[asyncio.Future[Results]] = deque()
        async with aclosing(batches):
            reading: asyncio.Future[Batch | None] | None = asyncio.ensure_future(anext(batches, None))
            try:
                while reading or pending:
                    room = reading if len(pending) < _BATCHES_AT_ONCE else None
                    await asyncio.wait(
                        [one for one in (room, *list(pending)[:1]) if one], return_when=asyncio.FIRST_COMPLETED
                    )
                    if pending and pending[0].done():
                        yield pending.popleft().result()
                    elif reading and reading.done():
                        if batch := reading.result():
                            pending.append(self._started(work(batch)))
                        reading = asyncio.ensure_future(anext(batches, None)) if batch else None
            finally:
                if reading:
                    reading.cancel()
                    await asyncio.wait([reading])

    def _started(self, work: Awaitable[Results]) -> asyncio.Future[Results]:
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Future[Results]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, CallerLeft):
            log.warning("batch.failed", error=type(error).__name__)

    async def _learn_batch(self, share: Share, mind: str, batch: Batch) -> list[DocumentResult]:
        drafts = [item for item in batch if isinstance(item, Draft)]
        results = iter(await self._learn_drafts(share, mind, drafts)) if drafts else iter(())
        return [next(results) if isinstance(item, Draft) else item for item in batch]

    async def _learn_drafts(self, share: Share, mind: str, drafts: Sequence[Draft]) -> Sequence[DocumentResult]:
        async with self._locks.held(draft.document.name for draft in drafts):
            return await self._learn_together(share, mind, drafts)

    async def _learn_together(self, share: Share, mind: str, drafts: Sequence[Draft]) -> Sequence[DocumentResult]:
        """All at once; where that fails, each alone: no document is the others' failure."""
        try:
            return await self._tried(share, mind, drafts)
        except (Conflict, DocumentTooLarge) as error:
            if len(drafts) == 1:
                return [_failed(drafts[0], error)]
        return [one for draft in drafts for one in await self._learn_together(share, mind, [draft])]

    async def _tried(self, share: Share, mind: str, drafts: Sequence[Draft]) -> Sequence[DocumentResult]:
        for _ in range(_TRIES - 1):
            try:
                return await self._learn_locked(share, mind, drafts)
            except Conflict:
                await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))
        return await self._learn_locked(share, mind, drafts)

    async def _learn_locked(self, share: Share, mind: str, drafts: Sequence[Draft]) -> Sequence[DocumentResult]:
        planned = list(zip(drafts, await self._connectome.plan(mind, [_plan(draft) for draft in drafts]), strict=True))
        records = {record.agent: record for record in await self._connectome.agents(mind, _staying(planned))}
        if lost := await self._storage.lost(mind, list(records.values())):
            log.error("packets.lost", mind=mind, agents=len(lost))
        work = [
            (draft, difference, await self._before(draft, records) if difference.known else None)
            for draft, difference in planned
            if not difference.unchanged or not lost.keys().isdisjoint(draft.passages)
        ]
        made: Mapping[str, Change | DocumentResult] = {}
        if work:
            written = await self._workers.written(share, [draft for draft, _, _ in work])
            ready = list(zip(work, written, strict=True))
            made = await share.run(lambda: {one[0].document.name: _made(*one, frames) for one, frames in ready})
        if changes := [one for one in made.values() if isinstance(one, Change)]:
            await self._write(mind, changes)
        return [_result(draft, made.get(draft.document.name)) for draft in drafts]

    async def _before(self, draft: Draft, records: Mapping[str, AgentRecord]) -> Before:
        stay = {agent: records[agent] for agent in draft.passages if agent in records}
        return Before(await self._connectome.document(draft.document.name), stay)

    async def _write(self, mind: str, changes: Sequence[Change]) -> None:
        added = [frame for one in changes for frame in one.added]
        moved = [frame for one in changes for frame in one.moved]
        left = [location for one in changes for location in one.left]
        at, moved_to = await self._storage.write(mind, added), await self._storage.write(mind, moved)
        for one in changes:
            for record in one.registered.new_agents:
                record.packet_location = at[record.agent]
        try:
            if moved_to:
                moves = [Move(agent, moved_to[agent], old) for (agent, _), old in zip(moved, left, strict=True)]
                await self._storage.relocate(mind, moves)
            removed = await self._connectome.register(mind, [one.registered for one in changes])
        except (Conflict, DocumentTooLarge):
            self._storage.outdate(mind, [*at.values(), *moved_to.values()])
            raise
        self._storage.outdate(mind, (agent.packet_location for agent in removed))
        if asleep := [*moved_to, *(agent.agent for agent in removed)]:
            try:
                await self._residents.dehydrate(mind, asleep)
            except MyriadError as error:
                # The documents are learned; the sweep of the old bundles puts these agents to sleep again.
                log.warning("dehydration.failed", mind=mind, agents=len(asleep), error=type(error).__name__)


def _staying(planned: Iterable[tuple[Draft, DocumentDifference]]) -> list[str]:
    """The agents of known documents that the mind has already."""
    staying: list[str] = []
    for draft, difference in planned:
        if difference.known:
            new = set(difference.new_agents)
            staying += (agent for agent in draft.passages if agent not in new)
    return staying


def _going_on(job: Job) -> Job:
    if job.state == Job.STATE_CANCELLED:
        raise JobCancelled(job.name)
    return job


def _outcome(result: DocumentResult) -> tuple[str, str]:
    state = DocumentResult.State.Name(result.state).removeprefix("STATE_").lower()
    return state, reason_name(result.reason) if result.reason else ""


def _plan(draft: Draft) -> DocumentPlan:
    document = draft.document
    return DocumentPlan(document=document.name, content_hash=document.content_hash, agents=draft.passages)


def _made(
    draft: Draft, difference: DocumentDifference, before: Before | None, written: Sequence[Written] | None
) -> Change | DocumentResult:
    try:
        return change(draft, difference, before, written)
    except Exception as error:  # whatever it is, the other documents are learned
        return _failed(draft, error)


def _failed(draft: Draft, error: Exception) -> DocumentResult:
    return failure(error, draft.line, draft.document.uri, draft.document.name)


def _result(draft: Draft, change: Change | DocumentResult | None) -> DocumentResult:
    if isinstance(change, DocumentResult):
        return change
    if change is None:
        return draft.result(DocumentResult.STATE_UNCHANGED)
    result = draft.result(DocumentResult.STATE_LEARNED)
    result.added_agent_count, result.removed_agent_count = change.gained, change.lost
    return result


async def _batches(
    share: Share, drafter: Drafter, sources: AsyncGenerator[Sequence[DocumentInput], None]
) -> AsyncGenerator[Batch, None]:
    async with aclosing(sources):
        async for inputs in sources:
            cut = _cut(item for source in inputs for item in drafter.drafts(source))
            while batch := await share.run(partial(next, cut, None)):
                yield batch


def _cut(items: Iterable[Draft | DocumentResult]) -> Iterator[Batch]:
    """Batches of bounded size, no document twice in one."""
    batch: Batch = []
    documents: set[str] = set()
    agents = characters = 0
    for item in items:
        name = item.document.name if isinstance(item, Draft) else ""
        more = len(item.text) if isinstance(item, Draft) else 0
        full = agents >= BATCH_AGENTS or characters + more > BATCH_CHARACTERS
        if batch and (full or name in documents or len(batch) >= BATCH_AGENTS):
            yield batch
            batch, documents, agents, characters = [], set(), 0, 0
        batch.append(item)
        if isinstance(item, Draft):
            documents.add(name)
            agents += len(item.passages)
            characters += more
    if batch:
        yield batch
