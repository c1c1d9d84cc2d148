"""Whatever bytes a caller sends to whichever method: an answer, or an error that says what is wrong with them."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import grpc
import httpx
import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToJson, SerializeToJsonError
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from dlm.xds.filters import image
from mesh.errors import DETAILS_KEY
from tests.system.harness import Up, needs_all
from tests.unit.dlm_xds.contracts import methods, rest_routes

pytestmark = needs_all
SEED = 9
MIND = "minds/fuzz"
TEXTS = (
    *(MIND, f"{MIND}/documents/d", f"{MIND}/agents/a1", "fuzz", "keys/a"),
    *("What is it?", "", "ä\0\u2028", "x" * 300, "-1"),
)
SOAK = [pytest.mark.soak, pytest.mark.timeout(900)]
CALLS = [pytest.param(300, id="300"), pytest.param(5_000, id="5000", marks=SOAK)]


class Caller(NamedTuple):
    key: str
    http: httpx.Client
    grpc: Any


@pytest.fixture(scope="module")
def caller(running: Up) -> Iterator[Caller]:
    """Somebody who may do everything to one mind."""
    with running.http() as admin:
        made = admin.post("/v1/keys", json={"role": "ROLE_ADMIN", "minds": [MIND]})
        secret = made.json()["secret"]
    with running.http(secret) as client, grpc.insecure_channel(running.url.removeprefix("http://")) as channel:
        client.post("/v1/minds", json={"mindId": "fuzz"})
        yield Caller(secret, client, channel)


def public() -> dict[str, MethodDescriptor]:
    """The methods that keys may call, by their paths."""
    pool = DescriptorPool()
    for file in FileDescriptorSet.FromString(image()).file:
        pool.Add(file)
    found = {}
    for path, is_public in methods().items():
        if is_public:
            service, _, name = path.removeprefix("/").partition("/")
            found[path] = pool.FindServiceByName(service).methods_by_name[name]
    return found


PUBLIC = public()


def made(descriptor: Descriptor, chance: random.Random, depth: int = 3) -> Message:
    """A message of this type with fields at random."""
    message = message_factory.GetMessageClass(descriptor)()
    for field in descriptor.fields:
        if chance.random() < 0.3 or (field.message_type and not depth):
            continue
        values = [value(field, chance, depth) for _ in range(chance.randint(0, 2) if field.is_repeated else 1)]
        if field.message_type and field.message_type.GetOptions().map_entry:
            continue
        if field.is_repeated:
            getattr(message, field.name).extend(values)
        elif field.message_type:
            getattr(message, field.name).CopyFrom(values[0])
        else:
            setattr(message, field.name, values[0])
    return message


def value(field: FieldDescriptor, chance: random.Random, depth: int) -> Any:
    if field.message_type:
        return made(field.message_type, chance, depth - 1)
    match field.cpp_type:
        case FieldDescriptor.CPPTYPE_STRING:
            is_bytes = field.type == FieldDescriptor.TYPE_BYTES
            return chance.randbytes(chance.randint(0, 40)) if is_bytes else chance.choice(TEXTS)
        case FieldDescriptor.CPPTYPE_BOOL:
            return chance.random() < 0.5
        case FieldDescriptor.CPPTYPE_DOUBLE | FieldDescriptor.CPPTYPE_FLOAT:
            return chance.choice((0.0, -1.0, 1e300 if field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE else 1.0))
        case _:
            return chance.choice((0, 1, 3, 1_000, 2**31 - 1))


def torn(content: bytes, chance: random.Random) -> bytes:
    """The same with some bytes changed, gone, put in or said twice; one time in five as it was."""
    changed = bytearray(content)
    for _ in range(chance.choice((0, 1, 1, 2, 8))):
        at, length = chance.randint(0, len(changed)), chance.randint(1, 6)
        match chance.randint(0, 3):
            case 0:
                changed[at : at + 1] = chance.randbytes(1)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = chance.randbytes(length)
            case _:
                changed[at:at] = changed[at : at + length]
    return bytes(changed)


@pytest.mark.parametrize("calls", CALLS)
def test_over_grpc_no_bytes_are_our_fault(caller: Caller, calls: int) -> None:
    chance, codes = random.Random(SEED), Counter[grpc.StatusCode]()
    for number in range(calls):
        path = list(PUBLIC)[number % len(PUBLIC)]
        content = torn(made(PUBLIC[path].input_type, chance).SerializeToString(), chance)
        code, reason = said(caller, path, content)
        while reason == "RATE_LIMITED":
            time.sleep(0.5)
            code, reason = said(caller, path, content)
        codes[code] += 1
        assert code not in (grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL), (path, content)
        assert reason or code is grpc.StatusCode.OK, (path, content, code)
    assert codes[grpc.StatusCode.INVALID_ARGUMENT]


def said(caller: Caller, path: str, content: bytes) -> tuple[grpc.StatusCode, str]:
    """Code and reason of the answer to these bytes."""
    method, metadata = PUBLIC[path], (("x-api-key", caller.key), ("x-myriad-agent", f"{MIND}/agents/a1"))
    try:
        if method.client_streaming:
            list(caller.grpc.stream_stream(path)(iter((content, content)), metadata=metadata, timeout=20))
        elif method.server_streaming:
            list(caller.grpc.unary_stream(path)(content, metadata=metadata, timeout=20))
        else:
            caller.grpc.unary_unary(path)(content, metadata=metadata, timeout=20)
    except grpc.RpcError as error:
        failed: Any = error
        info = ErrorInfo()
        for name, status in failed.trailing_metadata() or ():
            if name == DETAILS_KEY:
                Status.FromString(status).details[0].Unpack(info)
        return failed.code(), info.reason
    return grpc.StatusCode.OK, ""


@pytest.mark.parametrize("calls", CALLS)
def test_over_rest_no_bytes_are_our_fault(caller: Caller, calls: int) -> None:
    chance, statuses, routes = random.Random(SEED), Counter[int](), list(rest_routes())
    for number in range(calls):
        verb, path, method = routes[number % len(routes)]
        try:
            whole = MessageToJson(made(PUBLIC[method].input_type, chance), indent=None).encode()
        except SerializeToJsonError:  # a time that is none has no form in JSON
            whole = b"{}"
        body = torn(whole, chance) if verb in ("post", "patch") else b""
        target = path if chance.random() < 0.7 else torn(path.encode(), chance).decode("latin-1")
        try:
            url = httpx.URL(f"{caller.http.base_url}".rstrip("/") + "/" + target.lstrip("/"))
        except httpx.InvalidURL:
            continue
        response = caller.http.request(verb, url, content=body)
        while response.status_code == 429:
            time.sleep(0.5)
            response = caller.http.request(verb, url, content=body)
        statuses[response.status_code] += 1
        assert response.status_code != 500, (verb, url, body, response.text)
        if response.status_code >= 400:
            details = json.loads(response.text)["details"]
            assert details[0]["reason"], (verb, url, body, response.text)
    assert statuses[400]
