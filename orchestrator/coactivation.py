"""
Co-activation: what an answer cited grows together, a little, with the next quarter of an hour.

It is told in the background, one answer after the other and never twice; when there are more than can be told, the
rest is shed. No answer waits for it.
"""

from __future__ import annotations

import asyncio

import structlog

from mesh.errors import CallFailed
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.synth.v1.synthesis_pb2 import AnswerState
from orchestrator.feedback import cited, reinforcement
from orchestrator.ports import Connectome

log = structlog.get_logger()
LEAST_CONFIDENCE = 0.7
MOST_WAITING = 100
SECONDS = 5.0
PAUSE_SECONDS = 0.05
"""Between two answers: use is a matter of many answers, and need not know of each."""
FAILED_PAUSE_SECONDS = 1.0


class Coactivation:
    """Tells the connectome which agents were cited together."""

    def __init__(self, connectome: Connectome) -> None:
        self._connectome = connectome
        self._waiting: asyncio.Queue[ReinforceRequest] = asyncio.Queue(MOST_WAITING)
        self._shed = 0

    def notice(self, record: GetTraceResponse) -> None:
        """Take note of an answer that was given, if it is one that agents deserve credit for."""
        answer = record.answer
        agents = cited(answer, range(len(answer.citations)))
        if answer.state != AnswerState.ANSWER_STATE_ANSWERED or answer.confidence < LEAST_CONFIDENCE or not agents:
            return
        try:
            self._waiting.put_nowait(reinforcement(record, agents, success=True, deferred=True))
        except asyncio.QueueFull:
            self._shed += 1

    async def tell(self) -> None:
        """Tell of one answer after the other, for ever."""
        while True:
            request = await self._waiting.get()
            try:
                await self._connectome.reinforce(request, SECONDS)
                await asyncio.sleep(PAUSE_SECONDS)
            except CallFailed as error:
                log.info("coactivation.failed", reason=error.reason_name)
                await asyncio.sleep(FAILED_PAUSE_SECONDS)
            if self._shed:
                log.info("coactivation.shed", answers=self._shed)
                self._shed = 0
