"""Endpoints: the agent hosts of the fleet."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

import structlog
from envoy.config.core.v3.health_check_pb2 import DRAINING, HEALTHY
from envoy.config.endpoint.v3.endpoint_components_pb2 import Endpoint, LbEndpoint, LocalityLbEndpoints
from envoy.config.endpoint.v3.endpoint_pb2 import ClusterLoadAssignment

from dlm.xds.clusters import AGENT_HOSTS
from dlm.xds.pieces import address
from myriad.dlm.v1.host_pb2 import Host

log = structlog.get_logger()


def assignment(hosts: Iterable[Host]) -> ClusterLoadAssignment:
    """
    The hosts by address, without those that are idle: a draining one gets only what is meant for it.

    A host without an IP address is left out: Envoy would refuse all of them for its sake.
    """
    draining = {
        host.address: host.state == Host.STATE_DRAINING or host.phase == Host.PHASE_DRAINING
        for host in hosts
        if host.phase != Host.PHASE_IDLE and _usable(host)
    }
    endpoints = [
        LbEndpoint(
            endpoint=Endpoint(address=address(where)),
            health_status=DRAINING if draining[where] else HEALTHY,
        )
        for where in sorted(draining)
    ]
    return ClusterLoadAssignment(cluster_name=AGENT_HOSTS, endpoints=[LocalityLbEndpoints(lb_endpoints=endpoints)])


def _usable(host: Host) -> bool:
    try:
        ipaddress.ip_address(address(host.address).socket_address.address)
    except ValueError:
        log.warning("edge.host_without_ip", host=host.id, address=host.address[:100])
        return False
    return True
