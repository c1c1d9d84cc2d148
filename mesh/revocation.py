"""
Revocation: streams that are open for a key end when it is good no more.

A request is checked once, by the gatekeeper; a stream may go on for hours after that. Whoever serves streams asks twice
a second about the keys that have one, and only while some have.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager

import grpc

from mesh.errors import MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason

LOOK_SECONDS = 0.4
_open = defaultdict[str, set[asyncio.Timeout]](set)
"""By key, its streams in this process; each is ended by having its time be over."""


class KeyRevoked(MyriadError):
    """The key of a stream is good no more."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = ErrorReason.ERROR_REASON_KEY_INVALID

    def __init__(self) -> None:
        super().__init__("this API key was revoked, or its time is over, while the stream was open")


@asynccontextmanager
async def watched(key: str) -> AsyncIterator[None]:
    """For the block in which a stream is served for a key; KeyRevoked as soon as that is known to be good no more."""
    if not key:
        yield
        return
    scope = asyncio.timeout(None)
    try:
        async with scope:
            _open[key].add(scope)
            yield
    except TimeoutError:
        if scope.expired():
            raise KeyRevoked from None
        raise
    finally:
        _open[key].discard(scope)
        if not _open[key]:
            del _open[key]


async def keep_cutting(bad: Callable[[Collection[str]], Awaitable[Collection[str]]]) -> None:
    """End streams for ever; `bad` tells which of some keys are good no more."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if _open:
            for key in await bad(list(_open)):
                for scope in list(_open.get(key, ())):
                    scope.reschedule(0)
