"""How the command fails, and what it imports."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from cli import main
from cli.errors import Failure


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


def test_asking_does_not_wait_for_what_starting_needs() -> None:
    script = "import sys, cli.main, cli.ask; print([m for m in ('grpc', 'asyncio.subprocess') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "grpc" not in done.stdout


def test_every_command_has_help() -> None:
    for name in main.MODULES:
        command = main.Commands().get_command(None, name)
        assert command.help, name
