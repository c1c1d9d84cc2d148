"""What components ask the gatekeeper about keys, and tell it of them."""

from __future__ import annotations

from collections.abc import Collection

import grpc

from mesh.call import calling, outgoing
from myriad.gatekeeper.v1.access_service_pb2 import CheckKeysRequest
from myriad.gatekeeper.v1.access_service_pb2_grpc import AccessServiceStub

CHECK_SECONDS = 2.0


class GrpcAccess:
    """The gatekeeper over gRPC."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = AccessServiceStub(channel)

    async def bad(self, keys: Collection[str]) -> Collection[str]:
        """Which of these, by their ids, are good no more. As calls fail."""
        with calling():
            request = CheckKeysRequest(keys=[f"keys/{key}" for key in keys])
            response = await self._stub.CheckKeys(request, **outgoing(CHECK_SECONDS))
        return [name.removeprefix("keys/") for name in response.bad_keys]
