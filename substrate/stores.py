"""Which packet store a URL means."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from mesh.folders import private
from mesh.settings import SettingError
from substrate.adapters.folder import FolderPacketStore
from substrate.ports import PacketStore


def open_store(url: str) -> PacketStore:
    """`folder:/path` is a local folder. SettingError for any other, NotPrivate."""
    parts = urlsplit(url)
    if parts.scheme == "folder" and parts.path:
        return FolderPacketStore(private(Path(parts.path)))
    raise SettingError("the packet store is folder:/path")
