"""How many passages are given."""

from __future__ import annotations

import pytest

from orchestrator.recall import passages_wanted


@pytest.mark.parametrize(("asked", "given"), [(0, 10), (1, 1), (100, 100), (101, 100), (2**32 - 1, 100)])
def test_none_said_is_ten_passages_and_more_than_a_hundred_a_hundred(asked: int, given: int) -> None:
    assert passages_wanted(asked) == given
