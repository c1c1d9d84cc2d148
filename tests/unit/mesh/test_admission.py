"""Admission: turns are fair, bounded and never lost; who has spent its share comes later."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesh import call as call_under_way
from mesh.access import Caller
from mesh.admission import BURST_SECONDS, LOOK_SECONDS, Admission, AdmissionSettings, Budgets, TooMany, Turns, breathe
from mesh.processor import ProcessorTimeExceeded
from myriad.type.v1.access_pb2 import Role

PATIENCE = 5.0


async def call(turns: Turns, key: str, order: list[str], pause: asyncio.Event, patience: float = PATIENCE) -> None:
    async with turns.turn(key, patience):
        order.append(key)
        await pause.wait()


async def started(turns: Turns, keys: str, order: list[str], pause: asyncio.Event) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(call(turns, key, order, pause)) for key in keys]
    await asyncio.sleep(0)
    return tasks


async def test_keys_take_turns_however_many_calls_each_has() -> None:
    turns, order, pause = Turns(1, 100), list[str](), asyncio.Event()
    tasks = await started(turns, "aaaaaabbc", order, pause)
    pause.set()
    await asyncio.gather(*tasks)
    assert order[0] == "a"
    assert set(order[1:3]) == {"b", "c"}
    assert order[3:5] == ["a", "b"]
    assert order[5:] == ["a"] * 4


async def test_whoever_comes_to_a_crowd_of_another_key_is_next() -> None:
    turns, order, pause = Turns(2, 100), list[str](), asyncio.Event()
    crowd = await started(turns, "a" * 50, order, pause)
    late = await started(turns, "b", order, pause)
    assert order == ["a", "a"]
    pause.set()
    await asyncio.gather(*crowd, *late)
    assert order.index("b") == 2


async def test_a_long_call_lets_another_key_in_between_and_goes_on_before_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mesh.admission.SLICE_SECONDS", 0.0)
    let_in, order = admission(), list[str]()

    def work(name: str, steps: int) -> Callable[[], Coroutine[Any, Any, None]]:
        async def go() -> None:
            for step in range(steps):
                if step:
                    await breathe()
                order.append(name)
                await asyncio.sleep(0.02)

        return go

    long = [asyncio.create_task(run(let_in, "a", work(name, 3))) for name in ("a1", "a2")]
    await asyncio.sleep(0)
    short = [asyncio.create_task(run(let_in, "b", work(name, 1))) for name in ("b1", "b2")]
    await asyncio.gather(*long, *short)
    assert order == ["a1", "b1", "a1", "b2", "a1", "a2", "a2", "a2"]


async def test_a_call_lets_in_only_another_keys_that_has_had_less() -> None:
    turns = Turns(1, 9)
    order = list[str]()

    async def long() -> None:
        async with turns.turn("a", PATIENCE) as turn:
            await asyncio.sleep(0.02)
            await turn.let_others(spent=0.3)
            order.append("long")

    async def short() -> None:
        async with turns.turn("b", PATIENCE) as turn:
            await turn.let_others(spent=0.2)  # the long one waits, and has had more
            order.append("short")

    tasks = [asyncio.create_task(long()) for _ in range(2)]
    await asyncio.sleep(0)
    await asyncio.gather(*tasks, asyncio.create_task(short()))
    assert order == ["short", "long", "long"]
    assert turns._free == 1


async def test_who_leaves_while_others_are_let_in_loses_no_turn() -> None:
    turns, order, pause = Turns(1, 9), list[str](), asyncio.Event()

    async def leaves() -> None:
        async with turns.turn("a", PATIENCE) as turn:
            await asyncio.sleep(0.01)
            await turn.let_others(1.0)

    leaving = asyncio.create_task(leaves())
    await asyncio.sleep(0)
    other = await started(turns, "b", order, pause)
    await asyncio.sleep(0.05)
    assert order == ["b"]
    leaving.cancel()
    with suppress(asyncio.CancelledError):
        await leaving
    pause.set()
    await asyncio.gather(*other)
    assert (turns._free, turns._waiting) == (1, {})


async def test_more_than_may_wait_are_refused_at_once_and_only_of_that_key() -> None:
    turns, order, pause = Turns(1, 2), list[str](), asyncio.Event()
    tasks = await started(turns, "aaa", order, pause)
    with pytest.raises(TooMany) as caught:
        await call(turns, "a", order, pause)
    assert (caught.value.reason_name, caught.value.retry_seconds) == ("RATE_LIMITED", 1.0)
    tasks += await started(turns, "b", order, pause)
    pause.set()
    await asyncio.gather(*tasks)
    assert Counter(order) == {"a": 3, "b": 1}


async def test_who_waits_too_long_is_refused_and_leaves_no_trace() -> None:
    turns, order, pause = Turns(1, 2), list[str](), asyncio.Event()
    tasks = await started(turns, "a", order, pause)
    with pytest.raises(TooMany):
        await call(turns, "b", order, pause, patience=0.01)
    assert not turns._waiting
    pause.set()
    await asyncio.gather(*tasks)
    assert turns._free == 1


async def test_a_turn_that_comes_to_who_is_leaving_goes_to_the_next() -> None:
    turns, order, pause = Turns(1, 9), list[str](), asyncio.Event()
    first, leaving, next_ = await started(turns, "abc", order, pause)
    pause.set()
    await asyncio.sleep(0)  # `first` has passed its turn on, and `leaving` has not begun
    leaving.cancel()
    await asyncio.gather(first, leaving, next_, return_exceptions=True)
    assert order == ["a", "c"]
    assert turns._free == 1


@settings(max_examples=200, deadline=None)
@given(
    at_once=st.integers(1, 3),
    calls=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.integers(0, 8)), min_size=1, max_size=25),
)
def test_no_turn_is_lost_or_made_up_whoever_leaves_when(at_once: int, calls: list[tuple[str, int, int]]) -> None:
    """Each call works for so many rounds of the loop and is cancelled after so many, or not at all (8)."""

    async def play() -> None:
        turns, at_work, idle_while_waiting = Turns(at_once, 100), 0, 0

        async def one(key: str, rounds: int) -> None:
            nonlocal at_work, idle_while_waiting
            async with turns.turn(key, PATIENCE):
                at_work += 1
                assert at_work <= at_once
                try:
                    for _ in range(rounds):
                        await asyncio.sleep(0)
                        idle_while_waiting += bool(turns._free and turns._waiting)
                finally:
                    at_work -= 1

        tasks = [asyncio.create_task(one(key, rounds)) for key, rounds, _ in calls]
        for passed in range(8):
            for task, (_, _, leaves) in zip(tasks, calls, strict=True):
                if leaves == passed:
                    task.cancel()
            await asyncio.sleep(0)
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            assert result is None or isinstance(result, asyncio.CancelledError)
        assert (turns._free, dict(turns._waiting), +turns._at_work) == (at_once, {}, Counter())
        assert not idle_while_waiting

    asyncio.run(play())


def test_a_key_may_spend_its_burst_and_then_its_rate() -> None:
    now = 0.0
    budgets = Budgets(2.0, lambda: now)
    budgets.check("a")
    budgets.charge("a", 2 * BURST_SECONDS + 3)
    with pytest.raises(TooMany) as caught:
        budgets.check("a")
    assert caught.value.retry_seconds == pytest.approx(1.5)
    budgets.check("b")
    now += 1.5
    budgets.check("a")
    now += 100
    budgets.charge("a", 0.0)
    budgets.charge("a", 2 * BURST_SECONDS)
    budgets.check("a")


def burn(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def admission(**told: float) -> Admission:
    return Admission(AdmissionSettings(**told))  # type: ignore[arg-type]


async def run(let_in: Admission, key: str, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    call_under_way.caller.set(Caller(key, Role.ROLE_READER, frozenset()))
    return await let_in.run(work)


async def test_a_call_over_its_processor_time_is_broken_off_and_cleans_up() -> None:
    cleaned = False

    async def work() -> None:
        nonlocal cleaned
        try:
            while True:
                burn(0.01)
                await asyncio.sleep(0.001)
        finally:
            await asyncio.sleep(0)
            cleaned = True

    with pytest.raises(ProcessorTimeExceeded):
        await run(admission(call_processor_seconds=0.05), "a", work)
    assert cleaned


async def test_a_key_that_has_spent_its_share_is_told_when_to_come_again() -> None:
    let_in = admission(key_processor_rate=0.001)

    async def work() -> None:
        burn(0.03)

    await run(let_in, "a", work)
    with pytest.raises(TooMany) as caught:
        await run(let_in, "a", work)
    assert 0 < (caught.value.retry_seconds or 0) <= 30
    await run(let_in, "b", work)


async def test_who_waits_for_others_makes_room_and_who_works_does_not() -> None:
    let_in, hangs = admission(), asyncio.Event()

    async def waits() -> None:
        await hangs.wait()

    async def works() -> str:
        return "done"

    waiting = asyncio.create_task(run(let_in, "a", waits))
    assert await asyncio.wait_for(run(let_in, "b", works), 50 * LOOK_SECONDS) == "done"
    assert not waiting.done()
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    assert let_in._aside == 0
