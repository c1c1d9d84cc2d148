"""The `myriad` command: which subcommands there are, and how a failure looks."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli.errors import Failure

MODULES = {
    "up": "cli.up",
    "learn": "cli.learn",
    "ask": "cli.ask",
    "recall": "cli.recall",
    "documents": "cli.documents",
    "jobs": "cli.jobs",
    "forget": "cli.forget",
    "repair": "cli.repair",
    "minds": "cli.minds",
    "export": "cli.archives:exporting",
    "import": "cli.archives:importing",
    "keys": "cli.keys",
    "usage": "cli.usage",
    "audit": "cli.audit",
    "status": "cli.status",
    "doctor": "cli.doctor.command",
    "trace": "cli.trace",
    "feedback": "cli.feedback",
    "weights": "cli.weights",
    "regions": "cli.regions",
    "mcp": "cli.mcp",
    "eval": "cli.evaluate",
    "certs": "cli.certs",
    "secrets": "cli.secrets",
    "demo": "cli.demo",
}
WHICH = (
    "Which Myriad: MYRIAD_URL and MYRIAD_API_KEY say it. Else it is the one that runs on .myriad here, or in the "
    "nearest folder above; else the one that you started last."
)


class Commands(TyperGroup):
    """Imports a command when it is used: `myriad ask` does not wait for what `myriad up` needs."""

    def list_commands(self, _ctx: Any) -> list[str]:
        return list(MODULES)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        module = MODULES.get(cmd_name)
        if module is None:
            return None
        place, _, app = module.partition(":")
        command = typer.main.get_command(getattr(importlib.import_module(place), app or "app"))
        command.name = cmd_name  # as it is typed, whatever its function is called
        return command


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata  # noqa: PLC0415, no other command waits for it

        typer.echo(f"myriad {metadata.version('myriad')}")
        raise typer.Exit


@app.callback(epilog=WHICH)
def myriad(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Answers from explicit knowledge: every sentence quoted from a source."""


def run() -> None:
    """The console script. Exit codes: 0 done, 1 failed, 2 wrong usage or cannot start."""
    try:
        app(prog_name="myriad")
    except Failure as failure:
        _say(str(failure))
        sys.exit(failure.exit_code)
    except BrokenPipeError:
        # Whoever read our output has gone; say nothing, and keep Python from saying it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # a person gets a line, never a traceback
        _say(f"unexpected {type(error).__name__}: {error}")
        sys.exit(1)


def _say(text: str) -> None:
    visible = "".join(sign if sign.isprintable() else " " for sign in text)
    print(f"myriad: {' '.join(visible.split())}", file=sys.stderr)
