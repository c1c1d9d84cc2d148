"""
How long answers take: the three tiers over REST through Envoy, and directly by gRPC if an address is given.

One request after the other on one kept-alive connection. Every question goes to each tier and each way in turn, so
that whatever else the machine does hits all alike. The edge's share is what REST takes more than gRPC.

    python benchmarks/latency.py --url http://127.0.0.1:8080 --api-key KEY --mind wiki --questions FILE.jsonl \
        [--n 200] [--orchestrator 127.0.0.1:50051 --tls .myriad/tls/envoy] [--json]
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import grpc

from mesh.access import ALL_MINDS, KEY_HEADER, MINDS_HEADER, ROLE_HEADER
from mesh.identity import Identity, dns
from myriad.orchestrator.v1.orchestrator_service_pb2 import QueryRequest, QueryResponse

MODELS = ("myriad-swift", "myriad-base", "myriad-max")
TIMEOUT_SECONDS = 60.0
REST, DIRECT = "rest", "grpc"
Row: TypeAlias = dict[str, float | str]
Ask: TypeAlias = Callable[[str, str], float]
"""Asks a model a question; returns what the orchestrator says it took itself, in milliseconds."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure p50 and p95 of the three tiers, in milliseconds.")
    parser.add_argument("--url", required=True, help="where Envoy listens, http://host:port")
    parser.add_argument("--api-key", required=True, help="a key that may read the mind")
    parser.add_argument("--mind", required=True, help="the mind to ask")
    parser.add_argument("--questions", required=True, type=Path, help="JSONL of objects with a `question`")
    parser.add_argument("--n", type=int, default=200, help="requests for each tier and way")
    parser.add_argument("--orchestrator", help="where the orchestrator listens, address:port, to measure it directly")
    parser.add_argument("--tls", type=Path, help="Envoy's certificate, in whose place the orchestrator is asked")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()

    lines = arguments.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    if not questions or arguments.n < 1:
        sys.exit("there is nothing to ask")
    ways = {REST: over_rest(arguments.url, arguments.api_key, arguments.mind)}
    if arguments.orchestrator and arguments.tls:
        ways[DIRECT] = over_grpc(arguments.orchestrator, Identity(arguments.tls), arguments.mind)
    rows = measured(ways, questions, arguments.n)
    print(json.dumps(rows) if arguments.json else table(rows))


def over_rest(url: str, key: str, mind: str) -> Ask:
    parts = urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}

    def ask(model: str, question: str) -> float:
        body = json.dumps({"question": question, "model": model, "mind": mind})
        connection.request("POST", "/v1/query", body, headers)
        response = connection.getresponse()
        content = response.read()
        if response.status != http.HTTPStatus.OK:
            sys.exit(f"{model} answered {response.status}: {content[:500].decode(errors='replace')}")
        return float(json.loads(content)["answer"]["usage"]["elapsedMs"])

    return ask


def over_grpc(address: str, envoy: Identity, mind: str) -> Ask:
    given = envoy.current()
    credentials = grpc.ssl_channel_credentials(given.authority, given.key, given.certificate)
    options = [("grpc.ssl_target_name_override", dns("orchestrator"))]
    key = ((KEY_HEADER, "latency"), (ROLE_HEADER, "ROLE_READER"), (MINDS_HEADER, ALL_MINDS))
    query = grpc.secure_channel(address, credentials, options=options).unary_unary(
        "/myriad.orchestrator.v1.OrchestratorService/Query",
        request_serializer=QueryRequest.SerializeToString,
        response_deserializer=QueryResponse.FromString,
    )

    def ask(model: str, question: str) -> float:
        response: QueryResponse = query(
            QueryRequest(question=question, model=model, mind=mind), timeout=TIMEOUT_SECONDS, metadata=key
        )
        return response.answer.usage.elapsed_ms

    return ask


def measured(ways: Mapping[str, Ask], questions: Sequence[str], n: int) -> list[Row]:
    """A row for each tier: p50 and p95 of each way, of the orchestrator itself, and the edge's share of p50."""
    asked = list(itertools.islice(itertools.cycle(questions), n))
    # The first asking of a question wakes its agents: what is measured is the work, not the packet store.
    for question in dict.fromkeys(asked):
        ways[REST](MODELS[-1], question)
    taken: dict[tuple[str, str], list[float]] = {pair: [] for pair in itertools.product(ways, MODELS)}
    inside: dict[str, list[float]] = {model: [] for model in MODELS}
    for question in asked:
        for (way, model), times in taken.items():
            began = time.perf_counter()
            inside[model].append(ways[way](model, question))
            times.append((time.perf_counter() - began) * 1e3)
    return [row(model, {way: taken[way, model] for way in ways}, inside[model]) for model in MODELS]


def row(model: str, taken: Mapping[str, Sequence[float]], inside: Sequence[float]) -> Row:
    figures: Row = {"model": model, "n": len(taken[REST])}
    for way, times in taken.items():
        figures |= {f"{way}_p50_ms": percentile(times, 50), f"{way}_p95_ms": percentile(times, 95)}
    figures["orchestrator_p50_ms"] = percentile(inside, 50)
    if DIRECT in taken:
        rest, direct = percentile(taken[REST], 50), percentile(taken[DIRECT], 50)
        figures |= {"edge_p50_ms": rest - direct, "edge_share": (rest - direct) / rest}
    return figures


def percentile(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def table(rows: Sequence[Row]) -> str:
    cells = [list(rows[0]), *([shown(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)


def shown(value: float | str) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
