"""A real Envoy, the real check of keys and every method of the contracts: who may call it, and who may not."""

from __future__ import annotations

import asyncio
import random
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import unquote_to_bytes

import grpc
import httpx
import pytest
import pytest_asyncio

from dlm.xds.clusters import HTTP
from dlm.xds.routes import UNTRANSCODED
from gatekeeper.adapters.sqlite import SqliteKeyStore
from gatekeeper.authentication import Authentication
from gatekeeper.check import Check
from gatekeeper.keys import digest, new_secret
from gatekeeper.locator import Locator
from gatekeeper.ports import Key, UsageStore
from gatekeeper.usage import Budget
from mesh import forms
from mesh.access import AGENT_HEADER, KEY_HEADER, MINDS_HEADER, ROLE_HEADER, Rule
from mesh.boundary import Boundary
from mesh.conversation import Request, Response
from mesh.errors import received
from mesh.metrics import Metrics
from mesh.placements import PlacementView
from myriad.type.v1.access_pb2 import Role
from tests.calls import Call, at, message, plain
from tests.edge.harness import Gatekeeper, World, problem, world
from tests.unit.test_contracts import ROUTES, RPCS, Rpc, variables

TRANSCODED = [rpc for rpc in ROUTES if not forms.OPENAI.holds(rpc.path)]
pytestmark = pytest.mark.asyncio(loop_scope="module")
MIND = "minds/m"
TIME = datetime(2026, 1, 1, tzinfo=UTC)
ROLES = {"reader": Role.ROLE_READER, "teacher": Role.ROLE_TEACHER, "admin": Role.ROLE_ADMIN}
SAMPLE = 200
"""How many odd paths are tried of all."""
SEED = 9


class Kind(NamedTuple):
    """What somebody sends as a key, and what it is worth."""

    headers: Mapping[str, str]
    refused: str = ""
    """The reason for which it opens nothing."""
    key: Key | None = None


class Guard(Gatekeeper):
    """The gatekeeper's own check, which notes what it was asked."""

    def __init__(self, check: Check) -> None:
        super().__init__()
        self._check = check

    async def decide(self, asked: Request) -> Response:
        self.checks.append(asked)
        return await self._check.decide(asked)


class Nowhere:
    """Where agents are while no host is known."""

    def hosts(self) -> Sequence[Any]:
        return ()

    def hosts_of(self, _agent: str) -> Sequence[Any]:
        return ()

    async def locate(self, _agent: str) -> str:
        return ""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SqliteKeyStore]:
    async with SqliteKeyStore.open(tmp_path_factory.mktemp("keys") / "keys.db") as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kinds(store: SqliteKeyStore) -> Mapping[str, Kind]:
    """Every kind of key."""

    async def made(name: str, role: Role.ValueType, minds: Sequence[str], expires: datetime | None = None) -> Kind:
        secret = new_secret()
        key = Key(
            id=secrets.token_hex(8),
            display_name=name,
            role=role,
            minds=frozenset(minds),
            all_minds=not minds,
            created=TIME,
            expires=expires,
        )
        await store.add(key, digest(secret) or b"", "")
        return Kind({"x-api-key": secret}, key=key)

    now = datetime.now(UTC)
    good = await made("good", Role.ROLE_ADMIN, [MIND])
    secret = good.headers["x-api-key"]
    over = await made("over", Role.ROLE_ADMIN, [], expires=now - timedelta(seconds=1))
    revoked = await made("revoked", Role.ROLE_ADMIN, [])
    assert revoked.key
    await store.delete(revoked.key.id)
    refused = {
        "none": Kind({}, "KEY_MISSING"),
        "empty": Kind({"x-api-key": ""}, "KEY_MISSING"),
        "of another scheme": Kind({"authorization": f"Basic {secret}"}, "KEY_MISSING"),
        "malformed": Kind({"x-api-key": "myr_wrong"}, "KEY_INVALID"),
        "cut short": Kind({"x-api-key": secret[:-1]}, "KEY_INVALID"),
        "in upper case": Kind({"x-api-key": secret.upper()}, "KEY_INVALID"),
        "unknown": Kind({"authorization": f"Bearer {new_secret()}"}, "KEY_INVALID"),
        "revoked": revoked._replace(refused="KEY_INVALID"),
        "over": over._replace(refused="KEY_EXPIRED"),
        "two": Kind({"x-api-key": secret, "authorization": f"Bearer {new_secret()}"}, "KEY_INVALID"),
        "a forged identity": Kind({KEY_HEADER: "k", ROLE_HEADER: "ROLE_ADMIN", MINDS_HEADER: "*"}, "KEY_MISSING"),
    }
    accepted = {
        f"{name} of {whose}": await made(name, role, minds, expires=now + timedelta(hours=1))
        for name, role in ROLES.items()
        for whose, minds in {"all minds": [], "this mind": [MIND], "others": ["minds/a", "minds/b"]}.items()
    }
    reader = accepted["reader of this mind"]
    forged = {**reader.headers, KEY_HEADER: "root", ROLE_HEADER: "ROLE_ADMIN", MINDS_HEADER: "*"}
    bearer = {"authorization": f"bEARER  {secret}"}
    return refused | accepted | {"forged": reader._replace(headers=forged), "bearer": good._replace(headers=bearer)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(
    tmp_path_factory: pytest.TempPathFactory, store: SqliteKeyStore, kinds: Mapping[str, Kind]
) -> AsyncIterator[World]:
    guard = Guard(
        Check(
            Authentication(store),
            Budget(cast("UsageStore", None)),
            Locator(cast("PlacementView", Nowhere()), Nowhere()),
        )
    )
    boundary = Boundary({rpc.method: Rule(rpc.role) for rpc in RPCS.values()}, 1_000, Metrics("edge").calls)
    folder: Path = tmp_path_factory.mktemp("edge")
    secret = kinds["admin of all minds"].headers["x-api-key"]
    async with world(folder, rate=50_000, keys=secret, gatekeeper=guard, interceptors=[boundary]) as one:
        yield one


@pytest.fixture
def edge(running: World) -> World:
    running.forget()
    return running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http(running: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=running.url) as client:
        yield client


@pytest.mark.parametrize("rpc", RPCS.values(), ids=lambda rpc: rpc.name)
async def test_a_method_over_grpc_opens_to_the_keys_that_may_and_to_no_other(
    edge: World, kinds: Mapping[str, Kind], rpc: Rpc
) -> None:
    message = plain(rpc, MIND).message if rpc.role else b""
    async with grpc.aio.insecure_channel(edge.target) as channel:
        for name, kind in kinds.items():
            edge.forget()
            stream: Any = channel.unary_stream(rpc.method)
            try:
                async for _ in stream(message, metadata=tuple(kind.headers.items()), timeout=5):
                    pass
                told: Any = (grpc.StatusCode.OK, "")
            except grpc.aio.AioRpcError as error:
                told = received(error)[:2]
            code, reason = verdict(rpc, kind)
            assert told == (grpc.StatusCode[code], reason), name
            assert_reached(edge, rpc, kind, name)


@pytest.mark.parametrize("rpc", TRANSCODED, ids=lambda rpc: rpc.name)
async def test_a_route_opens_to_the_keys_that_may_and_to_no_other(
    edge: World, http: httpx.AsyncClient, kinds: Mapping[str, Kind], rpc: Rpc
) -> None:
    call = plain(rpc, MIND)
    for name, kind in kinds.items():
        edge.forget()
        response = await http.request(rpc.verb, call.path, json=call.body, headers=kind.headers)
        code, reason = verdict(rpc, kind)
        if reason:
            number = grpc.StatusCode[code].value[0]
            assert problem(response) == ({"UNAUTHENTICATED": 401, "PERMISSION_DENIED": 403}[code], number, reason), name
        else:
            assert response.status_code == 200, name
        assert_reached(edge, rpc, kind, name)


@pytest.mark.parametrize("path", [to.path for to in UNTRANSCODED])
async def test_what_is_not_transcoded_opens_to_good_keys_alone(
    edge: World, http: httpx.AsyncClient, kinds: Mapping[str, Kind], path: str
) -> None:
    for name, kind in kinds.items():
        edge.forget()
        response = await http.post(path, json={}, headers=kind.headers)
        if kind.refused:
            if forms.OPENAI.holds(path):
                assert (response.status_code, response.json()["error"]["code"]) == (401, "invalid_api_key"), name
            else:
                assert response.status_code == 401, name
                assert response.json()["error"]["data"]["details"][0]["reason"] == kind.refused, name
            assert edge.calls == [], name
        else:
            (arrived,) = edge.calls
            assert kind.key
            assert (arrived.server, arrived.headers[KEY_HEADER]) == (HTTP, kind.key.id), name
            assert not {"authorization", "x-api-key"} & arrived.headers.keys()


@pytest.mark.parametrize("rpc", [rpc for rpc in RPCS.values() if not rpc.path], ids=lambda rpc: rpc.name)
async def test_what_has_no_route_cannot_be_had_as_json_with_any_key(
    edge: World, http: httpx.AsyncClient, kinds: Mapping[str, Kind], rpc: Rpc
) -> None:
    for name, kind in kinds.items():
        response = await http.post(rpc.method, json={}, headers=kind.headers)
        if kind.refused:
            assert problem(response) == (401, 16, kind.refused), name
        else:
            assert not response.is_success, name
        assert edge.calls == []


def verdict(rpc: Rpc, kind: Kind) -> tuple[str, str]:
    """Code and reason of what a kind of key gets."""
    if kind.refused:
        return "UNAUTHENTICATED", kind.refused
    if not rpc.role:
        return "NOT_FOUND", "ROUTE_NOT_FOUND"
    assert kind.key
    return ("OK", "") if kind.key.role >= rpc.role else ("PERMISSION_DENIED", "ROLE_TOO_LOW")


def assert_reached(edge: World, rpc: Rpc, kind: Kind, name: str) -> None:
    """The component behind was called as the key that it is, or not at all."""
    reached = [(one.method, *map(one.headers.get, (KEY_HEADER, ROLE_HEADER, MINDS_HEADER))) for one in edge.calls]
    if verdict(rpc, kind)[1]:
        assert reached == [], name
    else:
        assert kind.key
        minds = ",".join(sorted(kind.key.minds)) or "*"
        assert reached == [(rpc.method, kind.key.id, Role.Name(kind.key.role), minds)], name
        assert not {"authorization", "x-api-key"} & set(edge.calls[0].headers), name


ODD = [
    *(".", "..", "%2e", "%2e%2e", "%2E.", "LENA", "*", "a;b=c", "a:ask", "a:", "-", "~", "a+b", "a,b", "a//b"),
    *("a%2Fb", "a%2fb", "a%252Fb", "a%5Cb", "a\\b", "a%00b", "a%0Ab", "a%0d%0ax-myriad-role:%20ROLE_ADMIN", "a%20b"),
    *("%", "a%", "%zz", "%ff", "%C3%A4", "%E2%80%AE", "%F0%9F%98%80", "a%3Fb", "a%23b", "a%3Aask", "a" * 5_000),
    *("a%2F..%2F..%2Fother", "../../minds/other", "a/../b"),
]
"""Ids that are none."""
DOTS = re.compile(r"(^|/)(\.|%2e){1,2}(/|$)", re.IGNORECASE)


def odd_paths() -> Iterator[tuple[Rpc, str, str]]:
    """Every route with each of its ids replaced by each odd one: the path, and what the resource's name becomes."""
    for rpc in TRANSCODED:
        for name, template in variables(rpc.path):
            parts = str(at(plain(rpc, MIND).fields, name)).split("/")
            for place in (place for place, part in enumerate(template.split("/")) if part == "*"):
                for odd in ODD:
                    filled = "/".join([*parts[:place], odd, *parts[place + 1 :]])
                    yield rpc, Call(rpc, _put({}, name, ODD_PLACE)).path.replace(ODD_PLACE, filled), filled


def _put(fields: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    """The fields with another value in one, which may be a field of a field."""
    outer, _, inner = name.partition(".")
    return {**fields, outer: _put(fields.get(outer, {}), inner, value) if inner else value}


ODD_PLACE = "odd-place"


async def answered(edge: World, *lines: bytes) -> tuple[int, bytes]:
    """Status and body of what comes back for these lines of a request, sent as they are."""
    host, _, port = edge.target.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(b"\r\n".join((*lines, b"", b"")))
        async with asyncio.timeout(5):
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            return int(head[9:12]), await reader.readexactly(int(length[1]) if length else 0)
    finally:
        writer.close()


async def test_an_odd_id_is_refused_or_means_what_it_says(
    edge: World, kinds: Mapping[str, Kind], thorough: bool
) -> None:
    paths = list(odd_paths())
    kind = kinds["admin of this mind"]
    assert kind.key
    for rpc, path, filled in paths if thorough else random.Random(SEED).sample(paths, SAMPLE):
        edge.forget()
        line = f"{rpc.verb.upper()} {path} HTTP/1.1".encode()
        head = (line, b"Host: x", b"content-type: application/json", b"content-length: 0")
        assert (await answered(edge, *head))[0] in (400, 401), path
        assert edge.calls == [], path
        status, body = await answered(edge, *head, b"x-api-key: " + kind.headers["x-api-key"].encode())
        if status != 200:
            assert status in (400, 404, 405), path
            assert re.search(rb'"reason": ?"[A-Z_]+"', body), path
            assert edge.calls == [], path
            continue
        (arrived,) = edge.calls
        assert (arrived.headers[KEY_HEADER], arrived.headers[MINDS_HEADER]) == (kind.key.id, MIND), path
        assert str(arrived.headers.get(AGENT_HEADER, "")).encode() in arrived.body, path
        meant = unquote_to_bytes(filled)
        if not DOTS.search(filled):
            assert arrived.method == rpc.method, path
            # Of a name of several parts google.api.http leaves the reserved characters as they are.
            assert meant in arrived.body or meant in unquote_to_bytes(arrived.body), path


@pytest.mark.parametrize("rpc", [rpc for rpc in TRANSCODED if "{" in rpc.path], ids=lambda rpc: rpc.name)
async def test_nothing_replaces_what_the_path_says(
    edge: World, http: httpx.AsyncClient, kinds: Mapping[str, Kind], rpc: Rpc
) -> None:
    call = plain(rpc, MIND)
    for name, _ in variables(rpc.path):
        other = at(plain(rpc, "minds/other", {"keys": "other", "answers": "other"}).fields, name)
        for again in (name, name.replace("_i", "I"), f"%{ord(name[0]):x}{name[1:]}"):
            edge.forget()
            path = f"{call.path}{'&' if '?' in call.path else '?'}{again}={other}"
            body = None if call.body is None else {**call.body, again.removeprefix(f"{rpc.body}."): other}
            response = await http.request(rpc.verb, path, json=body, headers=kinds["bearer"].headers)
            if response.status_code != 200:
                assert problem(response)[0] == 400
                assert edge.calls == []
                continue
            (arrived,) = edge.calls
            said = message(rpc)
            said.ParseFromString(arrived.body)
            assert attrgetter(name)(said) == at(call.fields, name), path
