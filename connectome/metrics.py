"""What the connectome counts, for whoever collects metrics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectome.following import Following
from connectome.remembering import Memories
from mesh.metrics import Metric, counter, gauge


@dataclass(frozen=True)
class Figures:
    """Where the counts are."""

    memories: Memories
    following: Following | None = None

    def metrics(self) -> Iterator[Metric]:
        yield gauge("myriad_remembered_minds", "Minds of which rows are remembered.", len(self.memories))
        behind = self.following.behind if self.following else 0
        yield counter("myriad_lexical_behind", "Answers that did not wait for the latest of the index.", behind)
