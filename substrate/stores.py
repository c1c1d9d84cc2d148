"""Which packet store the settings mean."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from mesh.folders import private
from mesh.settings import SettingError
from substrate.adapters.folder import FolderPacketStore
from substrate.ports import PacketStore
from substrate.settings import PacketSettings


@asynccontextmanager
async def open_store(settings: PacketSettings) -> AsyncIterator[PacketStore]:
    """The packet store, for as long as the block lasts. SettingError, NotPrivate."""
    scheme, _, place = settings.packets.partition(":")
    match scheme:
        case "folder" if place and not place.startswith("//"):
            yield FolderPacketStore(private(Path(place)))
        case "s3":
            from substrate.adapters.s3 import opened  # noqa: PLC0415  # boto3 takes long to load

            async with opened(settings.packets, settings.s3_endpoint, settings.s3_encryption) as store:
                yield store
        case _:
            raise SettingError("MYRIAD_PACKETS is folder:/path or s3://bucket/prefix")
