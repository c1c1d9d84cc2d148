"""promtool, Prometheus' own checker of rules, metrics and configurations: `make servers` builds it if there is Go."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from cli.errors import Failure
from cli.supervisor.servers import fetched

NAME = "promtool"
TOOLS = Path(__file__).with_name("tools")
"""The Go module that pins all that it is built from."""


def version() -> str:
    """What it is called among the fetched programs: by all that it is made of."""
    pinned = hashlib.sha256(b"".join((TOOLS / file).read_bytes() for file in ("go.mod", "go.sum")))
    return f"{NAME}-{pinned.hexdigest()[:12]}"


def build(folder: Path) -> None:
    """Build it into a folder: some five minutes."""
    told = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}
    flags = ("-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w")
    package = "github.com/prometheus/prometheus/cmd/promtool"
    subprocess.run(["go", "build", *flags, "-o", folder / NAME, package], check=True, cwd=TOOLS, env=told)


def promtool(*arguments: str | Path, stdin: str = "") -> str:
    """What it says; a test that it finds a fault in fails, and without it is skipped, or fails in CI."""
    try:
        program = fetched.program(version(), [NAME])
    except Failure as failure:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{failure.message}: {failure.hint}")
    done = subprocess.run([program, *arguments], check=False, capture_output=True, text=True, input=stdin, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
