"""Clusters: the components, and the agent hosts."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from envoy.config.cluster.v3.circuit_breaker_pb2 import CircuitBreakers
from envoy.config.cluster.v3.cluster_pb2 import Cluster, LoadBalancingPolicy
from envoy.config.cluster.v3.outlier_detection_pb2 import OutlierDetection
from envoy.config.core.v3 import protocol_pb2 as protocol
from envoy.config.core.v3.base_pb2 import TransportSocket
from envoy.config.core.v3.extension_pb2 import TypedExtensionConfig
from envoy.config.core.v3.health_check_pb2 import HealthCheck
from envoy.config.endpoint.v3.endpoint_components_pb2 import Endpoint, LbEndpoint, LocalityLbEndpoints
from envoy.config.endpoint.v3.endpoint_pb2 import ClusterLoadAssignment
from envoy.extensions.load_balancing_policies.maglev.v3.maglev_pb2 import Maglev
from envoy.extensions.load_balancing_policies.override_host.v3.override_host_pb2 import OverrideHost
from envoy.extensions.upstreams.http.v3.http_protocol_options_pb2 import HttpProtocolOptions
from envoy.type.metadata.v3.metadata_pb2 import MetadataKey
from envoy.type.v3.percent_pb2 import Percent
from google.protobuf.message import Message
from google.protobuf.wrappers_pb2 import BoolValue, UInt32Value

from dlm.xds.pieces import ADS, address, duration, packed
from dlm.xds.tracing import COLLECTOR
from dlm.xds.transport import mutual_tls
from mesh.access import POD_HEADER
from mesh.identity import AGENT_HOST, RATE_LIMIT

AGENT_HOSTS = "agent_hosts"
CHECK = "check"
"""Where the gatekeeper is asked about requests."""
HTTP = "http"
"""Where the orchestrator answers what is not transcoded."""
RATES = "rates"
"""Where rates of keys are counted for all Envoys."""
CONNECT_SECONDS = 1
MOST_CONNECTIONS = 1_024
MOST_CHECKING = 32
"""Connections for checks. One process answers them all: more would add handshakes, which take longer than a check."""
MOST_REQUESTS = 4_096
RETRY_PERCENT = 20.0
"""Of the requests under way, how many may be retries: more would make a bad moment worse."""
CHECK_IDLE_SECONDS = 60
"""Less than the gatekeeper waits (`mesh.conversation`), so that no check meets a connection that is closing."""
_HTTP1 = HttpProtocolOptions(
    common_http_protocol_options=protocol.HttpProtocolOptions(idle_timeout=duration(CHECK_IDLE_SECONDS)),
    explicit_http_config=HttpProtocolOptions.ExplicitHttpConfig(http_protocol_options=protocol.Http1ProtocolOptions()),
)
_HTTP2 = HttpProtocolOptions(
    explicit_http_config=HttpProtocolOptions.ExplicitHttpConfig(
        http2_protocol_options=protocol.Http2ProtocolOptions(
            # Hosts take pings no closer together than 5 s (mesh/server.py).
            connection_keepalive=protocol.KeepaliveSettings(interval=duration(10), timeout=duration(3))
        )
    )
)
LEAST_HEALTHY_PERCENT = 1.0
"""With fewer replicas that are well, which is none, all are tried: a check may be wrong."""
_EJECTION = OutlierDetection(
    # Who cannot be reached gets nothing for a second: it has the fewest requests of all, and would be chosen again.
    split_external_local_origin_errors=True,
    consecutive_local_origin_failure=UInt32Value(value=1),
    enforcing_consecutive_local_origin_failure=UInt32Value(value=100),
    enforcing_consecutive_5xx=UInt32Value(value=0),
    enforcing_success_rate=UInt32Value(value=0),
    enforcing_local_origin_success_rate=UInt32Value(value=0),
    base_ejection_time=duration(1),
    max_ejection_time=duration(2),
    max_ejection_percent=UInt32Value(value=50),
    always_eject_one_host=BoolValue(value=True),
)
_HEALTH = HealthCheck(
    # For one that hangs; and that starts, until it has all that it needs.
    grpc_health_check=HealthCheck.GrpcHealthCheck(),
    interval=duration(1),
    no_traffic_interval=duration(1),
    timeout=duration(2),
    unhealthy_threshold=UInt32Value(value=2),
    healthy_threshold=UInt32Value(value=1),
)
_AUTHZ = "envoy.filters.http.ext_authz"


def component(name: str, targets: Sequence[str], secrets: str) -> Cluster:
    """A component's replicas at `targets` (`host:port`, a DNS name may have several addresses; none: nowhere)."""
    return _named(name, targets, _HTTP2, mutual_tls(name, secrets, ["h2"]))


def check(targets: Sequence[str], secrets: str) -> Cluster:
    """The gatekeeper's check at `targets`, over HTTP/1.1."""
    return _named(CHECK, targets, _HTTP1, mutual_tls("gatekeeper", secrets), MOST_CHECKING)


def http(targets: Sequence[str], secrets: str) -> Cluster:
    """The orchestrator's replicas as they speak HTTP/1.1, at `targets`."""
    return _named(HTTP, targets, _HTTP1, mutual_tls("orchestrator", secrets))


def rates(targets: Sequence[str], secrets: str) -> Cluster:
    """The rate limit service at `targets`. One that is not well is not asked: nothing is lost but time."""
    cluster = _named(RATES, targets, _HTTP2, mutual_tls(RATE_LIMIT, secrets, ["h2"]))
    del cluster.health_checks[:]
    cluster.health_checks.append(_HEALTH)
    cluster.common_lb_config.healthy_panic_threshold.value = 0
    return cluster


def collector(target: str) -> Cluster:
    """Who takes spans at `target` (`host:port`), without TLS: it stands beside. Whether it is well is not asked."""
    endpoint = LbEndpoint(endpoint=Endpoint(address=address(target)))
    return _cluster(
        COLLECTOR,
        _HTTP2,
        MOST_CONNECTIONS,
        type=Cluster.STRICT_DNS,
        dns_lookup_family=Cluster.V4_PREFERRED,
        load_assignment=ClusterLoadAssignment(
            cluster_name=COLLECTOR, endpoints=[LocalityLbEndpoints(lb_endpoints=[endpoint])]
        ),
    )


def _named(
    name: str,
    targets: Sequence[str],
    http: HttpProtocolOptions,
    transport: TransportSocket,
    most_connections: int = MOST_CONNECTIONS,
) -> Cluster:
    endpoints = [LbEndpoint(endpoint=Endpoint(address=address(target))) for target in filter(None, targets)]
    named = any(map(_is_name, targets))
    several = named or len(endpoints) > 1
    return _cluster(
        name,
        http,
        most_connections,
        transport_socket=transport,
        type=Cluster.STRICT_DNS,
        dns_lookup_family=Cluster.V4_PREFERRED,
        # Who is no longer among those that a name means is about to go, however well it is.
        ignore_health_on_host_removal=named,
        lb_policy=Cluster.LEAST_REQUEST,
        outlier_detection=_EJECTION if several else None,
        # Over HTTP/2 only: Envoy refuses a cluster that has others.
        health_checks=[_HEALTH] if several and http is _HTTP2 else [],
        common_lb_config=Cluster.CommonLbConfig(healthy_panic_threshold=Percent(value=LEAST_HEALTHY_PERCENT)),
        load_assignment=ClusterLoadAssignment(
            cluster_name=name, endpoints=[LocalityLbEndpoints(lb_endpoints=endpoints)]
        ),
    )


def _is_name(target: str) -> bool:
    """Whether it may mean any number of replicas, which come and go."""
    try:
        ipaddress.ip_address(target.rpartition(":")[0].strip("[]"))
    except ValueError:
        return bool(target)
    return False


def agent_hosts(secrets: str) -> Cluster:
    """
    The agent hosts: the gatekeeper's word chooses (the metadata `x-myriad-pod`, `ip:port`, the first of several and the
    next ones for retries), if EDS knows that address. Else the agent's name does, by the route's hash policy.
    """
    source = OverrideHost.OverrideHostSource(
        metadata=MetadataKey(key=_AUTHZ, path=[MetadataKey.PathSegment(key=POD_HEADER)])
    )
    chosen = OverrideHost(override_host_sources=[source], fallback_policy=_policy("maglev", Maglev()))
    return _cluster(
        AGENT_HOSTS,
        _HTTP2,
        MOST_CONNECTIONS,
        transport_socket=mutual_tls(AGENT_HOST, secrets, ["h2"]),
        type=Cluster.EDS,
        eds_cluster_config=Cluster.EdsClusterConfig(eds_config=ADS),
        load_balancing_policy=_policy("override_host", chosen),
    )


def _cluster(name: str, http: HttpProtocolOptions, most_connections: int, **options: object) -> Cluster:
    threshold = CircuitBreakers.Thresholds(
        max_connections=UInt32Value(value=most_connections),
        max_pending_requests=UInt32Value(value=MOST_REQUESTS),
        max_requests=UInt32Value(value=MOST_REQUESTS),
        retry_budget=CircuitBreakers.Thresholds.RetryBudget(budget_percent=Percent(value=RETRY_PERCENT)),
    )
    return Cluster(
        name=name,
        connect_timeout=duration(CONNECT_SECONDS),
        circuit_breakers=CircuitBreakers(thresholds=[threshold]),
        typed_extension_protocol_options={http.DESCRIPTOR.full_name: packed(http)},
        **options,
    )


def _policy(name: str, policy: Message) -> LoadBalancingPolicy:
    config = TypedExtensionConfig(name=name, typed_config=packed(policy))
    return LoadBalancingPolicy(policies=[LoadBalancingPolicy.Policy(typed_extension_config=config)])
