"""The operator's queue: each key once, by priority, after its pause."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlm.operator.queue import FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, WorkQueue


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def drained(queue: WorkQueue[str]) -> list[str]:
    keys = []
    while (key := queue.take_now()) is not None:
        keys.append(key)
        queue.done(key)
    return keys


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-3, 3)), max_size=40))
def test_all_come_once_the_most_urgent_first_and_of_these_who_came_first(added: list[tuple[int, int]]) -> None:
    queue, highest, order = WorkQueue[str](clock=Clock()), dict[str, int](), list[str]()
    for number, priority in added:
        key = str(number)
        queue.add(key, priority)
        highest[key] = max(priority, highest.get(key, priority))
        order += [key] if key not in order else []
    assert drained(queue) == sorted(order, key=lambda key: -highest[key])


@given(st.lists(st.sampled_from(["add", "take", "done", "retry", "wait"]), max_size=60), st.randoms())
def test_whatever_happens_nothing_is_lost_and_nobody_has_what_another_has(steps: list[str], random: object) -> None:
    clock = Clock()
    queue, wanted, held = WorkQueue[str](clock=clock), set[str](), list[str]()
    for step in steps:
        key = str(random.randrange(4))  # type: ignore[attr-defined]
        match step:
            case "add":
                queue.add(key)
                wanted.add(key)
            case "take":
                if (given := queue.take_now()) is not None:
                    assert given not in held
                    held.append(given)
                    wanted.discard(given)
            case "done" if held:
                queue.done(held.pop())
            case "retry" if held:
                wanted.add(held[-1])
                queue.retry(held.pop())
            case "wait":
                clock.now += 10
    for key in held:
        queue.done(key)
    clock.now += LONGEST_WAIT_SECONDS
    assert Counter(drained(queue)) == Counter(wanted)


def test_what_changes_while_somebody_has_it_is_given_out_again_afterwards(clock: Clock) -> None:
    queue = WorkQueue[str](clock=clock)
    queue.add("a")
    assert queue.take_now() == "a"
    queue.add("a")
    assert queue.take_now() is None
    queue.done("a")
    assert drained(queue) == ["a"]


def test_what_fails_waits_longer_each_time_and_no_event_hastens_it(clock: Clock) -> None:
    queue = WorkQueue[str](clock=clock)
    queue.add("a", 7)
    longest = FIRST_WAIT_SECONDS
    for failures in range(20):
        assert queue.take_now() == "a"
        assert queue.failures("a") == failures
        queue.retry("a")
        queue.add("a", 9)
        clock.now += longest * 0.49
        assert queue.take_now() is None
        clock.now += longest * 0.52
        longest = min(longest * 2, LONGEST_WAIT_SECONDS)
    assert drained(queue) == ["a"]
    assert queue.failures("a") == 0


def test_what_failed_keeps_its_priority(clock: Clock) -> None:
    queue = WorkQueue[str](clock=clock)
    queue.add("urgent", 5)
    assert queue.take_now() == "urgent"
    queue.retry("urgent")
    queue.add("usual")
    clock.now += FIRST_WAIT_SECONDS
    assert drained(queue) == ["urgent", "usual"]


def test_what_is_wanted_earlier_comes_earlier(clock: Clock) -> None:
    queue = WorkQueue[str](clock=clock)
    queue.add("a", seconds=100)
    queue.add("a", seconds=10)
    queue.add("a", seconds=50)
    clock.now += 10
    assert drained(queue) == ["a"]
    clock.now += 100
    assert drained(queue) == []


def test_what_finds_no_room_is_counted_and_what_is_there_already_needs_none(clock: Clock) -> None:
    queue = WorkQueue[str](most=2, clock=clock)
    for key in ("a", "b", "c", "a"):
        queue.add(key)
    assert (len(queue), queue.missed) == (2, 1)
    assert drained(queue) == ["a", "b"]


async def test_who_waits_is_woken_by_what_comes_and_by_what_becomes_due() -> None:
    queue = WorkQueue[str]()
    waiting = asyncio.create_task(queue.take())
    await asyncio.sleep(0)
    queue.add("later", seconds=0.05)
    assert await asyncio.wait_for(waiting, 5) == "later"
