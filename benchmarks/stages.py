"""
What of learning takes how long: `python -m benchmarks.stages [--data FOLDER] [--against CHECKOUT]`.

Microseconds of processor a passage by stage, in one thread, the best of several rounds: of the passages of a question
set, or of the files in a folder. Whatever else the machine does makes all of it slower; another checkout is measured in
turn with this one, so that the ratios hold nevertheless.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from connectome.register import reading_of
from genesis.drafts import Draft, Drafter
from genesis.packets import packets
from mesh.documents import media_type
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.registry_service_pb2 import RegisterAgentsRequest
from myriad.genesis.v1.document_pb2 import DocumentInput
from substrate import bundles

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
MOST_BYTES = 400_000
PARTS = {
    "· units": ("genesis.packets:units",),
    "· names": ("language.english.concepts:concepts", "genesis.concepts:concepts"),
    "· what a text says": ("genesis.texts:read", "genesis.packets:read"),
    "·· terms": ("language.text:terms",),
    "·· typed spans": ("language.text:spans",),
    "·· English": ("language.text:_read_english",),
}
"""Parts of making packets, by where each is in one version or another."""


def sources(data: Path) -> Iterator[DocumentInput]:
    if (file := data / "passages.jsonl").exists():
        lines = file.read_bytes()[:MOST_BYTES].splitlines(keepends=True)
        yield DocumentInput(content=b"".join(lines[:-1]), media_type="application/x-ndjson")
        return
    size = 0
    for one in sorted(data.rglob("*")):
        if one.is_file() and (kind := media_type(one.name)) and size < MOST_BYTES:
            size += one.stat().st_size
            yield DocumentInput(uri=one.as_uri(), content=one.read_bytes(), media_type=kind)


def measured(given: list[DocumentInput]) -> Mapping[str, float]:
    """Microseconds a passage by stage."""
    spent = Counter[str]()

    def timed(stage: str, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        began = time.thread_time()
        found = work(*given, **named)
        spent[stage] += time.thread_time() - began  # type: ignore[assignment]
        return found

    def part(stage: str, real: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given, **named: timed(stage, real, *given, **named)

    drafter = Drafter("minds/m")
    read = timed("reading and cutting", lambda: [one for source in given for one in drafter.drafts(source)])
    drafts = [draft for draft in read if isinstance(draft, Draft)]
    with ExitStack() as stack:
        for stage, places in PARTS.items():
            for place in places:
                with suppress(ImportError, AttributeError):
                    module, name = place.split(":")
                    owner = importlib.import_module(module)
                    stack.enter_context(patch.object(owner, name, part(stage, getattr(owner, name))))
        made = timed("packets", lambda: [packet for draft in drafts for packet in packets(draft)])
    timed("frames", lambda: [bundles.frame(packet.SerializeToString()) for packet in made])
    document = RegisteredDocument(new_agents=map(_record, made))
    timed("what the graph reads", reading_of, RegisterAgentsRequest(mind="minds/m", documents=[document]))
    return {stage: seconds / len(made) * 1e6 for stage, seconds in spent.items()}


def _record(packet: CognitivePacket) -> AgentRecord:
    return AgentRecord(
        agent=packet.agent,
        heading_path=packet.heading_path,
        text=packet.text,
        concepts=packet.concepts,
        mentions=packet.mentions,
        read=packet.read,
    )


def best(data: Path) -> Mapping[str, float]:
    given = list(sources(data))
    rounds = [measured(given) for _ in range(ROUNDS)]
    return min(rounds, key=lambda one: sum(microseconds for stage, microseconds in one.items() if stage[0] != "·"))


def of(checkout: Path, data: Path) -> Mapping[str, float]:
    """The same, measured in another process by what lies in a checkout."""
    told = {**os.environ, "PYTHONPATH": f"{checkout}{os.pathsep}{checkout / 'gen'}"}
    command = (sys.executable, "-P", __file__, "--data", str(data), "--bare")
    found: Mapping[str, float] = json.loads(subprocess.run(command, env=told, check=True, capture_output=True).stdout)
    return found


def main(data: Path, against: Path | None) -> None:
    checkouts = [ROOT] if against is None else [against, ROOT]
    rounds = [[of(checkout, data) for checkout in checkouts] for _ in range(ROUNDS)]
    least = [{stage: min(one[at][stage] for one in rounds) for stage in rounds[0][at]} for at in range(len(checkouts))]
    for one in least:
        one["all"] = sum(microseconds for stage, microseconds in one.items() if stage[0] != "·")
    table = Table("stage", *map(str, checkouts), *(["ratio"] if against else []))
    for stage in ("reading and cutting", "packets", *PARTS, "frames", "what the graph reads", "all"):
        times = [one.get(stage, 0.0) for one in least]
        ratio = [f"{times[-1] / times[0]:.2f}"] if against and times[0] else []
        table.add_row(stage, *(f"{one:.0f}" for one in times), *ratio)
    Console(width=120).print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What of learning takes how long.")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "2wiki")
    parser.add_argument("--against", type=Path, help="Another checkout, measured in turn with this one.")
    parser.add_argument("--bare", action="store_true", help="The figures of one process, as JSON.")
    given = parser.parse_args()
    if given.bare:
        print(json.dumps(best(given.data)))
    else:
        main(given.data, given.against)
