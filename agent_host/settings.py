"""Settings of the agent host."""

from __future__ import annotations

from mesh.admission import AdmissionSettings
from mesh.settings import setting, settings


@settings
class Settings(AdmissionSettings):
    """What the agent host can be told."""

    host_id: str = setting("The host's id in the fleet, unique.")
    dlm_target: str = setting("Where the DLM listens, address:port; its replicas with commas between.")
    capacity_bytes: int = setting("How much the agents held may take, bytes.", default=512 * 1024 * 1024)
    idle_seconds: float = setting("An agent nobody has asked for so long is given up, seconds.", default=900.0)
    drain_seconds: float = setting(
        "How long it may take, when stopping, to bring what was asked lately to other hosts, seconds.", default=15.0
    )
    memory_bytes: int = setting(
        "What the process may take in memory, bytes; above 95 % of it agents are given up. 0: not looked at.", default=0
    )
