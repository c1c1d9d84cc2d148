"""What genesis counts, for whoever collects metrics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from genesis.fairness import Turns
from genesis.learn import Learner
from mesh.metrics import Metric, counter, gauge


@dataclass(frozen=True)
class Figures:
    """Where the counts are."""

    learner: Learner
    turns: Turns

    def metrics(self) -> Iterator[Metric]:
        results = self.learner.results
        yield counter("myriad_documents", "Documents, by what became of them and why.", results, "state", "reason")
        yield gauge("myriad_learns", "Calls that learn now.", self.turns.learns)
