"""What the orchestrator can be told."""

from __future__ import annotations

from mesh.admission import AdmissionSettings
from mesh.settings import NONE, Secret, setting, settings


@settings
class Settings(AdmissionSettings):
    """Settings of the orchestrator."""

    connectome_target: str = setting("Where the connectome listens, address:port.")
    dlm_target: str = setting("Where the DLM listens, address:port.")
    synth_target: str = setting("Where the synthesizer listens, address:port.")
    redis: Secret = setting(
        "Where the Redis for state is, see docs/stores.md: answers with their traces, for all orchestrators; empty: "
        "in memory.",
        default=NONE,
    )
    tiers: str = setting("A TOML file that changes the tiers' budgets; empty: as built in.", default="")
