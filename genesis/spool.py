"""A stream taken in whole before it is read, in a file that nobody else can open and that is gone afterwards."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from mesh import disk
from mesh.disk import StorageFull


@asynccontextmanager
async def spooled(pieces: AsyncGenerator[bytes, None]) -> AsyncIterator[BinaryIO]:
    """All of the pieces, to be read; StorageFull before they fill the disk."""
    folder = Path(tempfile.gettempdir())
    with tempfile.TemporaryFile(dir=folder) as file:
        async with aclosing(pieces):
            async for piece in pieces:
                await asyncio.to_thread(_write, file, piece, folder)
        yield file


def _write(file: BinaryIO, piece: bytes, folder: Path) -> None:
    if disk.is_full(folder / "spool"):
        raise StorageFull(folder)
    with disk.Faults(folder):
        file.write(piece)
        file.flush()
