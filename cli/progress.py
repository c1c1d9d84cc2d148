"""How far long work is: a bar for people; where there is no terminal, a line now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cli import terminal

if TYPE_CHECKING:
    from cli.teaching import Tally

LINE_SECONDS = 10.0
"""Without a terminal a line says so often how far it is."""


class Pace:
    """How fast a learning goes; of what was just begun nothing is said."""

    def __init__(self, total_bytes: int) -> None:
        self._total = max(total_bytes, 1)
        self._began = time.monotonic()

    def rate(self, tally: Tally) -> float:
        """Passages a second."""
        return tally.agents_added / max(time.monotonic() - self._began, 1e-3)

    def left(self, tally: Tally) -> float | None:
        """Seconds until all is learned, as it went so far; None if nothing says."""
        if not tally.bytes:
            return None
        return (time.monotonic() - self._began) * max(self._total / tally.bytes - 1, 0.0)

    def line(self, tally: Tally) -> str:
        share = min(tally.bytes / self._total, 1.0)
        left = self.left(tally)
        remaining = "" if left is None else f", {timedelta(seconds=round(left))} left"
        return f"{share:.0%}, {tally.documents:,} documents, {self.rate(tally):,.0f} passages/s{remaining}"


@contextmanager
def learning(total_bytes: int, quiet: bool = False) -> Iterator[Callable[[Tally], None]]:
    """Shows how far the learning of so many bytes is, how fast it goes and how long it will take; yields what tells."""
    pace = Pace(total_bytes)
    if quiet:
        yield lambda _tally: None
    elif terminal.err.is_terminal:
        with _bar(total_bytes, pace) as tell:
            yield tell
    else:
        yield _lines(pace)


@contextmanager
def _bar(total_bytes: int, pace: Pace) -> Iterator[Callable[[Tally], None]]:
    columns = (
        SpinnerColumn(),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[documents]:,} documents"),
        TextColumn("{task.fields[agents]:,} agents"),
        TextColumn("{task.fields[rate]:,.0f} passages/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=terminal.err) as progress:
        bar = progress.add_task("learning", total=max(total_bytes, 1), documents=0, agents=0, rate=0.0)

        def tell(tally: Tally) -> None:
            progress.update(
                bar,
                completed=tally.bytes,
                documents=tally.documents,
                agents=tally.agents_added,
                rate=pace.rate(tally),
            )

        yield tell
        progress.update(bar, completed=max(total_bytes, 1))


def _lines(pace: Pace) -> Callable[[Tally], None]:
    due = time.monotonic() + LINE_SECONDS

    def tell(tally: Tally) -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + LINE_SECONDS
            terminal.note(pace.line(tally))

    return tell


@contextmanager
def counting(what: str, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A line that counts documents and agents; yields what moves it on."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[documents]:,} documents"),
        TextColumn("{task.fields[agents]:,} agents"),
    )
    with Progress(*columns, console=terminal.err, disable=quiet or not terminal.err.is_terminal) as progress:
        line = progress.add_task(what, total=None, documents=0, agents=0)
        yield lambda documents, agents: progress.update(line, documents=documents, agents=agents)
