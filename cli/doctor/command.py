"""`myriad doctor`: which Myriad, all checks, and how what they find looks."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cli import state, terminal
from cli.doctor.check import Finding, Result, State, Visit, run
from cli.errors import Failure
from cli.options import Json
from cli.state import Endpoint

STYLES = {State.OK: "green", State.WARNING: "yellow", State.WRONG: "bold red", State.SKIPPED: "dim"}

app = typer.Typer(add_completion=False)


@app.command()
def doctor(
    url: Annotated[
        str,
        typer.Option(
            "--url", metavar="URL", help="Which Myriad, with the key in MYRIAD_API_KEY; else as all commands."
        ),
    ] = "",
    mind: Annotated[
        str, typer.Option("--mind", "-m", metavar="MIND", help="Ask this mind a question, and see how it comes.")
    ] = "",
    data: Annotated[
        Path | None,
        typer.Option(help="The data folder of a `myriad up` here; .myriad, if it is there and no URL is given."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Look at a Myriad from outside, and say what is wrong and what to do. Exit code 1 if something is wrong."""
    from cli.doctor import local  # noqa: PLC0415
    from cli.doctor.checks import LOCAL, REMOTE  # noqa: PLC0415, gRPC, for which no other command shall wait

    visit = _visit(url, mind, data)
    stopped = visit.missing and visit.has_folder and not local.is_held(visit.folder)
    checks = [*(LOCAL if visit.has_folder else ()), *(() if stopped else REMOTE)]
    results = list[Result]()
    with terminal.waiting("looking", as_json):
        for result in run(checks, visit):
            results.append(_without_secrets(result, visit))
            if not as_json:
                _show(results[-1])
    found = [one.state for result in results for one in result.findings]
    wrong, warnings = found.count(State.WRONG), found.count(State.WARNING)
    if as_json:
        terminal.as_json(
            {"url": visit.endpoint.shown, "wrong": wrong, "warnings": warnings, "findings": _listed(results)}
        )
    else:
        _show_skipped(results)
        terminal.show(Text(_summary(wrong, warnings), style="bold"))
    if wrong:
        raise typer.Exit(1)


def _visit(url: str, mind: str, data: Path | None) -> Visit:
    environment, url = os.environ, url or _without_key()
    folder = data or (state.DEFAULT_DATA if not url and state.DEFAULT_DATA.is_dir() else None)
    if folder and not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder", param_hint="--data")
    try:
        endpoint, missing = _endpoint(url, folder if data else None), None
    except Failure as failure:
        endpoint, missing = Endpoint("", ""), failure
    key_is = "the one in MYRIAD_API_KEY" if environment.get("MYRIAD_API_KEY") else "the one that `myriad up` left"
    return Visit(endpoint, missing, folder.resolve() if folder else Path(), bool(folder), mind, key_is=key_is)


def _without_key() -> str:
    """MYRIAD_URL, if nobody here knows a key for it: what can be seen without one is seen."""
    url = os.environ.get("MYRIAD_URL", "")
    if not url or os.environ.get("MYRIAD_API_KEY"):
        return ""
    try:
        state.find()
    except Failure:
        return url
    return ""


def _endpoint(url: str, folder: Path | None) -> Endpoint:
    """Failure if there is none."""
    if url:
        key, authority = (os.environ.get(name, "") for name in ("MYRIAD_API_KEY", "MYRIAD_CA"))
        return Endpoint(url.rstrip("/"), key, authority=authority)
    if folder:
        found = state.read(folder / state.FILE)
        if found is None:
            raise Failure(
                f"no `myriad up` runs on {folder}", hint=f"`myriad up --data {shlex.quote(str(folder))}` starts it"
            )
        return replace(found, api_key=os.environ.get("MYRIAD_API_KEY") or found.api_key)
    return state.find()


def _without_secrets(result: Result, visit: Visit) -> Result:
    """What a server sent back may hold the key: nothing that we print does."""
    secret = visit.endpoint.api_key

    def clean(text: str) -> str:
        visible = " ".join(str(terminal.printable(text)).split())
        return visible.replace(secret, "…") if secret else visible

    findings = [Finding(one.state, clean(one.says), clean(one.means), clean(one.todo)) for one in result.findings]
    return Result(result.name, findings)


def _show(result: Result) -> None:
    """What was not looked at is told at the end, together."""
    for one in result.findings:
        if one.state is not State.SKIPPED:
            _line(one.state, result.name, one.says)
            for what, text in (("means", one.means), ("do", one.todo)):
                if text:
                    _line(None, what, text)


def _show_skipped(results: list[Result]) -> None:
    """Checks that were not looked at, by the reason."""
    why: dict[str, list[str]] = {}
    for result in results:
        for one in result.findings:
            if one.state is State.SKIPPED:
                why.setdefault(one.says, []).append(result.name)
    for reason, names in why.items():
        nor = f"; nor {', '.join(names[1:])}" if names[1:] else ""
        _line(State.SKIPPED, names[0], f"{reason}{nor}")


def _line(state: State | None, name: str, text: str) -> None:
    table = Table.grid(padding=(0, 1))
    for width in (7, 11):
        table.add_column(min_width=width, no_wrap=True)
    table.add_column(overflow="fold")
    style = "" if state in (State.OK, State.WARNING, State.WRONG) else "dim"
    table.add_row(
        Text(state.value, style=STYLES[state]) if state else "",
        Text(name, style="dim" * (not state)),
        Text(text, style=style),
    )
    terminal.show(table)


def _listed(results: list[Result]) -> list[dict[str, str]]:
    return [
        {"check": result.name, "state": one.state.value, "says": one.says, "means": one.means, "todo": one.todo}
        for result in results
        for one in result.findings
    ]


def _summary(wrong: int, warnings: int) -> str:
    counted = f"{wrong} wrong, {warnings} warning{'s' * (warnings != 1)}"
    return "all is well" if not wrong and not warnings else counted
