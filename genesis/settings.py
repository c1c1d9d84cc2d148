"""What genesis can be told."""

from __future__ import annotations

from mesh.settings import ServerSettings, setting, settings


@settings
class Settings(ServerSettings):
    """Where the other components are, and where packets sleep."""

    connectome_target: str = setting("The connectome, address:port.")
    dlm_target: str = setting("The DLM, address:port.")
    orchestrator_target: str = setting("The orchestrator, address:port.")
    gatekeeper_target: str = setting("The gatekeeper, address:port.")
    packets: str = setting("The packet store, folder:/path.")
