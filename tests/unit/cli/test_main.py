"""How the command fails, and what it imports."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from cli import main
from cli.errors import Failure

STARTS = {"up", "demo", "certs", "secrets", "eval"}
"""What starts servers, makes certificates or asks many questions: it takes longer than to import."""
STREAMS = {name: {"grpc", "google.protobuf", "asyncio"} for name in ("learn", "export", "import", "repair")}
"""What sends or takes a stream of messages."""
HEAVY = {
    "grpc",
    "google.protobuf",
    "asyncio",
    "httpx",
    "cryptography",
    "structlog",
    "rich.markdown",
    "importlib.metadata",
}
MOST_MODULES = 300
"""A command is there within 0.3 s (`benchmarks/commands.py`), nearly all of which are imports."""
MOST_MODULES_OF_A_STREAM = 450


def failing(error: Exception) -> Any:
    def app(prog_name: str) -> None:
        assert prog_name == "myriad"
        raise error

    return app


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (Failure("no\nsuch \x1b[31mthing", reason="NOT", hint="look"), 1, "myriad: no such [31mthing (NOT); look\n"),
        (Failure("cannot start", exit_code=2), 2, "myriad: cannot start\n"),
        (ZeroDivisionError("why"), 1, "myriad: unexpected ZeroDivisionError: why\n"),
    ],
)
def test_a_failure_is_one_line_and_no_traceback(
    error: Exception, code: int, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(main, "app", failing(error))
    with pytest.raises(SystemExit) as caught:
        main.run()
    assert caught.value.code == code
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", line)


@pytest.mark.parametrize("name", [name for name in main.MODULES if name not in STARTS])
def test_a_command_waits_for_nothing_that_it_does_not_need(name: str) -> None:
    late = HEAVY - STREAMS.get(name, set())
    script = f"import sys; from cli.main import Commands; Commands().get_command(None, {name!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert late & imported == set()
    assert len(imported) <= (MOST_MODULES if name not in STREAMS else MOST_MODULES_OF_A_STREAM)


def test_every_command_has_help() -> None:
    for name in main.MODULES:
        command = main.Commands().get_command(None, name)
        assert command.help, name


def test_commands_are_listed_as_they_are_typed() -> None:
    assert [main.Commands().get_command(None, name).name for name in main.MODULES] == list(main.MODULES)


def test_the_help_says_which_myriad_is_talked_to_and_the_version_is_told() -> None:
    shown = [
        subprocess.run([sys.executable, "-m", "cli", option], capture_output=True, text=True, check=True).stdout
        for option in ("--help", "--version")
    ]
    assert "MYRIAD_URL" in shown[0]
    assert "eval " in shown[0]
    assert shown[1].startswith("myriad 0.")
