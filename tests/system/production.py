"""A Myriad on production stores, as docs/stores.md starts one, and a look at their servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cli.supervisor.servers import fetched, neo4j, seaweedfs, valkey
from tests.servers import offered
from tests.system.harness import Up, alive, start

OPTIONS = ("--stores", "production", "--replicas", "1")
SERVERS = ("graph", "packets", "state", "cache")
START_SECONDS = 150.0
STOP_SECONDS = 40.0
HEAL_SECONDS = 120.0


@contextmanager
def production(folder: Path) -> Iterator[Up]:
    """All of it on real servers, for as long as the block lasts; skips where one is missing."""
    needs_servers()
    up = start(folder / "data", folder / "state", options=OPTIONS, seconds=START_SECONDS)
    processes: dict[int, str] = {}
    try:
        yield up
        processes = up.children()
    finally:
        up.stop(STOP_SECONDS)
    assert not [command for pid, command in processes.items() if alive(pid)]


def needs_servers() -> None:
    """Skip where a server is missing."""
    with offered():
        fetched.program(seaweedfs.VERSION, ["weed"])
        fetched.program(valkey.VERSION, valkey.NAMES)
        neo4j.command()


def failing(up: Up) -> dict[str, str]:
    """Stores that do not answer, and why, as `myriad status` has it."""
    with up.http() as http:
        fleet: dict[str, Any] = http.get("/v1/fleet").json()
    stated = [fleet, *fleet["components"]]
    return {
        one["store"]: one.get("failure", "")
        for component in stated
        for one in component.get("dependencies", [])
        if not one.get("available")
    }


def server(up: Up, store: str) -> int | None:
    """The living process of a server of a store."""
    return next((pid for pid in up.children() if alive(pid) and store_of(up, pid) == store), None)


def store_of(up: Up, pid: int) -> str:
    """The store that a process is the server of, in whose folder it works; empty if it is none."""
    with suppress(OSError):  # it has ended meanwhile
        folder = Path(f"/proc/{pid}/cwd").resolve()
        if folder.parent == (up.data / "stores").resolve():
            return folder.name
    return ""
