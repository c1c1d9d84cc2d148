"""Agents that others hold are brought near once, behind the answers, and never in the way of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mesh.errors import ComponentUnavailable
from myriad.connectome.v1.activation_pb2 import ActivatedAgent
from myriad.dlm.v1.lifecycle_service_pb2 import HydrateRequest, HydrateResponse
from orchestrator import gathering
from orchestrator.gathering import Gathering


class Dlm:
    """Takes note; fails the first so many times."""

    def __init__(self, failures: int = 0) -> None:
        self.requests: list[HydrateRequest] = []
        self.failures = failures

    async def hydrate(self, request: HydrateRequest, seconds: float) -> HydrateResponse:
        self.requests.append(request)
        if len(self.requests) <= self.failures:
            raise ComponentUnavailable("away")
        return HydrateResponse()

    async def had(self, requests: int) -> None:
        """Once it was asked so often."""
        async with asyncio.timeout(10):
            while len(self.requests) < requests:  # noqa: ASYNC110
                await asyncio.sleep(0)


def agents(*names: str) -> list[ActivatedAgent]:
    return [ActivatedAgent(agent=f"minds/m/agents/{name}", packet_location="x#0+1") for name in names]


@contextmanager
def gathered(one: Gathering) -> Iterator[None]:
    task = asyncio.create_task(one.gather())
    yield
    task.cancel()


async def test_what_is_wanted_already_is_not_asked_for_again_until_it_came() -> None:
    dlm = Dlm()
    one = Gathering(dlm)
    one.notice("minds/m", "host-2", agents("a", "b"))
    one.notice("minds/m", "host-2", agents("a", "b"))
    one.notice("minds/m", "host-2", agents("b", "c"))
    with gathered(one):
        await dlm.had(2)
        await asyncio.sleep(0.01)
        one.notice("minds/m", "host-2", agents("a"))
        await dlm.had(3)
    assert [[agent.agent[-1] for agent in request.agents] for request in dlm.requests] == [["a", "b"], ["c"], ["a"]]
    assert {request.host for request in dlm.requests} == {"host-2"}


async def test_more_than_can_be_told_is_shed() -> None:
    dlm = Dlm()
    one = Gathering(dlm)
    for number in range(gathering.MOST_WAITING + 5):
        one.notice("minds/m", "host-2", agents(str(number)))
    with gathered(one):
        await asyncio.sleep(0.1)
    assert len(dlm.requests) == gathering.MOST_WAITING


async def test_a_dlm_that_is_away_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "FAILED_PAUSE_SECONDS", 0.0)
    dlm = Dlm(failures=1)
    one = Gathering(dlm)
    one.notice("minds/m", "host-2", agents("a"))
    with gathered(one):
        await dlm.had(1)
        await asyncio.sleep(0.01)
        one.notice("minds/m", "host-2", agents("a"))
        await dlm.had(2)
