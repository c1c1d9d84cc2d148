"""What the operator counts, for whoever collects metrics."""

from __future__ import annotations

from collections.abc import Iterator

from dlm.operator.operator import Operator
from mesh.metrics import Metric, counter, gauge, histogram


def metrics(operator: Operator) -> Iterator[Metric]:
    leads, queue = int(operator.leadership.held), operator.queue
    yield gauge("myriad_operator_leads", "Whether this operator holds the lease, and works.", leads)
    yield gauge("myriad_operator_queue", "Objects that wait for nothing but their turn.", queue.due())
    yield gauge("myriad_operator_missed", "Objects that found the queue full since all were listed.", queue.missed)
    yield counter("myriad_operator_reconciliations", "Objects looked at.", operator.done, "kind", "result")
    yield histogram("myriad_operator_seconds", "How long it took to bring an object up to date.", operator.times)
