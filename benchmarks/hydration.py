"""
How long it takes to load the packets of sleeping agents: `python -m benchmarks.hydration`.

On the servers of `myriad up --stores production`: 32 agents that lie in 8 bundles, others each time, from the packet
store and from the cache, as the DLM loads them. To hand them to a host is not in it.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.latency import percentile
from benchmarks.scale import World
from cli.options import Stores
from cli.supervisor.fleet import running
from dlm.adapters.memory_cache import MemoryPacketCache
from dlm.adapters.redis_cache import RedisPacketCache
from dlm.packets import PacketLoader
from dlm.ports import PacketCache
from genesis.drafts import Draft, Drafter
from genesis.packets import packets
from mesh.adapters.redis import open_redis
from mesh.settings import Secret, load
from myriad.genesis.v1.document_pb2 import DocumentInput
from substrate import bundles
from substrate.bundles import Place
from substrate.ports import PacketStore
from substrate.settings import PacketSettings
from substrate.stores import open_store

MIND = "minds/hydration"
BUNDLES, PASSAGES, AGENTS, ROUNDS = 8, 1_000, 4, 100
"""So many bundles of so many passages each, of which so many are loaded, so many times."""


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="myriad-hydration-") as folder:
        async with running(Path(folder), None, 1, print, Stores.PRODUCTION) as myriad, AsyncExitStack() as stack:
            told = next(one.environment for one in myriad.programs if one.kind == "dlm")
            os.environ.update(told)
            store = await stack.enter_async_context(open_store(load(PacketSettings)))
            url = Secret(told["MYRIAD_CACHE"])
            redis = await stack.enter_async_context(open_redis("MYRIAD_CACHE", url, evictable=True))
            written = [await kept(store, number) for number in range(BUNDLES)]
            table = Table("packets from", "reads of the packet store", "p50 ms", "p95 ms")
            await measure("the packet store", MemoryPacketCache(0), store, written, table)
            await measure("the cache", RedisPacketCache(redis), store, written, table)
    Console().print(table)


async def kept(store: PacketStore, number: int) -> Mapping[str, str]:
    """Where the agents of a new bundle lie."""
    drafts = Drafter(f"{MIND}{number}").drafts
    given = (DocumentInput(id=f"d{at}", text=text) for at, text in enumerate(World(PASSAGES).texts()))
    made = (draft for one in given for draft in drafts(one) if isinstance(draft, Draft))
    found = (packet for draft in islice(made, PASSAGES) for packet in packets(draft))
    frames = [(packet.agent, bundles.frame(packet.SerializeToString())) for packet in found]
    [(bundle, places)] = bundles.build(frames)
    uri = await store.write(MIND, bundle)
    return {agent: str(Place(uri, *place)) for agent, place in places.items()}


async def measure(
    source: str, cache: PacketCache, store: PacketStore, written: Sequence[Mapping[str, str]], table: Table
) -> None:
    """A row: each round loads others; what the cache is to have is put there first."""
    draw, loader, times, reads = random.Random(1), PacketLoader(cache, store), list[float](), 0
    for _ in range(ROUNDS):
        wanted = {agent: at[agent] for at in written for agent in draw.sample(sorted(at), AGENTS)}
        if isinstance(cache, RedisPacketCache):
            await loader.load(wanted)
        before, began = loader.store_reads, time.perf_counter()
        loaded = await loader.load(wanted)
        times.append((time.perf_counter() - began) * 1e3)
        reads += loader.store_reads - before
        assert len(loaded.packets) == len(wanted), loaded.failures
    table.add_row(source, f"{reads / ROUNDS:.0f}", f"{percentile(times, 50):.1f}", f"{percentile(times, 95):.1f}")


if __name__ == "__main__":
    asyncio.run(main())
