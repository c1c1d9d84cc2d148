"""A course: a mind is taught what its sources hold, step by step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dlm.operator.curriculum import TAG, Curriculum, Lesson, curriculum
from dlm.operator.ports import Known, Teacher
from dlm.operator.sources import Sources
from mesh.cluster import Object
from mesh.documents import LARGEST_FILE_BYTES, largest, media_type
from mesh.errors import reason_name
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult

AT_ONCE = 100
AT_ONCE_BYTES = 2 * 1024 * 1024


class Failed(NamedTuple):
    """A file that cannot be learned as it is."""

    tag: str
    why: str


class Course:
    """What `minds/{mind}` knows of its sources, and what is left."""

    def __init__(
        self,
        teacher: Teacher,
        mind: str,
        sources: Sources,
        known: Mapping[str, Known],
        failed: Mapping[str, Failed],
        quotas: Object,
    ) -> None:
        """`known` and `failed`: by document, what was taught before, and what could not be."""
        self._teacher = teacher
        self._mind = mind
        self._quotas = quotas
        self.sources = sources
        self.known = dict(known)
        self.failed = {one: said for one, said in failed.items() if one in sources.lessons}
        self.changed = False
        """Whether anything was learned or forgotten."""
        self.left = self._left()

    @property
    def steps(self) -> int:
        """How many documents are still to be learned or forgotten."""
        return len(self.left.learn) + len(self.left.forget)

    async def go_on(self, seconds: float) -> None:
        """Take at least one step, if any is left, and the next ones until so much time has passed."""
        ends = time.monotonic() + seconds
        while self.steps:
            self.changed = True
            if self.left.learn:
                # How many agents a document becomes is known afterwards only.
                await self._learn(self.left.learn[: 1 if "agents" in self._quotas else AT_ONCE])
            else:
                await self._teacher.forget(self._mind, self.left.forget[0])
                del self.known[self.left.forget[0]]
            self.left = self._left()
            if time.monotonic() > ends:
                return

    def _left(self) -> Curriculum:
        tags = {one: said.tag for one, said in self.failed.items()}
        return curriculum(self.sources.lessons, self.known, tags, self.sources.unread, self._quotas)

    async def _learn(self, chosen: Sequence[str]) -> None:
        """Learn the first of the chosen documents, as many as go into one call; what became of them is noted."""
        batch = dict[str, DocumentInput]()
        lessons = _in_one_call({one: self.sources.lessons[one] for one in chosen})
        contents = await asyncio.gather(*map(self.sources.read, lessons.values()))
        for (one, lesson), content in zip(lessons.items(), contents, strict=True):
            tag, kind = lesson.tag, media_type(lesson.file.name) or "text/plain"
            if content is None:
                self.failed[one] = Failed(tag, "it went while it was read")
            elif len(content) > largest(kind):
                self.failed[one] = Failed(tag, f"it is larger than {largest(kind):,} bytes")
            else:
                told = {TAG: tag}
                batch[one] = DocumentInput(id=one, content=content, media_type=kind, uri=lesson.uri, metadata=told)
        results = await self._teacher.learn(self._mind, list(batch.values())) if batch else ()
        for one, result in zip(batch, results, strict=True):
            tag = lessons[one].tag
            if result.state == DocumentResult.STATE_FAILED:
                self.failed[one] = Failed(tag, result.message or reason_name(result.reason))
            else:
                self.known[one] = Known(tag, result.agent_count)


def _in_one_call(lessons: Mapping[str, Lesson]) -> Mapping[str, Lesson]:
    """The first, as many as fit."""
    chosen, size = dict[str, Lesson](), 0
    for one, lesson in lessons.items():
        size += min(lesson.file.bytes, LARGEST_FILE_BYTES)
        if chosen and size > AT_ONCE_BYTES:
            break
        chosen[one] = lesson
    return chosen
