"""What a bulletin does, on a server and on a Cluster."""

from __future__ import annotations

import pytest

from dlm.adapters.redis_bulletin import NOTES, RedisBulletin
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


async def test_who_posts_finds_it_when_the_clock_of_the_notes_went_back(url: str) -> None:
    """After a failover to a server whose clock is behind, or that lost all."""
    async with redis_servers.opened(url) as redis:
        one, other = RedisBulletin(redis), RedisBulletin(redis)
        now, _ = await redis.call("TIME", at=NOTES)
        await redis.call("XADD", NOTES, f"{(int(now) + 3600) * 1000}-0", "note", b"of an hour ahead")
        for bulletin in (one, other):
            assert len(await bulletin.read()) == 1
        await redis.call("UNLINK", NOTES)
        for number, bulletin in enumerate((one, other, one)):
            await bulletin.post([b"%d" % number])
        for bulletin in (one, other):
            assert [note for _, note in await bulletin.read()] == [b"0", b"1", b"2"]
            assert await bulletin.read() == []


async def test_a_clock_that_goes_ahead_and_back_leaves_no_stream_without_a_bound(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlm.adapters.redis_bulletin.MOST_NOTES", 300)
    async with redis_servers.opened(url) as redis:
        bulletin = RedisBulletin(redis)
        now, _ = await redis.call("TIME", at=NOTES)
        await redis.call("XADD", NOTES, f"{(int(now) + 3600) * 1000}-0", "note", b"of an hour ahead")
        for _ in range(5):
            await bulletin.post([b"note"] * 200)
        assert await redis.call("XLEN", NOTES) < 500


async def test_one_leads_and_goes_on_leading(url: str) -> None:
    async with redis_servers.opened(url) as redis:
        one, other = RedisBulletin(redis), RedisBulletin(redis)
        term = await one.lead("a")
        assert term > 0
        assert await other.lead("b") == 0
        assert await one.lead("a") == term
