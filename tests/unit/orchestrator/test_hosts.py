"""Lines to hosts: opened once, closed when nobody uses them."""

from __future__ import annotations

import asyncio
import socket
import time

import grpc
import pytest

from mesh.errors import CallFailed, Overloaded
from mesh.identity import NOBODY
from myriad.agent.v1.agent_host_service_pb2 import AskRequest
from orchestrator.adapters import hosts
from orchestrator.adapters.hosts import HostLines

NOWHERE = "127.0.0.1:1"


async def ask(lines: HostLines, address: str = NOWHERE) -> None:
    with pytest.raises(CallFailed) as caught:
        await lines.ask(address, AskRequest(), seconds=5)
    assert caught.value.code is grpc.StatusCode.UNAVAILABLE


async def test_a_line_is_kept_until_it_was_not_used_for_long() -> None:
    async with HostLines(NOBODY) as lines:
        await ask(lines)
        await ask(lines)
        assert list(lines._lines) == [NOWHERE]
        await lines.close_unused(since=time.monotonic() - 60)
        assert list(lines._lines) == [NOWHERE]
        await lines.close_unused(since=time.monotonic())
        assert not lines._lines
        await ask(lines)


async def test_a_line_with_a_call_under_way_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        async with HostLines(NOBODY) as lines:
            asking = asyncio.create_task(lines.ask(f"{host}:{port}", AskRequest(), seconds=0.3))
            await asyncio.sleep(0.05)
            await lines.close_unused(since=time.monotonic())
            with pytest.raises(CallFailed):  # never CancelledError: that would end the query
                await asking


async def test_there_are_never_more_lines_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "MOST_LINES", 2)
    async with HostLines(NOBODY) as lines:
        await ask(lines, "127.0.0.1:1")
        await ask(lines, "127.0.0.1:2")
        with pytest.raises(Overloaded):
            await lines.ask("127.0.0.1:3", AskRequest(), seconds=5)
        await ask(lines, "127.0.0.1:1")
