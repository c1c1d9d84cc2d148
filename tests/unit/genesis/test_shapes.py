"""Whatever a document looks like: it fails with a reason, or its packets lie in it."""

from __future__ import annotations

import random

import pytest

from genesis.drafts import Draft, Drafter
from genesis.packets import packets
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult
from myriad.type.v1.error_reason_pb2 import ERROR_REASON_INTERNAL as INTERNAL
from myriad.type.v1.error_reason_pb2 import ERROR_REASON_UNSPECIFIED as UNSPECIFIED
from tests.shapes import SHAPES, Shape

SMALL, MIDDLE, LARGE = 1_024, 64 * 1_024, 2 * 1_024 * 1_024


def check(shape: Shape, size: int) -> None:
    source = DocumentInput(content=shape.content(size), media_type=shape.media_type)
    for item in Drafter("minds/m").drafts(source):
        if isinstance(item, DocumentResult):
            assert item.reason not in (UNSPECIFIED, INTERNAL), shape.name
        else:
            check_packets(item)


def check_packets(draft: Draft) -> None:
    found = list(packets(draft))
    assert [packet.agent for packet in found] == list(draft.passages)
    for packet in found:
        assert packet.sentences
        at = 0
        for sentence in packet.sentences:
            assert at <= sentence.start < sentence.end <= len(packet.text)
            at = sentence.end
        check_runs(draft.text, packet)
        check_units(packet)


def check_runs(source: str, packet: CognitivePacket) -> None:
    """What a run maps as long is the same characters, but for white space; runs are in the order of the text."""
    runs, at = packet.read.source_runs, 0
    for start, end, first, last in zip(*[iter(runs)] * 4, strict=True):
        assert at <= start < end <= len(packet.text)
        assert 0 <= first < last <= len(source)
        if end - start == last - first:
            assert plain(packet.text[start:end]) == plain(source[first:last])
        at = end


def plain(text: str) -> str:
    return "".join(" " if one.isspace() else one for one in text)


def check_units(packet: CognitivePacket) -> None:
    """Units lie in the text, and say something."""
    for unit in packet.read.units:
        assert unit.kind
        assert unit.parts
        assert unit.lead_parts < len(unit.parts) // 2
        for start, end in zip(*[iter(unit.parts)] * 2, strict=True):
            assert 0 <= start < end <= len(packet.text)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_packets_lie_in_their_document_whatever_its_shape(shape: Shape) -> None:
    check(shape, SMALL)


@pytest.mark.parametrize("shape", random.Random(9).sample(SHAPES, 20), ids=lambda shape: shape.name)
def test_packets_lie_in_a_larger_document(shape: Shape) -> None:
    check(shape, MIDDLE)


@pytest.mark.soak
@pytest.mark.parametrize("size", [MIDDLE, LARGE])
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_packets_lie_in_a_document_of_any_size(shape: Shape, size: int) -> None:
    check(shape, size)


def test_a_word_and_a_mass_of_marks_is_learned() -> None:
    (draft,) = Drafter("minds/m").drafts(DocumentInput(text="a" + "!" * 2_400))
    assert isinstance(draft, Draft)
    assert [packet.text[0] for packet in packets(draft)] == ["a"]
