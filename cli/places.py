"""Where documents are from: the URIs of files, and how people see them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote_to_bytes

SCHEME = "file://"


def path_of(uri: str) -> Path | None:
    """The path that a `file:///…` URI names on this machine; None for any other URI."""
    path = uri.removeprefix(SCHEME)
    if path == uri or not path.startswith("/"):
        return None
    return Path(unquote_to_bytes(path).decode(errors="surrogateescape"))


def shown(uri: str) -> str:
    """A file's path, relative where it is below the current folder; any other URI as it is."""
    path = path_of(uri)
    if path is None:
        return uri
    try:
        text = str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):  # not below it; or it is no more
        text = str(path)
    return text.encode(errors="replace").decode()


def is_gone(path: Path) -> bool:
    """Whether there is no such file; one that cannot be looked at is not gone."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False
