"""What an image holds: the program of the checkout that it is made from."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cli.supervisor import envoy
from cli.supervisor.servers import fetched
from tests.edge import rate_limit

ROOT = Path(__file__).parents[3]
OURS = "myriad-"
ENVOY = "envoy"
RATE_LIMIT = fetched.folder() / rate_limit.VERSION
PLACES = [str(path) for path in (ROOT, Path(sys.base_prefix), Path(envoy.binary()).resolve().parents[1], RATE_LIMIT)]
"""Where the programs are, which an image would bring."""


def entrypoint(image: str) -> Sequence[str]:
    """What it starts; nothing, if it is not one of ours: its container names a program of the machine."""
    name = image.rpartition("/")[2].partition("@")[0].partition(":")[0]
    if not name.startswith(OURS):
        return ()
    component = name.removeprefix(OURS).replace("-", "_")
    return (envoy.binary(),) if component == ENVOY else (sys.executable, "-P", "-m", component)


def environment() -> dict[str, str]:
    """What each image sets."""
    programs = (Path(sys.executable).parent, Path(envoy.binary()).parent, RATE_LIMIT)
    return {
        "PATH": os.pathsep.join([*map(str, programs), "/usr/local/bin:/usr/bin:/bin"]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "gen")]),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
    }
