"""The terminal: what goes to people and what to programs, and text that cannot play tricks on either."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.text import Text

if TYPE_CHECKING:
    from rich.live import Live

NO_TERMINAL_COLUMNS = 10_000

out = Console(highlight=False)
if not out.is_terminal:
    out.width = NO_TERMINAL_COLUMNS
err = Console(stderr=True, highlight=False)


def as_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def as_json_line(value: Any) -> None:
    """One of several, each on a line of its own, as soon as it is there."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


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


def note(text: str) -> None:
    """Tell people something that is no result."""
    with suppress(OSError):
        err.print(Text(printable(text), style="dim"), soft_wrap=True)


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
    from rich.live import Live  # noqa: PLC0415, most commands show nothing that changes

    return Live(console=out, auto_refresh=False, screen=True)


@contextmanager
def waiting(what: str, quiet: bool = False) -> Iterator[None]:
    """A spinner while something takes its time; nothing when quiet or not on a terminal."""
    if quiet or not err.is_terminal:
        yield
        return
    with err.status(what):
        yield
