"""A real Envoy that holds each key to the rate which the gatekeeper says, and passes on what it says of a budget."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest
import pytest_asyncio

from dlm.xds import filters
from mesh import rates
from mesh.access import AT_ONCE_HEADER, RATE_HEADER
from mesh.errors import received
from tests.edge.harness import World, problem, world
from tests.edge.limiting import SPENT, Limiting, limit

pytestmark = pytest.mark.asyncio(loop_scope="module")
MINDS = "/v1/minds"
MINDS_RPC = "/myriad.connectome.v1.MindService/ListMinds"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("edge"), rate=5_000, gatekeeper=Limiting()) as one:
        yield one


async def asked(edge: World, key: str, times: int) -> list[int]:
    async def one() -> int:
        return (await edge.http.get(MINDS, headers={"x-api-key": key})).status_code

    return sorted(await asyncio.gather(*(one() for _ in range(times))))


@pytest.mark.parametrize("rate", [1, 5, 60])
async def test_a_key_makes_so_many_calls_a_minute_and_another_its_own(edge: World, rate: int) -> None:
    first, second, free = f"first{rate}", f"second{rate}", f"free{rate}"
    for key in (first, second):
        limit(edge, key, **{RATE_HEADER: str(rate)})
    assert (await asked(edge, first, rate + 5)).count(200) in (rate, rate + 1)  # one may have been filled in meanwhile
    assert (await asked(edge, second, rate)) == [200] * rate
    assert (await asked(edge, free, rate + 5)) == [200] * (rate + 5)


async def test_over_it_is_429_with_when_to_come_again_and_what_is_left(edge: World) -> None:
    limit(edge, "key2", **{RATE_HEADER: "2"})
    seen = [await edge.http.get(MINDS, headers={"x-api-key": "key2"}) for _ in range(3)]
    assert [response.status_code for response in seen] == [200, 200, 429]
    assert problem(seen[-1]) == (429, 8, "RATE_LIMITED")
    assert 1 < int(seen[-1].headers["retry-after"]) == int(seen[-1].headers["x-ratelimit-reset"]) <= 30
    assert [response.headers["x-ratelimit-limit"].partition(",")[0] for response in seen] == ["2"] * 3
    assert [response.headers["x-ratelimit-remaining"] for response in seen] == ["1", "0", "0"]


async def test_a_client_sets_no_rate_of_its_own(edge: World) -> None:
    limit(edge, "key3", **{RATE_HEADER: "1"})
    headers = {"x-api-key": "key3", RATE_HEADER: "60000", AT_ONCE_HEADER: "7"}
    assert [(await edge.http.get(MINDS, headers=headers)).status_code for _ in range(2)] == [200, 429]
    await edge.http.get(MINDS, headers={"x-api-key": "free", AT_ONCE_HEADER: "7"})
    assert AT_ONCE_HEADER not in edge.calls[-1].headers


async def test_how_many_calls_a_key_may_have_at_once_goes_to_who_serves_them(edge: World) -> None:
    limit(edge, "key4", **{AT_ONCE_HEADER: "3"})
    await edge.http.get(MINDS, headers={"x-api-key": "key4"})
    assert edge.calls[-1].headers[AT_ONCE_HEADER] == "3"


async def test_a_spent_budget_is_said_over_rest_and_grpc(edge: World) -> None:
    response = await edge.http.get(MINDS, headers={"x-api-key": SPENT})
    assert problem(response) == (429, 8, "BUDGET_EXHAUSTED")
    assert int(response.headers["retry-after"]) == 3600
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await edge.call(MINDS_RPC, key=SPENT)
    assert received(caught.value)[:2] == (grpc.StatusCode.RESOURCE_EXHAUSTED, "BUDGET_EXHAUSTED")
    assert "cognitive units" in received(caught.value).message


async def test_every_rate_that_a_key_may_have_has_its_bucket() -> None:
    told = filters._rate_limit(200.0)
    values = [entry.value for one in told.descriptors for entry in one.entries if entry.key == "rate"]
    assert values == [str(rate) for rate in rates.PER_MINUTE]
    assert len(set(values)) == len(values)
