"""One pod on a node, from its volumes to its end, and what its status says of it."""

from __future__ import annotations

import asyncio
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from tests.kube.kubelet import environment, volumes
from tests.kube.kubelet.api import STRATEGIC, Api, Object
from tests.kube.kubelet.container import Container, Sandbox

AGAIN_SECONDS = 0.5
REFRESH_SECONDS = 20.0
ENDED = ("Succeeded", "Failed")


class Pod:
    """Runs from when it is made."""

    def __init__(self, api: Api, told: Object, folder: Path, address: str, resolver: str, host: str) -> None:
        metadata = told["metadata"]
        self.address = address
        self._api = api
        self._path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"
        self._uid = metadata["uid"]
        self._spec = told["spec"]
        self._host = host
        self._folder = folder
        told = {**told, "status": {**told.get("status", {}), "podIP": address, "hostIP": host}}
        self._told = told
        self._changed = asyncio.Event()
        sandbox = Sandbox(api, told, folder, address, resolver, self._changed.set)
        self._first = [Container(one, sandbox) for one in self._spec.get("initContainers", ())]
        self._containers = [Container(one, sandbox) for one in self._spec["containers"]]
        self._phase = "Pending"
        self._initialized = not self._first
        self._since: dict[str, tuple[bool, str]] = {}
        self._started = _now()
        self._running = asyncio.create_task(self._run())
        self._reporting = asyncio.create_task(self._report())

    async def stop(self, grace: float) -> None:
        """End it within so many seconds."""
        containers = (*self._containers, *self._first)
        await asyncio.gather(*(one.stop(grace) for one in containers))
        for task in (self._running, self._reporting):
            task.cancel()
        await asyncio.gather(self._running, self._reporting, return_exceptions=True)
        for one in containers:
            one.kill()

    async def _run(self) -> None:
        try:
            await self._live()
        except Exception:  # this kubelet lacks something: let it be seen in the node's log, and in the pod
            traceback.print_exc()
            self._become("Failed")

    async def _live(self) -> None:
        self._changed.set()
        await self._fill()
        policy = self._spec.get("restartPolicy", "Always")
        for one in self._first:
            await one.keep("Never" if policy == "Never" else "OnFailure")
            if not one.succeeded:
                self._become("Failed")
                return
        self._initialized = True
        self._become("Running")
        refreshing = asyncio.create_task(self._refresh())
        try:
            await asyncio.gather(*(one.keep(policy) for one in self._containers))
        finally:
            refreshing.cancel()
        self._become("Succeeded" if all(one.succeeded for one in self._containers) else "Failed")

    async def _fill(self) -> None:
        while True:
            try:
                await volumes.fill(self._api, self._told, self._folder / "volumes")
                return
            except (environment.NotThere, httpx.HTTPError) as error:
                (self._first or self._containers)[0].state["waiting"]["message"] = str(error)
                self._changed.set()
                await asyncio.sleep(AGAIN_SECONDS)

    async def _refresh(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            with suppress(environment.NotThere, httpx.HTTPError):
                await volumes.fill(self._api, self._told, self._folder / "volumes")

    def _become(self, phase: str) -> None:
        self._phase = phase
        self._changed.set()

    async def _report(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._api.patch(f"{self._path}/status", self._status(), STRATEGIC)
            except httpx.HTTPStatusError as error:
                if error.response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.CONFLICT):
                    return
                await self._try_again()
            except httpx.HTTPError:
                await self._try_again()

    async def _try_again(self) -> None:
        self._changed.set()
        await asyncio.sleep(AGAIN_SECONDS)

    def _status(self) -> Object:
        ready = self._phase == "Running" and all(one.ready for one in self._containers)
        conditions = {
            "PodReadyToStartContainers": True,
            "Initialized": self._initialized,
            "ContainersReady": ready,
            "Ready": ready,
        }
        status: dict[str, Any] = {
            "phase": self._phase,
            "startTime": self._started,
            "hostIP": self._host,
            "hostIPs": [{"ip": self._host}],
            "podIP": self.address,
            "podIPs": [{"ip": self.address}],
            "conditions": [self._condition(name, true) for name, true in conditions.items()],
            "containerStatuses": [one.status for one in self._containers],
        }
        if self._first:
            status["initContainerStatuses"] = [one.status for one in self._first]
        return {"metadata": {"uid": self._uid}, "status": status}

    def _condition(self, name: str, true: bool) -> Object:
        before, since = self._since.get(name, (None, ""))
        if before is not true:
            since = _now()
            self._since[name] = true, since
        return {"type": name, "status": str(true), "lastTransitionTime": since}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
