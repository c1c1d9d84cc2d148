"""The state of the whole, for operators."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from importlib.metadata import version

from dlm.fleet import Fleet
from dlm.hydrate import Hydrator
from dlm.packets import PacketLoader
from dlm.ports import Health
from mesh import dependencies
from myriad.dlm.v1.fleet_service_pb2 import Component, EdgeState, GetFleetResponse, HydrationCounts


class Status:
    """Gathers what `GetFleet` shows."""

    def __init__(
        self,
        fleet: Fleet,
        hydrator: Hydrator,
        loader: PacketLoader,
        components: Sequence[tuple[str, Health]],
        edge: Callable[[], EdgeState],
    ) -> None:
        self._fleet = fleet
        self._hydrator = hydrator
        self._loader = loader
        self._components = components
        self._edge = edge

    async def fleet(self) -> GetFleetResponse:
        """All of it; a component that does not answer costs a second."""
        counts = self._hydrator.counts
        return GetFleetResponse(
            hosts=self._fleet.hosts(),
            components=await self._states(),
            hydration=HydrationCounts(
                requested_count=counts.requested,
                resident_count=counts.resident,
                cache_hit_count=counts.cache_hits,
                fetched_count=counts.fetched,
                failed_count=counts.failed,
                lost_count=counts.lost,
                store_read_count=self._loader.store_reads,
            ),
            edge=self._edge(),
            version=version("myriad"),
            dependencies=dependencies.states(),
        )

    async def _states(self) -> Sequence[Component]:
        states = await asyncio.gather(*(health.check() for _, health in self._components))
        return [
            Component(name=name, address=health.target, state=state.state, dependencies=state.dependencies)
            for (name, health), state in zip(self._components, states, strict=True)
        ]
