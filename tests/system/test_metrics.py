"""Metrics: every component shows what docs/metrics.md says, to whoever has a certificate for it."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from tests.system.harness import ROOT, Up, needs_all

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


def jobs(up: Up) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """What Prometheus is told: the name of each component or host, where it is, and how to speak to it."""
    for job in json.loads((up.data / "prometheus.yml").read_text())["scrape_configs"]:
        (group,) = job["static_configs"]
        yield job["job_name"], group["targets"][0], job["tls_config"]


def scraped(address: str, tls: Mapping[str, str], own: Path | None = None) -> httpx.Response:
    context = ssl.create_default_context(cafile=tls["ca_file"])
    if own:
        context.load_cert_chain(own / "tls.crt", own / "tls.key")
    with httpx.Client(verify=context, trust_env=False) as client:
        return client.get(f"https://{address}/metrics", extensions={"sni_hostname": tls["server_name"]})


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
        address, tls = next((address, tls) for name, address, tls in jobs(running) if name == job)
        text = scraped(address, tls, Path(tls["cert_file"]).parent).text
        found = re.search(rf"^{re.escape(sample)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    samples = [
        ("genesis", 'myriad_documents_total{reason="",state="learned"}'),
        ("genesis", 'myriad_documents_total{reason="DOCUMENT_EMPTY",state="failed"}'),
        ("orchestrator", 'myriad_answers_total{model="myriad-swift",state="answered"}'),
        ("orchestrator", 'myriad_errors_total{reason="MIND_NOT_FOUND"}'),
        ("gatekeeper", 'myriad_checks_total{verdict="KEY_INVALID"}'),
    ]
    before = [value(*sample) for sample in samples]
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
    after = [value(*sample) for sample in samples]
    assert all(now > then for then, now in zip(before, after, strict=True)), list(
        zip(samples, before, after, strict=True)
    )


@pytest.mark.parametrize("caller", [None, "synth", "envoy"])
def test_metrics_are_for_those_who_collect_them(running: Up, caller: str | None) -> None:
    own = running.data / "tls" / caller if caller else None
    for _, address, tls in jobs(running):
        with pytest.raises(httpx.HTTPError):
            scraped(address, tls, own)
