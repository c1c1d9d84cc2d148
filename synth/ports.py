"""What the synthesizer needs of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Judge(Protocol):
    """Reads a question and what may answer it together, and says how well it does. It writes nothing."""

    def scores(self, question: str, units: Sequence[str]) -> Sequence[float]:
        """One for each unit, in order; higher is better, comparable between questions. Takes long: for a thread."""
