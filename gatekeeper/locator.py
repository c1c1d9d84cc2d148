"""The locator: which agent a request asks, and to which hosts it goes."""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import unquote

import structlog

from gatekeeper.ports import Placing
from mesh import names
from mesh.access import AGENT_HEADER
from mesh.errors import ComponentUnavailable, InvalidField, MyriadError
from mesh.placements import PlacementView
from myriad.dlm.v1.host_pb2 import Host

log = structlog.get_logger()
SILENT_SECONDS = 1.0
"""A DLM that hangs is not asked for so long: all requests wait in one line, and none for long."""
ASK_AGENT = "/myriad.agent.v1.AgentAskService/AskAgent"
_ASK_PATH = re.compile(r"/v1/(minds/[^/]+/agents/[^/]+):ask")


def agent_asked(path: str, headers: Mapping[str, str]) -> str | None:
    """
    The resource name of the one agent that a request asks; None if it does something else.

    Over REST the path says it, over gRPC the header `x-myriad-agent` (a proxy cannot see into the body). What has
    the wrong form names no agent here, and is empty: the host that gets the request will say what is wrong with it.
    """
    path = path.partition("?")[0]
    if path == ASK_AGENT:
        name = headers.get(AGENT_HEADER, "")
    elif match := _ASK_PATH.fullmatch(path):
        name = unquote(match[1])
    else:
        return None
    try:
        return names.agent(*names.parse_agent(name))
    except InvalidField:
        return ""


class Locator:
    """Where agents are, as far as the DLM's watch stream has told; what it has not, the DLM is asked."""

    def __init__(self, view: PlacementView, dlm: Placing, clock: Callable[[], float] = time.monotonic) -> None:
        self._view = view
        self._dlm = dlm
        self._clock = clock
        self._silent_until = float("-inf")
        self.located = Counter[str]()
        """How often the DLM was asked, by what came of it: `found`, or why not."""

    async def addresses(self, agent: str) -> str:
        """
        `address:port` of the hosts to which a question for an agent goes, comma-separated; empty if any will do.

        Envoy's `override_host` takes the first and, for retries, the next. Draining hosts come last: they
        answer for what they hold until others hold it. An agent that sleeps is woken by an active host with room, the
        same for all who ask; if there is none, the DLM says which, and sees to it that Envoy knows it.
        """
        hosts = sorted(filter(_serves, self._view.hosts_of(agent)), key=lambda host: host.state != Host.STATE_READY)
        if hosts := hosts or self._with_room(agent):
            return ",".join(host.address for host in hosts)
        if self._clock() < self._silent_until:
            return ""
        try:
            address = await self._dlm.locate(agent)
        except MyriadError as error:
            self.located[error.reason_name] += 1
            log.info("agent.not_located", reason=error.reason_name)
            if isinstance(error, ComponentUnavailable):
                self._silent_until = self._clock() + SILENT_SECONDS
            return ""
        self.located["found"] += 1
        return address

    def _with_room(self, agent: str) -> list[Host]:
        hosts = (host for host in self._view.hosts() if host.state == Host.STATE_READY and _serves(host))
        return sorted((host for host in hosts if not (host.busy or host.full)), key=partial(_weight, agent))[-1:]


def _weight(agent: str, host: Host) -> bytes:
    return hashlib.blake2b(f"{host.id}\n{agent}".encode(), digest_size=8).digest()


def _serves(host: Host) -> bool:
    """Whether Envoy sends requests to a host, and will go on."""
    leaves = host.state == Host.STATE_DRAINING
    return leaves or host.phase not in (Host.PHASE_IDLE, Host.PHASE_DRAINING)
