"""A real Envoy, our own ADS server in front of it, and small servers behind it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from envoy.service.discovery.v3 import ads_pb2, ads_pb2_grpc
from starlette.requests import Request
from starlette.responses import JSONResponse

from cli.supervisor import envoy
from dlm.fleet import Fleet
from dlm.xds.clusters import CHECK, HTTP, RATES
from dlm.xds.edge import Edge
from dlm.xds.program import COMPONENTS, program
from dlm.xds.service import AggregatedDiscoveryServicer
from dlm.xds.tracing import Traces
from gatekeeper.check import over_grpc
from gatekeeper.errors import KeyMissing
from gatekeeper.verdict import denied
from mesh import asgi
from mesh.access import AGENT_HEADER, KEY_HEADER, MINDS_HEADER, POD_HEADER, ROLE_HEADER
from mesh.conversation import Request as Asked
from mesh.conversation import Response, answering
from mesh.identity import AGENT_HOST, ENVOY
from mesh.server import Service, serving
from myriad.dlm.v1.host_pb2 import Host
from tests.identities import identity, settings

ROOT = Path(__file__).parents[2]
STREAM_LEARN = "/myriad.genesis.v1.DocumentService/StreamLearn"
RATE = 100.0
MAX_BODY_BYTES = 1024 * 1024
HEAP_BYTES = 512 * 1024 * 1024
"""What Envoy may hold, as the bootstrap says."""
NOBODY = "nobody"
"""A key with which the gatekeeper says yes and not to whom."""


def envoy_binary() -> str:
    """The Envoy to test with; skips when there is none, fails when there is none in CI."""
    local = ROOT / ".tools" / "envoy" / "bin" / "envoy"
    found = os.environ.get("MYRIAD_ENVOY") or (str(local) if local.exists() else shutil.which("envoy"))
    if not found:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("no Envoy: MYRIAD_ENVOY, .tools/envoy/bin/envoy or envoy on PATH")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Call:
    """What a server behind Envoy was asked."""

    server: str
    method: str
    headers: dict[str, str | bytes]
    body: bytes


class Upstream(grpc.GenericRpcHandler):
    """Answers every method of every service with what it is told, an empty message else."""

    def __init__(self, name: str, calls: list[Call], interceptors: Sequence[grpc.aio.ServerInterceptor] = ()) -> None:
        self._name = name
        self._calls = calls
        self._interceptors = interceptors
        self.answers: dict[str, Callable[[bytes, Any], Any]] = {}
        self.address = ""

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        method = str(details.method)
        headers = dict(details.invocation_metadata or ())

        async def unary(body: bytes, context: Any) -> bytes:
            self._calls.append(Call(self._name, method, headers, body))
            answer = self.answers.get(method)
            return await answer(body, context) if answer else b""

        async def streaming(body: bytes, context: Any) -> AsyncIterator[bytes]:
            self._calls.append(Call(self._name, method, headers, body))
            if answer := self.answers.get(method):
                async for message in answer(body, context):
                    yield message

        async def echo(messages: AsyncIterator[bytes], _context: Any) -> AsyncIterator[bytes]:
            self._calls.append(Call(self._name, method, headers, b""))
            async for message in messages:
                yield message

        if method == STREAM_LEARN:
            return grpc.stream_stream_rpc_method_handler(echo)
        if method.rsplit("/", 1)[1].startswith("Stream"):
            return grpc.unary_stream_rpc_method_handler(streaming)
        return grpc.unary_unary_rpc_method_handler(unary)

    @asynccontextmanager
    async def serving(self, address: str = "127.0.0.1:0") -> AsyncIterator[str]:
        options = [("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", -1)]
        server = grpc.aio.server(interceptors=self._interceptors, options=options)
        server.add_generic_rpc_handlers([self])
        component = self._name if self._name in COMPONENTS else AGENT_HOST
        port = server.add_secure_port(address, identity(component).server_credentials())
        self.address = f"127.0.0.1:{port}"
        await server.start()
        try:
            yield self.address
        finally:
            await server.stop(0)


@dataclass
class Gatekeeper:
    """Lets in whoever sends a key, under the name of the key; sends requests for an agent to its pod."""

    checks: list[Asked] = field(default_factory=list)
    pods: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    """How long it takes to think."""

    async def decide(self, asked: Asked) -> Response:
        self.checks.append(asked)
        await asyncio.sleep(self.seconds)
        if not (key := asked.headers.get("x-api-key")):
            return denied(KeyMissing(), grpc=over_grpc(asked), path=asked.path)
        if key == NOBODY:
            return Response(HTTPStatus.OK, {})
        agent = asked.headers.get(AGENT_HEADER) or asked.path.removeprefix("/v1/").partition(":")[0]
        headers = {KEY_HEADER: key, ROLE_HEADER: "ROLE_READER", MINDS_HEADER: "*", AGENT_HEADER: agent}
        if agent in self.pods:
            headers[POD_HEADER] = self.pods[agent]
        return Response(HTTPStatus.OK, headers)


@dataclass
class World:
    """Everything that runs, and what happened in it."""

    url: str
    checks: str
    """Where Envoy asks the gatekeeper."""
    edge: Edge
    fleet: Fleet
    gatekeeper: Gatekeeper
    upstreams: dict[str, Upstream]
    calls: list[Call]
    http: httpx.AsyncClient
    folder: Path
    resources: Sequence[Any]
    ads: str
    pid: int
    """Envoy's."""
    stop_ads: Callable[[], Awaitable[None]]

    @property
    def target(self) -> str:
        return self.url.removeprefix("http://")

    @property
    def resident_mib(self) -> int:
        """The memory that Envoy takes."""
        (line,) = (one for one in Path(f"/proc/{self.pid}/status").read_text().splitlines() if one.startswith("VmRSS:"))
        return int(line.split()[1]) // 1024

    def forget(self) -> None:
        """Between tests: nothing was called, everybody answers."""
        self.calls.clear()
        self.gatekeeper.checks.clear()
        self.gatekeeper.pods.clear()
        for upstream in self.upstreams.values():
            upstream.answers.clear()

    async def call(
        self, method: str, body: bytes = b"", *, key: str = "key1", headers: Mapping[str, str] | None = None
    ) -> bytes:
        """A gRPC call through Envoy; an empty key: none."""
        identity = {"x-api-key": key} if key else {}
        metadata = tuple({**identity, **(headers or {})}.items())
        async with grpc.aio.insecure_channel(self.target) as channel:
            ask: Any = channel.unary_unary(method)
            return bytes(await ask(body, metadata=metadata, timeout=5))

    async def admin(self, path: str) -> str:
        """What Envoy's admin says."""
        with envoy.admin(self.folder) as admin:
            async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=admin)) as client:
                return (await client.get(f"http://envoy{path}")).text

    def log(self) -> list[dict[str, Any]]:
        """The access log so far."""
        return [json.loads(line) for line in (self.folder / "access.log").read_text().splitlines()]

    async def until(self, condition: Callable[[], bool], seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  what is waited for happens in another process
                await asyncio.sleep(0.005)

    async def until_async(self, condition: Callable[[], Awaitable[bool]], seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110
                await asyncio.sleep(0.001)


def _recording(calls: list[Call]) -> AbstractAsyncContextManager[str]:
    """An HTTP listener that says what it was asked."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        calls.append(Call(HTTP, request.url.path, dict(request.headers), await request.body()))
        await JSONResponse({"path": request.url.path})(scope, receive, send)

    where = "orchestrator", "MYRIAD_HTTP_LISTEN", "127.0.0.1:0"
    return asgi.answering(*where, identity("orchestrator"), frozenset((ENVOY,)), app, stop_seconds=1)


def problem(response: httpx.Response) -> tuple[int, int, str]:
    """HTTP status, code and reason of an error, whose form is checked."""
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    info = body["details"][0]
    assert (info["@type"], info["domain"]) == ("type.googleapis.com/google.rpc.ErrorInfo", "myriad")
    assert body["message"]
    return response.status_code, body["code"], info["reason"]


def retry_seconds(response: httpx.Response) -> str:
    (retry,) = (d for d in response.json()["details"] if d["@type"].endswith("google.rpc.RetryInfo"))
    return str(retry["retryDelay"])


def host(id: str, address: str, state: Host.State.ValueType = Host.STATE_READY) -> Host:
    return Host(id=id, address=address, state=state)


@asynccontextmanager
async def world(
    folder: Path,
    *,
    rate: float = RATE,
    down: Sequence[str] = (),
    keys: str = "key1",
    heap_bytes: int = HEAP_BYTES,
    max_body_bytes: int = MAX_BODY_BYTES,
    traces: Traces | None = None,
    origins: Sequence[str] = (),
    gatekeeper: Gatekeeper | None = None,
    rate_limit: str = "",
    interceptors: Sequence[grpc.aio.ServerInterceptor] = (),
) -> AsyncIterator[World]:
    """
    Start everything but the components in `down`; `key1` is the key that requests carry if they name none.

    `rate_limit`: where the rate limit service is, if there is one.

    The interceptors stand before each of the servers behind Envoy.
    """
    binary = envoy_binary()
    async with AsyncExitStack() as stack:
        calls: list[Call] = []
        gatekeeper = gatekeeper or Gatekeeper()
        upstreams = {name: Upstream(name, calls, interceptors) for name in (*COMPONENTS, "host1", "host2")}
        targets = {}
        for name, upstream in upstreams.items():
            if name in down:
                targets[name] = f"127.0.0.1:{free_port()}"
            else:
                targets[name] = await stack.enter_async_context(upstream.serving())
        targets[CHECK] = f"127.0.0.1:{free_port()}"
        if "gatekeeper" not in down:
            checks = answering(
                "gatekeeper",
                "MYRIAD_CHECK_LISTEN",
                targets[CHECK],
                identity("gatekeeper"),
                frozenset((ENVOY,)),
                gatekeeper.decide,
            )
            await stack.enter_async_context(checks)
        targets[HTTP] = await stack.enter_async_context(_recording(calls))
        if rate_limit:
            targets[RATES] = rate_limit
        fleet = Fleet()
        for name in ("host1", "host2"):
            fleet.join(host(name, targets.pop(name)))
        listen = f"127.0.0.1:{free_port()}"
        resources = program(
            listen=listen,
            secrets=str(identity(ENVOY).folder),
            targets={name: (target,) for name, target in targets.items()},
            rate_per_second=rate,
            max_body_bytes=max_body_bytes,
            traces=traces,
            origins=origins,
        )
        edge = Edge(fleet, resources)
        ads_stack = await stack.enter_async_context(AsyncExitStack())
        ads = await ads_stack.enter_async_context(serving_ads(edge))
        pid = await stack.enter_async_context(running_envoy(binary, folder, ads, heap_bytes))
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=f"http://{listen}", headers={"x-api-key": keys}, timeout=10)
        )
        await ready(client)
        calls.clear()
        gatekeeper.checks.clear()
        yield World(
            url=f"http://{listen}",
            checks=targets[CHECK],
            ads=ads,
            pid=pid,
            edge=edge,
            fleet=fleet,
            gatekeeper=gatekeeper,
            upstreams=upstreams,
            calls=calls,
            http=client,
            folder=folder,
            resources=resources,
            stop_ads=ads_stack.aclose,
        )


@asynccontextmanager
async def serving_ads(edge: Edge, listen: str = "127.0.0.1:0") -> AsyncIterator[str]:
    service = Service(
        ads_pb2.DESCRIPTOR.services_by_name["AggregatedDiscoveryService"],
        ads_pb2_grpc.add_AggregatedDiscoveryServiceServicer_to_server,
        AggregatedDiscoveryServicer(edge),
        callers=frozenset((ENVOY,)),
        drain=edge.drain,
    )
    async with serving("dlm", replace(settings("dlm", listen=listen), stop_seconds=5), [service]) as address:
        yield address


@asynccontextmanager
async def running_envoy(binary: str, folder: Path, ads: str, heap_bytes: int = HEAP_BYTES) -> AsyncIterator[int]:
    text = envoy.bootstrap(ads, identity(ENVOY).folder, node=folder.name)
    assert str(HEAP_BYTES) in text
    bootstrap = folder / "bootstrap.yaml"
    bootstrap.write_text(text.replace(str(HEAP_BYTES), str(heap_bytes)))
    with (folder / "access.log").open("wb") as out, (folder / "envoy.log").open("wb") as err:
        process = await asyncio.create_subprocess_exec(
            binary, "-c", str(bootstrap), "--concurrency", "1", "--use-dynamic-base-id", "-l", "info",
            "--file-flush-interval-msec", "50", stdout=out, stderr=err, cwd=folder,
        )  # fmt: skip
        try:
            yield process.pid
        finally:
            process.kill()
            await process.wait()


async def ready(client: httpx.AsyncClient) -> None:
    """Until a request passes the whole chain."""
    async with asyncio.timeout(20):
        while True:
            try:
                if (await client.get("/v1/no/such/path")).status_code in (404, 503):
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.02)
