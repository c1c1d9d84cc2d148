"""Passages: which packets are taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_host import passage
from agent_host.errors import PacketCorrupt
from agent_host.form import tables
from agent_host.spans import spans
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence

AGENT = "minds/m/agents/a1"


def corrupt(packet: CognitivePacket) -> str:
    with pytest.raises(PacketCorrupt) as caught:
        passage.read(AGENT, packet.SerializeToString())
    return caught.value.causes[AGENT]


def test_bytes_that_are_no_packet_are_refused() -> None:
    with pytest.raises(PacketCorrupt, match="cannot be parsed"):
        passage.read(AGENT, b"\xff\xff\xff")


def test_a_schema_that_is_not_known_is_refused() -> None:
    assert "schema 3" in corrupt(CognitivePacket(schema=3, agent=AGENT))


def test_another_agents_packet_is_refused() -> None:
    assert "another" in corrupt(CognitivePacket(schema=1, agent="minds/m/agents/a2"))


@pytest.mark.parametrize("places", [[(0, 5)], [(2, 1)], [(1, 1)], [(0, 2), (1, 3)]])
def test_sentences_out_of_the_text_or_out_of_order_are_refused(places: list[tuple[int, int]]) -> None:
    sentences = [Sentence(start=start, end=end) for start, end in places]
    assert "sentences" in corrupt(CognitivePacket(schema=1, agent=AGENT, text="abcd", sentences=sentences))


def test_a_packet_without_sentences_is_held_and_says_nothing() -> None:
    held = passage.read(AGENT, CognitivePacket(schema=1, agent=AGENT).SerializeToString())
    assert held.sentences == ()
    assert held.bytes > 0


@given(st.text(max_size=120))
def test_spans_lie_within_their_sentence(text: str) -> None:
    for span in spans(text):
        assert 0 <= span.start < span.end <= len(text)


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("He met J. R. R. Tolkien in Oxford.", {"J. R. R. Tolkien", "Oxford"}),
        ("The University of New South Wales opened.", {"University of New South Wales"}),
        ("It was 8 June 1951.", {"8 June 1951"}),
        ("It had a population of 6,960.", {"6,960"}),
        ('She sang "Hello, World" there.', {"Hello, World", "World"}),
        ("He sold 150 million copies.", {"150 million"}),
    ],
)
def test_names_dates_numbers_and_titles_are_found(sentence: str, found: set[str]) -> None:
    assert {sentence[span.start : span.end] for span in spans(sentence)} == found


def test_rows_of_a_table_that_began_before_the_passage_have_the_header_above_it() -> None:
    rows = "| Fan blade | 112 EUR |\n| Compressor | 1480 EUR |"
    assert set(tables(rows, "Part | Price").values()) == {"Part | Price"}
    assert tables(rows, "Spare parts") == {}
