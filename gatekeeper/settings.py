"""What the gatekeeper can be told."""

from __future__ import annotations

from pathlib import Path

from mesh.settings import ServerSettings, setting, settings


@settings
class Settings(ServerSettings):
    data: Path = setting("Folder that keeps what has to survive a restart; the keys are in gatekeeper/ below it.")
    dlm_target: str = setting("Where the DLM listens, address:port.")
