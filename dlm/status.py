"""The state of the whole, for operators."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from importlib.metadata import version

from dlm.fleet import Fleet
from dlm.hydrate import Hydrator
from dlm.others import Others
from dlm.packets import PacketLoader
from dlm.ports import Health
from mesh import call, dependencies, names
from myriad.dlm.v1.fleet_service_pb2 import Component, EdgeState, GetFleetResponse, HydrationCounts
from myriad.dlm.v1.replica_note_pb2 import ReplicaFigures


class Status:
    """Gathers what `GetFleet` shows."""

    def __init__(
        self,
        fleet: Fleet,
        hydrator: Hydrator,
        loader: PacketLoader,
        components: Sequence[tuple[str, Health]],
        edge: Callable[[], EdgeState],
        others: Others,
    ) -> None:
        self._fleet = fleet
        self._hydrator = hydrator
        self._loader = loader
        self._components = components
        self._edge = edge
        self._others = others
        others.show(self._figures)

    async def fleet(self) -> GetFleetResponse:
        """All of it; a component that does not answer costs a second."""
        total = _sum([self._figures(), *self._others.figures()])
        hosts = {host.id: host for host in [*total.lost_hosts, *self._fleet.hosts()]}  # who is back is not lost
        return GetFleetResponse(
            hosts=[hosts[name] for name in sorted(hosts)],
            components=await self._states(),
            hydration=total.hydration,
            edge=total.edge,
            version=version("myriad"),
            dependencies=dependencies.states(),
        )

    def _figures(self) -> ReplicaFigures:
        """What this replica counts."""
        counts = self._hydrator.counts
        hydration = HydrationCounts(
            requested_count=counts.requested,
            resident_count=counts.resident,
            cache_hit_count=counts.cache_hits,
            fetched_count=counts.fetched,
            failed_count=counts.failed,
            lost_count=counts.lost,
            store_read_count=self._loader.store_reads,
        )
        if counts.lost:
            hydration.last_lost_time.FromSeconds(int(counts.last_lost))
        return ReplicaFigures(hydration=hydration, edge=self._edge(), lost_hosts=self._fleet.lost())

    async def _states(self) -> Sequence[Component]:
        states = await asyncio.gather(*(health.check() for _, health in self._components))
        return [
            _named(state, name, health.target) for (name, health), state in zip(self._components, states, strict=True)
        ]


def _named(state: Component, name: str, address: str) -> Component:
    """Which component is how, without jobs of minds that the caller may not see."""
    state.name, state.address = name, address
    caller = call.caller.get()
    for one in [one for one in state.standing.learning if not caller.may_see(names.parent(one.job))]:
        state.standing.learning.remove(one)
    return state


def _sum(figures: Sequence[ReplicaFigures]) -> ReplicaFigures:
    counts = [field.name for field in HydrationCounts.DESCRIPTOR.fields if field.name.endswith("_count")]
    hydration = HydrationCounts(**{name: sum(getattr(one.hydration, name) for one in figures) for name in counts})
    if hydration.lost_count:
        hydration.last_lost_time.FromSeconds(max(one.hydration.last_lost_time.seconds for one in figures))
    edges = [one.edge for one in figures]
    edge = EdgeState(
        connected_count=sum(one.connected_count for one in edges),
        accepted_count=sum(one.accepted_count for one in edges),
        rejected_count=sum(one.rejected_count for one in edges),
        last_rejection=next((one.last_rejection for one in edges if one.last_rejection), ""),
        envoys=[envoy for one in edges for envoy in one.envoys],
    )
    lost = [host for one in figures for host in one.lost_hosts]
    return ReplicaFigures(hydration=hydration, edge=edge, lost_hosts=lost)
