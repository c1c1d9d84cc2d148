"""The placement view: whole pictures only, kept while the DLM is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any, cast

from mesh.placements import PlacementView
from myriad.dlm.v1.lifecycle_service_pb2 import Host, Placement, WatchPlacementsResponse
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceStub

A, B = "minds/m/agents/a", "minds/m/agents/b"


class Stream:
    def __init__(self, changes: Iterable[WatchPlacementsResponse], seen: list[list[str]], view: PlacementView) -> None:
        self._changes, self._seen, self._view = changes, seen, view

    async def __aiter__(self) -> AsyncIterator[WatchPlacementsResponse]:
        for change in self._changes:
            yield change
            self._seen.append(ids(self._view, A))

    def cancel(self) -> None:
        pass


class Stub:
    """Says `changes` to whoever watches, then breaks off; `seen` is what the view said after each."""

    def __init__(self) -> None:
        self.changes: list[WatchPlacementsResponse] = []
        self.seen: list[list[str]] = []
        self.view = PlacementView(cast("LifecycleServiceStub", self))

    def WatchPlacements(self, *_: Any, **__: Any) -> Stream:
        return Stream(self.changes, self.seen, self.view)

    async def watch(self, *changes: WatchPlacementsResponse) -> list[list[str]]:
        self.changes, self.seen = list(changes), []
        await self.view.watch()
        return self.seen


def ids(view: PlacementView, agent: str) -> list[str]:
    return [host.id for host in view.hosts_of(agent)]


def change(
    *hosts: str,
    placed: Iterable[tuple[str, str]] = (),
    released: Iterable[tuple[str, str]] = (),
    gone: Iterable[str] = (),
    synced: bool = False,
) -> WatchPlacementsResponse:
    return WatchPlacementsResponse(
        hosts=[Host(id=host) for host in hosts],
        placed=[Placement(agent=agent, host=host) for agent, host in placed],
        released=[Placement(agent=agent, host=host) for agent, host in released],
        hosts_gone=gone,
        synced=synced,
    )


async def test_nothing_is_seen_before_the_first_picture_is_complete() -> None:
    seen = await Stub().watch(change("h2", placed=[(A, "h2")]), change("h1", placed=[(A, "h1")]), change(synced=True))
    assert seen == [[], [], ["h1", "h2"]]


async def test_changes_are_seen_as_they_come() -> None:
    seen = await Stub().watch(
        change("h1", "h2", synced=True),
        change(placed=[(A, "h1"), (A, "h2"), (A, "h2")]),
        change(released=[(A, "h1"), (B, "h1")]),
        change(placed=[(A, "h1")]),
        change(gone=["h2", "unknown"]),
    )
    assert seen == [[], ["h1", "h2"], ["h2"], ["h1", "h2"], ["h1"]]


async def test_a_host_that_is_gone_takes_its_agents_along() -> None:
    """A host that comes back under the same id holds nothing until it says so."""
    seen = await Stub().watch(change("h1", placed=[(A, "h1")], synced=True), change(gone=["h1"]), change("h1"))
    assert seen == [["h1"], [], []]


async def test_the_last_picture_stays_until_the_next_is_complete() -> None:
    stub = Stub()
    await stub.watch(change("h1", placed=[(A, "h1")], synced=True))
    assert not stub.view.synced
    assert ids(stub.view, A) == ["h1"]
    assert await stub.watch(change("h2"), change(placed=[(A, "h2")], synced=True)) == [["h1"], ["h2"]]
    assert stub.view.host("h1") is None


async def test_who_waits_for_the_picture_waits_until_it_is_complete_or_time_is_up() -> None:
    stub = Stub()
    waiting = asyncio.ensure_future(stub.view.complete(seconds=60))
    await stub.watch(change("h1"))
    await stub.view.complete(seconds=0.01)
    assert not waiting.done()
    await stub.watch(change("h1", synced=True))
    await waiting
