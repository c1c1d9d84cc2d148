"""Membership: what the DLM hears, and until when the host serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress

import pytest

from agent_host import membership as module
from agent_host.membership import Lease, Membership
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import RegisterHostRequest
from myriad.type.v1.error_reason_pb2 import ErrorReason


class Fleet:
    """A DLM that keeps what it hears and answers each report with a lease."""

    def __init__(self, lease_seconds: float = 30.0) -> None:
        self.heard: list[RegisterHostRequest] = []
        self.lease_seconds = lease_seconds
        self.silent = False

    async def join(self, reports: AsyncIterator[RegisterHostRequest]) -> AsyncGenerator[float, None]:
        async for report in reports:
            self.heard.append(report)
            if not self.silent:
                yield self.lease_seconds

    async def hydrate(self, mind: str, agent: str, host: str) -> ErrorReason.ValueType:
        return ErrorReason.ERROR_REASON_UNSPECIFIED


async def stay_for(seconds: float, membership: Membership) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await membership.stay()


def member(fleet: Fleet, lease: Lease, *held: str) -> Membership:
    return Membership(fleet, lease, lambda: Host(id="h1"), lambda: list(held))


async def test_the_first_report_says_all_and_later_ones_what_changed() -> None:
    fleet = Fleet()
    membership = member(fleet, Lease(), "a", "b")
    task = asyncio.create_task(stay_for(0.05, membership))
    await asyncio.sleep(0.01)
    membership.changed("c", True)
    membership.changed("a", True)
    membership.changed("a", False)
    await task
    assert [(list(one.placed), list(one.released)) for one in fleet.heard] == [(["a", "b"], []), (["c"], ["a"])]
    assert fleet.heard[0].host.state == Host.STATE_READY


async def test_after_a_broken_tie_everything_is_said_anew() -> None:
    fleet = Fleet()
    membership = member(fleet, Lease(), "a")
    for _ in range(2):
        await stay_for(0.02, membership)
        membership.changed("z", False)
    assert [list(one.placed) for one in fleet.heard] == [["a"], ["a"]]


async def test_more_than_one_report_holds_is_said_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST_REPORT", 2)
    fleet = Fleet()
    await stay_for(0.03, member(fleet, Lease(), *"abcde"))
    assert [list(one.placed) for one in fleet.heard] == [["a", "b"], ["c", "d"], ["e"]]


async def test_the_host_reports_even_when_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REPORT_SECONDS", 0.01)
    fleet = Fleet()
    await stay_for(0.1, member(fleet, Lease()))
    assert len(fleet.heard) >= 3


async def test_a_dlm_that_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENCE_SECONDS", 0.02)
    fleet = Fleet()
    fleet.silent = True
    async with asyncio.timeout(1):
        with pytest.raises(TimeoutError):
            await member(fleet, Lease()).stay()


async def test_the_lease_runs_out_without_contact() -> None:
    now = [0.0]
    lease = Lease(lambda: now[0])
    held = [lease.held]
    await stay_for(0.02, member(Fleet(lease_seconds=5.0), lease))
    for now[0] in (4.9, 5.0):
        held.append(lease.held)
    assert held == [False, True, False]


async def test_an_answer_that_lay_around_renews_the_lease_from_when_its_report_was_sent() -> None:
    now = [0.0]
    lease = Lease(lambda: now[0])

    class Frozen(Fleet):
        async def join(self, reports: AsyncIterator[RegisterHostRequest]) -> AsyncGenerator[float, None]:
            async for _ in reports:
                now[0] += 40  # the process stands still
                yield 30.0

    await stay_for(0.02, member(Frozen(), lease))
    assert not lease.held


async def test_draining_is_told_and_waited_for() -> None:
    fleet = Fleet()
    membership = member(fleet, Lease(), "a")
    task = asyncio.create_task(stay_for(5, membership))
    await asyncio.sleep(0.01)
    async with asyncio.timeout(0.5):
        await membership.drain()
    assert fleet.heard[-1].host.state == Host.STATE_DRAINING
    task.cancel()


async def test_draining_without_a_dlm_takes_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRAIN_SECONDS", 0.02)
    async with asyncio.timeout(1):
        await member(Fleet(), Lease()).drain()
