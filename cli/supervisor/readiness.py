"""When a Myriad is ready: each component says so, Envoy says so, and a request with a key comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import httpx
from grpc_health.v1 import health_pb2, health_pb2_grpc

from cli import connection
from cli.errors import Failure
from cli.state import Endpoint, write_private
from cli.supervisor import envoy
from cli.supervisor.child import Child
from cli.supervisor.folder import DataFolder
from cli.supervisor.programs import Program
from mesh.channels import channel
from mesh.identity import ENVOY, Identity
from myriad.gatekeeper.v1 import key_service_pb2
from myriad.gatekeeper.v1.key_pb2 import Key
from myriad.gatekeeper.v1.key_service_pb2_grpc import KeyServiceStub
from myriad.type.v1.access_pb2 import Role

READY_SECONDS = 90.0
CALL_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.1
PASSES_ON = ("/v1/minds/none/agents", "/v1/minds/none/documents")
"""What a component can answer only when it reaches the next one; whether that mind is there does not matter."""


async def programs_answer(children: Sequence[Child], operator: Identity) -> None:
    """Wait until every component's health check says SERVING, and Envoy has its configuration from the DLM."""
    await asyncio.gather(*(_answers(child, operator) for child in children))


@asynccontextmanager
async def asking(program: Program, operator: Identity) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    """How to ask a program, again and again, whether it is well."""
    if program.asks:
        yield program.asks
    elif program.kind == ENVOY:
        yield partial(_is_live, Path(program.address).parent)
    else:
        async with channel(program.address, program.component, operator) as opened:
            yield partial(_serves, opened)


async def requests_pass(endpoint: Endpoint, hosts: int) -> None:
    """Wait until requests with the key come back through Envoy, and so many agent hosts are part of the fleet."""

    async def passes() -> bool:
        models = await http.get("/v1/models")
        fleet = await http.get("/v1/fleet")
        if not (models.is_success and fleet.is_success and len(fleet.json().get("hosts", [])) >= hosts):
            return False
        passed_on = [await http.get(path, params={"pageSize": 1}) for path in PASSES_ON]
        return all(one.status_code != httpx.codes.SERVICE_UNAVAILABLE for one in passed_on)

    async with httpx.AsyncClient(**connection.settings(endpoint)) as http:
        await _until_true(passes, f"Envoy at {endpoint.url} passes no request")


async def admin_key(folder: DataFolder, edge: Endpoint, gatekeeper: Program, operator: Identity) -> str:
    """The secret of an admin key: the one from last time, or a new one if that opens nothing any more."""
    if folder.admin_key.exists():
        secret = folder.admin_key.read_text(encoding="utf-8").strip()
        if secret and await _opens(replace(edge, api_key=secret)):
            return secret
    async with channel(gatekeeper.address, gatekeeper.component, operator) as opened:
        key = Key(display_name="myriad up", role=Role.ROLE_ADMIN, all_minds=True)
        request = key_service_pb2.CreateKeyRequest(key=key)
        made = await KeyServiceStub(opened).CreateKey(request, timeout=CALL_SECONDS * 5)
    write_private(folder.admin_key, made.secret + "\n")
    return str(made.secret)


async def _opens(endpoint: Endpoint) -> bool:
    """Whether the key may what an admin may; 503 means that the edge has not found its components yet."""
    answers: list[int] = []

    async def answered() -> bool:
        response = await http.get("/v1/keys", params={"pageSize": 1})
        answers.append(response.status_code)
        return response.status_code < httpx.codes.INTERNAL_SERVER_ERROR

    async with httpx.AsyncClient(**connection.settings(endpoint)) as http:
        await _until_true(answered, f"Envoy at {endpoint.url} passes no request")
    return answers[-1] not in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)


async def _answers(child: Child, operator: Identity) -> None:
    async with asking(child.program, operator) as answers:
        await _until_true(answers, f"{child.program.name} does not come up")
    child.served = True


async def _until_true(check: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    try:
        async with asyncio.timeout(READY_SECONDS):
            while True:
                try:
                    if await check():
                        return
                except (grpc.aio.AioRpcError, httpx.HTTPError, OSError):
                    pass
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
    except TimeoutError:
        raise Failure(f"{otherwise} within {READY_SECONDS:.0f} s", hint="see its log in the data folder") from None


async def _is_live(folder: Path) -> bool:
    with envoy.admin(folder) as socket:
        transport = httpx.AsyncHTTPTransport(uds=socket, verify=False)  # there is no TLS to verify
        async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=CALL_SECONDS) as http:
            return (await http.get("http://envoy/ready")).is_success


async def _serves(opened: grpc.aio.Channel) -> bool:
    stub: Any = health_pb2_grpc.HealthStub(opened)
    answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=CALL_SECONDS, wait_for_ready=True)
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)
