"""`myriad up`: all of Myriad on this machine, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import json
import os
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
MOST_REPLICAS = 16
DEFAULT_REPLICAS = 4
"""At most, unless more are asked for: each holds what it remembers, some 150 MB."""

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
    replicas: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_REPLICAS,
            help="How many processes answer questions, each with one of the hosts; half of the cores if left out, "
            f"1 to {DEFAULT_REPLICAS}.",
        ),
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Speak TLS alone, with a certificate of the authority in tls/ca.crt.")
    ] = False,
    ready_file: Annotated[
        Path | None, typer.Option(help='Gets {"url", "api_key", "pid"} once everything answers.')
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what goes wrong.")] = False,
) -> None:
    """Start Myriad and keep it running until Ctrl-C or SIGTERM."""
    until_stopped(_up(data, port, hosts, stores, replicas or suited(), tls, ready_file, quiet))
    if not quiet:
        terminal.show("stopped")


def suited(cores: int | None = None) -> int:
    """
    How many replicas suit so many cores, or those that this process may use.

    A question keeps one core busy; whoever asks, Envoy and the gatekeeper take as much again.
    """
    return max(1, min(DEFAULT_REPLICAS, (cores or _cores()) // 2))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


async def _up(
    data: Path,
    port: int | None,
    hosts: int,
    stores: Stores,
    replicas: int,
    tls: bool,
    ready_file: Path | None,
    quiet: bool,
) -> None:
    async with AsyncExitStack() as stack:
        with terminal.waiting("starting Myriad", quiet):
            myriad = await stack.enter_async_context(running(data, port, hosts, terminal.warn, stores, replicas, tls))
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
