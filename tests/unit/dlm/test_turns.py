"""Loads take turns, in order, and the queue has an end."""

from __future__ import annotations

import asyncio

import pytest

from dlm.turns import Turns
from mesh.errors import Overloaded


async def test_so_many_are_under_way_and_the_rest_follows_in_order() -> None:
    turns, order, most = Turns(at_once=2), list[int](), 0
    under_way = 0

    async def load(number: int) -> None:
        nonlocal under_way, most
        async with turns.turn():
            under_way += 1
            most = max(most, under_way)
            order.append(number)
            await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*map(load, range(10)))
    assert (order, most, turns.waiting) == (list(range(10)), 2, 0)


async def test_who_finds_the_queue_full_is_told_to_try_again() -> None:
    turns = Turns(at_once=1, longest=1)
    async with turns.turn():
        waiting = asyncio.create_task(anext_turn(turns))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await anext_turn(turns)
    await waiting
    assert turns.shed == 1


async def test_who_has_waited_for_long_enough_is_told_to_try_again() -> None:
    turns = Turns(at_once=1, seconds=0.02)
    async with turns.turn():
        with pytest.raises(Overloaded):
            await anext_turn(turns)
    await anext_turn(turns)
    assert (turns.shed, turns.waiting) == (1, 0)
    assert turns.waited_seconds > 0.01


async def anext_turn(turns: Turns) -> None:
    async with turns.turn():
        pass
