"""Turns, over a lease played in memory."""

from __future__ import annotations

import asyncio

import pytest

from connectome import turn as turns
from connectome.turn import Turn


class Lease:
    """One that is free, another's, or that nobody can be asked about."""

    def __init__(self) -> None:
        self.free: bool | None = True

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        if self.free is None:
            raise ConnectionError
        return self.free


async def taken() -> Turn:
    """A turn that is this process's, and is not asked for again."""
    turn = Turn(Lease(), "work")
    keeping = asyncio.create_task(turn.keep())
    await turn.come()
    keeping.cancel()
    return turn


async def mine(turn: Turn) -> bool:
    try:
        await asyncio.wait_for(turn.come(), 0.02)
    except TimeoutError:
        return False
    return True


async def until_it_is(mine_or_not: bool, turn: Turn) -> None:
    async with asyncio.timeout(5):
        while await mine(turn) is not mine_or_not:
            pass


async def test_a_turn_comes_with_the_lease_and_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "ASK_SECONDS", 0.01)
    lease = Lease()
    lease.free = False
    turn = Turn(lease, "work")
    keeping = asyncio.create_task(turn.keep())
    assert not await mine(turn)
    lease.free = True
    await until_it_is(True, turn)
    lease.free = False
    await until_it_is(False, turn)
    keeping.cancel()


async def test_a_turn_ends_when_nobody_says_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "ASK_SECONDS", 0.01)
    lease = Lease()
    turn = Turn(lease, "work")
    keeping = asyncio.create_task(turn.keep())
    await turn.come()
    lease.free = None
    with pytest.raises(ConnectionError):
        await keeping
    assert not await mine(turn)
