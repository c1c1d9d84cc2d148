"""What the gatekeeper can be told."""

from __future__ import annotations

from pathlib import Path

from mesh.settings import ServerSettings, setting, settings


@settings
class Settings(ServerSettings):
    data: Path = setting("Folder that keeps what has to survive a restart; the keys are in gatekeeper/ below it.")
    check_listen: str = setting(
        "Where to answer Envoy's checks, address:port; port 0 takes a free one.", default="127.0.0.1:0"
    )
    dlm_target: str = setting("Where the DLM listens, address:port.")
