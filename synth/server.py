"""Wiring of the synthesizer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

from mesh.server import Component, Service, run
from myriad.synth.v1 import synthesizer_service_pb2
from myriad.synth.v1.synthesizer_service_pb2_grpc import add_SynthesizerServiceServicer_to_server
from synth.service import SynthesizerServicer
from synth.settings import Settings


async def build(settings: Settings, stack: AsyncExitStack) -> Sequence[Service]:  # noqa: ARG001  # it holds nothing
    return [
        Service(
            synthesizer_service_pb2.DESCRIPTOR.services_by_name["SynthesizerService"],
            add_SynthesizerServiceServicer_to_server,
            SynthesizerServicer(),
        )
    ]


COMPONENT = Component("synth", Settings, build)


def main() -> None:
    run(COMPONENT)
