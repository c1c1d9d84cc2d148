"""What a resident agent takes: three times its packet at most, asked or not."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator

from agent_host.asked import Asked
from agent_host.packet import held
from agent_host.reply import reply
from agent_host.residents import ENTRY_BYTES, Residents
from agent_host.wanted import Wanted
from language.question import read
from language.text import read as read_text
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.agent.v1.text_pb2 import UNIT_KIND_SENTENCE, Unit

AGENTS = 500
MOST = 3
"""Times its packet."""


def made() -> Iterator[bytes]:
    """Packets of one short sentence each: the shorter a packet is, the more the rest weighs."""
    for number in range(AGENTS):
        text = f"The harbour of town {number} was opened in the year {1700 + number % 300}, and widened later."
        packet = CognitivePacket(schema=2, agent=f"minds/small/agents/a{number:024}", text=text, title=f"Town {number}")
        packet.document = f"minds/small/documents/d{number:016}"
        units = [Unit(kind=UNIT_KIND_SENTENCE, parts=[0, len(text)])]
        packet.read.CopyFrom(read_text(text, language="en", path=[packet.title], units=units))
        yield packet.SerializeToString()


def test_a_resident_takes_three_times_its_packet_at_most_asked_or_not() -> None:
    residents = Residents(1 << 30, lambda *_: None)
    wanted, asked = Wanted(residents), Asked(read("When was the harbour of the town opened?"))
    whole = list(made())
    reply(asked, CognitivePacket.FromString(whole[0]), 5, with_text=False)  # fills the caches of words, which serve all
    gc.collect()
    tracemalloc.start()
    try:
        before, size = tracemalloc.get_traced_memory()[0], 0
        for number in range(AGENTS):
            packet = bytes(bytearray(whole[number]))  # a copy of its own, as one that came over the network
            size += len(packet)
            agent = f"minds/small/agents/a{number:024}"
            residents.admit(agent, held(agent, packet), ())
        gc.collect()
        came = tracemalloc.get_traced_memory()[0] - before
        for agent in list(residents):
            found = residents.use(agent)
            assert found
            wanted.asked(agent)
            assert reply(asked, found, 5, with_text=False).evidence
        del found
        gc.collect()
        used = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert came <= used <= MOST * size
    assert used <= size + ENTRY_BYTES * AGENTS, "what is counted for a resident is not less than it takes"
