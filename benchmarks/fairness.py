"""
What one key does to another: how long a quiet key's answers take alone, and beside a key that asks all it can.

The quiet key asks one question after the other on one connection, in a process of its own; the greedy one on many at
once, again and again, whatever it is answered.

    python benchmarks/fairness.py --url http://127.0.0.1:8080 --api-key QUIET --greedy-key GREEDY --mind wiki \
        --questions FILE.jsonl [--connections 128] [--n 100] [--model myriad-base] [--greedy-model myriad-max] \
        [--greedy-path /v1/query:stream]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from itertools import cycle
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import urlsplit

SECONDS = 30.0
"""How long an answer is waited for."""
PRESSED_SECONDS = 3.0
"""For so long the greedy key asks alone: its process starts, its agents wake."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a quiet key's p50 alone and beside a greedy key.")
    parser.add_argument("--url", required=True, help="where Envoy listens, http://host:port")
    parser.add_argument("--api-key", required=True, help="the quiet key")
    parser.add_argument("--greedy-key", required=True, help="the greedy key")
    parser.add_argument("--mind", required=True, help="the mind to ask")
    parser.add_argument("--questions", required=True, type=Path, help="JSONL of objects with a `question`")
    parser.add_argument("--connections", type=int, default=128, help="how many the greedy key has")
    parser.add_argument("--n", type=int, default=100, help="questions of the quiet key, alone and beside")
    parser.add_argument("--model", default="myriad-base", help="whom the quiet key asks")
    parser.add_argument("--greedy-model", default="myriad-base", help="whom the greedy key asks")
    parser.add_argument("--greedy-path", default="/v1/query", help="what the greedy key calls")
    arguments = parser.parse_args()

    lines = arguments.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]

    def bodies(model: str) -> list[bytes]:
        return [json.dumps({"question": one, "mind": arguments.mind, "model": model}).encode() for one in questions]

    quiet = asking(arguments.url, arguments.api_key, "/v1/query", bodies(arguments.model))
    asyncio.run(taken(quiet, arguments.n))  # wakes the agents
    alone = asyncio.run(taken(quiet, arguments.n))
    greedy = asking(arguments.url, arguments.greedy_key, arguments.greedy_path, bodies(arguments.greedy_model))
    with pressing(greedy, arguments.connections) as counted:
        beside = asyncio.run(taken(quiet, arguments.n))
    print(f"alone   p50 {statistics.median(alone):8.1f} ms  most {max(alone):8.1f} ms")
    print(f"beside  p50 {statistics.median(beside):8.1f} ms  most {max(beside):8.1f} ms")
    print(f"times   {statistics.median(beside) / statistics.median(alone):.2f}")
    print(f"greedy  {dict(counted)}")


Asking = tuple[str, str, bytes, Sequence[bytes]]


def asking(url: str, key: str, path: str, bodies: Sequence[bytes]) -> Asking:
    parts = urlsplit(url)
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n"
    return parts.hostname or "", str(parts.port), head.encode(), bodies


async def taken(who: Asking, n: int) -> list[float]:
    """Milliseconds of each of `n` answers. RuntimeError if one is none."""
    times, bodies = [], cycle(who[3])
    connection = await asyncio.open_connection(who[0], int(who[1]))
    try:
        for _ in range(n):
            began = time.perf_counter()
            if (status := await answered(connection, who, next(bodies))) != b"200":
                raise RuntimeError(f"the quiet key was answered {status.decode()}")
            times.append((time.perf_counter() - began) * 1e3)
    finally:
        connection[1].close()
        await connection[1].wait_closed()
    return times


async def answered(connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], who: Asking, body: bytes) -> bytes:
    """Ask over a kept connection; the status of what comes back."""
    reader, writer = connection
    writer.write(who[2] + b"content-length: %d\r\n\r\n%b" % (len(body), body))
    async with asyncio.timeout(SECONDS):
        head = await reader.readuntil(b"\r\n\r\n")
        if b"transfer-encoding: chunked" in head.lower():  # a stream's
            await reader.readuntil(b"\r\n0\r\n\r\n")
        else:
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
    return head[9:12]


class pressing:  # noqa: N801  reads as what happens while its block lasts
    """While the block lasts, another process asks on so many connections; gives how often it got which status."""

    def __init__(self, who: Asking, connections: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._stop = spawn.Event()
        self._told, tell = spawn.Pipe(duplex=False)
        self._process = spawn.Process(target=_press, args=(who, connections, self._stop, tell), daemon=True)
        self._counted: Counter[str] = Counter()

    def __enter__(self) -> Counter[str]:
        self._process.start()
        time.sleep(PRESSED_SECONDS)
        return self._counted

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._counted.update(self._told.recv())
        self._told.close()
        self._process.join()


def _press(who: Asking, connections: int, stop: Event, tell: multiprocessing.connection.Connection) -> None:
    tell.send(asyncio.run(_pressed(who, connections, stop)))


async def _pressed(who: Asking, connections: int, stop: Event) -> Counter[str]:
    counted: Counter[str] = Counter()
    bodies = cycle(who[3])

    async def one() -> None:
        while not stop.is_set():
            connection = await asyncio.open_connection(who[0], int(who[1]))
            try:
                while not stop.is_set():
                    counted[(await answered(connection, who, next(bodies))).decode()] += 1
            except (asyncio.IncompleteReadError, ConnectionError, TimeoutError) as error:
                counted[type(error).__name__] += 1
            finally:
                connection[1].close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return counted


if __name__ == "__main__":
    main()
