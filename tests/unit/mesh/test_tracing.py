"""Traces: spans only of what was chosen, what the next component is told, and what happens without a collector."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from mesh import call, tracing
from mesh.adapters import otel
from mesh.settings import SettingError
from tests.collector import collecting
from tests.system.harness import until

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:4317", "http://collector:4317/", "http://[::1]:4317"])
def test_a_collector_is_an_address_and_a_port(endpoint: str) -> None:
    assert tracing.collector(endpoint) == endpoint.removeprefix("http://").rstrip("/")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://a:4317",
        "a:4317",
        "http://a",
        "http://a:x",
        "http://a:4317/v1/traces",
        "http://me:secret@a:4317",
        "http://",
    ],
)
def test_anything_else_is_refused_without_being_repeated(endpoint: str) -> None:
    with pytest.raises(SettingError) as refused:
        tracing.collector(endpoint)
    assert "secret" not in str(refused.value)


def test_without_a_collector_nothing_is_made_and_opentelemetry_is_not_loaded() -> None:
    assert tracing.tracer("synth", "") is None
    with tracing.begun(None, "check", PARENT), tracing.span("stage"):
        assert tracing.current.get() is None
        assert dict(call.outgoing(1)["metadata"]).keys() == {call.REQUEST_ID}
    loaded = "import sys, mesh.server; sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    subprocess.run([sys.executable, "-c", loaded], check=True, timeout=60, env={"PYTHONPATH": ":".join(sys.path)})


def test_the_next_component_is_told_the_stage_under_way_and_the_spans_reach_the_collector() -> None:
    with collecting() as collector:
        tracer = tracing.tracer("synth", collector.endpoint)
        assert tracer
        with tracing.begun(tracer, "outer", PARENT):
            tracing.note(agents=3)
            with tracing.span("inner"):
                told = dict(call.outgoing(1)["metadata"])[tracing.TRACEPARENT]
        tracer.flush(5)
        spans = {one.name: one for one in collector.spans}
        outer, inner = spans["outer"], spans["inner"]
        assert told == f"00-{inner.trace}-{inner.id}-01"
        assert (inner.parent, outer.parent) == (outer.id, PARENT.split("-")[2])
        assert (outer.service, outer.trace, outer.attributes) == ("synth", PARENT.split("-")[1], {"myriad.agents": "3"})


@pytest.mark.parametrize(
    "traceparent",
    ["", f"{PARENT[:-1]}0", "00-1-1-01", "nonsense", "00-" + "0" * 32 + "-b7ad6b7169203331-01", "é" * 5000],
)
def test_what_was_not_chosen_or_cannot_be_read_makes_no_span(traceparent: str) -> None:
    with collecting() as collector:
        with tracing.begun(tracing.tracer("synth", collector.endpoint), "outer", traceparent):
            assert tracing.current.get() is None


def test_a_failure_ends_a_span_by_its_name_and_says_no_more() -> None:
    with collecting() as collector:
        tracer = tracing.tracer("synth", collector.endpoint)
        assert tracer
        with pytest.raises(ZeroDivisionError), tracing.begun(tracer, "outer", PARENT):
            raise ZeroDivisionError("a secret")
        tracer.flush(5)
        (span,) = collector.spans
        assert span.attributes == {"error.type": "ZeroDivisionError"}
        assert b"a secret" not in collector.bytes


def test_a_collector_that_is_away_holds_nobody_up_and_what_it_did_not_take_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(otel, "EXPORT_SECONDS", 0.5)
    lost = tracing.spans_sent["lost"]
    with collecting() as collector:
        pass  # it has gone
    tracer = tracing.tracer("synth", collector.endpoint)
    assert tracer
    began = time.monotonic()
    with tracing.begun(tracer, "outer", PARENT):
        pass
    tracer.flush(0.2)
    assert time.monotonic() - began < 2
    until(lambda: tracing.spans_sent["lost"] > lost, 10)
