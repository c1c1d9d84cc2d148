"""Keys that are made, changed and revoked by the command are seen so by whoever holds them, through Envoy."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import grpc
import httpx
import pytest

from cli.supervisor import envoy
from dlm.xds.listener import LISTENER
from mesh.errors import received
from myriad.orchestrator.v1 import orchestrator_service_pb2 as pb
from tests.system.harness import Up, needs_all, until

pytestmark = needs_all
LENA = "The Lena is a river in Siberia. It flows into the Laptev Sea."
QUESTION = "Into which sea does the Lena flow?"
CUT_SECONDS = 1.0
MOST_STREAMS = 24


class Made(NamedTuple):
    id: str
    secret: str


def made(up: Up, *options: str) -> Made:
    done = up.run("keys", "create", "--json", *options)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return Made(told["key"]["name"].removeprefix("keys/"), told["secret"])


def changed(up: Up, *arguments: str) -> dict[str, Any]:
    done = up.run("keys", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def mind(running: Up) -> str:
    return learned(running, "limited")


def learned(up: Up, mind: str) -> str:
    with up.http() as http:
        sent = {"documents": [{"id": "lena", "text": LENA}]}
        http.post(f"/v1/minds/{mind}/documents:learn", json=sent).raise_for_status()
    return mind


def asked(up: Up, key: str, mind: str) -> httpx.Response:
    with up.http(key) as http:
        return http.post("/v1/query", json={"mind": mind, "question": QUESTION})


def reason(response: httpx.Response) -> str:
    """Of a refusal; empty for an answer."""
    return "" if response.is_success else str(response.json()["details"][0]["reason"])


def test_calls_beyond_the_rate_are_429_with_when_to_come_again_and_what_is_left(running: Up, mind: str) -> None:
    key, other = (made(running, "--mind", mind, "--requests-per-minute", "3").secret for _ in range(2))
    seen = [asked(running, key, mind) for _ in range(4)]
    assert [one.status_code for one in seen] == [200, 200, 200, 429]
    assert reason(seen[-1]) == "RATE_LIMITED"
    headers = seen[-1].headers
    assert int(headers["retry-after"]) > 0
    assert [one.headers["x-ratelimit-remaining-requests"] for one in seen] == ["2", "1", "0", "0"]
    assert headers["x-ratelimit-limit-requests"] == "3"
    assert asked(running, other, mind).is_success


async def test_more_questions_at_once_than_the_key_may_have_are_429(running: Up, mind: str) -> None:
    key = made(running, "--mind", mind, "--at-once", "1").secret
    headers = {"x-api-key": key}
    async with httpx.AsyncClient(base_url=running.url, headers=headers, trust_env=False, timeout=30) as http:
        question = {"mind": mind, "question": QUESTION}
        seen = await asyncio.gather(*(http.post("/v1/query", json=question) for _ in range(12)))
        alone = await http.post("/v1/query", json=question)
    refused = [one for one in seen if not one.is_success]
    assert 0 < len(refused) < len(seen)
    assert {(one.status_code, reason(one)) for one in refused} == {(429, "RATE_LIMITED")}
    assert all("at once" in one.json()["message"] and int(one.headers["retry-after"]) > 0 for one in refused)
    assert alone.is_success


def test_a_budget_that_is_spent_is_429_until_midnight_or_until_it_is_raised(running: Up, mind: str) -> None:
    key = made(running, "--mind", mind, "--daily-units", "1")
    assert asked(running, key.secret, mind).is_success
    until(lambda: reason(asked(running, key.secret, mind)) == "BUDGET_EXHAUSTED", 10)
    refused = asked(running, key.secret, mind)
    left = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), datetime.min.time(), UTC) - datetime.now(UTC)
    assert refused.status_code == httpx.codes.TOO_MANY_REQUESTS
    assert abs(int(refused.headers["retry-after"]) - left.total_seconds()) < 60
    with running.http(key.secret) as http:
        assert http.get("/v1/usage").is_success  # what costs nothing goes on
    changed(running, "update", key.id, "--daily-units", "0")
    assert asked(running, key.secret, mind).is_success


def test_a_key_ends_when_it_was_told_to_and_opens_again_when_that_is_taken_back(running: Up, mind: str) -> None:
    key = made(running, "--mind", mind, "--days", str(3 / 86_400))
    assert asked(running, key.secret, mind).is_success
    until(lambda: reason(asked(running, key.secret, mind)) == "KEY_EXPIRED", 10)
    changed(running, "update", key.id, "--never-expires")
    assert asked(running, key.secret, mind).is_success


def test_a_key_opens_the_minds_that_it_names_and_those_that_begin_so(running: Up) -> None:
    minds = [learned(running, name) for name in ("crew-one", "crew-two", "solo", "solo-two")]
    key = made(running, "--mind", "crew-*", "--mind", "solo")

    def opened() -> list[str]:
        return [name for name in minds if not reason(asked(running, key.secret, name))]

    assert opened() == ["crew-one", "crew-two", "solo"]
    changed(running, "update", key.id, "--mind", "solo-two")
    assert opened() == ["solo-two"]
    with running.http(key.secret) as http:
        learn = http.post("/v1/minds/solo-two/documents:learn", json={"documents": [{"id": "x", "text": LENA}]})
        assert (reason(learn), reason(http.get("/v1/keys"))) == ("ROLE_TOO_LOW", "ROLE_TOO_LOW")


def test_two_secrets_open_for_a_while_and_then_the_second_alone(running: Up, mind: str) -> None:
    key = made(running, "--mind", mind)
    second = changed(running, "rotate", key.id, "--overlap", "3s")["secret"]
    assert asked(running, key.secret, mind).is_success
    assert asked(running, second, mind).is_success
    until(lambda: reason(asked(running, key.secret, mind)) == "KEY_INVALID", 10)
    assert asked(running, second, mind).is_success
    third = changed(running, "rotate", key.id)["secret"]
    assert [reason(asked(running, one, mind)) for one in (second, third)] == ["KEY_INVALID", ""]


def test_a_key_sees_its_own_usage_and_an_admin_that_of_all(running: Up, mind: str) -> None:
    key, other = made(running, "--mind", mind), made(running, "--mind", mind)
    for one in (key, key, other):
        assert asked(running, one.secret, mind).is_success

    def usage(secret: str, *options: str) -> dict[str, str]:
        """Questions, by key."""
        told = Up(running.process, running.data, running.ready_file, running.url, secret).run("usage", *options)
        assert told.returncode == 0, told.stderr
        if "--csv" in options:
            _, *lines = told.stdout.split()
            return {line.split(",")[1].removeprefix("keys/"): line.split(",")[2] for line in lines}
        return {one["key"].removeprefix("keys/"): one["queryCount"] for one in json.loads(told.stdout)["usage"]}

    until(lambda: usage(running.key, "--json").get(other.id) == "1", 10)
    assert usage(key.secret, "--json") == usage(key.secret, "--csv") == {key.id: "2"}
    assert usage(key.secret, "--json", "--key", other.id) == {}
    assert usage(running.key, "--csv").items() >= {(key.id, "2"), (other.id, "1")}
    assert usage(running.key, "--json", "--key", other.id) == {other.id: "1"}


def test_a_secret_is_shown_once_and_is_in_no_log(running: Up, mind: str) -> None:
    key = made(running, "--mind", mind)
    second = changed(running, "rotate", key.id)["secret"]
    asked(running, second, mind)
    for shown in (("keys", "show", key.id), ("keys", "list"), ("audit",), ("keys", "update", key.id, "--name", "x")):
        told = running.run(*shown, "--json")
        assert told.returncode == 0, told.stderr
        assert not {secret for secret in (key.secret, second) if secret in told.stdout + told.stderr}
    for log in (running.data / "logs").iterdir():
        text = log.read_text(errors="replace")
        assert not {secret for secret in (key.secret, second) if secret[4:] in text}, log


def test_the_command_verifies_the_log_of_what_it_did(running: Up, mind: str) -> None:
    key = made(running, "--mind", mind)
    before = json.loads(running.run("audit", "--verify", "--json").stdout)
    changed(running, "delete", key.id)
    after = json.loads(running.run("audit", "--verify", "--kept", before["lastHash"], "--json").stdout)
    assert (after["verified"], after["entryCount"] > before["entryCount"]) == (True, True)
    assert running.run("audit").stdout.splitlines()[-2].count(f"keys/{key.id}") == 1
    refused = running.run("audit", "--verify", "--kept", "f" * 64)
    assert (refused.returncode, "no entry has the hash" in refused.stderr) == (1, True)


Ended: TypeAlias = "tuple[float, str]"
"""When a stream ended, and how."""


async def over_http(up: Up, secret: str, path: str, body: dict[str, Any], accept: str = "*/*") -> Ended:
    headers = {"authorization": f"Bearer {secret}", "accept": accept}
    got = ""
    async with httpx.AsyncClient(base_url=up.url, headers=headers, trust_env=False, timeout=30) as http:
        async with http.stream("POST", path, json=body) as stream:
            async for text in stream.aiter_text():
                got += text
    return time.monotonic(), got


async def rest(up: Up, secret: str, mind: str) -> Ended:
    return await over_http(up, secret, "/v1/query:stream", {"mind": mind, "question": QUESTION}, "text/event-stream")


async def chat(up: Up, secret: str, mind: str) -> Ended:
    said = [{"role": "user", "content": QUESTION}]
    body = {"model": "myriad-base", "stream": True, "messages": said, "metadata": {"mind": mind}}
    return await over_http(up, secret, "/v1/chat/completions", body)


async def mcp(up: Up, secret: str, mind: str) -> Ended:
    call = {"name": "ask", "arguments": {"question": QUESTION, "mind": mind}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    return await over_http(up, secret, "/mcp", body, "application/json, text/event-stream")


async def over_grpc(up: Up, secret: str, mind: str) -> Ended:
    options = [("grpc.use_local_subchannel_pool", 1)]
    async with grpc.aio.insecure_channel(up.url.removeprefix("http://"), options) as channel:
        ask: Any = channel.unary_stream("/myriad.orchestrator.v1.OrchestratorService/StreamQuery")
        request = pb.StreamQueryRequest(mind=mind, question=QUESTION).SerializeToString()
        try:
            async for _ in ask(request, metadata=(("x-api-key", secret),), timeout=30):
                pass
        except grpc.aio.AioRpcError as error:
            return time.monotonic(), received(error).reason
    return time.monotonic(), ""


@contextmanager
def second_envoy(up: Up, folder: Path) -> Iterator[Path]:
    """Another Envoy on the same port; where its admin is."""
    bootstrap = folder / "envoy.yaml"
    bootstrap.write_text((up.data / "envoy.yaml").read_text().replace('"edge"', '"edge-2"'))
    command = envoy.command(envoy.binary(), bootstrap)
    with (folder / "envoy.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        until(lambda: admin(folder, "ready") == "LIVE\n", 20)
        yield folder
    finally:
        process.kill()
        process.wait()


def admin(folder: Path, path: str) -> str:
    if not (folder / envoy.ADMIN).exists():
        return ""
    with envoy.admin(folder) as socket, httpx.Client(transport=httpx.HTTPTransport(uds=socket)) as client:
        return client.get(f"http://envoy/{path}").text


def under_way(folder: Path) -> int:
    """Requests that an Envoy has open."""
    counted = admin(folder, f"stats?filter=^http.{LISTENER}.downstream_rq_active$")
    return sum(int(line.split()[-1]) for line in counted.splitlines())


@contextmanager
def hung(pid: int | None) -> Iterator[None]:
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("way", [rest, chat, mcp, over_grpc], ids=lambda way: way.__name__)
async def test_a_revocation_ends_streams_within_a_second_on_each_of_two_envoys(
    running: Up, tmp_path: Path, way: Callable[[Up, str, str], Awaitable[Ended]]
) -> None:
    mind = learned(running, f"revoked-{way.__name__.replace('_', '-')}")
    key = made(running, "--mind", mind)
    with second_envoy(running, tmp_path), hung(running.pid("dlm")):  # nobody wakes what the question wants
        streams: list[asyncio.Task[Ended]] = []
        while not (under_way(running.data) and under_way(tmp_path)):
            assert len(streams) < MOST_STREAMS
            streams.append(asyncio.create_task(way(running, key.secret, mind)))  # type: ignore[arg-type]
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        assert not [one for one in streams if one.done()]
        headers = {"authorization": f"Bearer {running.key}"}
        async with httpx.AsyncClient(base_url=running.url, headers=headers, trust_env=False, timeout=30) as http:
            (await http.delete(f"/v1/keys/{key.id}")).raise_for_status()
        revoked = time.monotonic()
        ended = await asyncio.wait_for(asyncio.gather(*streams), 30)
    assert max(at for at, _ in ended) - revoked < CUT_SECONDS, ended
    assert not [said for _, said in ended if "Laptev" in said]
    if way is not rest:  # to whom the transcoder tells no error once there was an answer
        assert all("KEY_INVALID" in said or "invalid_api_key" in said for _, said in ended), ended
