"""Folders in which knowledge and keys lie: for the user that a component runs as, and for nobody else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

OTHERS = 0o077
"""What others than the owner may; as umask: nothing."""


class NotPrivate(Exception):
    """A folder cannot be kept from other users; the text names what is in the way."""


def private(folder: Path) -> Path:
    """Make `folder` if need be, and take what is in it from everybody but its owner, who is this user. NotPrivate."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _close(folder)  # first: from now on nobody else can put anything into it
        for place, folders, files in os.walk(folder, onerror=_fail):
            for name in (*folders, *files):
                _close(Path(place, name))
    except OSError as error:
        raise NotPrivate(f"{error.filename or folder} cannot be kept from other users: {error.strerror}") from None
    return folder


def _close(path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:  # deleted meanwhile
        return
    if stat.S_ISLNK(found.st_mode):
        raise NotPrivate(f"{path} is a symbolic link: what it leads to cannot be kept from other users")
    if found.st_uid != os.geteuid():
        raise NotPrivate(f"{path} belongs to another user (id {found.st_uid})")
    if found.st_mode & OTHERS:
        path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)


def _fail(error: OSError) -> None:
    raise error
