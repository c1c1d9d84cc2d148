"""One Delta ADS stream: what is said, in which order, and what is not said again."""

from __future__ import annotations

from collections.abc import Sequence

from envoy.config.cluster.v3.cluster_pb2 import Cluster
from envoy.service.discovery.v3.discovery_pb2 import DeltaDiscoveryRequest, DeltaDiscoveryResponse

from dlm.xds.clusters import AGENT_HOSTS, agent_hosts
from dlm.xds.endpoints import assignment
from dlm.xds.pieces import duration
from dlm.xds.program import program
from dlm.xds.snapshot import ASSIGNMENT, CLUSTER, EXTENSION, LISTENER, ROUTES, Message, Snapshot
from dlm.xds.stream import DeltaStream
from myriad.dlm.v1.fleet_service_pb2 import EdgeState
from myriad.dlm.v1.host_pb2 import Host

FIXED = program(listen="127.0.0.1:8080", secrets="/tls", targets={}, rate_per_second=200, max_body_bytes=1024)
NO_HOST = Snapshot([*FIXED, assignment([])])
ONE_HOST = Snapshot([*FIXED, assignment([Host(id="h", address="127.0.0.1:6000")])])


def changed(fixed: Sequence[Message] = FIXED) -> list[Message]:
    """The same with another agent_hosts cluster."""
    other = agent_hosts("/tls")
    other.connect_timeout.CopyFrom(duration(2))
    return [other if isinstance(m, Cluster) and m.name == AGENT_HOSTS else m for m in fixed]


class Envoy:
    """Speaks to a stream as Envoy does, and remembers."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.state = EdgeState()
        self.stream = DeltaStream(self.state)
        self.snapshot = snapshot

    def say(self, kind: str, **fields: object) -> list[DeltaDiscoveryResponse]:
        self.stream.receive(DeltaDiscoveryRequest(type_url=kind, **fields))
        return self.hear()

    def hear(self, snapshot: Snapshot | None = None) -> list[DeltaDiscoveryResponse]:
        self.snapshot = snapshot or self.snapshot
        return self.stream.responses(self.snapshot)

    def connect(self) -> None:
        self.say(CLUSTER)
        self.say(ASSIGNMENT, resource_names_subscribe=[AGENT_HOSTS])
        self.say(LISTENER)
        self.say(EXTENSION, resource_names_subscribe=["transcoder"])
        self.say(ROUTES, resource_names_subscribe=["public"])


def names(response: DeltaDiscoveryResponse) -> list[str]:
    return [resource.name for resource in response.resources]


def test_what_is_there_is_said_once() -> None:
    envoy = Envoy(NO_HOST)
    (response,) = envoy.say(CLUSTER)
    assert AGENT_HOSTS in names(response)
    assert envoy.say(CLUSTER, response_nonce=response.nonce) == []
    assert envoy.state.accepted_count == 1


def test_nothing_is_said_of_types_that_nobody_asked_for() -> None:
    assert Envoy(NO_HOST).hear() == []


def test_all_types_come_in_the_order_that_names_nothing_before_it_is_there() -> None:
    envoy = Envoy(Snapshot([]))
    envoy.connect()
    responses = envoy.hear(ONE_HOST)
    assert [r.type_url for r in responses] == [CLUSTER, ASSIGNMENT, LISTENER, ROUTES, EXTENSION]
    assert len({r.nonce for r in responses}) == len(responses)


def test_what_goes_goes_last_and_in_the_opposite_order() -> None:
    envoy = Envoy(ONE_HOST)
    envoy.connect()
    responses = envoy.hear(Snapshot([]))
    assert [r.type_url for r in responses] == [EXTENSION, ROUTES, LISTENER, ASSIGNMENT, CLUSTER]
    assert all(r.removed_resources and not r.resources for r in responses)


def test_a_new_host_is_one_resource_on_the_wire() -> None:
    envoy = Envoy(NO_HOST)
    envoy.connect()
    (response,) = envoy.hear(ONE_HOST)
    assert (response.type_url, names(response)) == (ASSIGNMENT, [AGENT_HOSTS])


def test_after_a_changed_cluster_its_assignment_is_sent_again() -> None:
    """Else the cluster warms until its time is up: 15 s, in which no cluster can change."""
    envoy = Envoy(ONE_HOST)
    envoy.connect()
    clusters, assignments = envoy.hear(Snapshot([*changed(), assignment([Host(id="h", address="127.0.0.1:6000")])]))
    assert (clusters.type_url, names(clusters)) == (CLUSTER, [AGENT_HOSTS])
    assert (assignments.type_url, names(assignments)) == (ASSIGNMENT, [AGENT_HOSTS])
    assert envoy.hear() == []


def test_the_assignment_is_sent_again_though_the_subscription_comes_later() -> None:
    """An Envoy that comes back: its cluster is old, its assignment is not."""
    new = Envoy(Snapshot([*changed(), assignment([])]))
    version = {AGENT_HOSTS: NO_HOST.of_type(ASSIGNMENT)[AGENT_HOSTS].version}
    new.say(CLUSTER, initial_resource_versions={n: r.version for n, r in NO_HOST.of_type(CLUSTER).items()})
    (response,) = new.say(ASSIGNMENT, resource_names_subscribe=[AGENT_HOSTS], initial_resource_versions=version)
    assert names(response) == [AGENT_HOSTS]


def test_who_comes_back_with_equal_versions_is_told_nothing() -> None:
    envoy = Envoy(ONE_HOST)
    for kind in (CLUSTER, ASSIGNMENT, LISTENER, ROUTES, EXTENSION):
        versions = {name: resource.version for name, resource in ONE_HOST.of_type(kind).items()}
        subscribe = [] if kind in (CLUSTER, LISTENER) else list(versions)
        assert envoy.say(kind, resource_names_subscribe=subscribe, initial_resource_versions=versions) == []
    assert envoy.stream.resumed


def test_who_comes_back_with_something_that_is_gone_is_told_so() -> None:
    (response, removal) = Envoy(NO_HOST).say(CLUSTER, initial_resource_versions={"old": "1"})
    assert "old" not in names(response)
    assert list(removal.removed_resources) == ["old"]


def test_a_name_asked_for_again_is_answered_though_nothing_changed() -> None:
    envoy = Envoy(NO_HOST)
    envoy.connect()
    (response,) = envoy.say(ASSIGNMENT, resource_names_subscribe=[AGENT_HOSTS])
    assert names(response) == [AGENT_HOSTS]


def test_an_unknown_name_is_said_not_to_be_there_at_once_and_once() -> None:
    envoy = Envoy(NO_HOST)
    (response,) = envoy.say(ASSIGNMENT, resource_names_subscribe=["nowhere"])
    assert list(response.removed_resources) == ["nowhere"]
    assert envoy.hear(ONE_HOST) == []


def test_an_unknown_name_is_sent_when_it_appears() -> None:
    envoy = Envoy(Snapshot([]))
    envoy.say(ASSIGNMENT, resource_names_subscribe=[AGENT_HOSTS])
    (response,) = envoy.hear(NO_HOST)
    assert names(response) == [AGENT_HOSTS]


def test_a_name_given_up_while_everything_is_wanted_is_answered() -> None:
    envoy = Envoy(NO_HOST)
    envoy.say(CLUSTER, resource_names_subscribe=["*", "dlm"])
    (response,) = envoy.say(CLUSTER, resource_names_unsubscribe=["dlm"])
    assert names(response) == ["dlm"]


def test_a_name_given_up_and_taken_again_is_sent_again() -> None:
    envoy = Envoy(NO_HOST)
    envoy.connect()
    assert envoy.say(ASSIGNMENT, resource_names_unsubscribe=[AGENT_HOSTS]) == []
    assert envoy.hear(ONE_HOST) == []
    (response,) = envoy.say(ASSIGNMENT, resource_names_subscribe=[AGENT_HOSTS])
    assert names(response) == [AGENT_HOSTS]


def test_a_refusal_is_counted_and_the_same_bytes_are_not_sent_again() -> None:
    envoy = Envoy(NO_HOST)
    (response,) = envoy.say(CLUSTER)
    refusal = {"code": 13, "message": "bad cluster" + "x" * 10_000}
    assert envoy.say(CLUSTER, response_nonce=response.nonce, error_detail=refusal) == []
    assert (envoy.state.accepted_count, envoy.state.rejected_count) == (0, 1)
    assert envoy.state.last_rejection.startswith("bad cluster")
    assert len(envoy.state.last_rejection) < 1_000
    assert names(envoy.hear(Snapshot([*changed(), assignment([])]))[0]) == [AGENT_HOSTS]


def test_a_subscription_that_comes_with_an_old_nonce_counts() -> None:
    envoy = Envoy(NO_HOST)
    envoy.say(CLUSTER)
    (response,) = envoy.say(ASSIGNMENT, response_nonce="long ago", resource_names_subscribe=[AGENT_HOSTS])
    assert names(response) == [AGENT_HOSTS]


def test_a_type_that_nobody_knows_is_passed_over() -> None:
    assert Envoy(NO_HOST).say("type.googleapis.com/some.Type", resource_names_subscribe=["x"]) == []
