"""One container: its process, started, probed, started again when it ends, and stopped."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.kube.kubelet import enter, environment, images
from tests.kube.kubelet.api import Api, Object
from tests.kube.kubelet.probes import Probe

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 10.0
"""Kubernetes waits ten seconds at first, and five minutes at the longest: too long for tests."""
LASTS_SECONDS = 10.0
CONFIGURATION_SECONDS = 0.5
FILLED = ("secret", "configMap", "projected", "downwardAPI")


@dataclass(frozen=True)
class Sandbox:
    """What the containers of a pod share."""

    api: Api
    pod: Object
    folder: Path
    address: str
    resolver: str
    changed: Callable[[], None]

    @property
    def grace(self) -> float:
        return float(self.pod["spec"].get("terminationGracePeriodSeconds", 30))


class Container:
    """`state` and `last` are as in a pod's status."""

    def __init__(self, told: Object, sandbox: Sandbox) -> None:
        self.name = str(told["name"])
        self.ready = self.started = False
        self.restarts = 0
        self.state: Object = {"waiting": {"reason": "ContainerCreating"}}
        self.last: Object = {}
        self._told = told
        self._sandbox = sandbox
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False

    @property
    def status(self) -> Object:
        image = self._told["image"]
        return {
            "name": self.name,
            "image": image,
            "imageID": image,
            "ready": self.ready,
            "started": self.started,
            "restartCount": self.restarts,
            "state": self.state,
            "lastState": self.last,
        }

    @property
    def succeeded(self) -> bool:
        return bool(self.state.get("terminated", {}).get("exitCode") == 0)

    async def keep(self, policy: str) -> None:
        """Run it, as often as the pod's restart policy wants."""
        loop = asyncio.get_running_loop()
        wait = FIRST_WAIT_SECONDS
        while not self._stopping:
            began = loop.time()
            await self._run()
            if self._stopping or policy == "Never" or (policy == "OnFailure" and self.succeeded):
                return
            if loop.time() - began > LASTS_SECONDS:
                wait = FIRST_WAIT_SECONDS
            self.last = self.state
            self._become("waiting", reason="CrashLoopBackOff")
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)
            self.restarts += 1

    async def stop(self, grace: float) -> None:
        """Its hook, then SIGTERM, and SIGKILL when the time is over."""
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._before_stop()
                await self._terminate()
        self.kill()

    def kill(self) -> None:
        self._signal(signal.SIGKILL, all_of_it=True)

    async def _run(self) -> None:
        variables = await self._variables()
        log = self._sandbox.folder / f"{self.name}.log"
        with log.open("ab") as output:
            self._process = await self._start(self._command(variables), variables, output.fileno())
        started = datetime.now(UTC)
        self.started = "startupProbe" not in self._told
        self.ready = self.started and "readinessProbe" not in self._told
        self._become("running", startedAt=_time(started))
        probing = asyncio.create_task(self._probe())
        try:
            code = await self._process.wait()
        finally:
            probing.cancel()
        self.kill()
        self.started = self.ready = False
        ended = {"exitCode": code if code >= 0 else 128 - code, "reason": "Completed" if code == 0 else "Error"}
        said = log.read_text(errors="replace")[-1000:] if code else ""
        self._become("terminated", **ended, startedAt=_time(started), finishedAt=_time(), message=said)

    async def _probe(self) -> None:
        probes = {
            kind: Probe(self._told[f"{kind}Probe"], self._told, self._sandbox.address, self._execute)
            for kind in ("startup", "readiness", "liveness")
            if f"{kind}Probe" in self._told
        }
        if "startup" in probes and not await probes["startup"].starts():
            await self._terminate(self._sandbox.grace)
            return
        self.started = True
        async with asyncio.TaskGroup() as tasks:
            if "liveness" in probes:
                tasks.create_task(self._watch_life(probes["liveness"]))
            await self._watch_readiness(probes.get("readiness"))

    async def _watch_readiness(self, probe: Probe | None) -> None:
        while True:
            if probe:
                await probe.says(well=True)
            self.ready = True
            self._sandbox.changed()
            if not probe:
                return
            await probe.says(well=False)
            self.ready = False
            self._sandbox.changed()

    async def _watch_life(self, probe: Probe) -> None:
        await probe.says(well=False)
        await self._terminate(self._sandbox.grace)

    async def _variables(self) -> dict[str, str]:
        api, pod = self._sandbox.api, self._sandbox.pod
        while True:
            try:
                own = await environment.variables(api, pod, self._told)
            except environment.NotThere as error:
                self._become("waiting", reason="CreateContainerConfigError", message=str(error))
                await asyncio.sleep(CONFIGURATION_SECONDS)
                continue
            served = {"KUBERNETES_SERVICE_HOST": api.url.host, "KUBERNETES_SERVICE_PORT": str(api.url.port)}
            return {**images.environment(), **served, "HOSTNAME": pod["metadata"]["name"], **own}

    def _command(self, variables: dict[str, str]) -> Sequence[str]:
        own, arguments = (
            [environment.expand(text, variables) for text in self._told.get(name, ())] for name in ("command", "args")
        )
        return (*(own or images.entrypoint(self._told["image"])), *arguments)

    async def _start(
        self, command: Sequence[str], variables: dict[str, str], output: int, into: int = 0
    ) -> asyncio.subprocess.Process:
        """A process with a root of its own, or with that of the process `into`."""
        plan = {
            "into": into,
            "programs": images.PLACES,
            "host": self._sandbox.pod["metadata"]["name"],
            "scratch": str(self._scratch()),
            "mounts": [self._mount(one) for one in self._told.get("volumeMounts", ())],
            "resolver": self._sandbox.resolver,
            "read_only": self._told.get("securityContext", {}).get("readOnlyRootFilesystem", False),
            "folder": self._told.get("workingDir", "/"),
        }
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", enter.__file__, str(os.getpid()), json.dumps(plan), *command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=variables,
            cwd="/",
            start_new_session=True,
        )

    def _scratch(self) -> Path:
        """Where its root is put together; each process sees its own there."""
        folder = self._sandbox.folder / f"{self.name}.root"
        folder.mkdir(exist_ok=True)
        return folder

    def _mount(self, told: Object) -> tuple[str, str, bool]:
        (volume,) = (one for one in self._sandbox.pod["spec"]["volumes"] if one["name"] == told["name"])
        source = self._sandbox.folder / "volumes" / told["name"] / told.get("subPath", "")
        if "emptyDir" in volume:
            source.mkdir(parents=True, exist_ok=True)
        # A file that is mounted alone stays as it is when its volume is filled anew.
        return str(source.resolve()), told["mountPath"], told.get("readOnly", False) or any(map(volume.get, FILLED))

    async def _before_stop(self) -> None:
        hook = self._told.get("lifecycle", {}).get("preStop", {})
        if self._process is None or self._process.returncode is not None:
            return
        if pause := hook.get("sleep"):
            await asyncio.sleep(pause["seconds"])
        if told := hook.get("exec"):
            await self._execute(told["command"])

    async def _execute(self, command: Sequence[str]) -> bool:
        """Run another program where ours runs; whether it ends well."""
        assert self._process
        with (self._sandbox.folder / f"{self.name}.log").open("ab") as output:
            run = await self._start(command, await self._variables(), output.fileno(), self._process.pid)
        try:
            return await run.wait() == 0
        finally:
            with suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)

    async def _terminate(self, grace: float | None = None) -> None:
        """Ask it to end, and wait; kill it when the time is over, if there is one."""
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), grace)
        except TimeoutError:
            self.kill()

    def _signal(self, number: int, *, all_of_it: bool = False) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            if all_of_it:
                os.killpg(self._process.pid, number)
            elif self._process.returncode is None:
                os.kill(self._process.pid, number)

    def _become(self, state: str, **told: object) -> None:
        self.state = {state: told}
        self._sandbox.changed()


def _time(moment: datetime | None = None) -> str:
    return (moment or datetime.now(UTC)).isoformat(timespec="seconds").replace("+00:00", "Z")
