"""What the edge asks of the rest of the DLM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from myriad.dlm.v1.host_pb2 import Host


class Fleet(Protocol):
    """The agent hosts that are there."""

    def hosts(self) -> Sequence[Host]:
        """All hosts, ready and draining."""

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every change of `hosts()`, on the event loop, at once."""
