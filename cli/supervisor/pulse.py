"""A program that lives and does not answer any more is ended; whoever keeps it starts it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import grpc
import httpx

from cli.supervisor import readiness
from cli.supervisor.child import Child
from mesh.identity import Identity

PERIOD_SECONDS = 1.0
ANSWER_SECONDS = 2.0
MOST_MISSES = 5
"""So many questions in a row without an answer, and a program is hung: after 15 seconds at most."""
LATE_SECONDS = 0.5


@asynccontextmanager
async def felt(children: Sequence[Child], operator: Identity, tell: Callable[[str], None]) -> AsyncIterator[None]:
    """While the block lasts, end children that hang."""
    watching = [asyncio.create_task(_watch(child, operator, tell)) for child in children]
    try:
        yield
    finally:
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)


async def _watch(child: Child, operator: Identity, tell: Callable[[str], None]) -> None:
    async with readiness.asking(child.program, operator) as answers:
        await watch(child, answers, tell)


async def watch(child: Child, answers: Callable[[], Awaitable[bool]], tell: Callable[[str], None]) -> None:
    """
    Ask for ever. What starts is given the time that it needs: only who has answered once can be missed.

    Questions do not count that we ourselves were late with: the machine slept, or has no time for anybody.
    """
    loop = asyncio.get_running_loop()
    pid, known, missed = child.pid, False, 0
    while True:
        began = loop.time()
        await asyncio.sleep(PERIOD_SECONDS)
        well = await _well(answers)
        late = loop.time() - began > PERIOD_SECONDS + ANSWER_SECONDS + LATE_SECONDS
        if child.pid != pid:
            pid, known, missed = child.pid, False, 0
        known = known or well
        missed = missed + 1 if known and not well and not late else 0
        if missed == MOST_MISSES:
            tell(f"{child.program.name} does not answer and is ended")
            child.kill()


async def _well(answers: Callable[[], Awaitable[bool]]) -> bool:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await answers()
    except (TimeoutError, grpc.aio.AioRpcError, httpx.HTTPError, OSError):
        return False
