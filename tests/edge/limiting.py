"""A gatekeeper that says what keys may use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from gatekeeper.check import over_grpc
from gatekeeper.errors import BudgetExhausted
from gatekeeper.verdict import denied
from mesh.conversation import Request, Response
from tests.edge.harness import Gatekeeper, World

SPENT = "spent"
"""A key whose budget is."""


@dataclass
class Limiting(Gatekeeper):
    """By key, the headers that say so."""

    limits: dict[str, dict[str, str]] = field(default_factory=dict)

    async def decide(self, asked: Request) -> Response:
        verdict = await super().decide(asked)
        key = asked.headers.get("x-api-key", "")
        if key == SPENT:
            now = datetime.now(UTC)
            return denied(BudgetExhausted(10, now + timedelta(hours=1), now), grpc=over_grpc(asked))
        return verdict._replace(headers={**verdict.headers, **self.limits.get(key, {})})


def limit(edge: World, key: str, **headers: str) -> None:
    assert isinstance(edge.gatekeeper, Limiting)
    edge.gatekeeper.limits[key] = headers
