"""What an acronym stands for is learned from the document that explains it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.acronyms import defined, meant
from language.text import read


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("It goes through the change advisory board (CAB).", {"CAB": "change advisory board"}),
        ("DAU (daily active users): who opened the app", {"DAU": "daily active users"}),
        ("an error budget (EB) and a grace period (GP)", {"EB": "error budget", "GP": "grace period"}),
        ("Ines Calder (chair) and Bo (UK)", {}),
        ("it was finished (ABC)", {}),
        ("nothing (see page 4) of note", {}),
    ],
)  # fmt: skip
def test_a_document_explains_its_acronyms(text: str, pairs: dict[str, str]) -> None:
    assert dict(defined(text)) == pairs


def test_a_passage_with_a_short_form_is_found_by_the_long_one_and_the_other_way_round() -> None:
    acronyms = {"CAB": "change advisory board"}
    found = read("The CAB is led by Yusuf.", language="en", acronyms=acronyms)
    assert {"cab", "chang", "advisori", "board"} <= set(found.terms)
    assert list(found.token_starts) == sorted(found.token_starts)
    assert "cab" in read("The change advisory board is led by Yusuf.", language="en", acronyms=acronyms).terms


def test_where_an_acronym_is_explained_both_are_said_already() -> None:
    text = "The change advisory board (CAB) meets on Mondays. The CAB decides."
    assert {one.start for one in meant(text, dict(defined(text)), "en")} == {text.rindex("CAB")}


@given(st.text(alphabet="ABab () &-\n", max_size=200))
def test_any_text_may_explain_something(text: str) -> None:
    for short, long in defined(text):
        assert short in text
        assert long in text
        assert list(meant(f"x {short} y", {short: long}, "en")) is not None
