"""Nations: a country, whatever form it has."""

from __future__ import annotations

import pytest

from language.nations import countries


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("an American poet from the United States", ["United States"]),
        ("a South Korean film made in Japan", ["South Korea", "Japan"]),
        ("the U.S. and the UK", ["United States", "United Kingdom"]),
        ("americans in Germanytown", []),
    ],
)
def test_names_and_adjectives_are_one_country(text: str, found: list[str]) -> None:
    assert countries(text) == found
