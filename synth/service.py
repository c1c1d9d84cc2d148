"""The synthesizer's service."""

from __future__ import annotations

from mesh import questions
from mesh.call import Context
from mesh.errors import InvalidField
from myriad.synth.v1.synthesizer_service_pb2 import Detail, SynthesizeRequest, SynthesizeResponse
from myriad.synth.v1.synthesizer_service_pb2_grpc import SynthesizerServiceServicer
from synth.synthesize import synthesize

_MOST_REPLIES = 1_000


class SynthesizerServicer(SynthesizerServiceServicer):
    """For the orchestrator."""

    async def Synthesize(self, request: SynthesizeRequest, context: Context) -> SynthesizeResponse:
        request.asked.text = questions.checked(request.asked.text)
        if len(request.replies) > _MOST_REPLIES:
            raise InvalidField("replies", f"{_MOST_REPLIES:,} at most")
        if request.detail not in (Detail.DETAIL_DIRECT, Detail.DETAIL_FULL, Detail.DETAIL_HIGHEST):
            raise InvalidField("detail", "is direct, full or highest")
        return synthesize(request)
