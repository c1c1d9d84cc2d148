"""Neo4j Community, from its jars."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path

from cli.errors import Failure
from cli.state import write_private
from cli.supervisor.ports import LOOPBACK
from cli.supervisor.programs import Program
from cli.supervisor.servers import fetched

VERSION = "neo4j-5.26.30"
USER = "neo4j"
STOP_SECONDS = 20.0
"""It writes down what it holds in memory; killed instead, it has to recover at its next start."""
HASH_ROUNDS = 1024
CONFIGURATION = """\
server.default_listen_address={host}
server.bolt.listen_address={host}:{port}
server.bolt.advertised_address={host}:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size={page_cache}
server.logs.gc.enabled=false
db.logs.query.enabled=OFF
db.tx_log.preallocate=false
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
# Without it every stop waits for eleven seconds.
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""
JVM = (
    "-XX:+UseSerialGC",
    "-XX:-OmitStackTraceInFastThrow",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Djdk.nio.maxCachedBufferSize=1024",
    "-Dlog4j2.disable.jmx=true",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
)
QUICK = ("-XX:TieredStopAtLevel=1",)
"""For those who start it often and ask it little: half the time to start, and less speed ever after."""
MAGIC = bytes.fromhex("6060b017")
BOLT = bytes.fromhex("00000405") + bytes(12)
"""The versions of the protocol that we would speak."""


def program(
    home: Path, port: int, password: str, *, heap: str = "1g", page_cache: str = "256m", jvm: tuple[str, ...] = ()
) -> Program:
    """A server with its data in `home`. `password` counts at its first start only. Failure if it is missing."""
    for part in ("conf", "logs"):
        (home / part).mkdir(parents=True, exist_ok=True)
    configuration = CONFIGURATION.format(host=LOOPBACK, port=port, page_cache=page_cache)
    write_private(home / "conf" / "neo4j.conf", configuration)
    if not (home / "data" / "databases").exists():
        write_private(home / "data" / "dbms" / "auth.ini", _credentials(password))
    memory = (f"-Xmx{heap}", *jvm)
    address = f"{LOOPBACK}:{port}"
    return Program(
        name="neo4j",
        kind="store",
        command=(*command(*memory, *_archived()), f"--home-dir={home}", f"--config-dir={home / 'conf'}"),
        address=address,
        asks=partial(answers, address),
        environment=fetched.inherited(),
        folder=home,
        stop_seconds=STOP_SECONDS,
    )


def command(*options: str) -> tuple[str, ...]:
    """How the JVM is started, but for where the data is. Failure if there is no JVM or no Neo4j."""
    jars = fetched.folder() / VERSION / "lib"
    if not jars.is_dir():
        raise fetched.missing(VERSION)
    server = ("-cp", f"{jars}/*", "org.neo4j.server.CommunityEntryPoint", "--console-mode")
    return (java(), *JVM, *options, *server)


def java() -> str:
    """JAVA_HOME's, else the one on PATH. Failure if there is none."""
    home = os.environ.get("JAVA_HOME")
    if found := shutil.which("java", path=f"{home}/bin") if home else shutil.which("java"):
        return str(Path(found).absolute())
    raise Failure("Neo4j needs Java 17 or 21, and there is none", hint="install one, or set JAVA_HOME", exit_code=2)


def archive() -> Path:
    """Where the classes lie as this very Java wants them in memory, which saves it two thirds of the start."""
    release = Path(java()).resolve().parents[1] / "release"
    version = release.read_bytes() if release.exists() else java().encode()
    return fetched.folder() / VERSION / f"classes-{hashlib.sha256(version).hexdigest()[:16]}.jsa"


def _archived() -> tuple[str, ...]:
    return (f"-XX:SharedArchiveFile={archive()}",) if archive().exists() else ()


async def answers(address: str) -> bool:
    """Whether it agrees on a version of Bolt. OSError if nobody listens there."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(MAGIC + BOLT)
        return any(await reader.read(4))
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _credentials(password: str) -> str:
    """What `neo4j-admin dbms set-initial-password` leaves for the first start."""
    salt = secrets.token_bytes(32)
    digest = salt + password.encode()
    for _ in range(HASH_ROUNDS):
        digest = hashlib.sha256(digest).digest()
    return f"{USER}:SHA-256,{digest.hex()},{salt.hex()},{HASH_ROUNDS}:\n"
