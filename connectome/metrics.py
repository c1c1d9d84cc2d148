"""What the connectome counts, for whoever collects metrics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectome.remembering import Memories
from mesh.metrics import Metric, gauge


@dataclass(frozen=True)
class Figures:
    """Where the counts are."""

    memories: Memories

    def metrics(self) -> Iterator[Metric]:
        yield gauge("myriad_remembered_minds", "Minds of which rows are remembered.", len(self.memories))
