"""Watching: the full picture first, then every change, or a clear end."""

from __future__ import annotations

import asyncio

import pytest

from dlm import watch
from dlm.adapters.memory_directory import MemoryDirectory
from dlm.errors import WatcherTooSlow
from dlm.fleet import Fleet
from dlm.residency import Residency
from dlm.watch import Watchers, changes
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import WatchPlacementsResponse

HOST = Host(id="h", address="127.0.0.1:1", state=Host.STATE_READY)


def placed(change: WatchPlacementsResponse) -> list[str]:
    return [placement.agent for placement in change.placed]


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.0)


async def test_after_the_start_a_picture_without_hosts_is_held_back_until_one_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 1.0)
    fleet = Fleet()
    first = asyncio.ensure_future(anext(Watchers(fleet, MemoryDirectory()).watch()))
    await asyncio.sleep(0.05)
    assert not first.done()
    fleet.join(HOST)
    assert [host.id for host in (await first).hosts] == ["h"]


async def test_it_is_not_held_back_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlm.fleet.SETTLE_SECONDS", 0.05)
    stream = Watchers(Fleet(), MemoryDirectory()).watch()
    assert not (await anext(stream)).hosts
    assert (await anext(stream)).synced


async def test_a_change_during_the_picture_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LARGEST_MESSAGE", 2)
    fleet, directory = Fleet(), MemoryDirectory()
    watchers = Watchers(fleet, directory)
    residency = Residency(directory, watchers)
    await residency.arrive(HOST, [f"minds/m/agents/a{n}" for n in range(5)])
    fleet.join(HOST)
    stream = watchers.watch()
    assert [host.id for host in (await anext(stream)).hosts] == ["h"]
    first = placed(await anext(stream))
    await residency.release("h", first[:1])
    await residency.place("h", ["minds/m/agents/new"])
    rest = [await anext(stream), await anext(stream)]
    assert sorted(first + placed(rest[0]) + placed(rest[1])) == [f"minds/m/agents/a{n}" for n in range(5)]
    assert (await anext(stream)).synced
    assert [placement.agent for placement in (await anext(stream)).released] == first[:1]
    assert placed(await anext(stream)) == ["minds/m/agents/new"]
    await residency.leave("h")
    assert list((await anext(stream)).hosts_gone) == ["h"]
    await stream.aclose()  # type: ignore[attr-defined]
    assert not watchers._queues


async def test_a_watcher_that_is_too_slow_is_ended_and_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LARGEST_QUEUE", 3)
    watchers = Watchers(Fleet(), MemoryDirectory())
    stream = watchers.watch()
    await anext(stream)
    for _ in range(4):
        watchers.publish(WatchPlacementsResponse(hosts=[HOST]))
    assert not watchers._queues
    assert (await anext(stream)).synced
    with pytest.raises(WatcherTooSlow):
        await anext(stream)


def test_messages_are_cut_at_the_limit() -> None:
    sizes = [len(change.placed) for change in changes("h", placed=["minds/m/agents/a"] * 12_001)]
    assert sizes == [5_000, 5_000, 2_001]
