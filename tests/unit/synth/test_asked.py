"""What is asked: names and nouns matter, verbs and vague words less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.asked import LESS, NAME, NOUN, SOUGHT, kinds


@pytest.mark.parametrize(
    ("question", "less"),
    [
        ("Who maintains the payroll service?", {"maint"}),
        ("What did the team decide about Kubernetes?", {"team", "decid"}),
        ("When does the warehouse open?", {"open"}),
        ("How do I deploy billing to production?", {"deplo"}),
        ("What is the salary of Miriam Okafor?", set()),
        ("What changed in 4.1.0?", {"chang"}),
    ],
)
def test_verbs_and_vague_words_matter_less(question: str, less: set[str]) -> None:
    assert {word for word, kind in kinds(question).items() if kind == LESS} == less


def test_words_that_only_ask_matter_nothing() -> None:
    assert kinds("What is the password policy?") == {"passw": NOUN, "polic": 0.0}


def test_names_and_numbers_matter_more_than_nouns() -> None:
    found = kinds("What is the salary of Miriam in 2024?")
    assert found == {"salar": NOUN, "miria": NAME, "2024": NAME}
    assert kinds("What port is it?") == {"port": SOUGHT}


@given(st.text(max_size=80))
def test_any_question_has_kinds(question: str) -> None:
    assert set(kinds(question).values()) <= {LESS, SOUGHT, NOUN, NAME}
