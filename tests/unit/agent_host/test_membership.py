"""Membership: what the DLM hears, and until when the host serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress

import pytest

from agent_host import membership as module
from agent_host.membership import Lease, Membership
from agent_host.ports import Answer
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import RegisterHostRequest
from myriad.type.v1.error_reason_pb2 import ErrorReason


class Fleet:
    """A DLM that keeps what it hears and answers each report with a lease."""

    def __init__(self, lease_seconds: float = 30.0) -> None:
        self.heard: list[RegisterHostRequest] = []
        self.lease_seconds = lease_seconds
        self.silent = False
        self.drain = self.drained = False

    async def join(self, reports: AsyncIterator[RegisterHostRequest]) -> AsyncGenerator[Answer, None]:
        async for report in reports:
            self.heard.append(report)
            if not self.silent:
                yield Answer(self.lease_seconds, self.drain, self.drained)

    async def hydrate(self, mind: str, agent: str, host: str) -> ErrorReason.ValueType:
        return ErrorReason.ERROR_REASON_UNSPECIFIED


async def stay_for(seconds: float, membership: Membership) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await membership.stay()


def lasting() -> Lease:
    lease = Lease()
    lease.renew(lease.clock(), 30)
    return lease


def member(fleet: Fleet, lease: Lease, *agents: str) -> Membership:
    held = list(agents)

    def elsewhere(draining: bool) -> list[str]:
        return list(held) if draining else []

    return Membership(fleet, lease, lambda: Host(id="h1"), lambda: list(held), elsewhere, held.clear)


async def test_a_host_whose_lease_is_over_comes_back_with_nothing_of_what_may_be_forgotten_by_now() -> None:
    fleet, now = Fleet(), 0.0
    lease = Lease(lambda: now)
    membership = member(fleet, lease, "a", "b")
    lease.renew(now, 30)
    for now, held in ((29.0, ["a", "b"]), (60.0, [])):  # noqa: B007  # the clock
        fleet.heard.clear()
        await stay_for(0.02, membership)
        assert list(fleet.heard[0].placed) == held
        assert lease.held


async def test_the_first_report_says_all_and_later_ones_what_changed() -> None:
    fleet = Fleet()
    membership = member(fleet, lasting(), "a", "b")
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
    membership = member(fleet, lasting(), "a")
    for _ in range(2):
        await stay_for(0.02, membership)
        membership.changed("z", False)
    assert [list(one.placed) for one in fleet.heard] == [["a"], ["a"]]


async def test_more_than_one_report_holds_is_said_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST_REPORT", 2)
    fleet = Fleet()
    await stay_for(0.03, member(fleet, lasting(), *"abcde"))
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
        async def join(self, reports: AsyncIterator[RegisterHostRequest]) -> AsyncGenerator[Answer, None]:
            async for _ in reports:
                now[0] += 40  # the process stands still
                yield Answer(30.0)

    await stay_for(0.02, member(Frozen(), lease))
    assert not lease.held


async def test_a_host_that_drains_waits_until_all_that_was_asked_lately_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_LARGEST_REPORT", 2)
    monkeypatch.setattr(module, "REPORT_SECONDS", 0.01)
    fleet = Fleet()
    membership = member(fleet, lasting(), *"abcde")
    staying = asyncio.create_task(stay_for(5, membership))
    await asyncio.sleep(0.05)
    draining = asyncio.create_task(membership.drain(5))
    await asyncio.sleep(0.05)
    assert not draining.done()
    told = [report for report in fleet.heard if report.host.state == Host.STATE_DRAINING]
    assert [list(report.wanted_elsewhere) for report in told][:4] == [["a", "b"], ["c", "d"], ["e"], []]
    fleet.drained = True
    async with asyncio.timeout(1):
        await draining
    staying.cancel()


async def test_a_host_that_is_told_to_drain_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REPORT_SECONDS", 0.01)
    fleet = Fleet()
    fleet.drain = True
    await stay_for(0.1, member(fleet, lasting(), "a"))
    assert [report.host.state for report in fleet.heard][:2] == [Host.STATE_READY, Host.STATE_DRAINING]
    assert sum(len(report.wanted_elsewhere) for report in fleet.heard) == 1


async def test_draining_without_a_dlm_takes_a_bounded_time() -> None:
    async with asyncio.timeout(1):
        await member(Fleet(), Lease()).drain(0.02)
