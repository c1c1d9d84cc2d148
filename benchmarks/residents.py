"""
What agents cost a host: `python -m benchmarks.residents [--agents 100000]`.

How much memory so many resident agents take, as they came and once asked, beside what the host counts; how long a
question to one of them takes over gRPC; how much of a skewed load is held, with a scan in it and without, by a
segmented LRU with admission and by a plain one.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import statistics
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from itertools import accumulate, islice

from rich.console import Console
from rich.table import Table

from agent_host.adapters.dlm import DlmFleet
from agent_host.ask import Asking
from agent_host.membership import Lease
from agent_host.packet import held as as_held
from agent_host.residents import Residents
from agent_host.service import AgentHostServicer
from agent_host.shedding import process_bytes
from agent_host.wanted import Wanted
from benchmarks.scale import MIND, World
from genesis.drafts import Draft, Drafter
from genesis.packets import packets
from mesh.segmented_lru import SegmentedLru
from mesh.server import Service, serving
from myriad.agent.v1 import agent_host_service_pb2 as pb
from myriad.agent.v1.agent_host_service_pb2_grpc import (
    AgentHostServiceStub,
    add_AgentHostServiceServicer_to_server,
)
from myriad.genesis.v1.document_pb2 import DocumentInput
from tests.identities import calling, settings

ASKED = 3_000
KEYS, ROOM, LOAD = 1_000_000, 50_000, 1_500_000
SCANNED = 4
"""Of so many keys of a load with a scan, one more comes that never comes again."""
GIBI, MEBI = 1024**3, 1024**2
Held = Callable[[int], bool]
"""Whether a key was held when it was wanted; it is then."""


async def main() -> None:
    parser = argparse.ArgumentParser(description="What agents cost a host.")
    parser.add_argument("--agents", type=int, default=100_000)
    count = parser.parse_args().agents
    console = Console(width=120)
    console.print(await residents(count))
    console.print(hit_rates())


async def residents(count: int) -> Table:
    columns = ("", "MiB", "bytes each", "counted each", "ask p50 ms", "p95 ms")
    table = Table(*columns, title=f"{count:,} resident agents")
    held, before = Residents(8 * GIBI, lambda *_: None), taken()
    for agent, packet in made(count):
        held.admit(agent, packet, ())
    table.add_row("as they came", *figures(taken() - before, held.used_bytes, len(held)))
    sample = random.Random(1).sample(list(held), 2 * ASKED)
    await asked(held, sample[:ASKED])  # fills the caches of words, which serve all
    before, counted = taken(), held.used_bytes
    first = await asked(held, sample[ASKED:])
    table.add_row(
        f"{ASKED:,} asked, besides", *figures(taken() - before, held.used_bytes - counted, ASKED), *spread(first)
    )
    table.add_row("asked again", "", "", "", *spread(await asked(held, sample[ASKED:])))
    return table


def taken() -> int:
    gc.collect()
    return process_bytes()


def figures(size: int, counted: int, count: int) -> tuple[str, ...]:
    return f"{size / MEBI:,.0f}", f"{size / count:,.0f}", f"{counted / count:,.0f}"


def spread(times: Sequence[float]) -> tuple[str, str]:
    return f"{statistics.median(times):.2f}", f"{statistics.quantiles(times, n=20)[-1]:.2f}"


def made(count: int) -> Iterator[tuple[str, bytes]]:
    """So many agents of `benchmarks.scale`, each with its packet."""
    drafter = Drafter(MIND)
    for number, text in enumerate(islice(World(count).texts(), count)):
        [draft] = drafter.drafts(DocumentInput(id=f"d{number}", text=text))
        assert isinstance(draft, Draft)
        for packet in packets(draft):
            yield packet.agent, as_held(packet.agent, packet.SerializeToString())


async def asked(held: Residents, agents: Sequence[str]) -> list[float]:
    """Milliseconds of a question to each, over gRPC, one after the other."""
    lease = Lease()
    lease.renew(lease.clock(), 3_600)
    questions, times = World(1_000).questions(), list[float]()
    async with AsyncExitStack() as stack:
        channel = await stack.enter_async_context(calling("127.0.0.1:1", "agent_host"))
        servicer = AgentHostServicer(held, Asking("h1", held, Wanted(held), lease, DlmFleet(channel)), lease)
        descriptor = pb.DESCRIPTOR.services_by_name["AgentHostService"]
        service = Service(descriptor, add_AgentHostServiceServicer_to_server, servicer)
        address = await stack.enter_async_context(serving("agent_host", settings("agent_host"), [service]))
        host = AgentHostServiceStub(await stack.enter_async_context(calling(address, "agent_host")))
        for agent in agents:
            request = pb.AskRequest(mind=MIND, question=next(questions), agents=[pb.AskedAgent(agent=agent)])
            began = time.perf_counter()
            response = await host.Ask(request)
            times.append((time.perf_counter() - began) * 1e3)
            assert response.replies
    return times


def hit_rates() -> Table:
    title = f"{LOAD:,} wanted of {KEYS:,} agents by Zipf's law, room for {ROOM:,}: share that is held"
    table = Table("exponent", "scan", "plain LRU", "segmented, with admission", title=title)
    for exponent in (0.8, 0.9, 1.0):
        keys = zipf(exponent)
        for name, load in (("no", keys), ("yes", list(with_scan(keys)))):
            rates = [sum(map(held, load)) / len(load) for held in (plain(ROOM), segmented(ROOM))]
            table.add_row(f"{exponent}", name, *(f"{rate:.3f}" for rate in rates))
    return table


def zipf(exponent: float) -> list[int]:
    weights = list(accumulate(rank**-exponent for rank in range(1, KEYS + 1)))
    return random.Random(1).choices(range(KEYS), cum_weights=weights, k=LOAD)


def with_scan(keys: Sequence[int]) -> Iterator[int]:
    for number, key in enumerate(keys):
        yield key
        if number % SCANNED == 0:
            yield KEYS + number


def segmented(room: int) -> Held:
    lru = SegmentedLru[None](room)

    def held(number: int) -> bool:
        key = str(number)
        found = key in lru
        if not found:
            for victim in lru.least_useful(lru.excess + 1) or ():
                lru.remove(victim)
            lru.add(key, None, 1)
        lru.use(key)
        return found

    return held


def plain(room: int) -> Held:
    lru = OrderedDict[int, None]()

    def held(number: int) -> bool:
        found = number in lru
        lru[number] = None
        lru.move_to_end(number)
        if len(lru) > room:
            lru.popitem(last=False)
        return found

    return held


if __name__ == "__main__":
    asyncio.run(main())
