"""A `myriad up` with every component and a real Envoy, and a look at its processes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from cli.errors import Failure
from cli.supervisor import envoy
from mesh.identity import Identity, dns

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 0.05


def missing() -> str:
    try:
        envoy.binary()
    except Failure as failure:
        return failure.message
    return ""


needs_all = [
    pytest.mark.skipif(bool(missing()), reason=missing()),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.timeout(180),
]


@dataclass
class Up:
    """A `myriad up` under test."""

    process: subprocess.Popen[str]
    data: Path
    ready_file: Path
    url: str = ""
    key: str = ""

    def children(self) -> dict[int, str]:
        """Pids of all its children, and of theirs, with what they were started as."""
        parents = {
            pid: stat(pid)[1]
            for pid in map(int, filter(str.isdecimal, (path.name for path in Path("/proc").iterdir())))
        }
        found: set[int] = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return {pid: command(pid) for pid in found - {self.process.pid}}

    def pid(self, name: str) -> int | None:
        """The living process of a component, of a host by its id, or of Envoy."""
        return next((pid for pid in self.children() if alive(pid) and name_of(pid) == name), None)

    def http(self, key: str | None = None) -> httpx.Client:
        headers = {} if key == "" else {"authorization": f"Bearer {key or self.key}"}
        # Without `verify` each client would read all the world's certificates first, for which plain HTTP has no use.
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, verify=False, timeout=10)

    def inside(self, address: str, callee: str, caller: str = "operator") -> grpc.Channel:
        """A channel from one component to another."""
        given = Identity(self.data / "tls" / caller).current()
        credentials = grpc.ssl_channel_credentials(given.authority, given.key, given.certificate)
        options = [("grpc.ssl_target_name_override", dns(callee)), ("grpc.enable_http_proxy", 0)]
        return grpc.secure_channel(address, credentials, options=options)

    def run(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        return myriad(*arguments, text=text, MYRIAD_URL=self.url, MYRIAD_API_KEY=self.key)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        self.process.terminate()
        self.process.wait(seconds)


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("MYRIAD_URL", "MYRIAD_API_KEY")}
    return {**kept, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen'}", **more}


def myriad(
    *arguments: str, text: str | None = None, within: Sequence[str] = (), **more: str
) -> subprocess.CompletedProcess[str]:
    command = [*within, sys.executable, "-m", "cli", *arguments]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, input=text, timeout=90, env=environment(**more)
    )


def start(
    data: Path,
    state: Path,
    within: Sequence[str] = (),
    options: Sequence[str] = (),
    seconds: float = START_SECONDS,
    told: Mapping[str, str] | None = None,
) -> Up:
    """
    Start with `options` and wait for the ready file; `within` is a command that becomes the one that it is given.

    One replica if the options do not say how many, whatever the machine has. `told`: variables.
    """
    ready_file = data.parent / "ready.json"
    arguments = ["up", "--data", str(data), "--port", str(free_port()), "--ready-file", str(ready_file), "--quiet"]
    arguments += options or ("--replicas", "1")
    with (data.parent / "up.log").open("a") as log:
        process = subprocess.Popen(
            [*within, sys.executable, "-m", "cli", *arguments],
            stdout=log,
            stderr=log,
            text=True,
            env=environment(XDG_STATE_HOME=str(state), **(told or {})),
        )
    up = Up(process, data, ready_file)
    try:
        until(lambda: ready_file.exists() or process.poll() is not None, seconds)
        assert process.poll() is None, (data.parent / "up.log").read_text()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    ready = json.loads(ready_file.read_text())
    assert ready["pid"] == process.pid
    up.url, up.key = ready["url"], ready["api_key"]
    return up


def until(true: Callable[[], Any], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds:.1f} s"
        time.sleep(LOOK_AGAIN_SECONDS)


def until_well(problem: Callable[[], object], seconds: float) -> None:
    """Wait until nothing is the problem any more."""
    end = time.monotonic() + seconds
    while found := problem():
        assert time.monotonic() < end, f"after {seconds:.1f} s still: {found}"
        time.sleep(LOOK_AGAIN_SECONDS)


def stat(pid: int) -> tuple[str, int]:
    """State and parent of a process."""
    try:
        state, parent, *_ = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return "X", 0
    return state, int(parent)


def processor_seconds(pid: int) -> float:
    """What a process has computed so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def alive(pid: int) -> bool:
    return stat(pid)[0] not in "XZ"


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def variables(pid: int) -> dict[str, str]:
    """The environment that a process was started with."""
    try:
        text = Path(f"/proc/{pid}/environ").read_text()
    except OSError:
        return {}
    return dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)


def name_of(pid: int) -> str:
    """What the supervisor calls a process; empty if it started none such, or one that has not become what it is yet."""
    program, _, arguments = command(pid).strip().partition(" ")
    if Path(program).name == "envoy":
        return "envoy"
    _, named, module = arguments.rpartition("-m ")
    if not named:
        return ""
    if module.startswith("cli.supervisor.together"):
        return "mind-2" if variables(pid).get("MYRIAD_WRITER_TARGET") else "mind"
    if module == "dlm":
        told = variables(pid)
        number = told.get("MYRIAD_DLM_TARGET", "").split(",").index(told.get("MYRIAD_LISTEN", ""))
        return f"dlm-{number + 1}" if number else "dlm"
    return variables(pid).get("MYRIAD_HOST_ID", "") if module == "agent_host" else module


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
