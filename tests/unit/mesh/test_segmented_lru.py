"""What is used again and again stays, and sizes are counted."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from mesh.segmented_lru import SegmentedLru


def filled(*keys: str, capacity: int = 100, size: int = 5) -> SegmentedLru[str]:
    lru = SegmentedLru[str](capacity)
    for key in keys:
        lru.add(key, key.upper(), size)
    return lru


def test_what_leaves_the_window_unused_goes_first_and_the_newest_last() -> None:
    lru = filled("a", "b", "c", "d")
    lru.use("a")
    assert list(lru) == ["c", "b", "a", "d"]


def test_beyond_its_share_what_was_protected_is_on_probation_again() -> None:
    lru = filled(*"abcdefghijklmnop", "leaves", "new")
    for key in "abcdefghijklmnop":
        lru.use(key)
    assert list(lru) == ["leaves", *"abcdefghijklmnop", "new"]
    lru.use("b")
    assert list(lru) == ["leaves", "a", *"cdefghijklmnop", "b", "new"]
    lru.use("a")
    assert list(lru) == ["leaves", "c", *"defghijklmnop", "b", "a", "new"]


def test_what_is_new_stays_only_if_it_was_used_more_often_than_what_it_would_push_out() -> None:
    lru = filled(*"abcdefghijklmnopqrs", "leaves", "new")
    for key in ("leaves", "leaves", "new"):
        lru.use(key)
    assert next(iter(lru)) == "a"
    for key in "abcdefghijklmnopqrs" * 2:
        lru.use(key)
    assert next(iter(lru)) == "leaves"


def test_what_was_used_often_while_it_was_away_is_taken_back() -> None:
    lru = filled(*"abcdefghijklmnopqrs")
    for _ in range(3):
        lru.use("away")
    lru.add("away", "", 5)
    lru.add("new", "", 5)
    assert lru.excess == 5
    assert next(iter(lru)) == "a"


def test_the_least_useful_are_named_without_those_to_keep_or_not_at_all() -> None:
    lru = filled(*"abcd")
    assert lru.least_useful(8, ["a"]) == ["c", "b"]
    assert lru.least_useful(0) == []
    assert lru.least_useful(16, ["a"]) is None


def test_what_comes_again_takes_its_own_place_as_new() -> None:
    lru = filled("a", "b", "c")
    lru.use("a")
    lru.add("a", "again", 7)
    assert (list(lru), lru.get("a"), lru.size, lru.size_of("a")) == (["c", "b", "a"], "again", 17, 7)


def test_what_is_not_held_is_nothing() -> None:
    lru = filled()
    lru.use("x")
    lru.resize("x", 9)
    assert (lru.get("x"), lru.remove("x"), lru.size_of("x"), lru.size, lru.excess) == (None, None, 0, 0, -100)


STEP = st.tuples(st.sampled_from(["add", "use", "resize", "remove"]), st.sampled_from("abcdef"), st.integers(0, 50))


@given(st.lists(STEP, max_size=80))
def test_whatever_happens_the_sizes_are_those_of_what_is_held(steps: list[tuple[str, str, int]]) -> None:
    lru, sizes = SegmentedLru[str](100), dict[str, int]()
    for step, key, size in steps:
        if step == "add":
            lru.add(key, key, size)
            sizes[key] = size
        elif step == "remove":
            assert lru.remove(key) == (key if sizes.pop(key, None) is not None else None)
        elif step == "resize":
            lru.resize(key, size)
            sizes |= {key: size} if key in sizes else {}
        else:
            lru.use(key)
        assert sorted(lru) == sorted(sizes)
        assert len(lru) == len(sizes)
        assert lru.size == sum(sizes.values()) == sum(map(lru.size_of, sizes))
        for segment in (lru._window, lru._probation, lru._protected):
            assert segment.size == sum(held.size for held in segment.values())
        assert step != "use" or lru._protected.size <= max(75, lru.size_of(key))


def hit_rate(wanted: Sequence[int], held: Callable[[int], bool]) -> float:
    return sum(map(held, wanted)) / len(wanted)


def test_of_skewed_load_with_a_scan_in_it_more_is_held_than_by_a_plain_lru() -> None:
    """The benchmark with 1,000,000 keys is `benchmarks/residents.py`."""
    draw = random.Random(1)
    keys = draw.choices(range(20_000), [1 / rank for rank in range(1, 20_001)], k=60_000)
    wanted = [key for number, key in enumerate(keys) for key in (key, *([20_000 + number] if number % 4 == 0 else []))]
    assert hit_rate(wanted, segmented(1_000)) > hit_rate(wanted, plain(1_000)) + 0.02


def segmented(room: int) -> Callable[[int], bool]:
    lru = SegmentedLru[None](room)

    def held(number: int) -> bool:
        key = str(number)
        if not (found := key in lru):
            for victim in lru.least_useful(lru.excess + 1) or ():
                lru.remove(victim)
            lru.add(key, None, 1)
        lru.use(key)
        return found

    return held


def plain(room: int) -> Callable[[int], bool]:
    lru = OrderedDict[int, None]()

    def held(number: int) -> bool:
        found = number in lru
        lru[number] = None
        lru.move_to_end(number)
        if len(lru) > room:
            lru.popitem(last=False)
        return found

    return held
