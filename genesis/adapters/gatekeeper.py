"""The gatekeeper, over gRPC."""

from __future__ import annotations

import grpc

from mesh.call import calling, outgoing
from myriad.gatekeeper.v1.access_service_pb2 import CheckKeyRequest
from myriad.gatekeeper.v1.access_service_pb2_grpc import AccessServiceStub

CHECK_SECONDS = 2.0


class GrpcKeys:
    """See `genesis.ports.Keys`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = AccessServiceStub(channel)

    async def check(self, key: str) -> None:
        with calling():
            await self._stub.CheckKey(CheckKeyRequest(key=f"keys/{key}"), **outgoing(CHECK_SECONDS))
