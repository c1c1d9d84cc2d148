"""A node: it says that it is there, runs the pods that are bound to it, and answers for the names of Services."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx

from tests.kube.kubelet import quantity
from tests.kube.kubelet.api import Api, Object
from tests.kube.kubelet.names import PORT, Names, resolver
from tests.kube.kubelet.pod import ENDED, Pod

RENEW_SECONDS = 1.0
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
SERVER = 1
FIRST, LAST = 2, 254


class Node:
    """`network` are the first three numbers of all its addresses."""

    def __init__(self, api: Api, name: str, network: str, folder: Path) -> None:
        self._api = api
        self._name = name
        self._network = network
        self._folder = folder
        self._address = f"{network}.{SERVER}"
        self._names = Names()
        self._pods: dict[str, Pod] = {}
        self._ending: dict[str, asyncio.Task[None]] = {}
        self._numbers: Iterator[int] = itertools.cycle(range(FIRST, LAST + 1))

    async def run(self) -> None:
        """For ever."""
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self._names, local_addr=(self._address, PORT))
        await self._register()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._renew())
            tasks.create_task(self._api.watch("/api/v1/services", self._names.service))
            tasks.create_task(self._api.watch("/api/v1/pods", self._pod))

    def _pod(self, one: Object, gone: bool) -> None:
        self._names.pod(one, gone)
        if one["spec"].get("nodeName") != self._name or (uid := one["metadata"]["uid"]) in self._ending:
            return
        if gone:
            if uid in self._pods:
                self._ending[uid] = asyncio.create_task(self._forget(uid))
        elif "deletionTimestamp" in one["metadata"]:
            self._ending[uid] = asyncio.create_task(self._delete(one))
        elif uid not in self._pods and one.get("status", {}).get("phase") not in ENDED:
            self._pods[uid] = self._new(one)

    def _new(self, one: Object) -> Pod:
        metadata = one["metadata"]
        folder = self._folder / f"{metadata['namespace']}_{metadata['name']}_{metadata['uid'][:8]}"
        folder.mkdir(exist_ok=True)
        taken = {pod.address for pod in self._pods.values()}
        addresses = (f"{self._network}.{number}" for number in self._numbers)
        address = next(free for free in addresses if free not in taken)
        return Pod(self._api, one, folder, address, resolver(metadata["namespace"], self._address), self._address)

    async def _delete(self, one: Object) -> None:
        """End it within its time of grace, and confirm that it is gone; one that was here before us is gone."""
        metadata = one["metadata"]
        if pod := self._pods.get(metadata["uid"]):
            await pod.stop(metadata["deletionGracePeriodSeconds"])
        now = {"gracePeriodSeconds": 0, "preconditions": {"uid": metadata["uid"]}}
        while True:
            try:
                await self._api.delete(f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}", now)
            except httpx.HTTPStatusError:
                break  # somebody was quicker
            except httpx.HTTPError:
                await asyncio.sleep(RENEW_SECONDS)
            else:
                break
        await self._forget(metadata["uid"])

    async def _forget(self, uid: str) -> None:
        if pod := self._pods.get(uid):
            await pod.stop(0.0)
        self._pods.pop(uid, None)
        self._ending.pop(uid)

    async def _register(self) -> None:
        labels = {"kubernetes.io/hostname": self._name, "kubernetes.io/os": "linux"}
        node = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": self._name, "labels": labels}}
        await self._made("/api/v1/nodes", node)
        # Put there as a node that is new; to be lifted by a controller that may not run.
        await self._api.patch(f"/api/v1/nodes/{self._name}", {"spec": {"taints": None}})
        await self._api.patch(f"/api/v1/nodes/{self._name}/status", {"status": self._status()})
        lease = {"metadata": {"name": self._name}, "spec": {"holderIdentity": self._name, "leaseDurationSeconds": 40}}
        await self._made(LEASES, {"kind": "Lease", "apiVersion": "coordination.k8s.io/v1", **lease})

    async def _made(self, path: str, one: Object) -> None:
        try:
            await self._api.post(path, one)
        except httpx.HTTPStatusError as error:
            if error.response.status_code != httpx.codes.CONFLICT:
                raise

    async def _renew(self) -> None:
        while True:
            now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
            with suppress(httpx.HTTPError):
                await self._api.patch(f"{LEASES}/{self._name}", {"spec": {"renewTime": now}})
            await asyncio.sleep(RENEW_SECONDS)

    def _status(self) -> Object:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "its pods are processes"}
        addresses = [{"type": "InternalIP", "address": self._address}, {"type": "Hostname", "address": self._name}]
        return {
            "capacity": quantity.MOST,
            "allocatable": quantity.MOST,
            "addresses": addresses,
            "conditions": [{**ready, "lastTransitionTime": now, "lastHeartbeatTime": now}],
        }
