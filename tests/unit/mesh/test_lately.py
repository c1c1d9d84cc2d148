"""Questions of the last minute."""

from __future__ import annotations

import pytest

from mesh.lately import Lately


def test_what_is_older_than_a_minute_does_not_count() -> None:
    now = [1_000.0]
    lately = Lately(lambda: now[0])
    lately.answered(0.2)
    now[0] += 30
    lately.answered(0.1)
    lately.failed()
    figures = lately.figures(waiting=3)
    assert (figures.answered_count, figures.failed_count, figures.waiting_count) == (2, 1, 3)
    assert figures.window.ToSeconds() == 30
    now[0] += 40
    figures = lately.figures()
    assert (figures.answered_count, figures.failed_count) == (1, 1)
    assert 55 <= figures.window.ToSeconds() <= 60
    now[0] += 600
    figures = lately.figures()
    assert (figures.answered_count, figures.failed_count, figures.HasField("median")) == (0, 0, False)


@pytest.mark.parametrize("scale", [0.002, 0.05, 3.0])
def test_quantiles_are_near_what_was_measured(scale: float) -> None:
    lately = Lately(lambda: 7.0)
    for number in range(1, 101):
        lately.answered(scale * number / 100)
    figures = lately.figures()
    assert figures.median.ToNanoseconds() / 1e9 == pytest.approx(scale / 2, rel=0.06, abs=0.001)
    assert figures.percentile_95.ToNanoseconds() / 1e9 == pytest.approx(scale * 0.95, rel=0.06, abs=0.001)


@pytest.mark.parametrize("seconds", [-1.0, 0.0, 1e9])
def test_a_time_of_any_size_is_counted(seconds: float) -> None:
    lately = Lately()
    lately.answered(seconds)
    assert lately.figures().answered_count == 1
