"""The curriculum of a declared mind: what of its files is still to be learned, and what to be forgotten. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dlm.operator.ports import File, Known
from mesh.cluster import Object

OURS = "declared."
"""The ids of documents of declared minds begin so,"""
TAG = "myriad.dev/tag"
"""and their metadata hold the tag of the file, so that nothing that others teach is taken for ours."""
_DIGEST_SIGNS = 32
_PLAIN = re.compile("[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?")
"""Names of files that documents may be called by."""


class Lesson(NamedTuple):
    """A file, and where it is."""

    source: str
    uri: str
    file: File

    @property
    def tag(self) -> str:
        """Another whenever what the file says is, or where it lies."""
        return _digest(f"{self.uri}\0{self.file.tag}")


@dataclass(frozen=True, slots=True)
class Curriculum:
    """What is still to be done."""

    learn: Sequence[str] = ()
    """Documents, changed ones first."""
    forget: Sequence[str] = ()
    exceeded: Collection[str] = field(default_factory=frozenset)
    """The quotas that keep some from being learned."""


def document(source: str, name: str) -> str:
    """The id of what a file of a source is learned as: by its name, or a digest if it cannot be."""
    return f"{OURS}{source}.{name if _PLAIN.fullmatch(name) else _digest(name)}"


def source_of(document: str) -> str:
    """The name of the source that a document is of."""
    return document.split(".")[1]


def digest(files: Iterable[File]) -> str:
    """Another whenever anything in a source is."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.name}\0{file.tag}\n".encode())
    return whole.hexdigest()[:12]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_SIGNS]


def curriculum(
    lessons: Mapping[str, Lesson],
    known: Mapping[str, Known],
    failed: Mapping[str, str],
    unread: Collection[str],
    quotas: Object,
) -> Curriculum:
    """
    What a mind has to learn and to forget to know what its sources hold, as far as its quotas go.

    Args:
        lessons: the files by the ids that their documents have, in a fixed order.
        known: the documents that it was taught before.
        failed: the tags of files that cannot be learned as they are.
        unread: the names of sources of which nobody knows what they hold; nothing of them is forgotten.
        quotas: the most documents, agents and bytes.
    """
    learn, new = list[str](), list[str]()
    for one, lesson in lessons.items():
        if failed.get(one) == lesson.tag:
            continue
        if one not in known:
            new.append(one)
        elif known[one].tag != lesson.tag:
            learn.append(one)
    kept = [one for one in known if one in lessons or source_of(one) in unread]
    documents, agents = len(kept), sum(known[one].agents for one in kept)
    size = sum(lesson.file.bytes for one, lesson in lessons.items() if one in known)
    exceeded = set[str]()
    for one in new:
        documents, size = documents + 1, size + lessons[one].file.bytes
        over = {
            quota
            for quota, amount in (("documents", documents), ("bytes", size), ("agents", agents + 1))
            if amount > quotas.get(quota, amount)
        }
        if over:
            exceeded |= over
            break
        learn.append(one)
    return Curriculum(learn, sorted(known.keys() - kept), exceeded)
