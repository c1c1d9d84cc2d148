"""Pages of the documentation: their blocks of code, and a shell that runs them against a Myriad."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.system.harness import ROOT, Up, environment

FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str, str]]:
    """The language and the text of each block of `docs/{page}`, from top to bottom."""
    return [(block[1], block[2]) for block in FENCED.finditer((ROOT / "docs" / page).read_text())]


def command(language: str, code: str) -> str:
    """A block of `sh` or `python` as a shell takes it."""
    return code if language == "sh" else f"python <<'PYTHON'\n{code}PYTHON\n"


def shell(up: Up, folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder, with what the pages take for granted."""
    told = {
        "URL": up.url,
        "KEY": up.key,
        "MYRIAD_URL": up.url,
        "MYRIAD_API_KEY": up.key,
        "NO_PROXY": "127.0.0.1",
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
    }
    return subprocess.run(
        ["bash", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=100,
        env=environment(**told),
    )
