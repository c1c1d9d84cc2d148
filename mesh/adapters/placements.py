"""The DLM's stream of placements, for those who keep a view of where agents are."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import grpc

from mesh.call import REQUEST_ID, calling, new_request_id
from myriad.dlm.v1.lifecycle_service_pb2 import WatchPlacementsRequest, WatchPlacementsResponse
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceStub


async def placements(dlm: grpc.aio.Channel) -> AsyncGenerator[WatchPlacementsResponse, None]:
    """All that is and every change, until the stream breaks; waits for a DLM that is away."""
    metadata = ((REQUEST_ID, new_request_id()),)
    stream = LifecycleServiceStub(dlm).WatchPlacements(WatchPlacementsRequest(), metadata=metadata, wait_for_ready=True)
    with calling():
        try:
            async for change in stream:
                yield change
        finally:
            stream.cancel()
