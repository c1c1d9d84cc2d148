"""How far learning is: how fast it goes, and how long it will take."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from cli import progress, terminal
from cli.progress import Pace
from cli.teaching import Tally
from myriad.genesis.v1.document_pb2 import DocumentResult


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("cli.progress.time.monotonic", lambda: now[0])
    return now


def tally(documents: int, agents: int, size: int) -> Tally:
    made = Tally(agents_added=agents, bytes=size)
    made.states[DocumentResult.STATE_LEARNED] = documents
    return made


def test_what_is_left_takes_as_long_as_what_was_done(clock: list[float]) -> None:
    pace = Pace(1_000)
    assert pace.left(tally(0, 0, 0)) is None
    clock[0] += 10
    assert pace.left(tally(2, 50, 250)) == pytest.approx(30)
    assert pace.rate(tally(2, 50, 250)) == pytest.approx(5)
    assert pace.line(tally(2, 50, 250)) == "25%, 2 documents, 5 passages/s, 0:00:30 left"
    assert pace.left(tally(2, 50, 2_000)) == 0  # a file has grown since it was found


def test_without_a_terminal_a_line_now_and_then_says_how_far_it_is(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "err", Console(file=(out := io.StringIO()), force_terminal=False))
    with progress.learning(1_000) as tell:
        for size in range(0, 1_000, 100):
            tell(tally(size // 100, size, size))
            clock[0] += 4
    lines = out.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[0] == "30%, 3 documents, 25 passages/s, 0:00:28 left"


def test_on_a_terminal_rate_and_remaining_time_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "err", Console(file=(out := io.StringIO()), force_terminal=True, width=120))
    with progress.learning(1_000) as tell:
        tell(tally(2, 50, 500))
    assert "2 documents" in out.getvalue()
    assert "passages/s" in out.getvalue()
    assert "0:00:" in out.getvalue()


def test_who_wants_json_sees_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "err", Console(file=(out := io.StringIO()), force_terminal=True))
    with progress.learning(1_000, quiet=True) as tell:
        tell(tally(2, 50, 500))
    assert not out.getvalue()
