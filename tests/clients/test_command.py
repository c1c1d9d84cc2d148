"""The command, against a Myriad that speaks TLS."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system.harness import environment, needs_all, until

pytestmark = needs_all


def run(told: Mapping[str, str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("myriad")), *arguments]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=folder, timeout=60, env=environment(**told)
    )


@contextmanager
def following(told: Mapping[str, str], folder: Path, *arguments: str) -> Iterator[None]:
    """While the block lasts a command runs."""
    command = [str(Path(sys.executable).with_name("myriad")), *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment(**told), stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def test_it_learns_asks_exports_and_imports_over_tls(told: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "kiln.md").write_text("The kiln is fired at 1240 degrees.")
    for arguments in (
        ("learn", "--mind", "kilns", "kiln.md"),
        ("export", "kilns", "kept.myriad"),
        ("import", "kept.myriad", "--mind", "kilns-again"),
    ):
        done = run(told, tmp_path, *arguments)
        assert done.returncode == 0, done.stderr
    assert (
        "1240" in run(told, tmp_path, "ask", "--mind", "kilns-again", "At what temperature is the kiln fired?").stdout
    )


@pytest.mark.parametrize("arguments", [("learn", "."), ("export", "kilns", "x"), ("ask", "Where?")])
def test_a_certificate_that_is_not_believed_is_said_at_once(
    told: Mapping[str, str], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "a.md").write_text("Nothing.")
    done = run({**told, "MYRIAD_CA": ""}, tmp_path, *arguments)
    assert done.returncode != 0
    assert "not believed" in done.stderr
    assert "MYRIAD_CA" in done.stderr


@pytest.mark.parametrize("arguments", [("minds",), ("learn", "."), ("export", "kilns", "x")])
def test_what_speaks_tls_is_named_to_who_comes_without(
    told: Mapping[str, str], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "a.md").write_text("Nothing.")
    plain = told["MYRIAD_URL"].replace("https://", "http://")
    assert "begin its URL with https" in run({**told, "MYRIAD_URL": plain}, tmp_path, *arguments).stderr


def test_it_keeps_a_folder_and_a_mind_the_same_over_tls(told: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "kiln.md").write_text("The kiln is fired at 1240 degrees.")
    with following(told, tmp_path, "learn", "--mind", "watched", "--watch", "."):
        until(lambda: "kiln.md" in run(told, tmp_path, "documents", "--mind", "watched").stdout, 30)
        (tmp_path / "kiln.md").unlink()
        until(lambda: "kiln.md" not in run(told, tmp_path, "documents", "--mind", "watched").stdout, 30)
