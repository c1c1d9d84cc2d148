"""What can be a question, and how long it may take."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from mesh import call
from orchestrator.inquiry import Inquiry
from orchestrator.tiers import Tiers


def test_a_question_is_taken_in_with_its_white_space_squeezed() -> None:
    assert Inquiry.begin(" why\n\tnot? ", "minds/m", Tiers().named("swift"), 3).question == "why not?"


def test_waiting_for_a_turn_takes_nothing_from_a_questions_time() -> None:
    inquiry = Inquiry.begin("why?", "minds/m", Tiers().named("swift"), 3)
    late = replace(inquiry, started=inquiry.started - 2, ends=inquiry.ends - 2).now()
    assert late.elapsed_ms < 1_000
    assert late.left == pytest.approx(late.tier.budget.deadline_seconds, abs=0.5)


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
