"""What the orchestrator can be told."""

from __future__ import annotations

from pathlib import Path

from mesh.admission import AdmissionSettings
from mesh.settings import NONE, Secret, setting, settings


@settings
class Settings(AdmissionSettings):
    """Settings of the orchestrator."""

    connectome_target: str = setting("Where the connectome listens, address:port.")
    writer_target: str = setting(
        "Where the connectome that takes what use teaches listens, address:port, if that at connectome_target only "
        "follows it; empty: the same.",
        default="",
    )
    dlm_target: str = setting("Where the DLM listens, address:port; its replicas with commas between.")
    gatekeeper_target: str = setting(
        "The gatekeeper, address:port, which keeps what keys use and says when a stream's key is good no more; empty: "
        "nothing is charged, and streams outlive their keys.",
        default="",
    )
    hydration: str = setting(
        "How agents are woken: `crd` by HydrationRequests, which the operator serves; empty: by the DLM itself.",
        default="",
    )
    namespace: str = setting("The Kubernetes namespace of HydrationRequests; needed for `crd`.", default="")
    synth_target: str = setting("Where the synthesizer listens, address:port.")
    genesis_target: str = setting(
        "Where genesis listens, address:port: it learns and forgets for who asks over HTTP; needed for http_listen.",
        default="",
    )
    data: Path = setting("Folder for answers with their traces, which all orchestrators of a machine share.")
    redis: Secret = setting(
        "Where the Redis for state is, see docs/stores.md: answers with their traces, for all orchestrators; empty: "
        "in a file below `data`.",
        default=NONE,
    )
    http_listen: str = setting(
        "Where HTTP that is not transcoded, such as OpenAI's API, is answered, for Envoy alone, address:port; empty: "
        "nowhere.",
        default="",
    )
    tiers: str = setting("A TOML file that changes the tiers' budgets; empty: as built in.", default="")
    slow_query_seconds: float = setting(
        "A question that takes longer gets a line in the log, with its trace, seconds; 0: none does.", default=1.0
    )
    trace_texts: bool = setting(
        "Whether traces show questions in their words: whoever keeps the traces keeps these too.", default=False
    )
