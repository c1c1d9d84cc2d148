"""By which name an answer is traced and judged."""

from __future__ import annotations

import pytest

from cli.trace import full_name


@pytest.mark.parametrize(
    ("given", "mind", "name"),
    [
        ("minds/a/answers/x", "main", "minds/a/answers/x"),
        ("x", "main", "minds/main/answers/x"),
        ("x", "minds/a", "minds/a/answers/x"),
    ],
)
def test_an_answer_goes_by_its_name_or_by_its_id_in_a_mind(given: str, mind: str, name: str) -> None:
    assert full_name(given, mind) == name
