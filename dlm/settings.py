"""What the DLM can be told."""

from __future__ import annotations

from mesh.connections import MESSAGE_BYTES
from mesh.settings import NONE, Secret, setting, settings
from substrate.settings import PacketSettings


@settings
class Settings(PacketSettings):
    redis: Secret = setting("Where the Redis for state is, see docs/stores.md; empty: in memory.", default=NONE)
    cache: Secret = setting(
        "Where the Redis for the cache of packets is; empty: the same as MYRIAD_REDIS, else in memory.", default=NONE
    )
    cache_bytes: int = setting("How much the cache of packets in memory may hold, bytes.", default=256 * 1024 * 1024)
    orchestrator_target: tuple[str, ...] = setting(
        "Where the orchestrator listens, address:port; its replicas with commas between.", default=()
    )
    connectome_target: str = setting("Where the connectome listens, address:port.")
    genesis_target: str = setting("Where genesis listens, address:port.", default="")
    dlm_target: tuple[str, ...] = setting(
        "Where the DLM itself listens, for Envoy, address:port; its replicas with commas between.", default=()
    )
    synth_target: str = setting("Where the synthesizer listens, address:port.", default="")
    gatekeeper_target: str = setting("Where the gatekeeper listens, address:port.")
    check_target: str = setting("Where the gatekeeper answers Envoy's checks, address:port.", default="")
    http_target: tuple[str, ...] = setting(
        "Where the orchestrator answers over HTTP, address:port; its replicas with commas between.", default=()
    )
    edge_listen: str = setting("Where Envoy shall listen, address:port.", default="127.0.0.1:8080")
    edge_tls: str = setting(
        "Folder where Envoy finds its certificate: certificate.json and authority.json, see envoy/README.md.",
        default="/etc/envoy/tls",
    )
    edge_public_tls: str = setting(
        "Folder where Envoy finds the certificate that it shows to clients, as certificate.json; empty: plain HTTP.",
        default="",
    )
    rate_per_second: float = setting("Calls a key may make at each Envoy, calls a second.", default=200.0)
    rate_limit_target: tuple[str, ...] = setting(
        "Where a rate limit service counts for all Envoys what keys with a rate of their own do, see docs/stores.md, "
        "address:port; its replicas with commas between; empty: each Envoy counts for itself.",
        default=(),
    )
    cors_origins: tuple[str, ...] = setting(
        "Whose pages may call from a browser: origins such as https://app.example.org, commas between; empty: none.",
        default=(),
    )
    trace_share: float = setting(
        "Which share of requests is followed, from 0 to 1, where MYRIAD_OTLP_ENDPOINT is set.", default=1.0
    )
    max_body_bytes: int = setting("Largest body of a REST request or answer, bytes.", default=MESSAGE_BYTES)
    namespace: str = setting(
        "The Kubernetes namespace whose objects the operator works on, see docs/kubernetes.md; empty: no operator.",
        default="",
    )
    host_idle_seconds: float = setting(
        "A host none of whose agents was asked for so long gives them up and is idle, seconds; 0: it keeps them.",
        default=600.0,
    )
    speculate: bool = setting(
        "Whether what learned links lead to from agents just woken is brought in ahead, into spare room.", default=True
    )
