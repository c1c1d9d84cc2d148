"""A packet store in a local folder."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from itertools import islice
from pathlib import Path

from mesh import disk
from myriad.type.v1.retention_pb2 import Retained
from substrate.errors import PacketCorrupt, PacketNotFound
from substrate.ports import Stored

_SCHEME = "folder:///"
_PAGE = 1_000
_UNREADABLE = (errno.EIO, errno.EISDIR)
"""What does not pass by itself."""
_PATH = re.compile(r"(minds/[a-z0-9-]+)/bundles/[0-9a-f]{32}\.(?:pak|[a-z0-9_]+\.part)")


class FolderPacketStore:
    """Bundles as files below `root`; URIs are relative to it, so that the folder can be moved."""

    def __init__(self, root: Path) -> None:
        self._root = root

    retained: Sequence[Retained] = ()
    """Files are deleted; what a file system's snapshots keep, it cannot know."""

    async def write(self, mind: str, bundle: bytes) -> str:
        path = f"{mind}/bundles/{hashlib.sha256(bundle).hexdigest()[:32]}.pak"
        await asyncio.to_thread(_write, self._root, self._root / path, bundle)
        return _SCHEME + path

    async def read(self, uri: str, start: int, length: int) -> bytes:
        content = await asyncio.to_thread(_read, self._path(uri), start, length)
        if content is None or len(content) != length:
            raise PacketNotFound("the packet store does not hold the packet", bundle=uri)
        return content

    async def delete(self, uri: str) -> None:
        await asyncio.to_thread(self._path(uri).unlink, missing_ok=True)

    async def find(self, uri: str) -> Stored | None:
        return await asyncio.to_thread(self._stored, self._path(uri))

    async def list(self, mind: str = "") -> AsyncGenerator[Stored, None]:
        files = self._root.glob(f"{mind or 'minds/*'}/bundles/*")
        while page := await asyncio.to_thread(lambda: list(islice(files, _PAGE))):
            for stored in await asyncio.to_thread(lambda some: list(map(self._stored, some)), page):
                if stored:
                    yield stored

    def _stored(self, file: Path) -> Stored | None:
        path = file.relative_to(self._root).as_posix()
        if not (known := _PATH.fullmatch(path)):
            return None
        try:
            state = file.stat()
        except FileNotFoundError:
            return None
        return Stored(_SCHEME + path, known[1], state.st_size, time.time() - state.st_mtime)

    def _path(self, uri: str) -> Path:
        path = uri.removeprefix(_SCHEME)
        if path == uri or not _PATH.fullmatch(path):
            raise PacketNotFound("this packet store has no such URI", bundle=uri)
        return self._root / path


def _write(root: Path, path: Path, content: bytes) -> None:
    with disk.Faults(root):
        _write_whole(path, content)


def _write_whole(path: Path, content: bytes) -> None:
    if _holds(path, content):  # one that was damaged is written again
        os.utime(path)
        return
    try:
        _write_new(path, content)
    except FileNotFoundError:  # all that was left of its mind was taken away meanwhile, and this looked like it
        _write_new(path, content)


def _write_new(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.stem}.", suffix=".part", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except OSError:  # there is no room: least of all for this
            Path(file.name).unlink()
            raise
    Path(file.name).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name is as safe as the content
    finally:
        os.close(folder)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return _read(path, 0, len(content) + 1) == content
    except PacketCorrupt:
        return False


def _read(path: Path, start: int, length: int) -> bytes | None:
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read(length)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno not in _UNREADABLE:
            raise
        raise PacketCorrupt(f"the disk cannot read a bundle: {error.strerror}") from None
