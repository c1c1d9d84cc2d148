"""Where `myriad up` leaves its URL and key, and how the other commands find them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
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
    authority: str = ""
    """A file with who signed its certificate; empty: the system knows."""

    @property
    def shown(self) -> str:
        """The URL as others may see it: a user and a password in it are nobody's business."""
        head, slashes, rest = self.url.partition("//")
        place, slash, path = rest.partition("/")
        return f"{head}{slashes}{place.rpartition('@')[2]}{slash}{path.partition('?')[0]}"


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
    """Leave the endpoint in the data folder, and where that is (no secret) with the user's state."""
    file = data.resolve() / FILE
    write_private(file, json.dumps(asdict(endpoint)))
    _know([file, *(other for other in _known(environment) if other != file)], environment)


def withdraw(data: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Take back what `leave` left, and only that."""
    file = data.resolve() / FILE
    file.unlink(missing_ok=True)
    _know([other for other in _known(environment) if other != file], environment)


def find(environment: Mapping[str, str] = os.environ, here: Path | None = None) -> Endpoint:
    """
    The Myriad to talk to. Failure if there is none.

    MYRIAD_URL and MYRIAD_API_KEY say which. What is not set is that of the `up` on `.myriad` in the current folder
    (`here`), else in the nearest folder above it, else of the one that this user started last.
    """
    url, key = environment.get("MYRIAD_URL", ""), environment.get("MYRIAD_API_KEY", "")
    if url and not url.startswith(("http://", "https://")):
        raise Failure("MYRIAD_URL is no http:// or https:// URL")
    files = () if url and key else (*_above(here or Path.cwd()), *_known(environment))
    left = next(filter(None, map(read, files)), None)
    if left is None:
        if url and key:
            return Endpoint(url.rstrip("/"), key, authority=environment.get("MYRIAD_CA", ""))
        if url:
            raise Failure("MYRIAD_URL is set and MYRIAD_API_KEY is not", hint="set it to a key of that Myriad")
        raise Failure("no running Myriad found", hint=START_HINT)
    if url and url.rstrip("/") != left.url:
        raise Failure("MYRIAD_URL is set and MYRIAD_API_KEY is not", hint="a key opens only the Myriad that made it")
    return replace(left, api_key=key or left.api_key)


def running(environment: Mapping[str, str] = os.environ) -> Iterator[Endpoint]:
    """Those of this user whose supervisors live, the latest first."""
    return filter(None, map(read, _known(environment)))


def _above(here: Path) -> Iterator[Path]:
    return (folder / DEFAULT_DATA / FILE for folder in (here, *here.parents))


def read(file: Path) -> Endpoint | None:
    """The endpoint in a file, if its supervisor is alive and nobody else wrote it for us to trust."""
    try:
        if file.stat().st_uid != os.geteuid():
            return None
        endpoint = Endpoint(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    try:
        os.kill(endpoint.pid, 0)
    except PermissionError:  # it lives, under another user
        return endpoint
    except (OSError, TypeError):
        return None
    return endpoint


def _known(environment: Mapping[str, str]) -> list[Path]:
    """Files that running supervisors left, the latest first."""
    try:
        return list(map(Path, json.loads(_list(environment).read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError):
        return []


def _know(files: Iterable[Path], environment: Mapping[str, str]) -> None:
    write_private(_list(environment), json.dumps([str(file) for file in files if file.exists()]))


def _list(environment: Mapping[str, str]) -> Path:
    state = environment.get("XDG_STATE_HOME") or Path(environment.get("HOME") or Path.home()) / ".local" / "state"
    return Path(state) / "myriad" / "endpoints.json"
