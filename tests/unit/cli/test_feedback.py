"""Feedback on citations, as people number them."""

from __future__ import annotations

import pytest

from cli.errors import Failure
from cli.feedback import places_of

CITATIONS = [{"number": 1}, {"number": 2}, {"number": 1}]


def test_a_number_stands_for_every_citation_that_shows_it() -> None:
    assert places_of([1], CITATIONS) == [0, 2]
    assert places_of([2, 1], CITATIONS) == [0, 1, 2]


def test_a_number_that_no_citation_shows_is_refused() -> None:
    with pytest.raises(Failure, match=r"no citation 3.*its last is 2"):
        places_of([1, 3], CITATIONS)
    with pytest.raises(Failure, match="its last is 0"):
        places_of([1], [])
