"""envoyproxy/ratelimit, which counts rates for all Envoys: `make servers` builds it if there is Go."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import httpx

from cli.supervisor import leash
from cli.supervisor.ports import LOOPBACK, free
from cli.supervisor.programs import Program
from cli.supervisor.servers import fetched
from mesh.identity import AUTHORITY, CERTIFICATE, KEY, RATE_LIMIT
from tests.identities import identity
from tests.servers import PASSWORD, START_SECONDS

NAME = "ratelimit"
PINNED = "v1.4.1-0.20260122083618-3fb702589d36"
"""The version of its Go module, which the chart's image is made of too."""
VERSION = f"{NAME}-{PINNED.rpartition('-')[2]}"
RATES = Path(__file__).parents[2] / "manifests" / "myriad" / "rates.yaml"


def build(folder: Path) -> None:
    """Build it into a folder: a minute or two."""
    told = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off", "GOBIN": str(folder)}
    flags = ("-trimpath", "-buildvcs=false", "-ldflags", "-s -w")
    package = f"github.com/envoyproxy/ratelimit/src/service_cmd@{PINNED}"
    subprocess.run(["go", "install", *flags, package], check=True, cwd=folder, env=told)
    (folder / "service_cmd").rename(folder / NAME)


def program(home: Path, redis: str) -> Program:
    """A service that counts in the Redis at `host:port`. Failure if it is missing."""
    configuration = home / "ratelimit" / "config"
    configuration.mkdir(parents=True, exist_ok=True)
    shutil.copy(RATES, configuration)
    tls = identity(RATE_LIMIT).folder
    grpc, http, debug = free(3)
    counts = {"REDIS_SOCKET_TYPE": "tcp", "REDIS_URL": redis, "REDIS_AUTH": PASSWORD, "USE_STATSD": "false"}
    reads = {"RUNTIME_ROOT": str(home), "RUNTIME_SUBDIRECTORY": "ratelimit", "RUNTIME_WATCH_ROOT": "false"}
    hosts = {f"{name}HOST": LOOPBACK for name in ("", "GRPC_", "DEBUG_")}
    ports = {"GRPC_PORT": str(grpc), "PORT": str(http), "DEBUG_PORT": str(debug)}
    shows = {
        "GRPC_SERVER_USE_TLS": "true",
        "GRPC_SERVER_TLS_CERT": str(tls / CERTIFICATE),
        "GRPC_SERVER_TLS_KEY": str(tls / KEY),
        "GRPC_CLIENT_TLS_CACERT": str(tls / AUTHORITY),
    }
    return Program(
        name=NAME,
        kind="store",
        command=(fetched.program(VERSION, [NAME]),),
        address=f"{LOOPBACK}:{grpc}",
        asks=partial(answers, f"{LOOPBACK}:{http}"),
        environment={**fetched.inherited(), **counts, **reads, **hosts, **ports, **shows},
        folder=home,
    )


@asynccontextmanager
async def running(program: Program) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program that answers; it ends with the block, and with us."""
    assert program.folder
    assert program.asks
    command = (sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *program.command)
    with (program.folder / "console.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=log, stderr=log, env=program.environment, cwd=program.folder
        )
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await _answers(program.asks):
                assert process.returncode is None, (program.folder / "console.log").read_text()[-2000:]
                await asyncio.sleep(0.02)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _answers(ask: Callable[[], Awaitable[bool]]) -> bool:
    with suppress(httpx.HTTPError, OSError):
        return await ask()
    return False


async def answers(address: str) -> bool:
    """Whether it has found its Redis. httpx.HTTPError if nobody listens there."""
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:  # there is no TLS to verify
        return (await http.get(f"http://{address}/healthcheck")).is_success
