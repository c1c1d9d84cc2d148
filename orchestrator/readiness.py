"""Whether questions can be answered, for whoever sends them here: of what an answer needs, is anything missing?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence

from mesh.identity import AGENT_HOST
from mesh.placements import PlacementView
from myriad.dlm.v1.host_pb2 import Host
from orchestrator.ports import Health

KEPT_SECONDS = 1.0


class Readiness:
    """Asks the components once a second at most, however many want to know."""

    def __init__(self, components: Mapping[str, Health], view: PlacementView) -> None:
        self._components = components
        self._view = view
        self._looked_at = -KEPT_SECONDS
        self._missing: Sequence[str] = ()
        self._one = asyncio.Lock()

    async def missing(self) -> Sequence[str]:
        """The names of the components that are."""
        async with self._one:
            if time.monotonic() - self._looked_at >= KEPT_SECONDS:
                self._missing = await self._look()
                self._looked_at = time.monotonic()
            return self._missing

    async def _look(self) -> Sequence[str]:
        well = await asyncio.gather(*(health.serving() for health in self._components.values()))
        missing = [name for name, serves in zip(self._components, well, strict=True) if not serves]
        hosts = any(host.state == Host.STATE_READY for host in self._view.hosts())
        return missing if hosts else [*missing, AGENT_HOST]
