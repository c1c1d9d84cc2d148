"""Turns: of several connectomes that write one graph, one does what is to be done once, until it dies."""

from __future__ import annotations

import asyncio
import uuid
from typing import Protocol

LEASE_SECONDS = 30.0
"""So long after its last word another takes over."""
ASK_SECONDS = LEASE_SECONDS / 3


class LeaseStore(Protocol):
    """Who has a lease, kept with the graph and by its clock alone."""

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        """
        Take or keep a lease from now on, unless another has it still; whether it is the holder's.

        One that ends much later than any that is taken now is of a clock that has gone back since: it is over.
        """


class Turn:
    """This process's turn. What is done in it must bear being done twice: a lease may be overslept."""

    def __init__(self, store: LeaseStore, name: str) -> None:
        self._store = store
        self._name = name
        self._holder = uuid.uuid4().hex
        self._mine = asyncio.Event()

    async def keep(self) -> None:
        """Ask for it for ever; it is lost when nobody answers."""
        while True:
            held = False
            try:
                async with asyncio.timeout(ASK_SECONDS):
                    held = await asyncio.to_thread(self._store.hold, self._name, self._holder, LEASE_SECONDS)
            finally:
                (self._mine.set if held else self._mine.clear)()
            await asyncio.sleep(ASK_SECONDS)

    async def come(self) -> None:
        """Wait until it is."""
        await self._mine.wait()
