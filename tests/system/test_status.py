"""`myriad status`: what it shows of a whole that runs, and of one that does not."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.system.harness import Up, environment, needs_all, start, until

pytestmark = needs_all
WATCH = [sys.executable, "-m", "cli", "status", "--watch"]


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("status")
    up = start(folder / "data", folder / "state")
    try:
        yield up
    finally:
        up.stop()


@contextmanager
def stopped(up: Up, name: str) -> Iterator[None]:
    """A component that hangs while the block lasts, unless the supervisor is faster."""
    pid = up.pid(name)
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def test_questions_of_the_last_minute_are_shown(up: Up) -> None:
    up.run("learn", "--mind", "tea", "-", text="Tea is grown in Assam.")
    up.run("ask", "--mind", "tea", "Where is tea grown?")
    shown = up.run("status").stdout
    assert "all is well" in shown
    assert "0 failed, 0 waiting; half within" in shown


def test_its_exit_code_says_whether_something_is_wrong(up: Up) -> None:
    assert up.run("status").returncode == 0
    with stopped(up, "genesis"):
        until(lambda: up.run("status").returncode == 1, 20)
    until(lambda: up.run("status").returncode == 0, 30)


def test_where_there_is_no_terminal_a_line_tells_each_change_and_when_nothing_answers(up: Up, tmp_path: Path) -> None:
    told = environment(MYRIAD_URL=up.url, MYRIAD_API_KEY=up.key)
    with (tmp_path / "told").open("w") as file:
        watching = subprocess.Popen(WATCH, stdout=file, stderr=subprocess.STDOUT, env=told)
    try:
        seen = (tmp_path / "told").read_text
        until(lambda: "all is well" in seen(), 30)
        with stopped(up, "genesis"):
            until(lambda: "genesis does not answer: learning and forgetting fail" in seen(), 20)
        until(lambda: "no longer: genesis does not answer" in seen(), 20)
        with stopped(up, "envoy"):
            until(lambda: "no answer: " in seen(), 20)
        until(lambda: "answers again" in seen(), 30)
        lines = seen().splitlines()
        time.sleep(2)
        assert seen().splitlines() == lines
    finally:
        watching.send_signal(signal.SIGINT)
        assert watching.wait(10) == 0
    assert "Traceback" not in seen()


def test_on_a_terminal_it_goes_on_until_ctrl_c(up: Up) -> None:
    ours, theirs = pty.openpty()
    told = environment(MYRIAD_URL=up.url, MYRIAD_API_KEY=up.key, COLUMNS="50", LINES="40", TERM="xterm")
    watching = subprocess.Popen(WATCH, stdin=theirs, stdout=theirs, stderr=theirs, env=told, start_new_session=True)
    os.close(theirs)
    seen = b""
    try:
        while seen.count(b"all is well") < 2:
            seen += os.read(ours, 65_536)
    finally:
        watching.send_signal(signal.SIGINT)
        while b"\x1b[?1049l" not in seen:  # the screen is given back as it was
            seen += os.read(ours, 65_536)
        assert watching.wait(10) == 0
        os.close(ours)
    assert b"Traceback" not in seen
