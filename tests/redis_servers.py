"""Real Redis servers that a test starts, hangs, kills and promotes."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio as aio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from cli.supervisor import leash
from mesh.adapters.redis import Redis, open_redis
from mesh.settings import Secret

START_SECONDS = 20.0
_SLOTS = 16_384


def binary() -> Path:
    """`valkey-server` or `redis-server` among the servers of `make servers`; else the test is skipped, not in CI."""
    servers = Path(os.environ.get("MYRIAD_SERVERS") or Path.home() / ".cache" / "myriad" / "servers")
    for name in ("valkey-server", "redis-server"):
        if found := next((path for path in servers.rglob(name) if path.is_file()), None):
            return found
    if os.environ.get("CI"):
        pytest.fail(f"there is no valkey-server in {servers}: make servers")
    pytest.skip(f"there is no valkey-server in {servers}: make servers")


def free_port() -> int:
    """One whose port for the Cluster's own talk (10,000 above) exists too."""
    while True:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
        if port < 50_000:
            return port


class Server:
    """One process."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.port = free_port()
        self._options = options
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
                [sys.executable, leash.__file__, str(os.getpid()), binary(), *self._options, *common],
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
async def sentinel(folder: Path, master: Server, service: str = "main") -> AsyncIterator[Server]:
    """A Sentinel that alone decides, after half a second of silence."""
    one = Server(folder, str(_sentinel_configuration(folder, master, service)), "--sentinel")
    try:
        await one.start()
        yield one
    finally:
        await one.kill()


def _sentinel_configuration(folder: Path, master: Server, service: str) -> Path:
    path = folder / "sentinel.conf"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"sentinel monitor {service} 127.0.0.1 {master.port} 1\n"
        f"sentinel down-after-milliseconds {service} 500\n"
        f"sentinel failover-timeout {service} 2000\n"
    )
    return path


@asynccontextmanager
async def cluster(folder: Path, replicas: int = 0, timeout_ms: int = 1000) -> AsyncIterator[Sequence[Server]]:
    """Three masters, then their replicas in the same order."""
    options = ("--cluster-enabled", "yes", "--cluster-node-timeout", str(timeout_ms))
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(server(folder / str(number), *options))
            for number in range(3 + 3 * replicas)
        ]
        bounds = [round(_SLOTS * part / 3) for part in range(4)]
        for number in range(3):
            await servers[number].ask("CLUSTER", "ADDSLOTSRANGE", bounds[number], bounds[number + 1] - 1)
            await servers[number].ask("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for one in servers[1:]:
            await servers[0].ask("CLUSTER", "MEET", "127.0.0.1", one.port)
        for one in servers:
            await until(one, "CLUSTER", f"cluster_known_nodes:{len(servers)}")
        for number, one in enumerate(servers[3:]):
            [master] = servers[number % 3 : number % 3 + 1]
            await _follow(one, master)
        for one in servers:
            await until(one, "CLUSTER", "cluster_state:ok")
        for one in servers[3:]:
            await until(one, "replication", "master_link_status:up")
        yield servers


def url(servers: Sequence[Server]) -> str:
    if len(servers) == 1:
        return servers[0].url
    return "redis+cluster://" + ",".join(f"127.0.0.1:{one.port}" for one in servers[:2])


@asynccontextmanager
async def opened(servers: Sequence[Server]) -> AsyncIterator[Redis]:
    """One server, or the masters of a Cluster: emptied, and opened as a component does."""
    for one in servers:
        await one.ask("FLUSHALL")
        await one.ask("SCRIPT", "FLUSH")
    async with open_redis("MYRIAD_REDIS", Secret(url(servers)), evictable=False) as redis:
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
    command = ("CLUSTER", "INFO") if section == "CLUSTER" else ("INFO", section)
    client: Any
    async with aio.Redis(port=one.port, protocol=2) as client, asyncio.timeout(START_SECONDS):
        client.response_callbacks.clear()
        while line.encode() not in await client.execute_command(*command):  # noqa: ASYNC110  # nobody tells us
            await asyncio.sleep(0.05)


async def _follow(replica: Server, master: Server) -> None:
    known = await master.ask("CLUSTER", "MYID")
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                await replica.ask("CLUSTER", "REPLICATE", known)
            except aio.RedisError:
                await asyncio.sleep(0.05)
            else:
                return
