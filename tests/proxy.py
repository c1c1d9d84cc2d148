"""A way to a server on which answers come late, break off, or do not come."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

PIECE_BYTES = 16_384
Passes = Callable[[int], Awaitable[bool]]
"""Whether a piece of an answer, up to so many bytes, is passed on; if not, the line is reset."""


@asynccontextmanager
async def proxy(port: int, passes: Passes) -> AsyncIterator[str]:
    """Where the server on a port of this machine is reached through it, `address:port`."""
    under_way = set[asyncio.Task[None]]()

    async def carry(come: asyncio.StreamReader, go: asyncio.StreamWriter, passes: Passes) -> None:
        carried = 0
        while piece := await come.read(PIECE_BYTES):
            carried += len(piece)
            if not await passes(carried):
                go.transport.abort()
                return
            go.write(piece)
            await go.drain()
        go.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        with suppress(OSError):
            there, back = await asyncio.open_connection("127.0.0.1", port)
            with suppress(asyncio.CancelledError):
                await asyncio.gather(carry(reader, back, _always), carry(there, writer, passes))
            back.transport.abort()
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        host, at = server.sockets[0].getsockname()
        yield f"{host}:{at}"
    finally:
        server.close()
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _always(_carried: int) -> bool:
    return True


@contextmanager
def beside(port: int, passes: Passes) -> Iterator[str]:
    """The same in a thread of its own, for as long as the block lasts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    way = proxy(port, passes)
    try:
        yield asyncio.run_coroutine_threadsafe(way.__aenter__(), loop).result()
        asyncio.run_coroutine_threadsafe(way.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
