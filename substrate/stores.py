"""Which packet store the settings mean."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from mesh.folders import private
from mesh.settings import SettingError
from substrate.adapters.folder import FolderPacketStore
from substrate.ports import PacketStore
from substrate.settings import PacketSettings


@asynccontextmanager
async def open_store(settings: PacketSettings) -> AsyncIterator[PacketStore]:
    """The packet store, for as long as the block lasts. SettingError, NotPrivate."""
    parts = urlsplit(settings.packets)
    match parts.scheme:
        case "folder" if parts.path:
            yield FolderPacketStore(private(Path(parts.path)))
        case "s3":
            from substrate.adapters.s3 import opened  # noqa: PLC0415  # boto3 takes long to load

            async with opened(settings.packets, settings.s3_endpoint, settings.s3_encryption) as store:
                yield store
        case _:
            raise SettingError("MYRIAD_PACKETS is folder:/path or s3://bucket/prefix")
