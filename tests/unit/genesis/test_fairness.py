"""Learns take turns."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from genesis import fairness
from genesis.fairness import AtOnce, CallerLeft, Turns, breathe
from mesh.admission import TooMany
from mesh.errors import Overloaded


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Iterator[Turns]:
    monkeypatch.setattr(fairness, "TURN_SECONDS", 0.0)
    made = Turns()
    yield made
    made.close()


def pieces(number: int, did: Callable[[], None]) -> Callable[[], int]:
    def work() -> int:
        for _ in range(number):
            did()
            time.sleep(0.001)
            breathe()
        return number

    return work


async def until(true: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if true():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came true")


async def test_work_returns_what_it_returns_and_raises_what_it_raises(turns: Turns) -> None:
    with turns.share("k") as share:
        assert await share.run(lambda: 7) == 7
        with pytest.raises(ZeroDivisionError):
            await share.run(lambda: 1 // 0)
        assert await share.run(lambda: 8) == 8


async def test_keys_take_turns_however_much_one_of_them_asks_for(turns: Turns) -> None:
    done: list[str] = []
    with ExitStack() as stack:
        greedy = [stack.enter_context(turns.share("greedy")) for _ in range(8)]
        modest = stack.enter_context(turns.share("modest"))
        works = [asyncio.create_task(one.run(pieces(200, lambda: done.append("greedy")))) for one in greedy]
        await until(lambda: bool(done))
        began = len(done)
        await modest.run(pieces(20, lambda: done.append("modest")))
        # The greedy key had a turn for each of the modest one's, and a few on either side.
        assert len(done) - began < 3 * 20 + 20
        for share in greedy:
            share.left = True
        await asyncio.gather(*works, return_exceptions=True)


async def test_one_thread_computes_at_a_time(turns: Turns) -> None:
    at_once, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal at_once, most
        for _ in range(20):
            with lock:
                at_once += 1
                most = max(most, at_once)
            time.sleep(0.001)
            with lock:
                at_once -= 1
            breathe()

    with turns.share("a") as one, turns.share("b") as other:
        await asyncio.gather(*(share.run(work) for share in (one, other, one, other)))
    assert most == 1


async def test_work_ends_soon_after_its_caller_left_and_others_go_on(turns: Turns) -> None:
    done = 0

    def count() -> None:
        nonlocal done
        done += 1

    with turns.share("a") as share:
        left = asyncio.create_task(share.run(pieces(1_000_000, count)))
        await until(lambda: bool(done))
    with pytest.raises(CallerLeft):
        await left
    with pytest.raises(CallerLeft):
        await share.run(lambda: 1)
    with turns.share("a") as another:
        assert await another.run(pieces(3, lambda: None)) == 3


async def test_learns_of_a_key_and_of_all_are_bounded(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fairness, "MOST", fairness.MOST_OF_A_KEY + 1)
    with ExitStack() as stack:
        for _ in range(fairness.MOST_OF_A_KEY):
            stack.enter_context(turns.share("a"))
        with pytest.raises(TooMany) as caught, turns.share("a"):
            pass
        assert (caught.value.reason_name, caught.value.retry_seconds) == ("RATE_LIMITED", 1.0)
        stack.enter_context(turns.share("b"))
        with pytest.raises(Overloaded), turns.share("c"):
            pass
    with turns.share("a"):
        pass


def test_forgets_of_a_key_are_bounded_like_its_learns_and_leave_room_for_others() -> None:
    forgets = AtOnce("forgets")
    with ExitStack() as stack:
        for _ in range(fairness.MOST_OF_A_KEY):
            stack.enter_context(forgets.one("greedy"))
        with pytest.raises(TooMany, match="forgets"), forgets.one("greedy"):
            pass
        with forgets.one("polite"):
            assert forgets.count == fairness.MOST_OF_A_KEY + 1
    assert forgets.count == 0
