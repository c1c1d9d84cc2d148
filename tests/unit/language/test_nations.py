"""Nations: a country, whatever form it has."""

from __future__ import annotations

import pytest

from language.nations import countries, is_wide, is_within


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


def test_england_is_within_the_united_kingdom_and_not_the_reverse() -> None:
    assert is_within("England", "United Kingdom")
    assert not is_within("United Kingdom", "England")


def test_a_state_has_many_towns() -> None:
    assert is_wide("Texas")
    assert not is_wide("Paris")
