"""The synthesizer's service."""

from __future__ import annotations

import asyncio

from mesh import processor, questions
from mesh.call import Context
from mesh.errors import InvalidField
from myriad.synth.v1.synthesizer_service_pb2 import Detail, Judging, SynthesizeRequest, SynthesizeResponse
from myriad.synth.v1.synthesizer_service_pb2_grpc import SynthesizerServiceServicer
from synth.errors import JudgeNotConfigured
from synth.ports import Judge
from synth.synthesize import synthesize

_MOST_REPLIES = 1_000
_AT_ONCE = 2
"""Answers that the judging model reads for; the others wait, and the event loop with none."""


class SynthesizerServicer(SynthesizerServiceServicer):
    """For the orchestrator."""

    def __init__(self, judge: Judge | None = None) -> None:
        self._judge = judge
        self._judging = asyncio.Semaphore(_AT_ONCE)

    async def Synthesize(self, request: SynthesizeRequest, context: Context) -> SynthesizeResponse:
        request.asked.text = questions.checked(request.asked.text)
        if len(request.replies) > _MOST_REPLIES:
            raise InvalidField("replies", f"{_MOST_REPLIES:,} at most")
        if request.detail not in (Detail.DETAIL_DIRECT, Detail.DETAIL_FULL, Detail.DETAIL_HIGHEST):
            raise InvalidField("detail", "is direct, full or highest")
        if request.judging == Judging.JUDGING_REQUIRED and not self._judge:
            raise JudgeNotConfigured
        if not self._judge or request.judging == Judging.JUDGING_UNSPECIFIED:
            return synthesize(request)
        async with self._judging:
            return await processor.in_thread(synthesize, request, self._judge)
