"""All checks, in the order in which a request goes."""

from __future__ import annotations

from collections.abc import Sequence

from cli.doctor import forms, front, local, network, whole
from cli.doctor.check import COMPONENTS, Check

LOCAL: Sequence[Check] = (
    Check("process", local.process),
    Check("secrets", local.modes),
    Check("room here", local.disk),
)
"""For who has a data folder here."""
REMOTE: Sequence[Check] = (
    Check("URL", network.url),
    Check("proxies", network.proxies, ("URL",)),
    Check("name", network.name, ("URL",)),
    Check("connection", network.connection, ("name",)),
    Check("certificate", network.certificate, ("connection",)),
    Check("Myriad", front.myriad, ("certificate",)),
    Check("clock", front.clock, ("Myriad",)),
    Check("ready", front.ready, ("Myriad",)),
    Check("key", front.key, ("Myriad",)),
    Check("limits", front.limits, ("key",)),
    Check("state", whole.fleet, ("key",)),
    Check("version", front.software, ("state",)),
    Check(COMPONENTS, whole.components, ("state",)),
    Check("hosts", whole.hosts, ("state",)),
    Check("stores", whole.stores, ("state",)),
    Check("packets", whole.packets, ("state",)),
    Check("disks", whole.disks, ("state",)),
    Check("edge", whole.edge, ("state",)),
    Check("gRPC", forms.over_grpc, ("key",), ("orchestrator",)),
    Check("OpenAI", forms.openai, ("key",), ("orchestrator",)),
    Check("question", forms.question, ("key",), ("orchestrator", "connectome", "genesis", "synth")),
    Check("stream", forms.stream, ("question",)),
    Check("times", forms.times, ("question",)),
    Check("MCP", forms.over_mcp, ("key",), ("orchestrator",)),
)
