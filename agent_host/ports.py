"""What the agent host needs of others."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Protocol

from myriad.dlm.v1.lifecycle_service_pb2 import RegisterHostRequest
from myriad.type.v1.error_reason_pb2 import ErrorReason


class Fleet(Protocol):
    """The DLM as an agent host sees it."""

    def join(self, reports: AsyncIterator[RegisterHostRequest]) -> AsyncGenerator[float, None]:
        """Send reports for as long as the tie holds; yields, per answer, for how many seconds the host may serve."""

    async def hydrate(self, mind: str, agent: str, host: str) -> ErrorReason.ValueType:
        """Have one agent brought into `host`; returns why it could not be, unspecified if it was."""
