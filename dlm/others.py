"""The other replicas of the DLM, as one of them needs them; and that there are none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Protocol

from dlm.fleet import Member
from myriad.dlm.v1.replica_note_pb2 import ReplicaFigures


class Others(Protocol):
    """What is told to the other replicas, and what has to be asked of them."""

    pictures: int
    """How often the whole picture of a host was asked for, since changes were missed."""
    doubled: int
    """Agents that another replica brought in while this one did so too."""

    def __len__(self) -> int:
        """How many there are."""

    def hears(self, replica: str) -> bool:
        """Whether another replica is there, as far as is known."""

    def leads(self) -> bool:
        """Whether this replica does what has to be done once."""

    async def known(self) -> None:
        """Wait until all know of this replica: before it loads anything, so that none forgets without it."""

    def current(self) -> bool:
        """Whether what others put to sleep is known here."""

    def asleep(self, scope: Collection[str]) -> AbstractAsyncContextManager[Collection[str]]:
        """
        Have all of them begin no load of these agents, or minds, and end those under way. ReplicasSilent.

        Gives those agents of whole minds that hosts hold by what the others know.
        """

    async def welcome(self, member: Member) -> None:
        """A host has come to this replica."""

    def tell(self, member: Member, placed: Sequence[str], released: Sequence[str]) -> None:
        """A host that is tied to this replica took and gave up agents."""

    def beat(self) -> None:
        """A host that is tied to this replica left, or is in another state."""

    def show(self, figures: Callable[[], ReplicaFigures]) -> None:
        """Let the others know of what this replica counts."""

    def figures(self) -> Sequence[ReplicaFigures]:
        """What those of the others count that have spoken lately."""

    def drain(self, host: str) -> None:
        """Have a host drain that is tied to one of them."""

    def listen(self, drain: Callable[[str], object]) -> None:
        """Hear of hosts that are tied to this replica and shall drain."""

    async def reach(self, member: Member) -> bool:
        """Have a host be active for all of them; whether they have said in time that their Envoys know it."""

    def reserve(self, hosts: Sequence[str], seconds: float) -> None:
        """Have none of them activate these hosts for so long."""

    def heed(self, activate: Callable[[str], Awaitable[bool]], reserve: Callable[[Iterable[str], float], None]) -> None:
        """Hear of hosts that shall be active, and of those that shall not. `activate` ends when our Envoys know."""


class Alone:
    """There are none."""

    pictures = 0
    doubled = 0

    def __len__(self) -> int:
        return 0

    def hears(self, _replica: str) -> bool:
        return False

    def leads(self) -> bool:
        return True

    async def known(self) -> None:
        pass

    def current(self) -> bool:
        return True

    def asleep(self, _scope: Collection[str]) -> AbstractAsyncContextManager[Collection[str]]:
        return nullcontext(())

    async def welcome(self, member: Member) -> None:
        pass

    def tell(self, member: Member, placed: Sequence[str], released: Sequence[str]) -> None:
        pass

    def beat(self) -> None:
        pass

    def show(self, figures: Callable[[], ReplicaFigures]) -> None:
        pass

    def figures(self) -> Sequence[ReplicaFigures]:
        return ()

    def drain(self, host: str) -> None:
        pass

    def listen(self, drain: Callable[[str], object]) -> None:
        pass

    async def reach(self, member: Member) -> bool:
        return True

    def reserve(self, hosts: Sequence[str], seconds: float) -> None:
        pass

    def heed(self, activate: Callable[[str], Awaitable[bool]], reserve: Callable[[Iterable[str], float], None]) -> None:
        pass
