"""Valkey, which speaks Redis' protocol; a Redis on PATH does as well."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from cli.state import write_private
from cli.supervisor.ports import LOOPBACK
from cli.supervisor.programs import Program
from cli.supervisor.servers import fetched

VERSION = "valkey-9.1.2"
NAMES = ("valkey-server", "redis-server")
STOP_SECONDS = 10.0
STATE: Mapping[str, str] = {"maxmemory-policy": "noeviction", "appendonly": "yes", "appendfsync": "everysec"}
"""What may not be lost: on disk within a second, and never put out to make room."""


def cache(most_bytes: int) -> dict[str, str]:
    """What may be lost: in memory only, and what is asked least often goes first."""
    return {"maxmemory": str(most_bytes), "maxmemory-policy": "allkeys-lfu", "appendonly": "no"}


def program(name: str, home: Path, port: int, password: str, options: Mapping[str, str]) -> Program:
    """A server with its data in `home`. Failure if it is missing."""
    home.mkdir(parents=True, exist_ok=True)
    told = {"bind": LOOPBACK, "port": str(port), "dir": f'"{home}"', "save": '""', "requirepass": password, **options}
    write_private(home / "valkey.conf", "".join(f"{one} {value}\n" for one, value in told.items()))
    address = f"{LOOPBACK}:{port}"
    return Program(
        name=name,
        kind="store",
        command=(fetched.program(VERSION, NAMES), str(home / "valkey.conf")),
        address=address,
        asks=partial(answers, address),
        environment=fetched.inherited(),
        folder=home,
        stop_seconds=STOP_SECONDS,
    )


async def answers(address: str) -> bool:
    """Whether it has read its data; that it wants a password first says so too. OSError if nobody listens there."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(b"PING\r\n")
        return (await reader.readline()).startswith((b"+PONG", b"-NOAUTH"))
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
