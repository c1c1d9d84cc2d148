"""What is used again and again stays, and sizes are counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mesh.segmented_lru import SegmentedLru


def filled(*keys: str, capacity: int = 100, size: int = 10) -> SegmentedLru[str]:
    lru = SegmentedLru[str](capacity)
    for key in keys:
        lru.add(key, key.upper(), size)
    return lru


def test_the_oldest_on_probation_goes_first_and_the_protected_last() -> None:
    lru = filled("a", "b", "c")
    lru.use("a", protect=True)
    lru.use("b", protect=False)
    assert list(lru) == ["c", "b", "a"]
    assert list(lru.items()) == [("c", "C"), ("b", "B"), ("a", "A")]


def test_beyond_its_share_what_was_protected_is_on_probation_again() -> None:
    lru = filled(*"abcdefghi")
    for key in "abcdefghi":
        lru.use(key, protect=True)
    assert list(lru) == ["a", *"bcdefghi"]
    lru.use("i", protect=False)
    lru.use("b", protect=False)
    assert list(lru)[-1] == "b"


def test_what_comes_again_takes_its_own_place_on_probation() -> None:
    lru = filled("a", "b")
    lru.use("a", protect=True)
    lru.add("a", "again", 7)
    assert (list(lru), lru.get("a"), lru.size, lru.size_of("a")) == (["b", "a"], "again", 17, 7)


def test_what_is_not_held_is_nothing() -> None:
    lru = filled()
    lru.use("x", protect=True)
    lru.resize("x", 9)
    assert (lru.get("x"), lru.remove("x"), lru.size_of("x"), lru.size, lru.excess) == (None, None, 0, 0, -100)


STEP = st.tuples(
    st.sampled_from(["add", "use", "protect", "resize", "remove"]), st.sampled_from("abcdef"), st.integers(0, 50)
)


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
            lru.use(key, protect=step == "protect")
        assert sorted(lru) == sorted(sizes)
        assert len(lru) == len(sizes)
        assert lru.size == sum(sizes.values()) == sum(map(lru.size_of, sizes))
        protected = sum(held.size for held in lru._protected.values())
        assert protected == lru._protected_size
        assert step != "protect" or protected <= 80
