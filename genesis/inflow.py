"""Inflow: the messages of a stream gathered into pieces that are worth a batch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from mesh.errors import DeadlineExceeded
from myriad.genesis.v1.document_pb2 import DocumentInput

ENOUGH_BYTES = 2 * 1024 * 1024
LINGER_SECONDS = 0.02
"""For so long more is waited for: a client may send one document and wait for its result."""
IDLE_SECONDS = 240.0
"""A stream that brings nothing for so long is ended."""


async def gathered(messages: AsyncIterator[Sequence[DocumentInput]]) -> AsyncGenerator[Sequence[DocumentInput], None]:
    """Documents of several messages together, read no further ahead than one piece. DeadlineExceeded."""
    reading = asyncio.ensure_future(_next(messages))
    pile: list[DocumentInput] = []
    size = 0
    try:
        while True:
            done, _ = await asyncio.wait((reading,), timeout=LINGER_SECONDS if pile else IDLE_SECONDS)
            if not (done or pile):
                raise DeadlineExceeded(f"nothing came for {IDLE_SECONDS:g} s")
            ended = False
            if done:
                message = reading.result()
                ended = message is None
                pile.extend(message or ())
                size += sum(source.ByteSize() for source in message or ())
                if not ended and size < ENOUGH_BYTES:
                    reading = asyncio.ensure_future(_next(messages))
                    continue
            if pile:
                yield pile
                pile, size = [], 0
            if ended:
                return
            if done:
                reading = asyncio.ensure_future(_next(messages))
    finally:
        reading.cancel()


async def _next(messages: AsyncIterator[Sequence[DocumentInput]]) -> Sequence[DocumentInput] | None:
    return await anext(messages, None)
