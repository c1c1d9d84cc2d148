"""The locator: which agent a request asks, and which hosts hold it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from mesh import names
from mesh.access import AGENT_HEADER
from mesh.errors import InvalidField
from mesh.placements import PlacementView
from myriad.dlm.v1.host_pb2 import Host

ASK_AGENT = "/myriad.agent.v1.AgentAskService/AskAgent"
_ASK_PATH = re.compile(r"/v1/(minds/[^/]+/agents/[^/]+):ask")


def agent_asked(path: str, headers: Mapping[str, str]) -> str:
    """
    The resource name of the one agent that a request asks; empty if it does something else.

    Over REST the path says it, over gRPC the header `x-myriad-agent` (a proxy cannot see into the body). What has
    the wrong form names no agent here: the service that gets the request will say what is wrong with it.
    """
    path = path.partition("?")[0]
    if path == ASK_AGENT:
        name = headers.get(AGENT_HEADER, "")
    elif match := _ASK_PATH.fullmatch(path):
        name = unquote(match[1])
    else:
        return ""
    try:
        return names.agent(*names.parse_agent(name))
    except InvalidField:
        return ""


class Locator:
    """Where agents are, as far as the DLM's watch stream has told."""

    def __init__(self, view: PlacementView) -> None:
        self._view = view

    def addresses(self, agent: str) -> str:
        """
        `address:port` of the hosts that hold an agent, comma-separated; empty if none is known.

        Envoy's `override_host` takes the first and, for retries, the next. Draining hosts come last: they
        answer for what they hold until others hold it.
        """
        hosts = sorted(self._view.hosts_of(agent), key=lambda host: host.state != Host.STATE_READY)
        return ",".join(host.address for host in hosts)
