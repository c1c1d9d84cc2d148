"""Which stores a Myriad has: embedded ones, servers that run beside it, or whatever a variable names."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.options import Stores
from cli.state import write_private
from cli.supervisor import ports
from cli.supervisor.folder import DataFolder
from cli.supervisor.programs import Program
from cli.supervisor.servers import neo4j, seaweedfs, valkey
from mesh.folders import private

GRAPH, PACKETS, STATE, CACHE = "MYRIAD_GRAPH", "MYRIAD_PACKETS", "MYRIAD_REDIS", "MYRIAD_CACHE"
KEYS = "MYRIAD_KEYS"
BUCKET = "myriad"
CACHE_BYTES = 256 * 2**20
PASSWORD_BYTES = 24


@dataclass(frozen=True, slots=True)
class Served:
    """Servers to run, and how the components are told where all stores are."""

    environment: Mapping[str, str]
    programs: Sequence[Program] = ()


def provide(stores: Stores, folder: DataFolder, environment: Mapping[str, str] = os.environ) -> Served:
    """What `stores` stands for; a store that a variable names is there already. Failure if a server is missing."""
    if stores is Stores.EMBEDDED:
        return Served({} if environment.get(PACKETS) else {PACKETS: f"folder:{folder.packets}"})
    made = [make(private(folder.stores / name)) for name, variable, make in _SERVERS if not environment.get(variable)]
    told = {variable: value for one in made for variable, value in one.environment.items()}
    if environment.get(KEYS):
        told.pop(KEYS, None)
    return Served(told, [program for one in made for program in one.programs])


def _graph(home: Path) -> Served:
    password = home / "password"
    program = neo4j.program(home, _port(), _kept(password))
    where = {GRAPH: f"bolt://{program.address}", f"{GRAPH}_USER": neo4j.USER, f"{GRAPH}_PASSWORD": ""}
    return Served({**where, f"{GRAPH}_PASSWORD_FILE": str(password)}, [program])


def _packets(home: Path) -> Served:
    secret_key = _kept(home / "password")
    program = seaweedfs.program(home, seaweedfs.free_ports(), secret_key, BUCKET)
    kept = {PACKETS: f"s3://{BUCKET}/packets", KEYS: f"s3://{BUCKET}/keys"}
    who = {"AWS_ACCESS_KEY_ID": seaweedfs.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": secret_key, "AWS_SESSION_TOKEN": ""}
    where = {"MYRIAD_S3_ENDPOINT": f"http://{program.address}", "AWS_REGION": "us-east-1"}
    return Served({**kept, **who, **where}, [program])


def _redis(variable: str, options: Mapping[str, str]) -> Callable[[Path], Served]:
    def make(home: Path) -> Served:
        password = _kept(home / "password")
        program = valkey.program(f"valkey-{home.name}", home, _port(), password, options)
        return Served({variable: f"redis://:{password}@{program.address}"}, [program])

    return make


_SERVERS: Sequence[tuple[str, str, Callable[[Path], Served]]] = (
    ("graph", GRAPH, _graph),
    ("packets", PACKETS, _packets),
    ("state", STATE, _redis(STATE, valkey.STATE)),
    ("cache", CACHE, _redis(CACHE, valkey.cache(CACHE_BYTES))),
)


def _port() -> int:
    (port,) = ports.free(1)
    return port


def _kept(file: Path) -> str:
    """The password in a file of its owner alone, made when there is none."""
    if not file.exists():
        write_private(file, secrets.token_urlsafe(PASSWORD_BYTES))
    return file.read_text(encoding="utf-8").strip()
