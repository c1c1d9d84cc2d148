"""Metrics of a running Myriad, as Prometheus would have them."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from tests.system.harness import Up


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


def samples(up: Up, job: str) -> dict[str, float]:
    """What a component counts, by name and labels."""
    address, tls = next((address, tls) for name, address, tls in jobs(up) if name == job)
    text = scraped(address, tls, Path(tls["cert_file"]).parent).text
    return {name: float(value) for name, value in re.findall(r"^(\w+(?:{.*})?) (\S+)$", text, re.MULTILINE)}


def hydrations(up: Up) -> dict[str, float]:
    """What the DLM was asked for, and what it had to read."""
    kinds = r'grpc_server_started_total.*"Hydrate"|myriad_(hydrations_total|loads_seconds_count|store_reads_total)'
    counted = {name: value for name, value in samples(up, "dlm").items() if re.match(kinds, name)}
    assert any(counted.values())
    return counted
