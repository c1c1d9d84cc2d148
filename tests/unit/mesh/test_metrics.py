"""How long something took, as Prometheus reads it."""

from __future__ import annotations

from mesh.metrics import histogram
from mesh.spread import Spread


def test_times_are_counted_under_each_bound_that_they_do_not_pass() -> None:
    times = Spread()
    for seconds in (0.001, 0.2, 0.25, 100.0):
        times.add(seconds)
    samples = list(histogram("took_seconds", "How long it took.", times).samples)
    under = {sample.labels["le"]: sample.value for sample in samples if sample.name == "took_seconds_bucket"}
    assert (under["0.001"], under["0.1"], under["0.25"], under["30"], under["+Inf"]) == (1, 1, 3, 3, 4)
    assert {sample.name: sample.value for sample in samples if not sample.labels} == {
        "took_seconds_count": 4,
        "took_seconds_sum": 100.451,
    }
