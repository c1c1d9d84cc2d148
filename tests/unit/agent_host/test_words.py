"""Words: what counts as the same term."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_host.words import RELATIONS, term, tokens


@pytest.mark.parametrize(
    "same",
    [
        "born birth birthplace",
        "directed director directs Directing",
        "wife husband spouse married",
        "die died death",
        "founded founder Founding",
        "film films film's FILMS",
        "translate translated translating translation",
        "country countries",
        "class classes",
        "Géza Geza géza",
        "stopped stop stopping",
    ],
)
def test_inflections_and_families_are_one_term(same: str) -> None:
    assert len({term(word) for word in same.split()}) == 1


@pytest.mark.parametrize("different", ["director actor", "born died", "city cite", "this thesis", "1901 1902"])
def test_different_words_stay_different(different: str) -> None:
    one, other = different.split()
    assert term(one) != term(other)


def test_relation_words_are_known_as_such() -> None:
    assert {term("director"), term("wife"), term("born")} <= RELATIONS
    assert term("table") not in RELATIONS


@given(st.text(max_size=80))
def test_any_text_has_tokens_where_they_say(text: str) -> None:
    for found, start in tokens(text):
        assert found.strip()
        assert text[start].isalnum()
