"""Kinship: terms for two steps are asked as the one after the other."""

from __future__ import annotations

import pytest

from language.kinship import unfolded


@pytest.mark.parametrize(
    ("question", "steps"),
    [
        ("Who is the maternal grandfather of Al?", "Who is the father of the mother of Al?"),
        ("Who is Al's mother-in-law?", "Who is the mother of Al's spouse?"),
        ("Who was the paternal grandmother of Al, 9th Baron?", "Who was the mother of the father of Al, 9th Baron?"),
        ("Who is the father of Al?", "Who is the father of Al?"),
        ("Al is a grandson of which player?", "Al is a grandson of which player?"),
    ],
)  # fmt: skip
def test_the_last_step_of_two_is_what_is_asked_for(question: str, steps: str) -> None:
    assert unfolded(question) == steps
