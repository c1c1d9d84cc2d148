"""What can be a question, and how long it may take."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh import call
from mesh.errors import InvalidField
from orchestrator.inquiry import Inquiry, checked
from orchestrator.tiers import Tiers


@pytest.mark.parametrize("question", ["a", "  why? 7\n", "x" * 4000, "¿Qué?", "何", "two\nlines\tand tabs", "🙂 b"])
def test_white_space_around_a_question_is_cut(question: str) -> None:
    assert checked(question) == question.strip()


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ("", "1 to 4,000"),
        (" \n\t ", "1 to 4,000"),
        ("x" * 4001, "1 to 4,000"),
        ("?!…", "letter or a digit"),
        ("🙂", "letter or a digit"),
        ("a\x00b", "control"),
        ("a\x1bb", "control"),
        ("a\x9fb", "control"),
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


def test_the_deadline_is_the_callers_if_that_is_sooner() -> None:
    swift = Tiers().named("swift")
    assert 2.5 < Inquiry.begin("why?", "minds/m", swift, 3).left <= swift.budget.deadline_seconds
    reset = call.deadline.set(time.monotonic() + 1)
    try:
        inquiry = Inquiry.begin("why?", "minds/m", swift, 3)
    finally:
        call.deadline.reset(reset)
    assert 0.5 < inquiry.left <= 1
    assert inquiry.share <= 0.5
