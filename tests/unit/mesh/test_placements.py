"""The placement view: whole pictures only, kept while the DLM is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable

from hypothesis import given
from hypothesis import strategies as st

from mesh.placements import PlacementView
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import Placement, WatchPlacementsResponse

A, B = "minds/m/agents/a", "minds/m/agents/b"
HOSTS = st.sampled_from(["h1", "h2", "h3"])


class Dlm:
    """Says `changes` to a view, then breaks off; `seen` is what the view said after each."""

    def __init__(self) -> None:
        self.view = PlacementView()

    async def watch(self, *changes: WatchPlacementsResponse) -> list[list[str]]:
        seen: list[list[str]] = []

        async def stream() -> AsyncGenerator[WatchPlacementsResponse, None]:
            for change in changes:
                yield change
                seen.append(ids(self.view, A))

        await self.view.follow(stream())
        return seen


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
    seen = await Dlm().watch(change("h2", placed=[(A, "h2")]), change("h1", placed=[(A, "h1")]), change(synced=True))
    assert seen == [[], [], ["h1", "h2"]]


async def test_changes_are_seen_as_they_come() -> None:
    seen = await Dlm().watch(
        change("h1", "h2", synced=True),
        change(placed=[(A, "h1"), (A, "h2"), (A, "h2")]),
        change(released=[(A, "h1"), (B, "h1")]),
        change(placed=[(A, "h1")]),
        change(gone=["h2", "unknown"]),
    )
    assert seen == [[], ["h1", "h2"], ["h2"], ["h1", "h2"], ["h1"]]


@given(
    st.lists(st.tuples(st.sampled_from(["placed", "released", "gone"]), st.sampled_from([A, B]), HOSTS, st.booleans()))
)
async def test_what_is_said_twice_is_as_if_it_was_said_once(said: list[tuple[str, str, str, bool]]) -> None:
    view, held = PlacementView(), set[tuple[str, str]]()

    async def stream() -> AsyncGenerator[WatchPlacementsResponse, None]:
        yield change("h1", "h2", "h3", synced=True)
        for what, agent, host, twice in said:
            for _ in range(1 + twice):
                match what:
                    case "placed":
                        yield change(host, placed=[(agent, host)])
                        held.add((agent, host))
                    case "released":
                        yield change(released=[(agent, host)])
                        held.discard((agent, host))
                    case "gone":
                        yield change(gone=[host])
                        held.difference_update([(one, host) for one in (A, B)])

    await view.follow(stream())
    assert {(agent, host) for agent in (A, B) for host in ids(view, agent)} == held


async def test_a_host_that_is_gone_takes_its_agents_along() -> None:
    """A host that comes back under the same id holds nothing until it says so."""
    seen = await Dlm().watch(change("h1", placed=[(A, "h1")], synced=True), change(gone=["h1"]), change("h1"))
    assert seen == [["h1"], [], []]


async def test_the_last_picture_stays_until_the_next_is_complete() -> None:
    dlm = Dlm()
    await dlm.watch(change("h1", placed=[(A, "h1")], synced=True))
    assert not dlm.view.synced
    assert ids(dlm.view, A) == ["h1"]
    assert await dlm.watch(change("h2"), change(placed=[(A, "h2")], synced=True)) == [["h1"], ["h2"]]
    assert dlm.view.host("h1") is None


async def test_who_waits_for_the_picture_waits_until_it_is_complete_or_time_is_up() -> None:
    dlm = Dlm()
    waiting = asyncio.ensure_future(dlm.view.complete(seconds=60))
    await dlm.watch(change("h1"))
    await dlm.view.complete(seconds=0.01)
    assert not waiting.done()
    await dlm.watch(change("h1", synced=True))
    await waiting
