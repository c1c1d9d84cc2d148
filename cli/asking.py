"""One question of many, over REST: its answer and its time, or why there is none."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from cli import connection
from cli.errors import Failure

TRIES = 5
LONGEST_WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back for a question."""

    answer: dict[str, Any] = field(default_factory=dict)
    milliseconds: float = 0.0
    error: str = ""


async def ask(
    http: httpx.AsyncClient, turn: asyncio.Semaphore, question: str, model: str, mind: str, trace: bool = False
) -> Outcome:
    """Ask when it is our turn. No failure is raised: it is an outcome."""
    async with turn:
        for _ in range(TRIES):
            started = time.perf_counter()
            try:
                with connection.readable(str(http.base_url)):
                    # 0 agents means as many as the tier may ask.
                    body = {"question": question, "model": model, "mind": mind, "maxAgents": 0, "includeTrace": trace}
                    response = await http.post("/v1/query", json=body)
                    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
                        await asyncio.sleep(_wait(response))
                        continue
                    answer = connection.content(response)["answer"]
            except Failure as failure:
                return Outcome(error=str(failure))
            return Outcome(answer, (time.perf_counter() - started) * 1e3)
    return Outcome(error=f"refused for its rate {TRIES} times")


def _wait(response: httpx.Response) -> float:
    try:
        return min(float(response.headers.get("retry-after", "1")), LONGEST_WAIT_SECONDS)
    except ValueError:
        return 1.0
