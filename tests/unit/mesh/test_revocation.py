"""Revocation: streams of a key that is good no more end, and no others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection

import pytest

from mesh import revocation
from mesh.revocation import KeyRevoked, keep_cutting, watched


class Gatekeeper:
    """Knows which keys are bad, and who was asked about."""

    def __init__(self) -> None:
        self.bad: set[str] = set()
        self.asked: list[Collection[str]] = []

    async def __call__(self, keys: Collection[str]) -> Collection[str]:
        self.asked.append(keys)
        return self.bad & set(keys)


@pytest.fixture
async def gatekeeper(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gatekeeper]:
    monkeypatch.setattr(revocation, "LOOK_SECONDS", 0.01)
    one = Gatekeeper()
    cutting = asyncio.create_task(keep_cutting(one))
    yield one
    cutting.cancel()


async def stream(key: str) -> str:
    try:
        async with watched(key), asyncio.timeout(2):
            await asyncio.sleep(0.5)
    except KeyRevoked:
        return "cut"
    return "whole"


async def test_all_streams_of_a_bad_key_end_and_no_others(gatekeeper: Gatekeeper) -> None:
    streams = asyncio.gather(stream("a"), stream("a"), stream("b"), stream(""))
    await asyncio.sleep(0.1)
    gatekeeper.bad.add("a")
    assert list(await streams) == ["cut", "cut", "whole", "whole"]
    assert not revocation._open


async def test_nobody_is_asked_while_no_stream_is_open(gatekeeper: Gatekeeper) -> None:
    await asyncio.sleep(0.05)
    assert gatekeeper.asked == []


async def test_a_time_limit_in_a_stream_is_none_of_its_key(gatekeeper: Gatekeeper) -> None:
    with pytest.raises(TimeoutError):
        async with watched("a"), asyncio.timeout(0.01):
            await asyncio.sleep(1)
