"""What the orchestrator can be told."""

from __future__ import annotations

from mesh.admission import AdmissionSettings
from mesh.settings import setting, settings


@settings
class Settings(AdmissionSettings):
    """Settings of the orchestrator."""

    connectome_target: str = setting("Where the connectome listens, address:port.")
    dlm_target: str = setting("Where the DLM listens, address:port.")
    synth_target: str = setting("Where the synthesizer listens, address:port.")
    tiers: str = setting("A TOML file that changes the tiers' budgets; empty: as built in.", default="")
