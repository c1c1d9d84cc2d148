"""What was put to sleep lately is believed to no one but the connectome."""

from __future__ import annotations

import pytest

from dlm import forgotten
from dlm.forgotten import KEEP_SECONDS, Forgotten

A, B, OTHER = "minds/m/agents/a", "minds/m/agents/b", "minds/n/agents/a"


def test_an_agent_is_forgotten_until_it_is_confirmed() -> None:
    marks = Forgotten()
    marks.add([A])
    assert A in marks
    assert B not in marks
    marks.confirm([A])
    assert A not in marks


def test_a_forgotten_mind_forgets_all_of_its_agents_and_no_others() -> None:
    marks = Forgotten()
    marks.add(["minds/m"])
    marks.confirm([A])
    assert A not in marks
    assert B in marks
    assert OTHER not in marks


def test_forgetting_again_outlives_an_earlier_confirmation() -> None:
    marks = Forgotten()
    marks.add(["minds/m"])
    marks.confirm([A, B])
    marks.add([A])
    assert A in marks
    assert B not in marks
    marks.add(["minds/m"])
    assert B in marks


def test_it_is_kept_for_a_quarter_of_an_hour() -> None:
    now = 0.0
    marks = Forgotten(lambda: now)
    marks.add(["minds/m", OTHER])
    now = KEEP_SECONDS - 1
    assert A in marks
    assert OTHER in marks
    now = KEEP_SECONDS
    assert A not in marks
    assert OTHER not in marks
    marks.add([B])
    assert set(marks._ends) == {B}


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgotten, "LARGEST", 2)
    marks = Forgotten()
    marks.add(["minds/m", OTHER, "minds/n/agents/b"])
    assert A not in marks
    assert OTHER in marks
