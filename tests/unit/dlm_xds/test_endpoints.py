"""Endpoints: hosts as Envoy takes them."""

from __future__ import annotations

from envoy.config.core.v3.health_check_pb2 import DRAINING, HEALTHY

from dlm.xds.endpoints import assignment
from myriad.dlm.v1.host_pb2 import Host


def listed(*hosts: Host) -> list[tuple[str, int, int]]:
    (locality,) = assignment(hosts).endpoints
    return [
        (a.address, a.port_value, endpoint.health_status)
        for endpoint in locality.lb_endpoints
        for a in [endpoint.endpoint.address.socket_address]
    ]


def test_a_draining_host_is_draining_for_envoy() -> None:
    ready = Host(id="a", address="10.0.0.1:7", state=Host.STATE_READY)
    leaving = Host(id="b", address="10.0.0.2:7", state=Host.STATE_DRAINING)
    assert listed(ready, leaving) == [("10.0.0.1", 7, HEALTHY), ("10.0.0.2", 7, DRAINING)]


def test_an_idle_host_is_none_and_one_that_is_about_to_be_idle_gets_only_what_is_meant_for_it() -> None:
    ready = Host.STATE_READY
    idle = Host(id="a", address="10.0.0.1:7", state=ready, phase=Host.PHASE_IDLE)
    active = Host(id="b", address="10.0.0.2:7", state=ready, phase=Host.PHASE_ACTIVE)
    rests = Host(id="c", address="10.0.0.3:7", state=ready, phase=Host.PHASE_DRAINING)
    assert listed(idle) == []
    assert listed(idle, active, rests) == [("10.0.0.2", 7, HEALTHY), ("10.0.0.3", 7, DRAINING)]


def test_a_host_that_envoy_would_refuse_does_not_spoil_the_rest() -> None:
    bad = ["", "localhost:7", "10.0.0.1", "10.0.0.1:x", "10.0.0.1:70000", "::1"]
    hosts = [Host(id=str(n), address=address) for n, address in enumerate(bad)]
    assert listed(*hosts, Host(id="v6", address="[::1]:7")) == [("::1", 7, HEALTHY)]


def test_two_hosts_at_one_address_are_one_endpoint() -> None:
    assert len(listed(Host(id="old", address="10.0.0.1:7"), Host(id="new", address="10.0.0.1:7"))) == 1


def test_the_order_of_hosts_changes_nothing() -> None:
    one, two = Host(id="a", address="10.0.0.1:7"), Host(id="b", address="10.0.0.2:7")
    assert assignment([one, two]) == assignment([two, one])
