"""Wiring of the synthesizer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from mesh.listening import StartError
from mesh.server import Component, Service, run
from myriad.synth.v1 import synthesizer_service_pb2
from myriad.synth.v1.synthesizer_service_pb2_grpc import add_SynthesizerServiceServicer_to_server
from synth.ports import Judge
from synth.service import SynthesizerServicer
from synth.settings import Settings


async def build(settings: Settings, stack: AsyncExitStack) -> Sequence[Service]:  # noqa: ARG001  # it holds nothing
    judge = await _judge(settings.judge_model) if settings.judge_model else None
    return [
        Service(
            synthesizer_service_pb2.DESCRIPTOR.services_by_name["SynthesizerService"],
            add_SynthesizerServiceServicer_to_server,
            SynthesizerServicer(judge),
        )
    ]


async def _judge(folder: str) -> Judge:
    """StartError if the model cannot be used, or what runs it is not installed."""
    try:
        from synth.adapters.onnx_judge import OnnxJudge  # noqa: PLC0415  # only with myriad[judge]
    except ImportError as error:
        raise StartError(f"MYRIAD_JUDGE_MODEL needs more packages: install myriad[judge] ({error.name})") from None
    return await asyncio.to_thread(OnnxJudge, Path(folder))


COMPONENT = Component("synth", Settings, build)


def main() -> None:
    run(COMPONENT)
