"""What the operator asks of others; what it asks of Kubernetes is in `mesh.cluster`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol, TypeAlias

from mesh.cluster import Object, Resource
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult

Tell: TypeAlias = Callable[[Resource, Object], None]
"""Hears of an object that is there, came, changed, or has gone."""


class Watch(Protocol):
    """The watching of a namespace."""

    async def run(self, resources: Sequence[Resource], tell: Tell) -> None:
        """Tell of all objects, then of every change, until cancelled; it fails if it cannot go on."""


class Activation(Protocol):
    """The connectome. CallFailed when it does not answer."""

    async def activate(self, mind: str, question: str, most: int) -> Mapping[str, str]:
        """The agents that a question wakes, best first, with their packets' locations. MIND_NOT_FOUND."""


class Restriction(Protocol):
    """The connectome, where it says who may ask. CallFailed when it does not answer or refuses."""

    async def allow(self, mind: str, models: Sequence[str]) -> None:
        """From now on these models alone may be asked of `minds/{mind}`, which is made if it is new; all if none."""


class Known(NamedTuple):
    """A document that a declared mind knows."""

    tag: str
    """That of the file, as it was learned."""
    agents: int


class Teacher(Protocol):
    """Genesis. CallFailed when it does not answer or refuses."""

    async def known(self, mind: str) -> Mapping[str, Known]:
        """The documents by id that `learn` taught `minds/{mind}`, whoever called it; none if there is no such mind."""

    async def learn(self, mind: str, documents: Sequence[DocumentInput]) -> Sequence[DocumentResult]:
        """Teach documents; what became of each, in their order."""

    async def forget(self, mind: str, document: str) -> None:
        """Forget the document of this id everywhere, if the mind knows it."""


class File(NamedTuple):
    """A file of a source."""

    name: str
    tag: str
    """Another whenever what it says is."""
    bytes: int
    changed: float = 0.0
    """When it last was, by the clock of its source, seconds; 0 if that is not known."""


class Source(Protocol):
    """Where documents lie. SourceUnavailable if it cannot be read."""

    uri: str
    """What files' names come after."""

    async def files(self) -> Sequence[File]:
        """All of its files that are documents by their names, in the order of these."""

    async def read(self, name: str) -> bytes | None:
        """What a file says; None if it is gone."""


Buckets: TypeAlias = Callable[[str], AbstractAsyncContextManager[Source]]
"""Opens what lies in a bucket, at `s3://bucket/prefix`. SourceUnavailable if that cannot be an address."""


class Key(NamedTuple):
    """Something that is to be looked at."""

    resource: Resource
    name: str


class Notice(NamedTuple):
    """When, and how urgently, an object is to be looked at."""

    key: Key
    priority: int = 0
    seconds: float = 0.0


class Kind(Protocol):
    """Objects of a kind, and what is done for them: it may break off anywhere, and be done again at any time."""

    resource: Resource
    """The kind's own."""
    watched: Sequence[Resource]
    """All that is to be heard of for it."""

    def notice(self, resource: Resource, body: Object) -> Notice | None:
        """What an event asks for, if anything."""

    async def reconcile(self, name: str, failures: int) -> float | None:
        """
        Bring the one of this name up to date, if it is there; in so many seconds it is to be looked at again.

        A MyriadError if it could not be done: it is tried again after a pause, having failed `failures` times.
        """
