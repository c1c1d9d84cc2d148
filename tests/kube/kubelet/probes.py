"""Whether a container is well, by the probe that its pod states: gRPC health, HTTP, a program, or a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import grpc
import httpx
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.kube.kubelet.api import Object

OPTIONS = [("grpc.enable_http_proxy", 0), ("grpc.use_local_subchannel_pool", 1)]
DEFAULTS: Object = {
    "initialDelaySeconds": 0,
    "periodSeconds": 10,
    "timeoutSeconds": 1,
    "successThreshold": 1,
    "failureThreshold": 3,
}


class Probe:
    """One of them, asked once a period."""

    def __init__(
        self, told: Object, container: Object, address: str, execute: Callable[[Sequence[str]], Awaitable[bool]]
    ) -> None:
        """`execute()` runs a program in the container; whether it ends well."""
        self._told = DEFAULTS | told
        self._container = container
        self._address = address
        self._execute = execute
        self._wait = self._told["initialDelaySeconds"]

    async def says(self, well: bool) -> None:
        """Returns when it has said so as often as its threshold wants, one time after the other."""
        enough = self._told["successThreshold" if well else "failureThreshold"]
        times = 0
        while times < enough:
            times = times + 1 if await self._asked() == well else 0

    async def starts(self) -> bool:
        """Whether it passes before it has failed too often."""
        for _ in range(self._told["failureThreshold"]):
            if await self._asked():
                return True
        return False

    async def _asked(self) -> bool:
        await asyncio.sleep(self._wait)
        self._wait = self._told["periodSeconds"]
        with suppress(grpc.RpcError, httpx.HTTPError, OSError, TimeoutError):
            async with asyncio.timeout(self._told["timeoutSeconds"]):
                return await self._ask()
        return False

    async def _ask(self) -> bool:
        if told := self._told.get("grpc"):
            async with grpc.aio.insecure_channel(f"{self._address}:{told['port']}", options=OPTIONS) as channel:
                request = health_pb2.HealthCheckRequest(service=told.get("service") or "")
                stub: Any = health_pb2_grpc.HealthStub(channel)
                answer = await stub.Check(request)
                return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)
        if told := self._told.get("httpGet"):
            url = f"{told.get('scheme', 'HTTP').lower()}://{self._address}:{self._port(told)}{told.get('path', '/')}"
            async with httpx.AsyncClient(trust_env=False, verify=False) as http:
                answered = await http.get(url)
                return httpx.codes.OK <= answered.status_code < httpx.codes.BAD_REQUEST
        if told := self._told.get("exec"):
            return await self._execute(told["command"])
        _, writer = await asyncio.open_connection(self._address, self._port(self._told["tcpSocket"]))
        writer.close()
        return True

    def _port(self, told: Object) -> int:
        if isinstance(told["port"], int):
            return told["port"]
        return next(int(one["containerPort"]) for one in self._container["ports"] if one["name"] == told["port"])
