"""Where `myriad up` leaves its URL and key, and how the other commands find them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cli.errors import Failure

DEFAULT_DATA = Path(".myriad")
FILE = "endpoint.json"
START_HINT = "start one with `myriad up`, or set MYRIAD_URL and MYRIAD_API_KEY"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running Myriad: base URL, key, and the supervisor's process id (0: not ours)."""

    url: str
    api_key: str
    pid: int = 0


def write_private(path: Path, content: str) -> None:
    """Write `path` at once and readable by its owner only, whatever was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:  # mkstemp makes it 0600
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def leave(data: Path, endpoint: Endpoint, environment: Mapping[str, str] = os.environ) -> None:
    """Leave the endpoint in the data folder, and a pointer to it (no secret) with the user's state."""
    file = data.resolve() / FILE
    write_private(file, json.dumps(asdict(endpoint)))
    write_private(_pointer(environment), json.dumps({"endpoint": str(file)}))


def withdraw(data: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Take back what `leave` left; another Myriad's pointer stays."""
    file = data.resolve() / FILE
    file.unlink(missing_ok=True)
    if _pointed(environment) == file:
        _pointer(environment).unlink(missing_ok=True)


def find(environment: Mapping[str, str] = os.environ, here: Path = DEFAULT_DATA) -> Endpoint:
    """MYRIAD_URL and MYRIAD_API_KEY; what is not set comes from `./.myriad`, else from the last `up`. Failure."""
    url, key = environment.get("MYRIAD_URL", ""), environment.get("MYRIAD_API_KEY", "")
    if url and not url.startswith(("http://", "https://")):
        raise Failure("MYRIAD_URL is no http:// or https:// URL")
    left = None if url and key else _read(here / FILE) or _read(_pointed(environment))
    if left is None:
        if url and key:
            return Endpoint(url.rstrip("/"), key)
        if url:
            raise Failure("MYRIAD_URL is set and MYRIAD_API_KEY is not")
        raise Failure("no running Myriad found", hint=START_HINT)
    if url and url.rstrip("/") != left.url:
        raise Failure("MYRIAD_URL is set and MYRIAD_API_KEY is not", hint="a key opens only the Myriad that made it")
    return replace(left, api_key=key or left.api_key)


def _read(file: Path | None) -> Endpoint | None:
    if file is None:
        return None
    try:
        endpoint = Endpoint(**json.loads(file.read_text(encoding="utf-8")))
        os.kill(endpoint.pid, 0)
    except PermissionError:  # it lives, under another user
        return endpoint
    except (OSError, ValueError, TypeError):
        return None
    return endpoint


def _pointed(environment: Mapping[str, str]) -> Path | None:
    try:
        return Path(json.loads(_pointer(environment).read_text(encoding="utf-8"))["endpoint"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _pointer(environment: Mapping[str, str]) -> Path:
    state = environment.get("XDG_STATE_HOME") or Path(environment.get("HOME") or Path.home()) / ".local" / "state"
    return Path(state) / "myriad" / FILE
