"""
The check: Envoy asks about every request before anything else happens.

Over HTTP/1.1 (the `http_service` of Envoy's ext_authz), because every request waits for it: a gRPC server in Python
answers after 1.5 ms, this after 0.4 ms, with an eighth of the work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import structlog

from gatekeeper.authentication import Authentication
from gatekeeper.locator import Locator, agent_asked
from gatekeeper.usage import Budget
from gatekeeper.verdict import allowed, denied
from mesh import call, tracing
from mesh.conversation import Request, Response, unreadable
from mesh.errors import MyriadError, RequestUnreadable
from mesh.metrics import Metric, counter
from mesh.tracing import Tracer

log = structlog.get_logger()


def over_grpc(request: Request) -> bool:
    """
    Whether the client speaks gRPC: such a one has to send this header, and hardly another does.

    The content type is not told here, and must not be: Envoy's own words to a check of a gRPC type that nobody
    answers begin with 200, which ext_authz takes for a yes.
    """
    return request.headers.get("te") == "trailers"


class Check:
    """The verdict on a request, and, if it asks an agent, where that is."""

    def __init__(
        self, authentication: Authentication, budget: Budget, locator: Locator, tracer: Tracer | None = None
    ) -> None:
        self._authentication = authentication
        self._budget = budget
        self._locator = locator
        self._tracer = tracer
        self.verdicts = Counter[str]()
        """How many there were, by reason; `ALLOWED` if there was none."""

    async def decide(self, request: Request) -> Response:
        """May it pass, and as whom?"""
        with tracing.begun(self._tracer, "check", request.headers.get(tracing.TRACEPARENT, "")):
            return await self._decide(request)

    async def _decide(self, request: Request) -> Response:
        headers = request.headers
        call.request_id.set(headers.get(call.REQUEST_ID, ""))
        try:
            key = await self._authentication.key(headers)
            self._budget.check(key, request.path)
        except MyriadError as error:
            log.info("request.denied", reason=error.reason_name)
            self.verdicts[error.reason_name] += 1
            return denied(error, grpc=over_grpc(request), path=request.path)
        if _disguises_a_name(request.path):
            self.verdicts[RequestUnreadable.name()] += 1
            return unreadable()
        self.verdicts["ALLOWED"] += 1
        agent = agent_asked(request.path, headers)
        return allowed(key, agent or "", "" if agent is None else await self._locator.addresses(agent))

    def metrics(self) -> Iterator[Metric]:
        yield counter("myriad_checks", "Requests that Envoy asked about, by verdict.", self.verdicts, "verdict")
        yield counter(
            "myriad_locations",
            "Agents of which the DLM was asked where they are to be.",
            self._locator.located,
            "result",
        )


def _disguises_a_name(path: str) -> bool:
    """
    Whether a parameter's name is written with escapes.

    Envoy passes over a parameter that would replace what the path says only if its name stands there as it is.
    """
    return any("%" in parameter.partition("=")[0] for parameter in path.partition("?")[2].split("&"))
