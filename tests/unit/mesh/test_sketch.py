"""How often keys came is known well enough, in little memory."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mesh.sketch import FrequencySketch


@given(st.lists(st.sampled_from("abcdefgh"), max_size=200))
def test_a_count_is_never_too_low(keys: list[str]) -> None:
    sketch, counts = FrequencySketch(), Counter(keys)
    for key in keys:
        sketch.note(key)
    assert all(sketch.count(key) >= min(counts[key], 15) for key in counts)


def test_few_counts_are_too_high() -> None:
    sketch = FrequencySketch()
    for number in range(500):
        sketch.note(str(number))
    assert sum(sketch.count(str(number)) > 1 for number in range(500)) < 100


def test_what_was_counted_stays_when_it_widens() -> None:
    sketch = FrequencySketch()
    for _ in range(5):
        sketch.note("a")
    sketch.widen(100_000)
    assert sketch.count("a") == 5


def test_what_came_long_ago_counts_for_less() -> None:
    sketch = FrequencySketch()
    for _ in range(12):
        sketch.note("a")
    for number in range(10 * 1_024):
        sketch.note(str(number % 50))
    assert sketch.count("a") < 12
