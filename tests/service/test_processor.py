"""What a call costs is charged to it, wherever it is spent, and ends it when it is too much."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from mesh import call, processor
from mesh.call import Context, outgoing
from mesh.channels import channel
from mesh.errors import CallFailed
from mesh.processor import Meter, ProcessorTimeExceeded, in_thread, metered
from mesh.server import Service, serving
from myriad.synth.v1 import synthesizer_service_pb2 as pb
from myriad.synth.v1.synthesizer_service_pb2_grpc import (
    SynthesizerServiceServicer,
    SynthesizerServiceStub,
    add_SynthesizerServiceServicer_to_server,
)
from tests.identities import identity, settings

WORK = 0.05
"""Processor time of one call, in seconds."""
SECONDS = 20.0


def burn(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


class Synthesizer(SynthesizerServiceServicer):
    async def Synthesize(self, request: pb.SynthesizeRequest, context: Context) -> pb.SynthesizeResponse:
        match request.question:
            case "without end":
                while True:
                    burn(WORK / 10)
                    await asyncio.sleep(0)
            case "in a thread":
                await in_thread(burn, WORK)
            case _:
                burn(WORK)
                await asyncio.sleep(0.3)  # waiting costs nothing
        return pb.SynthesizeResponse()


@pytest.fixture(params=["", "ipv4:"], ids=["in the same process", "over a connection"])
async def synth(request: pytest.FixtureRequest) -> AsyncIterator[SynthesizerServiceStub]:
    descriptor = pb.DESCRIPTOR.services_by_name["SynthesizerService"]
    service = Service(descriptor, add_SynthesizerServiceServicer_to_server, Synthesizer())
    async with serving("synth", settings("synth"), [service]) as address:
        async with channel(f"{request.param}{address}", "synth", identity("orchestrator")) as connection:
            yield SynthesizerServiceStub(connection)


async def asked(synth: SynthesizerServiceStub, question: str, most: float = SECONDS) -> Meter:
    """The meter after a call for this."""
    meter = Meter(most)

    async def work() -> None:
        with call.calling():
            await synth.Synthesize(pb.SynthesizeRequest(question=question), **outgoing(SECONDS))

    await metered(meter, work())
    assert processor.current.get() is None
    return meter


@pytest.mark.parametrize("question", ["work", "in a thread"])
async def test_what_another_component_spends_is_the_callers_and_waiting_is_nobodys(
    synth: SynthesizerServiceStub, question: str
) -> None:
    meter = await asked(synth, question)
    assert WORK <= meter.spent < WORK + 0.2


async def test_what_is_too_much_ends_wherever_it_is_spent(synth: SynthesizerServiceStub) -> None:
    began = time.thread_time()
    with pytest.raises((ProcessorTimeExceeded, CallFailed)) as caught:
        await asked(synth, "without end", most=WORK)
    assert caught.value.reason_name == "PROCESSOR_TIME_EXCEEDED"
    assert time.thread_time() - began < 20 * WORK


async def test_a_call_that_nobody_meters_costs_what_it_costs(synth: SynthesizerServiceStub) -> None:
    await synth.Synthesize(pb.SynthesizeRequest(question="work"), timeout=SECONDS)


async def test_a_cancelled_call_is_cancelled_and_not_too_much() -> None:
    async def work() -> None:
        burn(WORK)
        await asyncio.sleep(SECONDS)

    task = asyncio.create_task(metered(Meter(SECONDS), work()))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
