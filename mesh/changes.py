"""Changes that have to be written down before they are made."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class Changes(Protocol):
    """The audit log, which the gatekeeper keeps."""

    async def record(
        self,
        action: str,
        subject: str,
        *,
        fields: Collection[str] = (),
        source_count: int = 0,
        documents: Collection[str] = (),
    ) -> None:
        """
        Write down what the caller of the call under way is about to change; see `RecordChangeRequest`.

        Whatever this raises, nothing may be changed: ComponentUnavailable if the log cannot be written.
        """
