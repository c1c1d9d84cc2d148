"""Routes: which component answers which public service. What is not here cannot be reached from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from envoy.config.route.v3.route_components_pb2 import (
    FilterConfig,
    HeaderMatcher,
    RetryPolicy,
    Route,
    RouteAction,
    RouteMatch,
    VirtualHost,
)
from envoy.config.route.v3.route_pb2 import RouteConfiguration
from envoy.extensions.filters.http.buffer.v3.buffer_pb2 import BufferPerRoute
from envoy.extensions.filters.http.grpc_json_transcoder.v3.transcoder_pb2 import GrpcJsonTranscoder
from envoy.extensions.retry.host.previous_hosts.v3.previous_hosts_pb2 import PreviousHostsPredicate
from envoy.type.matcher.v3.string_pb2 import StringMatcher
from google.protobuf.wrappers_pb2 import UInt32Value

from dlm.xds import keyless, methods
from dlm.xds.clusters import AGENT_HOSTS, HTTP
from dlm.xds.compression import COUNT, WHOLE, uncompressed
from dlm.xds.cors import preflights
from dlm.xds.pieces import duration, packed
from mesh.access import AGENT_HEADER

ROUTES = "public"
BODY = "body"
"""The filter that counts what a request brings, and holds it until it is whole."""
TRANSCODER = "transcoder"
"""The filter that makes gRPC of REST."""
IDLE_SECONDS = 300
"""How long a stream may say nothing, either way. Components hang up earlier, and say why."""
OF_GRPC = "of_grpc"
"""The filter that takes gRPC's headers out of answers."""
SECRET_HEADERS = ("authorization", "x-api-key")
"""No component sees a key's secret; the gatekeeper takes them out too."""

_OFF = packed(FilterConfig(disabled=True))
_AS_IT_IS = {TRANSCODER: packed(GrpcJsonTranscoder(proto_descriptor_bin=b""))}  # without services: off
_ANOTHER = RetryPolicy.RetryHostPredicate(
    name="envoy.retry_host_predicates.previous_hosts", typed_config=packed(PreviousHostsPredicate())
)
"""What failed at one replica is tried at another, if there is one; of hosts the gatekeeper names the next."""
_NOT_SENT = "connect-failure,refused-stream"
_NOT_ANSWERED = f"{_NOT_SENT},unavailable,cancelled,reset"
"""`cancelled`: of a component that stops; of a client that leaves nobody asks again."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where requests for a method, or with a trailing slash for the rest of a service, go."""

    path: str
    cluster: str
    seconds: int = 60
    """How long an answer may take; 0 for streams: no limit but for their silence."""
    repeatable: bool = False
    """Whether asking twice is as good as once, so that a lost answer may be asked for again."""
    piecemeal: bool = False
    """Whether the client sends a stream of messages: each is counted by who reads it."""
    secret: bool = False
    """Whether an answer may have a secret: how long it is compressed would tell of it, beside what the request said."""


DESTINATIONS: Sequence[Destination] = (
    Destination("/myriad.orchestrator.v1.OrchestratorService/StreamQuery", "orchestrator", 0, repeatable=True),
    Destination("/myriad.orchestrator.v1.OrchestratorService/", "orchestrator", repeatable=True),
    Destination("/myriad.orchestrator.v1.AnswerService/", "orchestrator"),
    Destination("/myriad.orchestrator.v1.ModelService/", "orchestrator", repeatable=True),
    # A mind may hold a million agents.
    Destination("/myriad.connectome.v1.MindService/DeleteMind", "connectome", 3600),
    Destination("/myriad.connectome.v1.MindService/", "connectome"),
    Destination("/myriad.genesis.v1.DocumentService/StreamLearn", "genesis", 0, piecemeal=True),
    Destination("/myriad.genesis.v1.ArchiveService/ExportMind", "genesis", 0),
    Destination("/myriad.genesis.v1.ArchiveService/ImportMind", "genesis", 0, piecemeal=True),
    # One request may hold 16 MiB of text to learn.
    Destination("/myriad.genesis.v1.DocumentService/", "genesis", 300),
    Destination("/myriad.agent.v1.AgentAskService/", AGENT_HOSTS, repeatable=True),
    Destination("/myriad.agent.v1.AgentService/", "dlm"),
    Destination("/myriad.dlm.v1.FleetService/", "dlm"),
    Destination("/myriad.gatekeeper.v1.KeyService/", "gatekeeper", secret=True),
    Destination("/myriad.gatekeeper.v1.UsageService/", "gatekeeper", repeatable=True),
    Destination("/myriad.gatekeeper.v1.AuditService/", "gatekeeper", repeatable=True),
)
UNTRANSCODED: Sequence[Destination] = (
    Destination("/v1/models", HTTP, repeatable=True),
    Destination("/v1/models/", HTTP, repeatable=True),
    # A stream has no limit but its silence.
    Destination("/v1/chat/completions", HTTP, 0),
    Destination("/v1/responses", HTTP, 0),
    Destination("/v1/responses/", HTTP, repeatable=True),
    Destination("/mcp", HTTP, 0),
)
"""Paths whose form is not ours but OpenAI's or MCP's, which no transcoder can give."""
KEYLESS: Sequence[Destination] = (
    Destination("/", HTTP, 5, repeatable=True),
    Destination("/healthz", HTTP, 5, repeatable=True),
    Destination("/favicon.ico", HTTP, 5, repeatable=True),  # browsers ask for it by themselves
    Destination("/openapi.json", HTTP, 5, repeatable=True),
    Destination("/docs", HTTP, 5, repeatable=True),
)
"""What anybody may ask without a key: exactly these paths, each so often from one address."""


def routes(image: bytes, origins: Sequence[str] = ()) -> RouteConfiguration:
    """
    All routes to what is in a descriptor image, the last for whatever is left; pages of `origins` may use them.

    Without the last one ext_authz would be skipped for every path that has no route, as REST paths have none before
    they are transcoded (envoy #37338): never remove it.
    """
    over_grpc = HeaderMatcher(name="content-type", string_match=StringMatcher(prefix="application/grpc"))
    encoded = HeaderMatcher(name="content-encoding", present_match=True)
    everything = VirtualHost(
        name="public",
        domains=["*"],
        routes=[
            *preflights(origins, _AS_IT_IS),
            *map(_route, (*DESTINATIONS, *UNTRANSCODED)),
            *map(_keyless, KEYLESS),
            methods.unknown(RouteMatch(prefix="/", headers=[over_grpc]), {OF_GRPC: _OFF}),
            *methods.refusing(image, _AS_IT_IS),
            methods.unknown(RouteMatch(prefix="/", headers=[encoded]), {WHOLE: methods.ON}),
            methods.unknown(RouteMatch(prefix="/")),
        ],
    )
    return RouteConfiguration(name=ROUTES, virtual_hosts=[everything], request_headers_to_remove=SECRET_HEADERS)


def _route(to: Destination) -> Route:
    match = RouteMatch(prefix=to.path) if to.path.endswith("/") else RouteMatch(path=to.path)
    by_agent = RouteAction.HashPolicy(header=RouteAction.HashPolicy.Header(header_name=AGENT_HEADER))
    action = RouteAction(
        cluster=to.cluster,
        timeout=duration(to.seconds),
        retry_policy=RetryPolicy(
            retry_on=_NOT_ANSWERED if to.repeatable else _NOT_SENT,
            num_retries=UInt32Value(value=2),
            retry_host_predicate=[] if to.cluster == AGENT_HOSTS else [_ANOTHER],
            host_selection_retry_max_attempts=3,
        ),
        hash_policy=[by_agent] if to.cluster == AGENT_HOSTS else [],
        idle_timeout=None if to.seconds else duration(IDLE_SECONDS),
    )
    changed = {COUNT: _OFF, BODY: packed(BufferPerRoute(disabled=True))} if to.piecemeal else {}
    if to.secret:
        changed |= uncompressed()
    if to.cluster != HTTP:
        changed[OF_GRPC] = _OFF
    else:
        changed |= _AS_IT_IS
    return Route(match=match, route=action, typed_per_filter_config=changed)


def _keyless(to: Destination) -> Route:
    route = _route(to)
    route.match.path = to.path  # of `/` too: it is no prefix
    for name, config in keyless.without_key().items():
        route.typed_per_filter_config[name].CopyFrom(config)
    return route
