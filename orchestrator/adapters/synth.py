"""The synthesizer, over gRPC."""

from __future__ import annotations

import grpc

from mesh.call import calling, outgoing
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeRequest, SynthesizeResponse
from myriad.synth.v1.synthesizer_service_pb2_grpc import SynthesizerServiceStub


class GrpcSynthesizer:
    """See `orchestrator.ports.Synthesizer`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = SynthesizerServiceStub(channel)

    async def synthesize(self, request: SynthesizeRequest, seconds: float) -> SynthesizeResponse:
        with calling():
            return await self._stub.Synthesize(request, **outgoing(seconds))
