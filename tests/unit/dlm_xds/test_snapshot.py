"""Snapshots: what fits together, and versions that are the same everywhere."""

from __future__ import annotations

import pytest

from dlm.xds.clusters import agent_hosts, check, component
from dlm.xds.endpoints import assignment
from dlm.xds.filters import image
from dlm.xds.program import COMPONENTS, program
from dlm.xds.routes import routes
from dlm.xds.snapshot import TYPES, InconsistentSnapshot, Snapshot
from mesh.settings import SettingError
from myriad.dlm.v1.host_pb2 import Host

TARGETS = {name: (f"127.0.0.1:{5000 + number}",) for number, name in enumerate(COMPONENTS)}


def whole() -> Snapshot:
    resources = program(
        listen="127.0.0.1:8080", secrets="/tls", targets=TARGETS, rate_per_second=200, max_body_bytes=1024
    )
    return Snapshot([*resources, assignment([Host(id="h", address="127.0.0.1:6000")])])


def test_two_replicas_give_equal_versions() -> None:
    one, two = whole(), whole()
    for kind in TYPES:
        assert {n: r.version for n, r in one.of_type(kind).items()} == {
            n: r.version for n, r in two.of_type(kind).items()
        }


def test_a_cluster_without_its_assignment_does_not_fit() -> None:
    with pytest.raises(InconsistentSnapshot, match="no assignment agent_hosts"):
        Snapshot([agent_hosts("/tls")])


def test_a_route_to_nowhere_does_not_fit() -> None:
    with pytest.raises(InconsistentSnapshot, match="goes to connectome"):
        Snapshot([component("orchestrator", (), "/tls"), routes(image())])


def test_a_name_twice_does_not_fit() -> None:
    with pytest.raises(InconsistentSnapshot, match="called x"):
        Snapshot([component("x", (), "/tls"), component("x", ("127.0.0.1:1",), "/tls")])


@pytest.mark.parametrize(
    ("setting", "value"),
    [("listen", "nowhere"), ("listen", "127.0.0.1:99999"), ("targets", {"dlm": ("x",)}), ("rate_per_second", 0)],
)
def test_a_setting_that_envoy_would_refuse_stops_the_start(setting: str, value: object) -> None:
    good = {"listen": "127.0.0.1:1", "secrets": "/tls", "targets": TARGETS, "rate_per_second": 1.0, "max_body_bytes": 1}
    with pytest.raises(SettingError):
        program(**{**good, setting: value})  # type: ignore[arg-type]


def test_replicas_are_looked_after_and_one_alone_is_asked_whatever_it_is_said_to_be() -> None:
    one = component("orchestrator", ("127.0.0.1:1",), "/tls")
    several = component("orchestrator", ("127.0.0.1:1", "127.0.0.1:2"), "/tls")
    assert not one.health_checks
    assert not one.HasField("outlier_detection")
    assert len(several.load_assignment.endpoints[0].lb_endpoints) == 2
    assert several.health_checks[0].HasField("grpc_health_check")
    assert several.outlier_detection.consecutive_local_origin_failure.value == 1


def test_a_name_means_any_number_of_replicas_and_whoever_it_means_no_more_gets_nothing() -> None:
    named = component("orchestrator", ("orchestrator.myriad.svc:9090",), "/tls")
    assert named.type == named.STRICT_DNS
    assert named.health_checks
    assert named.HasField("outlier_detection")
    assert named.ignore_health_on_host_removal


def test_the_check_which_speaks_http_1_is_not_asked_for_its_health_by_grpc() -> None:
    for targets in (("gatekeeper.myriad.svc:9191",), ("127.0.0.1:1", "127.0.0.1:2")):
        named = check(targets, "/tls")
        assert not named.health_checks
        assert named.HasField("outlier_detection")
