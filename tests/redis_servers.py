"""Redis servers of a test's own, which it hangs, kills and promotes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import redis.asyncio as aio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from cli.supervisor import leash
from cli.supervisor.ports import free
from cli.supervisor.servers import fetched, valkey
from mesh.adapters.redis import NoAnswer, Redis, key, open_redis
from mesh.settings import Secret
from tests.servers import offered

START_SECONDS = 20.0


class Server:
    """One process."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        [self.port] = free(1)
        self._options = options
        with offered():
            self._program = fetched.program(valkey.VERSION, valkey.NAMES)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    async def start(self) -> None:
        process = self._spawn()
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                await self.ask("PING")
            except aio.AuthenticationError:
                return  # it answers, if not to us
            except (aio.RedisError, OSError):
                if time.monotonic() > end or process.poll() is not None:
                    raise
                await asyncio.sleep(0.05)
            else:
                return

    def _spawn(self) -> subprocess.Popen[bytes]:
        self.folder.mkdir(parents=True, exist_ok=True)
        common = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, leash.__file__, str(os.getpid()), self._program, *self._options, *common],
                stdout=log,
                stderr=log,
            )
        return self._process

    async def ask(self, *command: object) -> object:
        """Ask over a connection of one's own."""
        once = Retry(NoBackoff(), 0)
        client: Any
        async with aio.Redis(port=self.port, protocol=2, socket_timeout=5, retry=once) as client:
            return await client.execute_command(*command)

    def signal(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)

    def hang(self) -> None:
        self.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.signal(signal.SIGCONT)

    async def kill(self) -> None:
        if self._process:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
            self._process = None


@asynccontextmanager
async def server(folder: Path, *options: str) -> AsyncIterator[Server]:
    one = Server(folder, *options)
    try:
        await one.start()
        yield one
    finally:
        await one.kill()


@asynccontextmanager
async def with_replica(folder: Path, *options: str) -> AsyncIterator[tuple[Server, Server]]:
    """A server, and one that has copied all of it."""
    async with server(folder / "master", *options) as master, server(folder / "replica", *options) as replica:
        await replica.ask("REPLICAOF", "127.0.0.1", master.port)
        await until(replica, "replication", "master_link_status:up")
        yield master, replica


@asynccontextmanager
async def sentinel(folder: Path, master: Server, service: str = "main", silence_ms: int = 500) -> AsyncIterator[Server]:
    """
    A Sentinel that alone decides, after so much silence.

    It never promotes a replica that had lost its master ten times as long when that went.
    """
    one = Server(folder, str(_sentinel_configuration(folder, master, service, silence_ms)), "--sentinel")
    try:
        await one.start()
        yield one
    finally:
        await one.kill()


def _sentinel_configuration(folder: Path, master: Server, service: str, silence_ms: int) -> Path:
    path = folder / "sentinel.conf"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"sentinel monitor {service} 127.0.0.1 {master.port} 1\n"
        f"sentinel down-after-milliseconds {service} {silence_ms}\n"
        f"sentinel failover-timeout {service} 2000\n"
    )
    return path


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Redis]:
    """As a component opens it."""
    async with open_redis("MYRIAD_REDIS", Secret(url), evictable=False) as redis:
        yield redis


async def lose(one: Server, how: str) -> None:
    """`kill` it, or let it `hang`."""
    if how == "kill":
        await one.kill()
    else:
        one.hang()


async def find_again(one: Server, how: str) -> None:
    if how == "kill":
        await one.start()
    else:
        one.go_on()


async def until(one: Server, section: str, line: str) -> None:
    """Wait until a server says so of itself."""
    client: Any
    async with aio.Redis(port=one.port, protocol=2) as client, asyncio.timeout(START_SECONDS):
        client.response_callbacks.clear()
        while line.encode() not in await client.execute_command("INFO", section):  # noqa: ASYNC110  # nobody tells us
            await asyncio.sleep(0.05)


async def works(redis: Redis, name: str = key("watch")) -> None:
    """Wait until what lies under a name is read."""
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                await redis.call("GET", name)
            except NoAnswer:
                await asyncio.sleep(0.05)
            else:
                return
