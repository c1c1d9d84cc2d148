"""What the operator asks of others; what it asks of Kubernetes is in `mesh.cluster`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from mesh.cluster import Object, Resource

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
