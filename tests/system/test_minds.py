"""Keys of one mind, and another one: what they are told of it, whatever they ask, is that it is not there."""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import grpc
import httpx
import pytest
from google.api import resource_pb2
from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from mesh import pages
from mesh.access import AGENT_HEADER
from myriad.type.v1.access_pb2 import Role
from tests.calls import OPEN, QUESTION, Call, Choice, call, plain, required
from tests.system.harness import Up, needs_all
from tests.unit.test_contracts import NOT_BUILT_YET, ROUTES, Rpc

pytestmark = needs_all

OURS, THEIRS, UNKNOWN, MALFORMED = "minds/ours", "minds/theirs", "minds/absent", "minds/Theirs"
SPARE, DOOMED = tuple(f"minds/spare{letter}" for letter in "abcdefghijkl"), "minds/doomed"
"""Ours, too: some that were not made yet, and one that may be deleted."""
ROLES = ("ROLE_READER", "ROLE_TEACHER", "ROLE_ADMIN")
MODELS = ("myriad-swift", "myriad-base", "myriad-max")
CALLS, SAMPLE = 5_000, 200
SEED = 9
ONCE = ("Create", "Delete", "Forget")
"""How methods begin whose success is not had twice."""
COLLECTIONS = {"Agent": "agents", "Document": "documents", "Job": "jobs", "Answer": "answers"}
SECRETS = ("zenobia", "quillfeather", "brindlemoor", "vexholm")
"""Words that stand in their documents, and in no name: whoever says one has read there."""
THEIR_DOCUMENTS = (
    {"id": "lamp-a", "title": "Brindlemoor", "text": "Zenobia Quillfeather keeps the lighthouse of Brindlemoor."},
    {
        "id": "lamp-b",
        "title": "Vexholm",
        "text": "The lighthouse of Vexholm was built by Zenobia Quillfeather in 1871.",
    },
    {"id": "lamp-c", "title": "Log", "text": "In Vexholm the lamp burns oil. In Brindlemoor it burns gas."},
)
OUR_DOCUMENTS = [
    {"id": f"tower-{number}", "title": f"Amberby {number}", "text": f"Otto Lindqvist keeps lighthouse {number}."}
    for number in range(30)
]


class Key(NamedTuple):
    name: str
    secret: str
    role: str
    minds: frozenset[str]
    """Those that it opens; none: all."""

    def sees(self, mind: str) -> bool:
        return mind != MALFORMED and (not self.minds or mind in self.minds)


@dataclass(frozen=True)
class Answer:
    """What came back: a status, or a code over gRPC, and every byte of it."""

    good: bool
    status: Any
    said: bytes

    @property
    def reason(self) -> str:
        found = re.search(rb'"reason": ?"([A-Z_]+)"', self.said)
        return found[1].decode() if found else ""


@dataclass
class Minds:
    """Two minds with what is in them, and keys."""

    admin: httpx.Client
    anybody: httpx.Client
    """Without a key of its own."""
    channel: grpc.Channel
    keys: Mapping[str, Key]
    ours: Sequence[str]
    """The names of our resources, and tokens of pages of ours."""
    theirs: Sequence[str]
    """The same of theirs, but for a few."""
    unsaid: Sequence[str]
    """The ids of those few, which are in no request."""

    def ids(self, mind: str) -> Mapping[str, str]:
        """One id of each collection in a mind."""
        names = [*self.ours, *self.theirs]
        return dict(name.split("/")[2:] for name in reversed(names) if name.startswith(f"{mind}/"))

    def rest(self, call: Call, key: Key, agent: str = "") -> Answer:
        headers = {"x-api-key": key.secret, **({AGENT_HEADER: agent} if agent else {})}
        response = self.anybody.request(call.rpc.verb, call.path, json=call.body, headers=headers)
        said = "\n".join(f"{name}: {value}" for name, value in response.headers.items() if name not in VARIES)
        return Answer(response.is_success, response.status_code, said.encode() + b"\n" + response.content)

    def grpc(self, call: Call, key: Key, agent: str = "") -> Answer:
        metadata = [("x-api-key", key.secret), *([(AGENT_HEADER, agent)] if agent else [])]
        stream: Any = self.channel.unary_stream(call.rpc.method)
        under_way = stream(call.message, metadata=metadata, timeout=20)
        said: list[bytes] = []
        try:
            said += under_way
        except grpc.RpcError:
            said.append(under_way.details().encode())
        told = [*under_way.initial_metadata(), *under_way.trailing_metadata()]
        said += [value if isinstance(value, bytes) else value.encode() for name, value in told if name not in VARIES]
        return Answer(under_way.code() is grpc.StatusCode.OK, under_way.code(), b"\n".join(said))


VARIES = frozenset(
    {"date", "openai-processing-ms", "x-request-id", "x-envoy-upstream-service-time", "content-length", "server"}
) | {
    *(f"x-ratelimit-{what}{of}" for what in ("limit", "remaining", "reset") for of in ("", "-requests")),
}


@pytest.fixture(scope="module")
def minds(running: Up) -> Iterator[Minds]:
    with (
        running.http() as http,
        running.http("") as anybody,
        grpc.insecure_channel(running.url.removeprefix("http://")) as channel,
    ):
        found = {mind: list(filled(http, mind, documents)) for mind, documents in CONTENT.items()}
        doomed(http)
        opened = {"ours": (OURS, *SPARE, DOOMED), "another": ("minds/elsewhere",), "all": ()}
        keys = {
            f"{role.removeprefix('ROLE_').lower()} of {whose}": made(http, role, names)
            for role in ROLES
            for whose, names in opened.items()
        }
        found[OURS] += [*SPARE, *(made(http, "ROLE_READER", [OURS]).name for _ in SPARE)]
        unsaid = [name for one in COLLECTIONS.values() for name in fitting(found[THEIRS], f"minds/*/{one}/*")[1:2]]
        found[THEIRS] = [name for name in found[THEIRS] if name not in unsaid]
        found[THEIRS] += [made(http, "ROLE_READER", [THEIRS]).name]
        yield Minds(
            http, anybody, channel, keys, found[OURS], found[THEIRS], [name.rpartition("/")[2] for name in unsaid]
        )


CONTENT = {OURS: OUR_DOCUMENTS, THEIRS: THEIR_DOCUMENTS}


def made(http: httpx.Client, role: str, minds: Sequence[str]) -> Key:
    wanted = {"displayName": "test", "role": role, "minds": minds, "allMinds": not minds}
    key = http.post("/v1/keys", json=wanted).raise_for_status().json()
    return Key(key["key"]["name"], key["secret"], role, frozenset(minds))


def doomed(http: httpx.Client) -> None:
    """A mind that may be deleted."""
    assert http.post("/v1/minds", params={"mind_id": "doomed"}, json={}).status_code in (200, 409)


def filled(http: httpx.Client, mind: str, documents: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Teach a mind, ask it and look at all that it lists: the names that were said, and the tokens of pages."""
    said = [http.post(f"/v1/{mind}/documents:learn", json={"documents": documents})]
    said += [
        http.post("/v1/query", json={"question": QUESTION, "mind": mind, "model": model, "includeTrace": True})
        for model in MODELS
    ]
    said += listed(http, mind)
    strings = {text for response in said for text in texts(response.raise_for_status().json())}
    yield mind
    yield from sorted(text for text in strings if re.fullmatch(rf"{mind}/\w+/[^/]+", text))
    yield from sorted(token for response in said if (token := response.json().get("nextPageToken")))


def listed(http: httpx.Client, mind: str) -> Iterator[httpx.Response]:
    for rpc in (rpc for rpc in ROUTES if rpc.verb == "get" and rpc.path.startswith("/v1/{parent=minds/*}")):
        for size in (1, 1000):
            yield http.get(plain(rpc, mind).path, params={"page_size": size})


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for part in value.values():
                yield from texts(part)
        case list():
            for part in value:
                yield from texts(part)


SETTLED = ("KeyService.UpdateKey",)
"""What takes a mind and does not look at it: a key's minds are for good."""


@pytest.mark.parametrize(
    "rpc",
    [rpc for rpc in ROUTES if rpc.name not in SETTLED and plain(rpc, OURS).fields != plain(rpc, THEIRS).fields],
    ids=lambda rpc: rpc.name,
)
def test_a_route_tells_a_key_of_its_own_minds_and_of_no_other(minds: Minds, rpc: Rpc) -> None:
    for name, key in minds.keys.items():
        for mind in (OURS, THEIRS, UNKNOWN, MALFORMED):
            if not key.minds and mind == UNKNOWN:
                continue  # to whom all minds are open may make it
            asked = plain(rpc, mind, minds.ids(THEIRS if mind == UNKNOWN else mind))
            if rpc.verb == "delete" and key.sees(mind):
                doomed(minds.admin)
                asked = plain(rpc, DOOMED)
            answer = minds.rest(asked, key)
            told = f"{name}, {mind}: {answer.status} {answer.said!r}"
            if Role.Value(key.role) < rpc.role:
                assert (answer.status, answer.reason) == (403, "ROLE_TOO_LOW"), told
            elif rpc.name in NOT_BUILT_YET:
                assert answer.status == 501, told
            elif mind == MALFORMED:
                assert (answer.status, answer.reason) == (400, "INVALID_FIELD"), told
            elif key.sees(mind):
                assert answer.status < 500, told
                assert answer.status not in (401, 403), told
                assert answer.reason not in ("MIND_NOT_FOUND", "MIND_REQUIRED"), told
            else:
                assert (answer.status, answer.reason) == (404, "MIND_NOT_FOUND"), told


def test_of_another_mind_nothing_is_said_not_even_that_it_is_there(minds: Minds, thorough: bool) -> None:
    chance = random.Random(SEED)
    keys = [minds.keys[f"{role} of ours"] for role in ("reader", "teacher", "admin")]
    agents = fitting(minds.theirs, "minds/*/agents/*")
    before, good = state(minds), set[str]()
    for number in range(CALLS if thorough else SAMPLE):
        rpc = OPEN[number % len(OPEN)]
        asked = call(rpc, thrown(chance, minds, takes_away=rpc.verb == "delete"))
        key = chance.choice(keys)
        agent = chance.choice(["", *agents])
        send = minds.rest if rpc.path and chance.random() < 0.5 else minds.grpc
        answer = send(asked, key, agent)
        told = f"call {number} {rpc.name} {asked.fields} {agent}: {answer}"
        assert not leaked(minds, answer), told
        if answer.good:
            good.add(rpc.name)
            if rpc.name.partition(".")[2].startswith(ONCE):
                continue
        twin = send(Call(rpc, json.loads(absent(minds, json.dumps(asked.fields)))), key, absent(minds, agent))
        assert (twin.good, twin.status) == (answer.good, answer.status), f"{told}; {twin}"
        if not answer.good:
            heard = (absent(minds, one.said.decode("latin-1")) for one in (answer, twin))
            assert len(set(heard)) == 1, f"{told}; {twin}"
            assert b"INTERNAL" not in answer.said, told
    assert state(minds) == before
    assert good, "nothing that was asked was answered: the test asks nonsense"
    if thorough:
        assert {rpc.name for rpc in OPEN if rpc.verb != "delete"} - NOT_BUILT_YET - good == set()


def thrown(chance: random.Random, minds: Minds, *, takes_away: bool) -> Choice:
    """A request with names of theirs in every place where one can stand, and sometimes ours, if that leaves them."""

    def choose(field: FieldDescriptorProto, template: str) -> Any:
        if field.type == FieldDescriptorProto.TYPE_STRING:
            return named(field, template)
        is_bool = field.type == FieldDescriptorProto.TYPE_BOOL
        if not required(field) and chance.random() < (0.3 if is_bool else 0.7):
            return None
        if field.type == FieldDescriptorProto.TYPE_BYTES:
            return base64.b64encode(chance.choice(minds.theirs).encode()).decode()
        return chance.random() < 0.5 if is_bool else chance.choice((0, 1, 2, 100))

    def named(field: FieldDescriptorProto, template: str) -> Any:
        if field.name == "request_id" or (not template and not required(field) and chance.random() < 0.3):
            return None  # a request's id is no name of anything
        if field.name == "question":
            return chance.choice((QUESTION, f"What is {chance.choice(minds.theirs)}?"))
        whose = minds.theirs if takes_away or chance.random() < 0.6 else minds.ours
        below = COLLECTIONS.get(referred(field), "")
        form = "*" if field.name == "page_token" else f"minds/*/{below}/*" if below else "minds/*"
        names = fitting(whose, template or form)
        if not names or chance.random() < 0.1:
            return chance.choice(("", chance.choice(whose), chance.choice(whose).rpartition("/")[2]))
        name = chance.choice(names)
        if chance.random() < 0.2:
            return re.sub(r"^minds/\w+", chance.choice((OURS, THEIRS)), name)
        return name

    return choose


def fitting(names: Sequence[str], template: str) -> Sequence[str]:
    return [name for name in names if re.fullmatch(template.replace("*", "[^/]+"), name)]


def referred(field: FieldDescriptorProto) -> str:
    """What kind of resource a field names."""
    return str(field.options.Extensions[resource_pb2.resource_reference].type.rpartition("/")[2])


def state(minds: Minds) -> set[str]:
    """What there is in the other mind, and which keys open it."""
    names = {text for one in listed(minds.admin, THEIRS) for text in texts(one.raise_for_status().json())}
    keys = minds.admin.get("/v1/keys", params={"page_size": 1000}).raise_for_status().json()["keys"]
    opening = {key["name"] for key in keys if THEIRS in key["minds"] or key["allMinds"]}
    return opening | {name for name in names if name.startswith(THEIRS)}


def leaked(minds: Minds, answer: Answer) -> set[str]:
    """What was said of theirs that nobody of ours can know."""
    said = unpacked(answer.said.decode(errors="replace"))
    return {word for word in (*SECRETS, *minds.unsaid) if word in said}


def unpacked(text: str) -> str:
    """A text, and what the tokens in it hold."""
    for packed in re.findall(r"[\w+/=-]{16,}", text):
        with suppress(ValueError):
            text += f" {base64.urlsafe_b64decode(packed).decode()}"
    return text.lower()


def absent(minds: Minds, text: str) -> str:
    """A text with what there is not, and looks the same, in the place of all that is theirs."""
    tokens = [name for name in minds.theirs if "/" not in name]
    for token in tokens:
        text = text.replace(token, pages.token(_absent(minds, pages.after(token))))
    return _absent(minds, text)


def _absent(minds: Minds, text: str) -> str:
    last = {name.rpartition("/")[2] for name in minds.theirs if name.count("/")} - {"theirs"}
    for one in sorted(last, key=len, reverse=True):
        text = text.replace(one, one[:-1] + ("3" if one[-1] == "2" else "2"))
    return text.replace("theirs", "absent")
