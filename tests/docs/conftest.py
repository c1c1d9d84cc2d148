"""A Myriad, started as the README says, in a network of its own: it has the port that pages name and reaches nobody."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pages import ROOT, block
from tests.system.harness import environment, until

URL = "http://127.0.0.1:8080"
NOTE = "# Billing service\n\nThe billing service is maintained by Priya Raman. It runs in Frankfurt.\n"
START_SECONDS, STOP_SECONDS, RUN_SECONDS = 60.0, 20.0, 350.0
ALONE = ("unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
LEFT_ALONE = {".git", "dist"}


@dataclass(frozen=True)
class Home:
    """Where a reader sits: a checkout, notes in `~/notes`, and a terminal in which `myriad up` runs."""

    folder: Path
    process: subprocess.Popen[str]

    @property
    def key(self) -> str:
        return (self.folder / ".myriad" / "admin.key").read_text().strip()

    def checkout(self) -> Path:
        """Another folder that looks like the checkout and shares its Myriad, to write files into."""
        return _checkout(self.folder / "run" / secrets.token_hex(4), self.folder)

    def bash(self, script: str, folder: Path | None = None, **told: str) -> subprocess.CompletedProcess[str]:
        """In another terminal."""
        within = ("nsenter", f"--target={self.process.pid}", "--user", "--preserve-credentials", "--net")
        return subprocess.run(
            [*within, "bash", "-c", script],
            check=False,
            capture_output=True,
            text=True,
            cwd=folder or self.folder,
            timeout=RUN_SECONDS,
            env=_environment(self.folder, URL=URL, KEY=self.key, **told),
        )


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = _checkout(tmp_path_factory.mktemp("home") / "myriad", ROOT)
    (folder / "home" / "notes").mkdir(parents=True)
    (folder / "home" / "notes" / "billing.md").write_text(NOTE)
    if subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("a network of its own is not to be had here")
    printed = folder / "up.log"
    with printed.open("w") as log:
        process = subprocess.Popen(
            [*ALONE, "bash", "-c", block("README.md", "make setup").code],
            stdout=log,
            stderr=log,
            text=True,
            cwd=folder,
            start_new_session=True,
            # All is slow here, so that the log of slow questions has some.
            env=_environment(folder, MYRIAD_SLOW_QUERY_SECONDS="0.000001"),
        )
    one = Home(folder, process)
    try:
        until(lambda: URL in printed.read_text() or process.poll() is not None, START_SECONDS)
        assert process.poll() is None, printed.read_text()
        learned = one.bash(block("README.md", "source .venv").code)
        assert learned.returncode == 0, learned.stderr
        yield one
    finally:
        os.killpg(process.pid, signal.SIGINT)  # Ctrl-C
        process.wait(STOP_SECONDS)


def _checkout(folder: Path, like: Path) -> Path:
    folder.mkdir(parents=True)
    for one in like.iterdir():
        if one.name not in {*LEFT_ALONE, "run"}:
            (folder / one.name).symlink_to(one)
    return folder


def _environment(folder: Path, **told: str) -> dict[str, str]:
    programs = (str(Path(sys.executable).parent), os.environ["PATH"])
    return environment(
        HOME=str(folder / "home"),
        XDG_STATE_HOME=str(folder / "home" / ".state"),
        PATH=os.pathsep.join(programs),
        NO_PROXY="127.0.0.1",
        # `make` says what it would do: whoever runs this has set up what it makes.
        MAKEFLAGS="n",
        **told,
    )
