"""What an agent host counts, for whoever collects metrics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent_host.ask import Asking
from agent_host.residents import Residents
from mesh.admission import Admission
from mesh.metrics import Metric, counter, gauge, histogram


@dataclass(frozen=True)
class Figures:
    """Where the counts are."""

    residents: Residents
    asking: Asking
    admission: Admission

    def metrics(self) -> Iterator[Metric]:
        yield gauge("myriad_host_pinned", "Agents that are never given up.", self.residents.pinned)
        yield gauge("myriad_host_agents", "Agents that the host holds.", len(self.residents))
        yield gauge("myriad_host_bytes", "What they take.", self.residents.used_bytes)
        yield gauge("myriad_host_capacity_bytes", "What they may take.", self.residents.capacity_bytes)
        yield gauge(
            "myriad_host_age_seconds", "How long the next to be given up has not been asked.", self.residents.age
        )
        yield counter(
            "myriad_host_ahead", "Agents taken in before they were asked here.", self.residents.ahead, "result"
        )
        yield counter("myriad_host_given_up", "Agents given up, by reason.", self.residents.given_up, "reason")
        yield histogram(
            "myriad_host_given_up_age_seconds",
            "How long those had not been asked that made room.",
            self.residents.ages,
        )
        yield counter("myriad_host_asked", "Agents that were asked.", self.asking.asked)
        yield counter("myriad_host_missed", "Agents that were asked and not held.", self.asking.missed)
        yield counter("myriad_packets_refused", "Packets not taken in, by reason.", self.residents.refused, "reason")
        yield from self.admission.metrics()
