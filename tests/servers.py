"""
Real servers for tests: Neo4j, an S3 server, Valkey alone, as a Cluster and behind a Sentinel.

Each is started once a session, by the first test that asks for it, and emptied before each test. `make servers` gets
them; where a machine lacks one, tests that need it are skipped with the reason, and fail in CI.
"""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from cli.errors import Failure
from cli.state import write_private
from cli.supervisor import leash
from cli.supervisor.ports import LOOPBACK, free
from cli.supervisor.programs import Program
from cli.supervisor.servers import neo4j as neo4j_server
from cli.supervisor.servers import seaweedfs, valkey

START_SECONDS = 60.0
PASSWORD = "only-for-tests"
BUCKET = "tests"
SLOTS = 16_384
MASTERS = 3
SERVICE = "main"
REDIS: Mapping[str, str] = {"appendonly": "no", "enable-debug-command": "local"}


@dataclass(frozen=True)
class Neo4j:
    """Where it listens, `host:port`, and who may come in; `bolt://` and `neo4j://` both work."""

    address: str
    user: str = neo4j_server.USER
    password: str = PASSWORD

    @property
    def uri(self) -> str:
        return f"bolt://{self.address}"


@dataclass(frozen=True)
class S3:
    """Where it is, and a bucket that is there."""

    endpoint: str
    process: subprocess.Popen[bytes]
    bucket: str = BUCKET
    access_key: str = seaweedfs.ACCESS_KEY
    secret_key: str = PASSWORD
    region: str = "us-east-1"

    @property
    def port(self) -> int:
        return int(self.endpoint.rpartition(":")[2])


@dataclass(frozen=True)
class Cluster:
    """Three masters with a replica each; the process of each node, by its port."""

    processes: Mapping[int, subprocess.Popen[bytes]]

    @property
    def url(self) -> str:
        nodes = ",".join(f"{LOOPBACK}:{port}" for port in self.processes)
        return f"redis+cluster://:{PASSWORD}@{nodes}"


@contextmanager
def started(program: Program) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers; it ends with the block, and with us. Call it from the main thread (see leash.py)."""
    assert program.folder
    assert program.asks
    log = program.folder / "console.log"
    command = (sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *program.command)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=program.environment,
            cwd=program.folder,
        )
    try:
        until(lambda: _answers(program) or process.poll() is not None, log)
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        yield process
    finally:
        process.terminate()
        try:
            process.wait(program.stop_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(true: Callable[[], Any], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while not true():
        assert time.monotonic() < end, log.read_text(errors="replace")[-2000:]
        time.sleep(0.05)


@contextmanager
def offered() -> Iterator[None]:
    """In its block, what a machine lacks skips the test, and fails it in CI."""
    try:
        yield
    except Failure as failure:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(failure))


@pytest.fixture(scope="session")
def neo4j_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4j]:
    home = tmp_path_factory.mktemp("neo4j")
    with offered():
        program = neo4j_server.program(
            home, free(1)[0], PASSWORD, heap="512m", page_cache="64m", jvm=neo4j_server.QUICK
        )
    with started(program):
        yield Neo4j(program.address)


@pytest.fixture
def neo4j(neo4j_process: Neo4j) -> Neo4j:
    """Empty: no data, no constraint, no index."""
    from neo4j import GraphDatabase

    with GraphDatabase.driver(neo4j_process.uri, auth=(neo4j_process.user, neo4j_process.password)) as driver:
        with driver.session() as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()
            for row in session.run("SHOW CONSTRAINTS YIELD name").data():
                session.run(f"DROP CONSTRAINT `{row['name']}`").consume()
            for row in session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'").data():
                session.run(f"DROP INDEX `{row['name']}`").consume()
    return neo4j_process


@pytest.fixture(scope="session")
def s3_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    with offered():
        ports = seaweedfs.free_ports()
        program = seaweedfs.program(tmp_path_factory.mktemp("s3"), ports, PASSWORD, BUCKET)
    with started(program) as process:
        yield S3(f"http://{program.address}", process)


@pytest.fixture
def s3(s3_process: S3) -> S3:
    """Its bucket is empty."""
    import boto3

    session = boto3.Session(s3_process.access_key, s3_process.secret_key, region_name=s3_process.region)
    bucket = session.resource("s3", endpoint_url=s3_process.endpoint).Bucket(s3_process.bucket)
    bucket.object_versions.delete()
    bucket.objects.delete()
    return s3_process


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with offered():
        program = valkey.program("redis", tmp_path_factory.mktemp("redis"), free(1)[0], PASSWORD, REDIS)
    with started(program):
        yield program.address


@pytest.fixture
def redis_server(redis_process: str) -> Iterator[str]:
    """The URL of an empty server that stands alone."""
    url = f"redis://:{PASSWORD}@{redis_process}"
    with redis.from_url(url) as client:
        client.flushall()
    yield url
    _swept()


@pytest.fixture(scope="session")
def redis_cluster_processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as one:
        yield one


@pytest.fixture
def redis_cluster(redis_cluster_processes: Cluster) -> Iterator[Cluster]:
    """An empty Cluster. Who kills its nodes makes one of his own, by `cluster`."""
    (port, *_) = redis_cluster_processes.processes
    with redis.RedisCluster(LOOPBACK, port, password=PASSWORD) as client:
        client.flushall()
    yield redis_cluster_processes
    _swept()


def _swept() -> None:
    """redis-py leaves connections open whose making was cancelled: a warning, whenever they are swept up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()


@contextmanager
def cluster(folder: Path, options: Mapping[str, str] = REDIS) -> Iterator[Cluster]:
    """A Cluster of three masters with a replica each, all slots served."""
    # Nodes talk to each other on a second port, which is 10,000 above the first unless it is named.
    ports, buses = free(2 * MASTERS), free(2 * MASTERS)
    with ExitStack() as stack:
        processes = {}
        for port, bus in zip(ports, buses, strict=True):
            told = {
                **options,
                "cluster-enabled": "yes",
                "cluster-port": str(bus),
                "cluster-node-timeout": "2000",
                "masterauth": PASSWORD,
            }
            with offered():
                program = valkey.program("redis", folder / str(port), port, PASSWORD, told)
            processes[port] = stack.enter_context(started(program))
        _join(ports, buses, folder / str(ports[0]) / "console.log")
        yield Cluster(processes)


@pytest.fixture
def redis_sentinel(tmp_path: Path) -> Iterator[str]:
    """The URL of a master with a replica, and of a Sentinel that watches them as `main`; a set for each test."""
    port, replica, watch = free(3)
    told = {**REDIS, "masterauth": PASSWORD}
    with offered():
        servers = [
            valkey.program("master", tmp_path / "master", port, PASSWORD, told),
            valkey.program(
                "replica", tmp_path / "replica", replica, PASSWORD, {**told, "replicaof": f"{LOOPBACK} {port}"}
            ),
            valkey.program("sentinel", tmp_path / "sentinel", watch, PASSWORD, {}),
        ]
    *_, sentinel = servers
    lines = (
        *(f"bind {LOOPBACK}", f"port {watch}", f"requirepass {PASSWORD}", f"sentinel sentinel-pass {PASSWORD}"),
        *(f"sentinel monitor {SERVICE} {LOOPBACK} {port} 1", f"sentinel auth-pass {SERVICE} {PASSWORD}"),
        *(f"sentinel down-after-milliseconds {SERVICE} 1000", f"sentinel failover-timeout {SERVICE} 3000"),
    )
    write_private(Path(sentinel.command[-1]), "".join(f"{line}\n" for line in lines))
    servers[-1] = replace(sentinel, command=(*sentinel.command, "--sentinel"))
    with ExitStack() as stack:
        for program in servers:
            stack.enter_context(started(program))
        yield f"redis+sentinel://:{PASSWORD}@{sentinel.address}/{SERVICE}?sentinel_password={PASSWORD}"
        _swept()


def _answers(program: Program) -> bool:
    async def asked() -> bool:
        assert program.asks
        return await program.asks()

    try:
        return asyncio.run(asked())
    except (OSError, httpx.HTTPError):
        return False


def _join(ports: Sequence[int], buses: Sequence[int], log: Path) -> None:
    """Make one Cluster of nodes that know nobody: the first half are masters, the second half their replicas."""
    clients: list[Any] = [redis.Redis(LOOPBACK, port, password=PASSWORD, decode_responses=True) for port in ports]
    for number, client in enumerate(clients[:MASTERS]):
        client.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
        first, last = SLOTS * number // MASTERS, SLOTS * (number + 1) // MASTERS - 1
        client.execute_command("CLUSTER ADDSLOTSRANGE", first, last)
    for client in clients:
        for port, bus in zip(ports, buses, strict=True):
            client.execute_command("CLUSTER MEET", LOOPBACK, port, bus)
    until(lambda: all(len(_known(client)) == len(ports) for client in clients), log)
    for client, master in zip(clients[MASTERS:], clients, strict=False):
        client.execute_command("CLUSTER REPLICATE", master.execute_command("CLUSTER MYID"))
    until(lambda: all(_is_whole(client) for client in clients), log)
    for client in clients:
        client.close()


def _known(client: Any) -> list[str]:
    """What it knows of each node that it has met."""
    flags: list[str] = [node["flags"] for node in client.cluster("nodes").values()]
    return [one for one in flags if "handshake" not in one]


def _is_whole(client: Any) -> bool:
    """Whether it takes all slots for served, knows the replicas, and follows its master if it is one."""
    role = client.info("replication")
    follows = role["role"] == "master" or role["master_link_status"] == "up"
    replicas = sum("slave" in flags for flags in _known(client))
    return follows and replicas == MASTERS and client.cluster("info")["cluster_state"] == "ok"
