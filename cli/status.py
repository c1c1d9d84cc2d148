"""`myriad status`: which components answer, which hosts there are, what is asked and learned; once, or all the time."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.text import Text

from cli import fleet, state, terminal, troubles
from cli.client import Client
from cli.errors import Failure
from cli.options import Json
from cli.render import enum

REFRESH_SECONDS = 1.0
ANSWER_SECONDS = 5.0

app = typer.Typer(add_completion=False)


@app.command()
def status(
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Go on until Ctrl-C; where there is no terminal, a line for each change."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the state of the whole. Exit code 1 if something is wrong."""
    if watch and as_json:
        raise typer.BadParameter("--json prints once; leave out --watch")
    with closing(Following()) as following:
        first = following.look()  # that nothing is there, or the key no good, is said at once
        if watch:
            with suppress(KeyboardInterrupt):
                if terminal.out.is_terminal:
                    _live(following, first)
                else:
                    _changes(following, first)
            return
        if as_json:
            terminal.as_json(first)
        else:
            terminal.show(fleet.view(first, following.url))
    if any(trouble.wrong for trouble in troubles.every(first)):
        raise typer.Exit(1)


class Following:
    """One Myriad, looked at again and again, also after it was started anew."""

    def __init__(self) -> None:
        self.url = ""
        self.away_since = ""
        """The time of day; empty: it answers."""
        self.why = ""
        self._client: Client | None = None

    def look(self) -> Mapping[str, Any]:
        """How it is. Failure if it does not answer."""
        try:
            self._client = self._client or Client(state.find(), ANSWER_SECONDS)
            self.url = self._client.endpoint.shown
            seen = self._client.get("/v1/fleet")
        except Failure as failure:
            self.close()
            self.away_since, self.why = self.away_since or _now(), failure.message
            raise
        self.away_since = self.why = ""
        return seen

    def close(self) -> None:
        if self._client:
            self._client.close()
        self._client = None

    def again(self) -> Iterator[Mapping[str, Any] | None]:
        """How it is, every now and then; None while it does not answer."""
        while True:
            time.sleep(REFRESH_SECONDS)
            try:
                yield self.look()
            except Failure:
                yield None


def _live(following: Following, first: Mapping[str, Any]) -> None:
    last = fleet.view(first, following.url)
    with terminal.live() as screen:
        screen.update(last, refresh=True)
        for seen in following.again():
            if seen is not None:
                last = fleet.view(seen, following.url)
                screen.update(last, refresh=True)
            else:
                away = Text(f"no answer since {following.away_since}: {terminal.printable(following.why)}", style="red")
                screen.update(Group(away, Text("before that:", style="dim"), last), refresh=True)


def _changes(following: Following, first: Mapping[str, Any]) -> None:
    known = _tell(set(), _facts(first))
    away = ""
    for seen in following.again():
        if following.why != away:
            away = following.why
            _say(f"no answer: {away}" if away else "answers again")
        if seen is not None:
            known = _tell(known, _facts(seen))


def _tell(known: set[str], facts: set[str]) -> set[str]:
    for what, ones in (("", facts - known), ("no longer: ", known - facts)):
        for one in sorted(ones):
            _say(f"{what}{one}")
    return facts


def _say(what: str) -> None:
    terminal.show(Text(f"{_now()} {terminal.printable(what)}"))
    sys.stdout.flush()


def _facts(seen: Mapping[str, Any]) -> set[str]:
    """What is told once, and again when it is over."""
    wrong = {str(trouble) for trouble in troubles.every(seen)}
    phases = {f"{host.get('id', '')} is {enum(host.get('phase', ''), 'PHASE_')}" for host in troubles.present(seen)}
    return phases | (wrong or {"all is well"})


def _now() -> str:
    return time.strftime("%H:%M:%S")
