"""Packets: which are taken."""

from __future__ import annotations

import pytest

from agent_host.errors import PacketCorrupt
from agent_host.packet import held
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence

AGENT = "minds/m/agents/a1"


def corrupt(packet: CognitivePacket) -> str:
    with pytest.raises(PacketCorrupt) as caught:
        held(AGENT, packet.SerializeToString())
    return caught.value.causes[AGENT]


def test_bytes_that_are_no_packet_are_refused() -> None:
    with pytest.raises(PacketCorrupt, match="cannot be parsed"):
        held(AGENT, b"\xff\xff\xff")


def test_a_schema_that_is_not_known_is_refused() -> None:
    assert "schema 3" in corrupt(CognitivePacket(schema=3, agent=AGENT))


def test_another_agents_packet_is_refused() -> None:
    assert "another" in corrupt(CognitivePacket(schema=1, agent="minds/m/agents/a2"))


@pytest.mark.parametrize("places", [[(0, 5)], [(2, 1)], [(1, 1)], [(0, 2), (1, 3)]])
def test_sentences_out_of_the_text_or_out_of_order_are_refused(places: list[tuple[int, int]]) -> None:
    sentences = [Sentence(start=start, end=end) for start, end in places]
    assert "sentences" in corrupt(CognitivePacket(schema=1, agent=AGENT, text="abcd", sentences=sentences))


def test_a_packet_of_schema_1_is_held_with_what_its_text_says() -> None:
    packet = CognitivePacket(schema=1, agent=AGENT, text="Ann left.", sentences=[Sentence(start=0, end=9)])
    read = CognitivePacket.FromString(held(AGENT, packet.SerializeToString())).read
    assert [list(one.parts) for one in read.units] == [[0, 9]]
    assert read.terms
