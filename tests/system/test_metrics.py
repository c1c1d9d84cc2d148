"""Metrics: every component shows what docs/metrics.md says, to whoever has a certificate for it."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.prometheus.promtool import promtool
from tests.system.harness import ROOT, Up, needs_all
from tests.system.scraping import hydrations, jobs, samples, scraped

pytestmark = needs_all
COMPONENTS = {"agent_host", "connectome", "dlm", "gatekeeper", "genesis", "orchestrator", "synth"}


def documented() -> dict[str, set[str]]:
    """By component, the metrics in the table."""
    rows = re.findall(r"^\| ([\w, ]+) \| (.+?) \|", (ROOT / "docs" / "metrics.md").read_text(), re.MULTILINE)
    table: dict[str, set[str]] = {component: set() for component in COMPONENTS}
    for who, metrics in rows[1:]:
        for component in COMPONENTS if who == "all" else who.split(", "):
            table[component] |= set(re.findall(r"`(\w+)`", metrics))
    return table


def names(exposition: str) -> set[str]:
    return set(re.findall(r"^# TYPE (\w+) ", exposition, re.MULTILINE))


def test_each_component_shows_the_metrics_that_are_documented_and_no_others(running: Up) -> None:
    table, seen = documented(), set()
    for job, address, tls in jobs(running):
        component = "agent_host" if job.startswith("host-") else job
        shown = names(scraped(address, tls, Path(tls["cert_file"]).parent).text)
        assert table[component] <= shown, job
        assert {name for name in shown if name.startswith("myriad_")} - table[component] == set(), job
        seen.add(component)
    assert seen == COMPONENTS


def test_what_happens_is_counted(running: Up) -> None:
    def value(job: str, sample: str) -> float:
        return samples(running, job).get(sample, 0.0)

    wanted = [
        ("genesis", 'myriad_documents_total{reason="",state="learned"}'),
        ("genesis", 'myriad_documents_total{reason="DOCUMENT_EMPTY",state="failed"}'),
        ("orchestrator", 'myriad_answers_total{model="myriad-swift",state="answered"}'),
        ("orchestrator", 'myriad_errors_total{reason="MIND_NOT_FOUND"}'),
        ("gatekeeper", 'myriad_checks_total{verdict="KEY_INVALID"}'),
    ]
    before = [value(*sample) for sample in wanted]
    with running.http() as http:
        documents = [
            {"title": "Tally", "text": "Tally is a ledger. It is written in Rust."},
            {"title": "x", "text": " "},
        ]
        http.post("/v1/minds/metrics/documents:learn", json={"documents": documents}).raise_for_status()
        asked = {"question": "What language is Tally written in?", "mind": "metrics", "model": "myriad-swift"}
        http.post("/v1/query", json=asked).raise_for_status()
        assert http.post("/v1/query", json={**asked, "mind": "nowhere"}).is_client_error
    with running.http("wrong") as http:
        assert http.get("/v1/models").status_code == httpx.codes.UNAUTHORIZED
    after = [value(*sample) for sample in wanted]
    assert all(now > then for then, now in zip(before, after, strict=True)), list(
        zip(wanted, before, after, strict=True)
    )


def test_a_question_whose_agents_are_awake_asks_neither_the_dlm_nor_the_packet_store(running: Up) -> None:
    with running.http() as http:
        documents = [{"title": "Abacus", "text": "The abacus is a frame. It is made of beech."}]
        http.post("/v1/minds/awake/documents:learn", json={"documents": documents}).raise_for_status()
        asked = {"question": "What is the abacus made of?", "mind": "awake"}

        def ask() -> None:
            for model in ("myriad-swift", "myriad-base", "myriad-max"):
                http.post("/v1/query", json={**asked, "model": model}).raise_for_status()

        ask()
        before = hydrations(running)
        for _ in range(5):
            ask()
        assert hydrations(running) == before


@pytest.mark.parametrize("caller", [None, "synth", "envoy"])
def test_metrics_are_for_those_who_collect_them(running: Up, caller: str | None) -> None:
    own = running.data / "tls" / caller if caller else None
    for _, address, tls in jobs(running):
        with pytest.raises(httpx.HTTPError):
            scraped(address, tls, own)


def test_dashboard_and_alerts_ask_for_metrics_that_a_running_myriad_shows(running: Up) -> None:
    shown = set[str]()
    for _, address, tls in jobs(running):
        text = scraped(address, tls, Path(tls["cert_file"]).parent).text
        shown |= {name for name, kind in re.findall(r"^# TYPE (\w+) (\w+)", text, re.MULTILINE) if kind != "histogram"}
        histograms = re.findall(r"^# TYPE (\w+) histogram", text, re.MULTILINE)
        shown |= {f"{name}_{part}" for name in histograms for part in ("bucket", "sum", "count")}
    chart = ROOT / "manifests" / "myriad"
    asked = set[str]()
    for file in ("dashboard.json", "alerts.yaml"):
        expressions = re.sub(r"\{\{.*?\}\}|summary: .*", "", (chart / file).read_text())
        asked |= set(re.findall(r"\b(?:myriad|grpc_server|process)_\w+", expressions))
    assert len(asked) >= 40
    assert asked - shown == set()


def test_promtool_takes_what_each_component_shows_and_how_prometheus_is_told_of_it(running: Up) -> None:
    promtool("check", "config", running.data / "prometheus.yml")
    for _, address, tls in jobs(running):
        promtool("check", "metrics", stdin=scraped(address, tls, Path(tls["cert_file"]).parent).text)
