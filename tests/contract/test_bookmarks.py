"""What every store of bookmarks must do."""

from __future__ import annotations

import asyncio

import pytest

from connectome.adapters.local_bookmarks import MOST_OF_MIND, LocalBookmarks
from connectome.adapters.redis_bookmarks import RedisBookmarks
from connectome.ports import Bookmarks
from tests import redis_servers
from tests.contract.minds import MIND


@pytest.fixture(params=["local", "redis"])
def kind(request: pytest.FixtureRequest) -> str:
    if request.param == "local":
        return ""
    url: str = request.getfixturevalue("redis_server")
    return url


async def told(url: str) -> None:
    if not url:
        one = LocalBookmarks()
        await asyncio.to_thread(rules, one, one)
        return
    async with redis_servers.opened(url) as redis:
        await asyncio.to_thread(rules, RedisBookmarks(redis), RedisBookmarks(redis))


def rules(one: Bookmarks, other: Bookmarks) -> None:
    assert not one.of(MIND)
    one.put(MIND, (), ["first"])
    assert list(other.of(MIND)) == ["first"]
    other.put(MIND, ["first"], ["second"])
    assert "second" in one.of(MIND)
    assert not one.of("minds/other")
    for number in range(2 * MOST_OF_MIND):
        other.put(MIND, (), [str(number)])
    assert sorted(other.of(MIND), key=int) == [str(number) for number in range(MOST_OF_MIND, 2 * MOST_OF_MIND)]


def test_what_one_replica_wrote_another_waits_for_and_no_more_than_stated_is_kept(kind: str) -> None:
    asyncio.run(told(kind))
