"""The orchestrator, over gRPC."""

from __future__ import annotations

import grpc

from mesh.call import calling, outgoing
from myriad.orchestrator.v1.trace_service_pb2 import PurgeTracesRequest, PurgeTracesResponse
from myriad.orchestrator.v1.trace_service_pb2_grpc import TraceServiceStub

PURGE_SECONDS = 10.0


class GrpcTraces:
    """See `genesis.ports.Traces`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = TraceServiceStub(channel)

    async def purge(self, mind: str, document: str | None) -> PurgeTracesResponse:
        request = PurgeTracesRequest(mind=mind, documents=[document] if document else (), all_documents=not document)
        with calling():
            return await self._stub.PurgeTraces(request, **outgoing(PURGE_SECONDS))
