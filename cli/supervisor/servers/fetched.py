"""Where `make servers` puts the servers: a folder for each version, shared by all who work on this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.errors import Failure


def folder(environment: Mapping[str, str] = os.environ) -> Path:
    """MYRIAD_SERVERS, else `myriad/servers` in the user's cache folder."""
    if named := environment.get("MYRIAD_SERVERS"):
        return Path(named).absolute()
    cache = environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME") or Path.home()) / ".cache"
    return Path(cache) / "myriad" / "servers"


def program(version: str, names: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """The program that was fetched in this version, else the first on PATH. Failure if there is none."""
    here = folder(environment) / version / names[0]
    found = filter(None, (shutil.which(here), *(shutil.which(name, path=environment.get("PATH")) for name in names)))
    if one := next(found, None):
        return str(Path(one).absolute())
    raise missing(version)


def inherited(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a server is told of our environment: nothing that could change what it does, or is secret."""
    return {name: environment[name] for name in ("HOME", "LANG", "PATH", "TMPDIR") if name in environment}


def missing(what: str) -> Failure:
    return Failure(f"{what} is missing", hint="get it with `make servers`", exit_code=2)
