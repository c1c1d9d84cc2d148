"""How Prometheus is told where all metrics are: `prometheus --config.file .myriad/prometheus.yml`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cli.supervisor import envoy
from mesh.identity import AGENT_HOST, AUTHORITY, CERTIFICATE, KEY, PROMETHEUS, dns


def configuration(metrics: Mapping[str, str], tls: Path) -> str:
    """Prometheus' configuration, by the addresses of components and hosts; JSON is YAML."""
    own = tls / PROMETHEUS
    files = {"ca_file": AUTHORITY, "cert_file": CERTIFICATE, "key_file": KEY}
    jobs = [
        {
            "job_name": name,
            "scheme": "https",
            "tls_config": {
                **{kind: str(own / file) for kind, file in files.items()},
                "server_name": dns(_component(name)),
            },
            "static_configs": [{"targets": [address]}],
        }
        for name, address in metrics.items()
    ]
    return json.dumps({"rule_files": [str(_alerts())], "scrape_configs": jobs}, indent=2) + "\n"


def _alerts() -> Path:
    """The alerting rules: in the wheel, or in a source tree."""
    packaged = Path(__file__).with_name("alerts.yaml")
    return packaged if packaged.exists() else envoy.ROOT / "manifests" / "myriad" / "alerts.yaml"


def _component(name: str) -> str:
    """Whose certificate a replica of a component, or a host, has: `orchestrator-2` is an orchestrator."""
    kind = name.partition("-")[0]
    return AGENT_HOST if kind == "host" else kind
