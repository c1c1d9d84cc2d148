"""Two real Envoys and a real rate limit service: a key's rate holds over both, and over each alone without it."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import grpc
import httpx
import pytest
import pytest_asyncio

from cli.supervisor.ports import LOOPBACK, free
from cli.supervisor.programs import Program
from cli.supervisor.servers import fetched, valkey
from dlm.adapters.rate_limit import NAME, GrpcRateLimit, NotShared, rates_watched
from dlm.xds.shared_rates import ANSWER_SECONDS
from mesh import dependencies
from mesh.access import RATE_HEADER
from mesh.channels import channel
from mesh.errors import received
from mesh.identity import ENVOY, RATE_LIMIT
from tests.edge import rate_limit
from tests.edge.harness import World, problem, world
from tests.edge.limiting import Limiting, limit
from tests.edge.rate_limit import running
from tests.edge.test_rates import MINDS, MINDS_RPC
from tests.identities import identity
from tests.pages import block
from tests.servers import PASSWORD, REDIS, offered

pytestmark = pytest.mark.asyncio(loop_scope="module")
A_RATE, A_RATE_LESS_ONE = (20, 21), (19, 20)
"""What Envoy lets through of a rate of 20 a minute: a call more may have been filled in meanwhile."""
SLACK_SECONDS = 1.0
"""What some calls at once take on a machine that is busy, besides what they wait for the service."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(redis_process: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    with offered():
        program = rate_limit.program(tmp_path_factory.mktemp("rates"), redis_process)
    async with running(program):
        yield program.address


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def envoys(service: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[World, World]]:
    async with both(tmp_path_factory.mktemp("envoys"), service) as two:
        yield two


@asynccontextmanager
async def both(folder: Path, service: str) -> AsyncIterator[tuple[World, World]]:
    """Two Envoys, each with a DLM of its own, that know one gatekeeper's limits."""
    gatekeeper = Limiting()
    async with AsyncExitStack() as stack:
        for name in ("first", "second"):
            (folder / name).mkdir()
        first, second = [
            await stack.enter_async_context(world(folder / name, rate=5_000, gatekeeper=gatekeeper, rate_limit=service))
            for name in ("first", "second")
        ]
        for edge in (first, second):
            await edge.until_async(partial(well, edge))
            await edge.until_async(partial(counts, edge))
        yield first, second


async def well(edge: World, healthy: int = 1) -> bool:
    """Whether Envoy takes the service for well."""
    stat = "cluster.rates.membership_healthy"
    return await edge.admin(f"/stats?filter={stat}") == f"{stat}: {healthy}\n"


async def counts(edge: World) -> bool:
    """Whether Envoy gets answers from the service: its first call, which has to connect, may take too long."""
    limit(edge, "warm", **{RATE_HEADER: "60000"})
    answer = await ask(edge, "warm")
    return answer.status_code == 200 and answer.headers["x-ratelimit-reset"] != "0"


async def stated(program: Program, why: str) -> bool:
    """Whether a process that watches the service says of it that it fails so; an empty string: that it counts."""
    (state,) = (one for one in dependencies.states() if (one.store, one.address) == (NAME, program.address))
    return state.failure.startswith(why) and state.available == (not why)


async def asked_of_service(edge: World) -> int:
    return int((await edge.admin("/stats?filter=cluster.rates.upstream_rq_total")).split(":")[1])


async def ask(edge: World, key: str, path: str = MINDS) -> httpx.Response:
    return await edge.http.get(path, headers={"x-api-key": key})


async def passed(edge: World, key: str, times: int) -> int:
    """How many of so many calls are let through; the others are 429."""
    statuses = [response.status_code for response in await asyncio.gather(*(ask(edge, key) for _ in range(times)))]
    assert set(statuses) <= {200, 429}
    return statuses.count(200)


async def early() -> None:
    """The service counts by the minute: begin when there is enough left of it."""
    if (second := time.time() % 60) > 50:
        await asyncio.sleep(60.1 - second)


async def test_a_rate_holds_over_both_envoys_and_another_key_has_its_own(envoys: tuple[World, World]) -> None:
    first, second = envoys
    for key in ("over-both", "of-another"):
        limit(first, key, **{RATE_HEADER: "20"})
    await early()
    assert sum(await asyncio.gather(passed(first, "over-both", 15), passed(second, "over-both", 15))) == 20
    assert await passed(first, "over-both", 3) == 0
    assert sum(await asyncio.gather(passed(first, "of-another", 10), passed(second, "of-another", 10))) == 20


async def test_what_is_left_is_said_as_counted_over_both(envoys: tuple[World, World]) -> None:
    first, second = envoys
    limit(first, "counted", **{RATE_HEADER: "3"})
    await early()
    seen = [await ask(edge, "counted") for edge in (first, second, first, second, first)]
    assert [response.status_code for response in seen] == [200, 200, 200, 429, 429]
    for suffix in ("", "-requests"):
        said = [response.headers.get_list(f"x-ratelimit-limit{suffix}") for response in seen]
        assert said == [["3"]] * 5
        said = [response.headers.get_list(f"x-ratelimit-remaining{suffix}") for response in seen]
        assert said == [[left] for left in "21000"]
    for response in seen[:4]:
        assert 0 < int(response.headers["x-ratelimit-reset"]) <= 60
        assert response.headers["x-ratelimit-reset-requests"] == f"{response.headers['x-ratelimit-reset']}s"
        assert not any(name.startswith(("x-myriad", "x-envoy")) for name in response.headers)
    assert problem(seen[3]) == (429, 8, "RATE_LIMITED")
    assert seen[3].headers["retry-after"] == seen[3].headers["x-ratelimit-reset"]


async def test_over_it_is_said_over_grpc_and_in_openai_s_form(envoys: tuple[World, World]) -> None:
    first, second = envoys
    limit(first, "said", **{RATE_HEADER: "2"})
    await early()
    assert await passed(first, "said", 2) == 2
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await second.call(MINDS_RPC, key="said")
    assert received(caught.value)[:2] == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED")
    response = await ask(second, "said", "/v1/models")
    assert response.status_code == 429
    assert response.json()["error"]["code"] == "rate_limit_exceeded"


async def test_a_key_without_a_rate_of_its_own_does_not_wait_for_the_service(envoys: tuple[World, World]) -> None:
    first, _ = envoys
    before = await asked_of_service(first)
    assert await passed(first, "free", 10) == 10
    assert await asked_of_service(first) == before


async def test_what_is_over_the_local_bound_does_not_reach_the_service(envoys: tuple[World, World]) -> None:
    first, _ = envoys
    limit(first, "greedy", **{RATE_HEADER: "5"})
    before = await asked_of_service(first)
    await passed(first, "greedy", 50)
    assert await asked_of_service(first) - before <= 6


@pytest.mark.parametrize("hangs", [False, True], ids=["killed", "hung"])
async def test_without_the_service_each_envoy_holds_the_rate_alone_and_it_is_said(
    redis_process: str, tmp_path: Path, hangs: bool
) -> None:
    with offered():
        program = rate_limit.program(tmp_path / "rates", redis_process)
    alone, again = f"alone-{program.address}", f"again-{program.address}"
    async with AsyncExitStack() as stack:
        async with running(program) as process:
            first, second = await stack.enter_async_context(both(tmp_path, program.address))
            await stack.enter_async_context(rates_watched([program.address], identity("dlm")))
            await first.until_async(lambda: stated(program, ""))
            for key in (alone, again):
                limit(first, key, **{RATE_HEADER: "20"})
            process.send_signal(signal.SIGSTOP if hangs else signal.SIGKILL)
            began = time.monotonic()
            assert await passed(first, alone, 1) == 1
            assert time.monotonic() - began < ANSWER_SECONDS + SLACK_SECONDS
            assert await passed(first, alone, 30) in A_RATE_LESS_ONE
            assert await passed(second, alone, 30) in A_RATE
            await first.until_async(lambda: stated(program, "it does not answer"), 15)
            await first.until_async(lambda: well(first, healthy=0), 15)
            before = await asked_of_service(first)
            assert await passed(first, again, 1) == 1
            assert await asked_of_service(first) == before
        async with running(program):
            for edge in (first, second):
                await edge.until_async(partial(well, edge), 15)
                await edge.until_async(partial(counts, edge), 15)
            await first.until_async(lambda: stated(program, ""), 15)
            await early()
            assert sum(await asyncio.gather(passed(first, again, 15), passed(second, again, 15))) == 20


async def test_a_service_whose_redis_is_gone_is_not_waited_for_and_it_is_said(tmp_path: Path) -> None:
    with offered():
        store = valkey.program("redis", tmp_path / "redis", free(1)[0], PASSWORD, REDIS)
        program = rate_limit.program(tmp_path / "rates", store.address)
    async with running(store) as redis, running(program):
        watched = rates_watched([program.address], identity("dlm"))
        async with both(tmp_path, program.address) as (first, second), watched:
            await first.until_async(lambda: stated(program, ""))
            redis.send_signal(signal.SIGSTOP)
            limit(first, "orphan", **{RATE_HEADER: "20"})
            began = time.monotonic()
            assert await passed(first, "orphan", 30) in A_RATE
            assert time.monotonic() - began < ANSWER_SECONDS + SLACK_SECONDS
            assert await passed(second, "orphan", 30) in A_RATE
            await first.until_async(lambda: stated(program, "it does not answer"), 15)
            redis.send_signal(signal.SIGCONT)
            await first.until_async(lambda: stated(program, ""), 15)


@pytest.mark.parametrize("listens", [False, True], ids=["nobody-there", "silent"])
async def test_an_envoy_that_begins_without_the_service_serves(tmp_path: Path, listens: bool) -> None:
    with socket.socket() as silent:
        silent.bind((LOOPBACK, 0))
        if listens:
            silent.listen()
        port = silent.getsockname()[1]
        async with world(tmp_path, rate=5_000, gatekeeper=Limiting(), rate_limit=f"{LOOPBACK}:{port}") as edge:
            limit(edge, "early", **{RATE_HEADER: "20"})
            assert await passed(edge, "early", 30) in A_RATE


async def test_a_service_that_was_not_told_of_the_rates_is_said(redis_process: str, tmp_path: Path) -> None:
    with offered():
        program = rate_limit.program(tmp_path, redis_process)
    (tmp_path / "ratelimit" / "config" / rate_limit.RATES.name).write_text("domain: another\n")
    async with running(program):
        async with rates_watched([program.address], identity("dlm")), asyncio.timeout(10):
            while not await stated(program, "it has not been told of the rates (rates.yaml)"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def test_what_the_page_says_starts_a_service_that_counts(redis_process: str, tmp_path: Path) -> None:
    with offered():
        by_test = rate_limit.program(tmp_path, redis_process)
    install, _, run = block("docs/stores.md", "go install").code.partition("\n")
    assert install.endswith(f"@{rate_limit.PINNED}")
    put = {
        "redis.example:6379": redis_process,
        "PASSWORD": PASSWORD,
        "FOLDER": str(identity(RATE_LIMIT).folder.parent),
        "manifests/": f"{rate_limit.RATES.parents[1]}/",
        "service_cmd": f"exec {by_test.command[0]}",
    }
    for said, meant in put.items():
        assert said in run
        run = run.replace(said, meant)
    listens = {name: value for name, value in by_test.environment.items() if name.endswith(("PORT", "GRPC_HOST"))}
    told = {**fetched.inherited(), **listens}
    async with running(replace(by_test, command=("bash", "-euc", run), environment=told)):
        async with channel(by_test.address, RATE_LIMIT, identity(ENVOY)) as opened:
            await GrpcRateLimit(opened).ask()


async def test_only_who_has_a_certificate_of_ours_is_answered(service: str) -> None:
    async with grpc.aio.insecure_channel(service) as opened:
        with pytest.raises(NotShared):
            await GrpcRateLimit(opened).ask()
