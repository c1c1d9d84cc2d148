"""What may be asked: one rule for every component that takes a question in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.errors import InvalidField
from mesh.questions import LONGEST, checked


@pytest.mark.parametrize("question", ["a", "x" * LONGEST, "¿Qué?", "何", "🙂 b", "Who is Ann?"])
def test_a_question_stays_as_it_is(question: str) -> None:
    assert checked(question) == question


def test_each_run_of_white_space_becomes_one_blank() -> None:
    assert checked("  two\r\n lines,\ttabs\u3000and\x0b\u2028more \n") == "two lines, tabs and more"


def test_white_space_that_is_squeezed_does_not_count() -> None:
    assert checked("a" + " " * 2 * LONGEST + "b") == "a b"


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ("", "1 to 4,000"),
        (" \n\t ", "1 to 4,000"),
        ("x" * (LONGEST + 1), "1 to 4,000"),
        ("a" + " " * 10 * LONGEST + "b", "1 to 4,000"),
        ("?!…", "letter or a digit"),
        ("🙂", "letter or a digit"),
        ("a\x00b", "control"),
        ("a\x1bb", "control"),
        ("a\x9fb", "control"),
        ("a\ud800b", "control"),
    ],
)
def test_what_cannot_be_a_question_is_told_the_rule(question: str, rule: str) -> None:
    with pytest.raises(InvalidField, match=rule):
        checked(question)


@given(st.text(max_size=300))
def test_any_text_is_a_question_or_breaks_a_rule(text: str) -> None:
    try:
        question = checked(text)
    except InvalidField:
        return
    assert checked(question) == question
    assert question.split() == text.split()
