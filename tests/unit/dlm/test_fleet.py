"""The fleet: who is a member, and who hears of it."""

from __future__ import annotations

import pytest

from dlm import fleet as module
from dlm.fleet import MOST_LOST, Fleet
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


def test_a_host_that_went_without_a_word_is_shown_as_lost_until_it_is_back_and_is_no_host_meanwhile() -> None:
    fleet = Fleet()
    fleet.leave(fleet.join(host("a", agents=5)), without_a_word=True)
    assert list(fleet.lost()) == [Host(id="a", address="127.0.0.1:1", state=Host.STATE_LOST)]
    assert not fleet.hosts()
    fleet.join(host("a", port=2))
    assert not fleet.lost()


def test_a_host_that_drained_or_said_that_it_goes_is_not_lost() -> None:
    fleet = Fleet()
    fleet.leave(fleet.join(host("a", state=Host.STATE_DRAINING)), without_a_word=True)
    fleet.leave(fleet.join(host("b")))
    assert not fleet.lost()


def test_lost_hosts_are_few_and_are_forgotten_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = Fleet()
    for number in range(MOST_LOST + 3):
        fleet.leave(fleet.join(host(f"h{number}")), without_a_word=True)
    assert [one.id for one in fleet.lost()] == [f"h{number}" for number in range(3, MOST_LOST + 3)]
    monkeypatch.setattr(module, "LOST_SECONDS", 0.0)
    fleet.leave(fleet.join(host("late")), without_a_word=True)
    assert "late" not in {one.id for one in fleet.lost()}
