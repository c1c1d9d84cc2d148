"""Where traces begin: which requests Envoy follows, and what it tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlm.xds.program import program
from dlm.xds.tracing import Traces
from mesh.settings import SettingError
from mesh.tracing import TRACEPARENT
from tests.collector import Collector, collecting
from tests.edge.harness import World, world

MODELS = "/myriad.orchestrator.v1.ModelService/ListModels"
FOREIGN = {TRACEPARENT: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": "a=1"}


def to(collector: Collector, share: float) -> Traces:
    return Traces(collector.endpoint.removeprefix("http://"), share)


async def told(edge: World, **headers: str) -> tuple[str, str]:
    """The `traceparent` that the orchestrator and the gatekeeper were told."""
    edge.forget()
    await edge.call(MODELS, headers={**FOREIGN, **headers})
    (asked,) = (one for one in edge.calls if one.method == MODELS)
    assert "tracestate" not in asked.headers or not str(asked.headers["tracestate"]).startswith("a=")
    return str(asked.headers.get(TRACEPARENT, "")), edge.gatekeeper.checks[0].headers.get(TRACEPARENT, "")


async def test_every_request_is_followed_whatever_its_id_and_no_trace_is_a_strangers(tmp_path: Path) -> None:
    with collecting() as collector:
        async with world(tmp_path, traces=to(collector, 1.0)) as edge:
            for request_id in ("plain", "7b1d3a52-2f7e-4f2b-9a0e-0d1f0c7e8a11", "x" * 64):
                upstream, check = await told(edge, **{"x-request-id": request_id})
                assert upstream.endswith("-01")
                assert upstream.split("-")[1] == check.split("-")[1] != FOREIGN[TRACEPARENT].split("-")[1]


@pytest.mark.parametrize("share", [0.0, None])
async def test_nothing_is_followed_that_was_not_chosen(tmp_path: Path, share: float | None) -> None:
    with collecting() as collector:
        async with world(tmp_path, traces=None if share is None else to(collector, share)) as edge:
            for _ in range(20):
                assert not any(one.endswith("-01") for one in await told(edge, **{"x-client-trace-id": "1"}))


async def test_a_share_is_followed_and_the_rest_is_not(tmp_path: Path) -> None:
    with collecting() as collector:
        async with world(tmp_path, traces=to(collector, 0.5)) as edge:
            followed = [(await told(edge))[0].endswith("-01") for _ in range(60)]
            assert 5 < sum(followed) < 55


async def test_a_collector_that_is_away_keeps_no_request_waiting(tmp_path: Path) -> None:
    async with world(tmp_path, traces=Traces("127.0.0.1:1", 1.0)) as edge:
        for _ in range(20):
            assert (await told(edge))[0]


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_from_0_to_1(share: float) -> None:
    with pytest.raises(SettingError, match="MYRIAD_TRACE_SHARE"):
        program(
            listen="127.0.0.1:1",
            secrets="/nowhere",
            targets={},
            rate_per_second=1,
            max_body_bytes=1024,
            traces=Traces("127.0.0.1:4317", share),
        )
