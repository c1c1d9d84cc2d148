"""Settings of the synthesizer."""

from __future__ import annotations

from mesh.settings import ServerSettings, settings


@settings
class Settings(ServerSettings):
    """What the synthesizer can be told: nothing of its own."""
