"""What the agent host needs of others."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import NamedTuple, Protocol

from myriad.dlm.v1.lifecycle_service_pb2 import RegisterHostRequest
from myriad.type.v1.error_reason_pb2 import ErrorReason


class Answer(NamedTuple):
    """What the DLM says to a report."""

    seconds: float
    """For so long from the report on the host may serve."""
    drain: bool = False
    """Whether it shall drain."""
    drained: bool = False
    """Whether it has drained."""


class Fleet(Protocol):
    """The DLM as an agent host sees it."""

    def join(self, reports: AsyncIterator[RegisterHostRequest]) -> AsyncGenerator[Answer, None]:
        """Send reports for as long as the tie holds; yields an answer for each."""

    async def hydrate(self, mind: str, agent: str, host: str) -> ErrorReason.ValueType:
        """Have one agent brought into `host`; returns why it could not be, unspecified if it was."""
