"""What genesis counts, for whoever collects metrics, and for whoever wants to see what it does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from genesis.fairness import Turns
from genesis.learn import Learner
from mesh.metrics import Metric, counter, gauge
from myriad.type.v1.standing_pb2 import Standing

MOST_JOBS = 20


@dataclass(frozen=True)
class Figures:
    """Where the counts are."""

    learner: Learner
    turns: Turns

    def tell(self, standing: Standing) -> None:
        """Say what is being learned, what began first before all."""
        for figures, began in islice(self.learner.under_way.values(), MOST_JOBS):
            standing.learning.add().CopyFrom(figures)
            standing.learning[-1].elapsed.FromMilliseconds(int((time.monotonic() - began) * 1_000))

    def metrics(self) -> Iterator[Metric]:
        results = self.learner.results
        yield counter("myriad_documents", "Documents, by what became of them and why.", results, "state", "reason")
        yield gauge("myriad_learns", "Calls that learn now.", self.turns.learns)
