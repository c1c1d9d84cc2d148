"""Genesis, over gRPC."""

from __future__ import annotations

import grpc

from mesh.call import calling, outgoing
from myriad.genesis.v1.forgetting_service_pb2 import ForgetMindRequest
from myriad.genesis.v1.forgetting_service_pb2_grpc import ForgettingServiceStub
from myriad.genesis.v1.receipt_pb2 import MindReceipt

FORGET_SECONDS = 3600.0
"""A mind may hold a million agents."""


class GrpcForgetting:
    """See `connectome.ports.Forgetting`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = ForgettingServiceStub(channel)

    async def forget_mind(self, mind: str) -> MindReceipt:
        with calling():
            return (await self._stub.ForgetMind(ForgetMindRequest(mind=mind), **outgoing(FORGET_SECONDS))).receipt
