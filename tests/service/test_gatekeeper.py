"""The gatekeeper as a service: keys made, checked and revoked over gRPC, with and without a DLM."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import socket
import sqlite3
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple, cast

import grpc
import pytest
import structlog
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from gatekeeper.authentication import Authentication
from gatekeeper.check import Check
from gatekeeper.locator import Locator
from gatekeeper.ports import Placing, UsageStore
from gatekeeper.server import build
from gatekeeper.settings import Settings
from gatekeeper.usage import Budget
from gatekeeper.verdict import REMOVED_HEADER
from mesh import conversation, logs
from mesh.access import POD_HEADER
from mesh.call import Context
from mesh.conversation import Request, Response
from mesh.errors import received
from mesh.identity import ENVOY
from mesh.listening import StartError
from mesh.placements import PlacementView
from mesh.server import Service, serving
from myriad.dlm.v1 import lifecycle_service_pb2 as dlm_pb
from myriad.dlm.v1 import lifecycle_service_pb2_grpc as dlm_grpc
from myriad.dlm.v1.host_pb2 import Host
from myriad.gatekeeper.v1 import key_service_pb2 as pb
from myriad.gatekeeper.v1.access_service_pb2 import CheckKeyRequest
from myriad.gatekeeper.v1.access_service_pb2_grpc import AccessServiceStub
from myriad.gatekeeper.v1.key_pb2 import Key as KeyMessage
from myriad.gatekeeper.v1.key_service_pb2_grpc import KeyServiceStub
from myriad.type.v1.access_pb2 import Role
from tests.identities import calling, client_context, identity, settings

AGENT = "minds/m/agents/a1"
NOWHERE = "127.0.0.1:9"
ADMIN_OF_M = (("x-myriad-key", "k"), ("x-myriad-role", "ROLE_ADMIN"), ("x-myriad-minds", "minds/m"))
TEACHER = (("x-myriad-key", "k"), ("x-myriad-role", "ROLE_TEACHER"), ("x-myriad-minds", "*"))


class Answer(NamedTuple):
    """What Envoy is told."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass
class Gatekeeper:
    keys: KeyServiceStub
    access: AccessServiceStub
    checks: str
    """Where Envoy asks."""

    async def check(self, path: str = "/v1/query", **headers: str) -> Answer:
        lines = [f"POST {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {headers[name]}" for name in headers)]
        return await self.asked("\r\n".join((*lines, "", "")).encode())

    async def asked(self, *requests: bytes) -> Answer:
        """The answer to the last of several requests over one connection."""
        host, _, port = self.checks.rpartition(":")
        reader, writer = await asyncio.open_connection(host, port, ssl=client_context("envoy"))
        try:
            for request in requests:
                writer.write(request)
                status, *fields = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
                headers = dict(field.split(": ", 1) for field in fields)
                body = (await reader.readexactly(int(headers.pop("content-length")))).decode()
        finally:
            writer.close()
        return Answer(int(status.split(" ")[1]), headers, body)

    async def secret(self, role: Role.ValueType = Role.ROLE_READER, *minds: str) -> str:
        return (await self.keys.CreateKey(wanted(role, *minds))).secret


def wanted(role: Role.ValueType, *minds: str, **given: Any) -> pb.CreateKeyRequest:
    return pb.CreateKeyRequest(key=KeyMessage(role=role, minds=minds, all_minds=not minds, **given))


@asynccontextmanager
async def gatekeeper(data: Path, dlm: str = NOWHERE) -> AsyncIterator[Gatekeeper]:
    tls = identity("gatekeeper")
    told = Settings(data=data, dlm_target=dlm, check_listen=f"127.0.0.1:{free_port()}", tls=tls)
    async with AsyncExitStack() as stack:
        services = await build(told, stack)
        async with serving("gatekeeper", told, services) as address, calling(address, "gatekeeper") as connection:
            yield Gatekeeper(KeyServiceStub(connection), AccessServiceStub(connection), told.check_listen)


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Gatekeeper]:
    """A gatekeeper whose DLM is away."""
    async with gatekeeper(tmp_path) as running:
        yield running


class Dlm(dlm_grpc.LifecycleServiceServicer):
    """A DLM that says what the test puts into its queue."""

    def __init__(self) -> None:
        self.changes: asyncio.Queue[dlm_pb.WatchPlacementsResponse] = asyncio.Queue()

    async def WatchPlacements(
        self, request: dlm_pb.WatchPlacementsRequest, context: Context
    ) -> AsyncIterator[dlm_pb.WatchPlacementsResponse]:
        while True:
            yield await self.changes.get()

    def Hydrate(self, request: Any, context: Any) -> Any:
        raise NotImplementedError

    def Dehydrate(self, request: Any, context: Any) -> Any:
        raise NotImplementedError

    def LocateAgent(self, request: Any, context: Any) -> Any:
        raise NotImplementedError

    def RegisterHost(self, request_iterator: Any, context: Any) -> Any:
        raise NotImplementedError


@asynccontextmanager
async def serving_dlm(dlm: Dlm, listen: str = "127.0.0.1:0") -> AsyncIterator[str]:
    service = Service(
        dlm_pb.DESCRIPTOR.services_by_name["LifecycleService"], dlm_grpc.add_LifecycleServiceServicer_to_server, dlm
    )
    async with serving("dlm", settings("dlm", listen=listen), [service]) as address:
        yield address


def picture(address: str) -> dlm_pb.WatchPlacementsResponse:
    """All there is: one host, which holds the agent."""
    return dlm_pb.WatchPlacementsResponse(
        hosts=[Host(id="h1", address=address, state=Host.STATE_READY)],
        placed=[dlm_pb.Placement(agent=AGENT, host="h1")],
        synced=True,
    )


async def becomes(read: Callable[[], Awaitable[str]], value: str) -> None:
    for _ in range(1_000):
        if (read_now := await read()) == value:
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"{read_now!r} never became {value!r}")


def headers(answer: Answer) -> Mapping[str, str]:
    """Who the services are told calls, and which agent is asked."""
    assert answer.status == 200
    return {name: value for name, value in answer.headers.items() if name not in (REMOVED_HEADER, POD_HEADER)}


def denial(answer: Answer) -> str:
    assert answer.status == 401
    reason: str = json.loads(answer.body)["details"][0]["reason"]
    return reason


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def failure(call: Any) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    error = received(caught.value)
    return error.code, error.reason


async def test_a_key_made_from_inside_opens_at_once(alone: Gatekeeper) -> None:
    made = await alone.keys.CreateKey(wanted(Role.ROLE_ADMIN, display_name="first"))
    response = await alone.check(authorization=f"Bearer {made.secret}")
    assert response.status == 200
    assert headers(response) == {
        "x-myriad-key": made.key.name.removeprefix("keys/"),
        "x-myriad-role": "ROLE_ADMIN",
        "x-myriad-minds": "*",
    }


async def test_a_key_lives_through_a_restart_and_its_revocation_too(tmp_path: Path) -> None:
    async with gatekeeper(tmp_path) as first:
        kept = await first.secret(Role.ROLE_READER, "m")
        revoked = await first.keys.CreateKey(wanted(Role.ROLE_READER))
        assert (await first.check(x_api_key=revoked.secret)).status == 200
        await first.keys.DeleteKey(pb.DeleteKeyRequest(name=revoked.key.name))
        assert denial(await first.check(x_api_key=revoked.secret)) == "KEY_INVALID"
    async with gatekeeper(tmp_path) as second:
        assert headers(await second.check(x_api_key=kept))["x-myriad-minds"] == "minds/m"
        assert denial(await second.check(x_api_key=revoked.secret)) == "KEY_INVALID"


async def test_a_key_expires_by_itself(alone: Gatekeeper) -> None:
    expiry = Timestamp()
    expiry.FromNanoseconds(time.time_ns() + 300_000_000)
    made = await alone.keys.CreateKey(wanted(Role.ROLE_READER, expire_time=expiry))
    assert made.key.expire_time.ToMicroseconds() == expiry.ToMicroseconds()
    assert (await alone.check(x_api_key=made.secret)).status == 200
    await asyncio.sleep(0.35)
    assert denial(await alone.check(x_api_key=made.secret)) == "KEY_EXPIRED"


@pytest.mark.parametrize("path", ["", "*", "role", "name", "limits.x", "limits.daily_units.x", "display_name,role"])
async def test_an_update_of_what_cannot_be_changed_changes_nothing(alone: Gatekeeper, path: str) -> None:
    made = await alone.keys.CreateKey(wanted(Role.ROLE_READER, display_name="old"))
    changed = KeyMessage(name=made.key.name, role=Role.ROLE_ADMIN, display_name="new")
    update = pb.UpdateKeyRequest(key=changed, update_mask=FieldMask(paths=["display_name", path]))
    assert await failure(alone.keys.UpdateKey(update)) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert (await alone.keys.GetKey(pb.GetKeyRequest(name=made.key.name))).key == made.key


async def test_without_a_mask_what_is_set_is_changed_and_of_minds_both_fields(alone: Gatekeeper) -> None:
    made = (await alone.keys.CreateKey(wanted(Role.ROLE_READER, "a", display_name="old"))).key
    update = pb.UpdateKeyRequest(key=KeyMessage(name=made.name, all_minds=True))
    changed = (await alone.keys.UpdateKey(update)).key
    assert (changed.all_minds, [*changed.minds], changed.display_name) == (True, [], "old")


@pytest.mark.parametrize("seconds", [-1, 31 * 86_400, 2**62, -(2**63)])
async def test_an_overlap_of_no_length_that_there_is_is_an_invalid_field(alone: Gatekeeper, seconds: int) -> None:
    made = await alone.keys.CreateKey(wanted(Role.ROLE_READER))
    rotate = pb.RotateKeyRequest(name=made.key.name, overlap=Duration(seconds=seconds))
    assert await failure(alone.keys.RotateKey(rotate)) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert (await alone.check(x_api_key=made.secret)).status == 200


async def test_of_rotations_one_after_the_other_the_last_two_secrets_open(alone: Gatekeeper) -> None:
    made = await alone.keys.CreateKey(wanted(Role.ROLE_READER))
    rotate = pb.RotateKeyRequest(name=made.key.name, overlap=Duration(seconds=60))
    secrets = [made.secret, *[(await alone.keys.RotateKey(rotate)).secret for _ in range(2)]]
    assert [(await alone.check(x_api_key=one)).status for one in secrets] == [401, 200, 200]


async def test_a_key_that_is_changed_and_rotated_while_it_is_revoked_never_comes_back(alone: Gatekeeper) -> None:
    for number in range(10):
        made = await alone.keys.CreateKey(wanted(Role.ROLE_READER))
        update = pb.UpdateKeyRequest(key=KeyMessage(name=made.key.name, display_name=f"changed {number}"))
        rotate = pb.RotateKeyRequest(name=made.key.name, overlap=Duration(seconds=60))
        delete = pb.DeleteKeyRequest(name=made.key.name)
        calls = alone.keys.UpdateKey(update), alone.keys.RotateKey(rotate), alone.keys.DeleteKey(delete)
        updated, rotated, deleted = await asyncio.gather(*calls, return_exceptions=True)
        for refused in (one for one in (updated, rotated) if isinstance(one, BaseException)):
            assert isinstance(refused, grpc.aio.AioRpcError)
            assert received(refused).reason in ("CONFLICT", "KEY_NOT_FOUND")
        assert not isinstance(deleted, BaseException)
        secrets = [made.secret, *([rotated.secret] if isinstance(rotated, pb.RotateKeyResponse) else [])]
        assert {denial(await alone.check(x_api_key=secret)) for secret in secrets} == {"KEY_INVALID"}


async def test_who_works_for_a_key_long_after_its_request_can_ask_whether_it_is_still_good(alone: Gatekeeper) -> None:
    soon = Timestamp()
    soon.FromDatetime(datetime.now(UTC) + timedelta(seconds=1))
    lasting = (await alone.keys.CreateKey(wanted(Role.ROLE_TEACHER))).key.name
    ending = (await alone.keys.CreateKey(wanted(Role.ROLE_TEACHER, expire_time=soon))).key.name
    for name in (lasting, ending):
        await alone.access.CheckKey(CheckKeyRequest(key=name))
    await alone.keys.DeleteKey(pb.DeleteKeyRequest(name=lasting))
    for name in (lasting, "keys/0123456789abcdef"):
        check = alone.access.CheckKey(CheckKeyRequest(key=name))
        assert await failure(check) == (grpc.StatusCode.UNAUTHENTICATED, "KEY_INVALID")
    await asyncio.sleep(1)
    assert await failure(alone.access.CheckKey(CheckKeyRequest(key=ending))) == (
        grpc.StatusCode.UNAUTHENTICATED,
        "KEY_EXPIRED",
    )
    assert await failure(alone.access.CheckKey(CheckKeyRequest(key="k"))) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "INVALID_FIELD",
    )


async def test_without_a_key_nobody_comes_in_whatever_else_is_sent(alone: Gatekeeper) -> None:
    assert denial(await alone.check()) == "KEY_MISSING"
    assert denial(await alone.check(x_myriad_key="k", x_myriad_role="ROLE_ADMIN", x_myriad_minds="*")) == "KEY_MISSING"
    assert denial(await alone.check(x_api_key="x" * 100_000)) == "KEY_INVALID"
    assert denial(await alone.check(authorization="Bearer \ufffd\u2028")) == "KEY_INVALID"
    grpc_answer = await alone.check(te="trailers")
    assert grpc_answer.body.startswith("send an API key")


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nx: " + b"x" * 200_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: 0\r\ncontent-length: 0\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: 0\r\ntransfer-encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nx-api-key: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\nx-api-key: a\rb\r\n\r\n",
        b"GET / HTTP/1.1\r\nx-api-key : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nx-api\xffkey: a\r\n\r\n",
        b"GET / HTTP/1.1\nx-api-key: a\n\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"CONNECT gatekeeper:80 HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    ],
)
async def test_what_is_no_check_is_refused_and_ends_the_connection_and_nothing_else(
    alone: Gatekeeper, request_: bytes
) -> None:
    host, _, port = alone.checks.rpartition(":")
    reader, writer = await asyncio.open_connection(host, port, ssl=client_context("envoy"))
    answer = b""
    with suppress(ConnectionError):
        writer.write(request_)
        answer = await asyncio.wait_for(reader.read(), 2)
    writer.close()
    assert not answer or answer.startswith(b"HTTP/1.1 400 ")
    assert denial(await alone.check()) == "KEY_MISSING"


async def test_one_connection_carries_one_check_after_the_other(alone: Gatekeeper) -> None:
    good = f"GET /v1/minds HTTP/1.1\r\nX-Api-Key: {await alone.secret()}\r\ncontent-length: 0\r\n\r\n".encode()
    assert denial(await alone.asked(good, b"GET / HTTP/1.1\r\n\r\n")) == "KEY_MISSING"
    assert (await alone.asked(b"HEAD / HTTP/1.1\r\n\r\n", good)).status == 200, "a HEAD has no body"
    other = good.replace(b"content-length: 0", b"x-api-key: another")
    assert denial(await alone.asked(other)) == "KEY_INVALID"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(conversation, "IDLE_SECONDS", 0.6)
    monkeypatch.setattr(conversation, "LOOKING_SECONDS", 0.05)


async def hung_up_after(running: Gatekeeper, *parts: bytes) -> float:
    """Seconds until the gatekeeper hangs up on who sends these parts, one each 0.1 s."""
    host, _, port = running.checks.rpartition(":")
    reader, writer = await asyncio.open_connection(host, port, ssl=client_context("envoy"))
    started = time.monotonic()
    try:
        async with asyncio.timeout(5):
            for part in parts:
                writer.write(part)
                await asyncio.sleep(0.1)
            with suppress(ConnectionError):
                await reader.read()
    finally:
        writer.close()
    return time.monotonic() - started


@pytest.mark.usefixtures("impatient")
async def test_a_head_that_does_not_end_is_not_waited_for(alone: Gatekeeper) -> None:
    assert await hung_up_after(alone, b"GET / HTTP/1.1\r\nx: ") < 0.5
    assert await hung_up_after(alone, b"G", b"E", b"T", b" /", b" HT", b"TP/1.1\r\n", b"x") < 1, "drop by drop"
    assert denial(await alone.check()) == "KEY_MISSING"


@pytest.mark.usefixtures("impatient")
async def test_a_connection_that_says_nothing_ends_and_not_before_its_time(alone: Gatekeeper) -> None:
    assert 0.5 < await hung_up_after(alone) < 1.5
    assert 0.5 < await hung_up_after(alone, b"GET / HTTP/1.1\r\n\r\n") < 1.5


async def test_more_connections_than_there_may_be_are_hung_up_on(
    alone: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MOST_CONNECTIONS", 3)
    host, _, port = alone.checks.rpartition(":")
    held = [await asyncio.open_connection(host, port, ssl=client_context("envoy")) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert await hung_up_after(alone) < 1
    for _, writer in held:
        writer.close()
        await writer.wait_closed()
    await asyncio.sleep(0.05)
    assert denial(await alone.check()) == "KEY_MISSING"


async def test_who_asks_and_never_listens_is_hung_up_on(alone: Gatekeeper) -> None:
    host, _, port = alone.checks.rpartition(":")
    _, writer = await asyncio.open_connection(host, port, ssl=client_context("envoy"))
    writer.transport.pause_reading()  # type: ignore[attr-defined]

    async def ask_forever() -> None:
        while True:
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0)

    with pytest.raises(ConnectionError):
        await asyncio.wait_for(ask_forever(), 20)
    writer.close()


async def test_a_stop_does_not_wait_for_connections(tmp_path: Path) -> None:
    async with gatekeeper(tmp_path) as running:
        host, _, port = running.checks.rpartition(":")
        silent = [await asyncio.open_connection(host, port, ssl=client_context("envoy")) for _ in range(3)]
        silent[0][1].write(b"GET / HTT")
        await asyncio.sleep(0.05)
        stopped = time.monotonic()
    assert time.monotonic() - stopped < 2
    for _, writer in silent:
        writer.close()


async def test_a_check_that_hangs_ends_with_its_connection_and_holds_up_no_stop() -> None:
    ended = asyncio.Event()

    async def hangs(_asked: Request) -> Response:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        raise AssertionError

    async with conversation.answering(
        "gatekeeper", "MYRIAD_CHECK_LISTEN", "127.0.0.1:0", identity("gatekeeper"), frozenset((ENVOY,)), hangs
    ) as address:
        host, _, port = address.rpartition(":")
        _, writer = await asyncio.open_connection(host, port, ssl=client_context("envoy"))
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        await asyncio.sleep(0.05)
    await asyncio.wait_for(ended.wait(), 1)
    writer.close()


@pytest.mark.parametrize("value", ["a\r\nx-myriad-role: ROLE_ADMIN", "a\nb", "a\x00", "\u2028"])
def test_no_verdict_puts_more_than_one_header_in_one(value: str) -> None:
    with pytest.raises(ValueError, match=r"control|encode"):
        conversation.written(Response(HTTPStatus.OK, {"x-myriad-agent": value}), "GET")


async def test_the_secret_is_never_shown_again(alone: Gatekeeper) -> None:
    made = await alone.keys.CreateKey(wanted(Role.ROLE_READER, "b", "a", display_name="n"))
    assert list(made.key.minds) == ["minds/a", "minds/b"]
    got = await alone.keys.GetKey(pb.GetKeyRequest(name=made.key.name))
    listed = await alone.keys.ListKeys(pb.ListKeysRequest())
    assert got.key == made.key
    assert list(listed.keys) == [made.key]
    assert made.secret not in f"{got}{listed}"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (pb.CreateKeyRequest(), grpc.StatusCode.INVALID_ARGUMENT),
        (
            wanted(Role.ROLE_READER, expire_time=Timestamp(seconds=1)),
            grpc.StatusCode.INVALID_ARGUMENT,
        ),
        (
            wanted(Role.ROLE_READER, expire_time=Timestamp(seconds=2**62)),
            grpc.StatusCode.INVALID_ARGUMENT,
        ),
        (
            wanted(Role.ROLE_READER, expire_time=Timestamp(seconds=-(2**62), nanos=-1)),
            grpc.StatusCode.INVALID_ARGUMENT,
        ),
    ],
)
async def test_a_wrong_request_makes_no_key(
    alone: Gatekeeper, request_: pb.CreateKeyRequest, code: grpc.StatusCode
) -> None:
    assert await failure(alone.keys.CreateKey(request_)) == (code, "INVALID_FIELD")
    assert not (await alone.keys.ListKeys(pb.ListKeysRequest())).keys


async def test_a_request_that_is_sent_again_makes_no_second_key(alone: Gatekeeper) -> None:
    request = wanted(Role.ROLE_READER, "m")
    request.request_id = "7d3f5c1e-0b5a-4c53-9d0e-2f6a8b1c4d7e"
    first, again = await alone.keys.CreateKey(request), await alone.keys.CreateKey(request)
    assert (again.key, again.secret) == (first.key, "")
    assert list((await alone.keys.ListKeys(pb.ListKeysRequest())).keys) == [first.key]
    assert (await alone.check(x_api_key=first.secret)).status == 200


async def test_any_key_reads_itself_and_no_other(alone: Gatekeeper) -> None:
    for wish in (wanted(Role.ROLE_READER, "m"), wanted(Role.ROLE_TEACHER, "team-*"), wanted(Role.ROLE_ADMIN)):
        made = (await alone.keys.CreateKey(wish)).key
        minds = "*" if made.all_minds else ",".join(made.minds)
        headers = ("x-myriad-key", made.name), ("x-myriad-role", Role.Name(made.role)), ("x-myriad-minds", minds)
        own = tuple((name, value.removeprefix("keys/")) for name, value in headers)
        assert (await alone.keys.GetOwnKey(pb.GetOwnKeyRequest(), metadata=own)).key == made


async def test_only_admins_come_to_the_keys_and_only_to_those_of_their_minds(alone: Gatekeeper) -> None:
    other = (await alone.keys.CreateKey(wanted(Role.ROLE_READER))).key
    for_all = alone.keys.CreateKey(wanted(Role.ROLE_READER), metadata=ADMIN_OF_M)
    assert await failure(for_all) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    for_other = alone.keys.CreateKey(wanted(Role.ROLE_READER, "n"), metadata=ADMIN_OF_M)
    assert await failure(for_other) == (grpc.StatusCode.NOT_FOUND, "MIND_NOT_FOUND")
    for call in (
        alone.keys.GetKey(pb.GetKeyRequest(name=other.name), metadata=ADMIN_OF_M),
        alone.keys.DeleteKey(pb.DeleteKeyRequest(name=other.name), metadata=ADMIN_OF_M),
    ):
        assert await failure(call) == (grpc.StatusCode.NOT_FOUND, "KEY_NOT_FOUND")
    by_teacher = alone.keys.ListKeys(pb.ListKeysRequest(), metadata=TEACHER)
    assert await failure(by_teacher) == (grpc.StatusCode.PERMISSION_DENIED, "ROLE_TOO_LOW")


async def test_a_key_with_as_many_minds_as_may_be_works_beside_large_headers(alone: Gatekeeper) -> None:
    """The identity goes along as headers: gRPC has to take them, and all that Envoy lets in."""
    minds = [f"{'m' * 60}{number:03}" for number in range(100)]
    secret = await alone.secret(Role.ROLE_ADMIN, *minds)
    identity = headers(await alone.check(x_api_key=secret))
    metadata = (*identity.items(), ("cookie", "c" * 60_000))
    for _ in range(20):
        assert not (await alone.keys.ListKeys(pb.ListKeysRequest(page_size=1), metadata=metadata)).next_page_token


async def test_a_dlm_that_is_away_does_not_stop_authentication(alone: Gatekeeper) -> None:
    response = await alone.check(f"/v1/{AGENT}:ask", x_api_key=await alone.secret())
    assert headers(response)["x-myriad-agent"] == AGENT
    assert POD_HEADER not in response.headers


async def test_envoy_learns_where_an_agent_is_as_the_dlm_says_it(tmp_path: Path) -> None:
    dlm = Dlm()
    async with serving_dlm(dlm) as target, gatekeeper(tmp_path, target) as running:
        secret = await running.secret()

        async def pod() -> str:
            rest = await running.check(f"/v1/{AGENT}:ask?x=1", x_api_key=secret)
            over_grpc = await running.check(
                "/myriad.agent.v1.AgentAskService/AskAgent", x_api_key=secret, x_myriad_agent=AGENT
            )
            return rest.headers.get(POD_HEADER, "") if rest == over_grpc else "not the same yet"

        assert await pod() == ""
        dlm.changes.put_nowait(picture("127.0.0.1:7001"))
        await becomes(pod, "127.0.0.1:7001")
        dlm.changes.put_nowait(dlm_pb.WatchPlacementsResponse(hosts_gone=["h1"]))
        await becomes(pod, "")


async def test_the_view_comes_back_with_the_dlm(tmp_path: Path) -> None:
    first, second = Dlm(), Dlm()
    first.changes.put_nowait(picture("127.0.0.1:7001"))
    async with AsyncExitStack() as stack:
        target = await stack.enter_async_context(serving_dlm(first))
        async with gatekeeper(tmp_path, target) as running:
            secret = await running.secret()

            async def pod() -> str:
                response = await running.check(f"/v1/{AGENT}:ask", x_api_key=secret)
                return response.headers.get(POD_HEADER, "")

            await becomes(pod, "127.0.0.1:7001")
            await stack.aclose()
            assert await pod() == "127.0.0.1:7001", "the last picture stays good while the DLM is away"
            second.changes.put_nowait(picture("127.0.0.1:7002"))
            async with serving_dlm(second, target):
                await becomes(pod, "127.0.0.1:7002")


async def test_a_data_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gatekeeper").mkdir()
    connection = sqlite3.connect(tmp_path / "gatekeeper" / "keys.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StartError, match="newer version"):
        async with gatekeeper(tmp_path):
            pass


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that the component logs."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("gatekeeper", "debug")
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_no_secret_is_in_a_log_or_a_file(tmp_path: Path, logged: io.StringIO) -> None:
    wrong = "myr_" + "w" * 43
    async with gatekeeper(tmp_path) as running:
        secret = await running.secret()
        for given in (secret, wrong):
            await running.check(x_api_key=given, x_request_id="r-77")
            await running.check(authorization=f"Bearer {given}", te="trailers")
            await running.check(f"/v1/query?key={given}", x_api_key=given, authorization=f"Bearer {wrong}")
            await failure(running.keys.GetKey(pb.GetKeyRequest(name=given)))
        stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())  # noqa: ASYNC240
    text = logged.getvalue()
    assert '"request_id": "r-77"' in text
    assert '"reason": "KEY_INVALID"' in text
    for given in (secret, wrong):
        assert given[4:] not in text
        assert given[4:].encode() not in stored


async def test_a_check_costs_less_than_a_third_of_a_millisecond_in_process(tmp_path: Path) -> None:
    """Even with ten thousand keys."""
    async with AsyncExitStack() as stack:
        services = await build(Settings(data=tmp_path, dlm_target=NOWHERE, tls=identity("gatekeeper")), stack)
        keys, *_ = (service.servicer for service in services)
        store = keys._keys._store  # type: ignore[attr-defined]
        view = PlacementView()
        view._apply(picture("127.0.0.1:1"))
        budget = Budget(cast("UsageStore", None))
        check = Check(Authentication(store), budget, Locator(view, cast("Placing", None)))
        made = await keys.CreateKey(wanted(Role.ROLE_READER), None)  # type: ignore[attr-defined]
        store._keys._by_digest |= {number.to_bytes(32, "big"): None for number in range(10_000)}
        asked = Request("POST", f"/v1/{AGENT}:ask", {"x-api-key": made.secret})
        taken = []
        for _ in range(500):
            started = time.perf_counter()
            await check.decide(asked)
            taken.append(time.perf_counter() - started)
    assert statistics.median(taken) < 0.0003
