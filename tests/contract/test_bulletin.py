"""What a bulletin does, on a server and on a Cluster."""

from __future__ import annotations

import pytest

from dlm.adapters.redis_bulletin import RedisBulletin
from tests import redis_servers


@pytest.fixture(params=["redis_server", "redis_cluster_url"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


async def test_all_read_the_same_in_the_same_order_and_each_note_once(url: str) -> None:
    async with redis_servers.opened(url) as redis:
        one, other = RedisBulletin(redis), RedisBulletin(redis)
        assert await one.read() == []
        notes = [b"%d" % number for number in range(450)]
        await one.post(notes[:400])
        await other.post(notes[400:])
        assert [note for _, note in await one.read()] == notes
        assert [note for _, note in await other.read()] == notes, "who starts reads what was said in the last minute"
        await other.post([b"last"])
        assert [note for _, note in await one.read()] == [b"last"]


async def test_one_leads_and_goes_on_leading(url: str) -> None:
    async with redis_servers.opened(url) as redis:
        one, other = RedisBulletin(redis), RedisBulletin(redis)
        term = await one.lead("a")
        assert term > 0
        assert await other.lead("b") == 0
        assert await one.lead("a") == term
