"""What is due, by clocks that jump."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from connectome.due import ERASE_SECONDS, Due


@pytest.mark.parametrize(
    ("age", "late"),
    [(0, False), (ERASE_SECONDS - 60, False), (ERASE_SECONDS, True), (-60, True), (-ERASE_SECONDS, True)],
)
def test_it_is_late_after_an_hour_and_when_the_clock_has_gone_back(tmp_path: Path, age: float, late: bool) -> None:
    due = Due(tmp_path / "due")
    assert not due.late
    due.set()
    since = time.time() - age
    os.utime(tmp_path / "due", (since, since))
    assert due.late is late
    due.clear()
    assert not due.late
