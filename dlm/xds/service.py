"""The servicer of Envoy's control stream."""

from __future__ import annotations

from collections.abc import AsyncIterator

from envoy.service.discovery.v3.discovery_pb2 import (
    DeltaDiscoveryRequest,
    DeltaDiscoveryResponse,
    DiscoveryRequest,
    DiscoveryResponse,
)

from dlm.xds.edge import Edge
from mesh.call import Context
from mesh.errors import NotImplementedYet


class AggregatedDiscoveryServicer:
    """`envoy.service.discovery.v3.AggregatedDiscoveryService`, in its Delta variant only."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def DeltaAggregatedResources(
        self, requests: AsyncIterator[DeltaDiscoveryRequest], _context: Context
    ) -> AsyncIterator[DeltaDiscoveryResponse]:
        return self._edge.converse(requests)

    def StreamAggregatedResources(
        self, _requests: AsyncIterator[DiscoveryRequest], _context: Context
    ) -> AsyncIterator[DiscoveryResponse]:
        raise NotImplementedYet("StreamAggregatedResources")
