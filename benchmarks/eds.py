"""
From EDS push to first request: how soon a host that joined the fleet serves through a real Envoy.

A fake host joins and leaves again and again; each time the clock runs from the moment the DLM's fleet knows it
until an answer of this very host has come back by REST.

    python -m benchmarks.eds [--n 30] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

from mesh import logs
from tests.edge.harness import Upstream, World, host, world

AGENT = "minds/m/agents/a1"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the time from EDS push to first request, in milliseconds.")
    parser.add_argument("--n", type=int, default=30, help="how often a host joins")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    logs.configure("benchmark", "warning")
    times = sorted(asyncio.run(measured(arguments.n)))
    row = {
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "max_ms": round(times[-1], 2),
        "n": len(times),
    }
    print(
        json.dumps(row)
        if arguments.json
        else "EDS push to first request: {p50_ms} ms p50, {p95_ms} ms p95".format(**row)
    )


async def measured(times: int) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        async with world(Path(folder), rate=100_000) as edge:
            return [await joining(edge, number) for number in range(times)]


async def joining(edge: World, number: int) -> float:
    """Milliseconds until a new host has answered."""
    name = f"new{number}"
    new = Upstream(name, edge.calls)
    async with new.serving():
        edge.gatekeeper.pods[AGENT] = new.address
        started = time.perf_counter()
        member = edge.fleet.join(host(name, new.address))
        while True:
            await edge.http.post(f"/v1/{AGENT}:ask", json={"question": "?"})
            if edge.calls[-1].server == name:
                break
        elapsed = (time.perf_counter() - started) * 1e3
        edge.fleet.leave(member)
    edge.calls.clear()
    return elapsed


if __name__ == "__main__":
    main()
