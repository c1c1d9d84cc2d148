"""What genesis can be told."""

from __future__ import annotations

from mesh.settings import setting, settings
from substrate.settings import PacketSettings


@settings
class Settings(PacketSettings):
    """Where the other components are, besides."""

    connectome_target: str = setting("The connectome, address:port.")
    dlm_target: str = setting("The DLM, address:port; its replicas with commas between.")
    orchestrator_target: str = setting("The orchestrator, address:port.")
    gatekeeper_target: str = setting("The gatekeeper, address:port.")
