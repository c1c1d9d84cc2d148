"""A whole Myriad on one machine: started, watched and stopped."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from cli import certificates, state
from cli.options import Stores
from cli.state import Endpoint
from cli.supervisor import envoy, ports, readiness, stores
from cli.supervisor.child import Child
from cli.supervisor.folder import DataFolder
from cli.supervisor.programs import STOP_STAGES, Program, plan
from cli.supervisor.pulse import felt
from mesh.identity import AUTHORITY, NOBODY, OPERATOR, Identity

BOUND_LOGS_SECONDS = 10.0
RENEW_SECONDS = 24 * 3600.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Running:
    """A Myriad that answers."""

    endpoint: Endpoint
    folder: DataFolder
    programs: Sequence[Program]


@asynccontextmanager
async def running(
    data: Path,
    port: int | None,
    hosts: int,
    tell: Callable[[str], None],
    kept: Stores = Stores.EMBEDDED,
    replicas: int = 1,
    tls: bool = False,
) -> AsyncIterator[Running]:
    """Run a Myriad until the block ends. Call it from the main thread. Failure if it cannot start."""
    folder = DataFolder(data)
    binary = envoy.binary()
    with folder.held():
        edge_port = ports.edge(port)
        if port is None and edge_port != ports.DEFAULT_EDGE:
            tell(f"port {ports.DEFAULT_EDGE} is in use, taking {edge_port}")
        folder.turn_logs()
        certificates.provide(folder.tls)
        if tls:
            certificates.provide(folder.tls, (certificates.PUBLIC,), (ports.LOOPBACK, "localhost"))
        served = stores.provide(kept, folder)
        programs = plan(folder, edge_port, hosts, binary, served.environment, replicas, tls)
        children = [Child(program, folder, tell) for program in programs]
        servers = [Child(program, folder, tell) for program in served.programs]
        async with (
            _answering(servers),
            _kept(children) as keepers,
            _repeated(BOUND_LOGS_SECONDS, folder.bound_logs),
            _repeated(RENEW_SECONDS, partial(certificates.provide, folder.tls)),
        ):
            url = f"{'https' if tls else 'http'}://{ports.LOOPBACK}:{edge_port}"
            authority = str((folder.tls / AUTHORITY).resolve()) if tls else ""
            edge = Endpoint(url, "", os.getpid(), authority)
            operator = Identity(folder.tls / OPERATOR)
            key = await _unless_one_fails(keepers, _ready(folder, children, edge, max(hosts, replicas), operator))
            endpoint = replace(edge, api_key=key)
            async with felt([*servers, *children], operator, tell):
                with _left(folder, endpoint):
                    yield Running(endpoint, folder, [*served.programs, *programs])


async def _ready(folder: DataFolder, children: Sequence[Child], edge: Endpoint, hosts: int, operator: Identity) -> str:
    await readiness.programs_answer(children, operator)
    gatekeeper = next(child.program for child in children if child.program.kind == "gatekeeper")
    key = await readiness.admin_key(folder, edge, gatekeeper, operator)
    await readiness.requests_pass(replace(edge, api_key=key), hosts)
    return key


@asynccontextmanager
async def _answering(servers: Sequence[Child]) -> AsyncIterator[None]:
    """While the block lasts, the servers of stores run; it begins when they answer."""
    async with _kept(servers) as keepers:
        await _unless_one_fails(keepers, readiness.programs_answer(servers, NOBODY))
        yield


@asynccontextmanager
async def _kept(children: Sequence[Child]) -> AsyncIterator[list[asyncio.Task[None]]]:
    keepers = [asyncio.create_task(child.keep(), name=child.program.name) for child in children]
    try:
        yield keepers
    finally:
        for keeper in keepers:  # first, or what is stopped would be started again
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        for stage in STOP_STAGES:
            await asyncio.gather(*(child.stop() for child in children if child.program.kind in stage))


async def _unless_one_fails(keepers: Sequence[asyncio.Task[None]], ready: Coroutine[Any, Any, T]) -> T:
    """Wait for `ready`, or for the first keeper to say that its program cannot start."""
    waiting = asyncio.ensure_future(ready)
    try:
        await asyncio.wait([waiting, *keepers], return_when=asyncio.FIRST_COMPLETED)
        for keeper in keepers:
            if keeper.done():
                keeper.result()
        return await waiting
    finally:
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting


@asynccontextmanager
async def _repeated(seconds: float, work: Callable[[], None]) -> AsyncIterator[None]:
    async def repeat() -> None:
        while True:
            await asyncio.sleep(seconds)
            with suppress(OSError):
                await asyncio.to_thread(work)

    task = asyncio.create_task(repeat())
    try:
        yield
    finally:
        task.cancel()


@contextmanager
def _left(folder: DataFolder, endpoint: Endpoint) -> Iterator[None]:
    state.leave(folder.path, endpoint)
    try:
        yield
    finally:
        state.withdraw(folder.path)
