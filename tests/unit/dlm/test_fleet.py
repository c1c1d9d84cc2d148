"""The fleet: who is a member, and who hears of it."""

from __future__ import annotations

from dlm.fleet import Fleet
from myriad.dlm.v1.host_pb2 import Host


def host(name: str, port: int = 1, state: Host.State.ValueType = Host.STATE_READY, agents: int = 0) -> Host:
    return Host(id=name, address=f"127.0.0.1:{port}", state=state, agent_count=agents)


def test_subscribers_hear_of_every_change_but_of_no_counter() -> None:
    fleet, heard = Fleet(), list[list[str]]()
    fleet.subscribe(lambda: heard.append([f"{h.id} {h.address} {h.state}" for h in fleet.hosts()]))
    member = fleet.join(host("a"))
    fleet.update(member, host("a", agents=5))
    fleet.update(member, host("a", port=2))
    fleet.update(member, host("a", port=2, state=Host.STATE_DRAINING))
    fleet.leave(member)
    assert heard == [["a 127.0.0.1:1 1"], ["a 127.0.0.1:2 1"], ["a 127.0.0.1:2 2"], []]


def test_the_end_of_a_replaced_stay_does_not_end_the_new_one() -> None:
    fleet = Fleet()
    old = fleet.join(host("a", 1))
    new = fleet.join(host("a", 2))
    assert not fleet.leave(old)
    assert fleet.holds(new)
    assert [h.address for h in fleet.hosts()] == ["127.0.0.1:2"]


def test_a_draining_host_is_there_but_not_ready() -> None:
    fleet = Fleet()
    fleet.join(host("b", state=Host.STATE_DRAINING))
    fleet.join(host("a"))
    assert [h.id for h in fleet.hosts()] == ["a", "b"]
    assert [h.id for h in fleet.ready()] == ["a"]
