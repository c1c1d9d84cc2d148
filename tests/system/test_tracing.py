"""Traces: a question is one trace, from Envoy through every component to the agents, and has no words in it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.collector import Collector, Taken, collecting
from tests.system.harness import Up, needs_all, start

pytestmark = needs_all
QUESTION = "Which language is the Quillon ledger written in?"
WHOLE_SECONDS = 20.0
"""Envoy sends its spans every five."""
SECRET = b"Quillon"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made


@pytest.fixture(scope="module")
def traced(collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One whose questions are all slow, and are all followed, as docs/observability.md says."""
    folder = tmp_path_factory.mktemp("traced")
    told = {"MYRIAD_OTLP_ENDPOINT": collector.endpoint, "MYRIAD_SLOW_QUERY_SECONDS": "0.000001"}
    up = start(folder / "data", folder / "state", told=told)
    try:
        with up.http() as http:
            documents = [{"title": "Quillon", "text": "Quillon is a ledger. It is written in Rust."}]
            http.post("/v1/minds/traced/documents:learn", json={"documents": documents}).raise_for_status()
        yield up
    finally:
        up.stop()


def asked(up: Up, request_id: str, **headers: str) -> httpx.Response:
    with up.http() as http:
        sent = {"x-request-id": request_id, **headers}
        return http.post("/v1/query", headers=sent, json={"mind": "traced", "question": QUESTION}).raise_for_status()


def of_request(collector: Collector, request_id: str) -> list[Taken]:
    """All spans of the trace in which a request was."""
    named = {one.trace for one in collector.spans if one.attributes.get("myriad.request_id") == request_id}
    return [one for one in collector.spans if one.trace in named]


def all_of(collector: Collector, request_id: str) -> list[Taken]:
    """The same, once all are there: those of each service, and what they are parts of."""
    wanted = {"envoy", "gatekeeper", "orchestrator", "connectome", "agent_host", "synth"}

    def whole() -> bool:
        spans = of_request(collector, request_id)
        return wanted <= {one.service for one in spans} and {one.parent for one in spans} <= {
            "",
            *(one.id for one in spans),
        }

    collector.until(whole, WHOLE_SECONDS)
    return of_request(collector, request_id)


def test_a_question_is_one_trace_through_envoy_and_every_component(traced: Up, collector: Collector) -> None:
    asked(traced, "one-trace")
    spans = all_of(collector, "one-trace")
    assert len({one.trace for one in spans}) == 1
    by_id = {one.id: one for one in spans}
    (root,) = (one for one in spans if not one.parent)
    assert root.service == "envoy"

    def above(one: Taken) -> list[str]:
        return [one.name, *(above(by_id[one.parent]) if one.parent in by_id else [])]

    stages = {one.name: above(one) for one in spans}
    query = "myriad.orchestrator.v1.OrchestratorService/Query"
    for stage in ("activate", "hydrate", "ask", "synthesize"):
        assert stages[stage][1] == query
    for inside, stage in (("spread", "activate"), ("compose", "synthesize")):
        assert stage in stages[inside]
        assert query in stages[inside]
    assert stages["check"][-1] == root.name


def test_a_trace_says_what_was_asked_in_no_words_of_it(traced: Up, collector: Collector) -> None:
    asked(traced, "no-words")
    (query,) = (one for one in all_of(collector, "no-words") if one.name.endswith("/Query"))
    assert (query.attributes["myriad.model"], query.attributes["myriad.state"]) == ("myriad-base", "answered")
    with traced.http() as http:
        http.get("/v1/minds/traced/documents/Quillon")
        http.get("/v1/minds/traced/documents", params={"page_token": "Quillon"})
    asked(traced, "after")
    all_of(collector, "after")
    assert SECRET.lower() not in collector.bytes.lower()
    assert b"traced" not in collector.bytes


def test_who_calls_neither_joins_a_trace_nor_decides_that_there_is_one(traced: Up, collector: Collector) -> None:
    theirs = "0af7651916cd43dd8448eb211c80319c"
    asked(traced, "spoofed", traceparent=f"00-{theirs}-b7ad6b7169203331-00", tracestate="a=1")
    assert {one.trace for one in all_of(collector, "spoofed")} != {theirs}


def test_a_slow_question_is_in_the_log_with_its_trace_and_where_the_time_went(traced: Up, collector: Collector) -> None:
    asked(traced, "slow")
    spans = all_of(collector, "slow")
    lines = [json.loads(line) for line in (traced.data / "logs" / "mind.log").read_text().splitlines() if "{" in line]
    (slow,) = (line for line in lines if line["event"] == "query.slow" and line["request_id"] == "slow")
    assert slow["trace_id"] == spans[0].trace
    assert set(slow["steps_ms"]) == {"activate", "hydrate", "ask", "synthesize"}
    assert 0 <= slow["waited_ms"] < slow["elapsed_ms"]
    assert "Quillon" not in json.dumps(slow)


def test_an_openai_client_is_followed_as_any_other_and_its_slow_questions_are_told(
    traced: Up, collector: Collector
) -> None:
    with traced.http() as http:
        asked = {
            "model": "myriad-base",
            "messages": [{"role": "user", "content": QUESTION}],
            "metadata": {"mind": "traced"},
        }
        sent = {"x-request-id": "chat"}
        http.post("/v1/chat/completions", headers=sent, json=asked).raise_for_status()
    spans = all_of(collector, "chat")
    (served,) = (one for one in spans if one.name == "HTTP POST")
    assert (served.attributes["myriad.route"], served.attributes["myriad.status"]) == ("/v1/chat/completions", "200")
    lines = [json.loads(line) for line in (traced.data / "logs" / "mind.log").read_text().splitlines() if "{" in line]
    assert [line["trace_id"] for line in lines if line["event"] == "query.slow" and line["request_id"] == "chat"] == [
        served.trace
    ]
