"""What hosts refused is tried elsewhere, a few times, and again after a while."""

from __future__ import annotations

import pytest

from dlm.errors import HostFull
from dlm.fleet import Member
from dlm.ports import Packet
from dlm.refusals import CORRUPT_SECONDS, FULL_SECONDS, MOST_PLACES, Refusals, final
from mesh.errors import MyriadError
from myriad.dlm.v1.host_pb2 import Host
from substrate.errors import PacketCorrupt

A, PACKET = "minds/m/agents/a", Packet(b"", "11")


def members(count: int) -> list[Member]:
    return [Member(Host(id=f"h{number}")) for number in range(count)]


@pytest.mark.parametrize(
    ("error", "seconds"), [(PacketCorrupt("damaged"), CORRUPT_SECONDS), (HostFull("full"), FULL_SECONDS)]
)
def test_a_refusal_is_forgotten_after_a_while(error: MyriadError, seconds: float) -> None:
    now = [0.0]
    refusals, [member] = Refusals(lambda: now[0]), members(1)
    refusals.add(A, PACKET, member, error)
    now[0] = seconds - 0.1
    assert refusals.of(A, PACKET) == {member: error}
    now[0] = seconds
    assert refusals.of(A, PACKET) == {}
    assert len(refusals) == 0


def test_another_packet_and_a_host_that_comes_again_begin_anew() -> None:
    refusals, [member] = Refusals(), members(1)
    refusals.add(A, PACKET, member, HostFull("full"))
    assert refusals.of(A, Packet(b"", "22")) == {}
    assert final(refusals.of(A, PACKET), [Member(member.host)]) is None


def test_a_packet_is_tried_on_hosts_that_did_not_refuse_it_and_on_three_at_most() -> None:
    refusals, fleet, error = Refusals(), members(5), HostFull("full")
    assert final(refusals.of(A, PACKET), fleet) is None
    for number, member in enumerate(fleet[:MOST_PLACES], 1):
        refusals.add(A, PACKET, member, error)
        assert (final(refusals.of(A, PACKET), fleet) is error) == (number == MOST_PLACES)
    assert final(refusals.of(A, PACKET), fleet[:1]) is error


def test_the_oldest_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlm.refusals._LARGEST", 2)
    refusals, [member] = Refusals(), members(1)
    for number in range(3):
        refusals.add(f"minds/m/agents/a{number}", PACKET, member, HostFull("full"))
    assert len(refusals) == 2
    assert refusals.of("minds/m/agents/a0", PACKET) == {}
