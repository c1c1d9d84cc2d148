"""`myriad up`: all of Myriad on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import render, state, terminal
from cli.options import Kept, Stores
from cli.supervisor.fleet import running

MOST_HOSTS = 64

app = typer.Typer(add_completion=False)


@app.command()
def up(
    data: Annotated[Path, typer.Option(help="Folder for everything that is kept.")] = state.DEFAULT_DATA,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Where to listen; 8080 or the next free one if left out.")
    ] = None,
    hosts: Annotated[
        int, typer.Option(min=1, max=MOST_HOSTS, help="How many agent hosts; the last one is in the process that asks.")
    ] = 2,
    stores: Kept = Stores.EMBEDDED,
    ready_file: Annotated[
        Path | None, typer.Option(help='Gets {"url", "api_key", "pid"} once everything answers.')
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what goes wrong.")] = False,
) -> None:
    """Start Myriad and keep it running until Ctrl-C."""
    until_stopped(_up(data, port, hosts, stores, ready_file, quiet))
    if not quiet:
        terminal.show("stopped")


async def _up(data: Path, port: int | None, hosts: int, stores: Stores, ready_file: Path | None, quiet: bool) -> None:
    async with AsyncExitStack() as stack:
        with terminal.waiting("starting Myriad", quiet):
            myriad = await stack.enter_async_context(running(data, port, hosts, terminal.warn, stores))
        if ready_file:
            stack.enter_context(_told(ready_file, myriad.endpoint))
        if not quiet:
            terminal.show(render.running(myriad))
        await asyncio.Event().wait()


def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` until it ends, or until the first signal cancels it; later ones do not disturb its cleaning up."""

    async def main() -> None:
        task = asyncio.ensure_future(work)

        def stop() -> None:
            if not task.cancelling():
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup wants it
                asyncio.get_running_loop().add_signal_handler(number, stop)
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(main())


@contextmanager
def _told(file: Path, endpoint: state.Endpoint) -> Iterator[None]:
    state.write_private(file, json.dumps(asdict(endpoint)))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
