"""The terminal: what goes to people and what to programs, and text that cannot play tricks on either."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

if TYPE_CHECKING:
    from cli.teaching import Tally

NO_TERMINAL_COLUMNS = 10_000

out = Console(highlight=False)
if not out.is_terminal:
    out.width = NO_TERMINAL_COLUMNS
err = Console(stderr=True, highlight=False)


def as_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def show(what: RenderableType) -> None:
    """Print for people; where it is no terminal, nothing is cut, wrapped or filled up."""
    if out.is_terminal:
        out.print(what)
        return
    with out.capture() as captured:
        out.print(what)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().rstrip("\n").split("\n")))


def warn(text: str) -> None:
    with suppress(OSError):  # a full disk, if this goes to a file: what is being done goes on
        err.print(Text(printable(text), style="yellow"))


def printable(value: Any) -> Any:
    """The same without control characters: what was learned must not steer the terminal."""
    match value:
        case str():
            return "".join(sign for sign in value if sign in "\n\t" or unicodedata.category(sign) != "Cc")
        case list():
            return [printable(item) for item in value]
        case dict():
            return {key: printable(item) for key, item in value.items()}
        case _:
            return value


def live() -> Live:
    return Live(console=out, auto_refresh=False)


@contextmanager
def waiting(what: str, quiet: bool = False) -> Iterator[None]:
    """A spinner while something takes its time; nothing when quiet or not on a terminal."""
    if quiet or not err.is_terminal:
        yield
        return
    with err.status(what):
        yield


@contextmanager
def learning(total_bytes: int, quiet: bool = False) -> Iterator[Callable[[Tally], None]]:
    """A progress bar for learning so many bytes; yields what moves it on."""
    columns = (
        SpinnerColumn(),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[documents]:,} documents"),
        TextColumn("{task.fields[agents]:,} agents"),
        TextColumn("{task.fields[rate]:,.0f} passages/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, disable=quiet or not err.is_terminal) as progress:
        bar = progress.add_task("learning", total=max(total_bytes, 1), documents=0, agents=0, rate=0.0)

        def tell(tally: Tally) -> None:
            elapsed = progress.tasks[0].elapsed or 0.0
            rate = tally.agents_added / elapsed if elapsed else 0.0
            progress.update(bar, completed=tally.bytes, documents=tally.documents, agents=tally.agents_added, rate=rate)

        yield tell
        progress.update(bar, completed=max(total_bytes, 1))


@contextmanager
def counting(what: str, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A line that counts documents and agents; yields what moves it on."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[documents]:,} documents"),
        TextColumn("{task.fields[agents]:,} agents"),
    )
    with Progress(*columns, console=err, disable=quiet or not err.is_terminal) as progress:
        line = progress.add_task(what, total=None, documents=0, agents=0)
        yield lambda documents, agents: progress.update(line, documents=documents, agents=agents)
