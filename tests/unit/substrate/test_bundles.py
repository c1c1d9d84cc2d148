"""Bundles: what is laid in comes out again, or says that it is damaged."""

from __future__ import annotations

import hashlib
import itertools
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myriad.agent.v1.packet_pb2 import CognitivePacket
from substrate import bundles
from substrate.bundles import LARGEST_BYTES, LARGEST_GAP_BYTES, Place
from substrate.errors import PacketCorrupt

PACKETS = {"minds/m/agents/a1": b"one " * 50, "minds/m/agents/a2": b"", "minds/m/agents/a3": bytes(range(256))}


SHA = hashlib.sha256(b"one").hexdigest()


def whole() -> bytes:
    ((bundle, _),) = bundles.build((agent, bundles.frame(packet)) for agent, packet in PACKETS.items())
    return bundle


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=20))
def test_every_packet_comes_out_as_it_went_in(packets: list[bytes]) -> None:
    frames = [(f"a{number}", bundles.frame(packet)) for number, packet in enumerate(packets)]
    for bundle, places in bundles.build(frames):
        assert bundles.index(bundle) == places
        assert bundles.length(places) == len(bundle)
        for agent, (start, length, _) in places.items():
            assert bundles.packet(bundle[start : start + length]) == packets[int(agent[1:])]


def test_a_sound_frame_of_another_packet_is_not_the_one_that_is_meant() -> None:
    forged = bundles.frame(b"forged")
    assert bundles.packet(forged, hashlib.sha256(b"forged").hexdigest()) == b"forged"
    with pytest.raises(PacketCorrupt):
        bundles.packet(forged, hashlib.sha256(b"the packet").hexdigest())


def test_the_index_can_be_read_from_the_end_alone() -> None:
    bundle = whole()
    length = bundles.index_length(bundle[-bundles.TRAILER_BYTES :])
    assert bundles.index(bundle[-length:]) == bundles.index(bundle)


def test_damage_to_any_byte_is_detected_or_does_no_harm() -> None:
    """A few bits of a zstd frame's header mean nothing: the packet is still what it was."""
    bundle = whole()
    for at, mask in itertools.product(range(len(bundle)), (0x01, 0x20, 0xFF)):
        damaged = bundle[:at] + bytes([bundle[at] ^ mask]) + bundle[at + 1 :]
        with suppress(PacketCorrupt):
            places = bundles.index(damaged)
            assert {
                agent: bundles.packet(damaged[start : start + size]) for agent, (start, size, _) in places.items()
            } == (PACKETS)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_what_is_no_bundle_is_refused(content: bytes) -> None:
    with pytest.raises(PacketCorrupt):
        bundles.index(content)
    with pytest.raises(PacketCorrupt):
        bundles.packet(content)


def test_a_bundle_is_closed_before_it_grows_too_large() -> None:
    frames = [(f"a{number}", bytes(LARGEST_BYTES // 3 - 16)) for number in range(7)]
    built = list(bundles.build(frames))
    assert [len(places) for _, places in built] == [3, 3, 1]
    assert [agent for _, places in built for agent in places] == [agent for agent, _ in frames]


def test_a_frame_larger_than_a_bundle_has_one_of_its_own() -> None:
    built = list(bundles.build([("a1", b"x"), ("a2", bytes(LARGEST_BYTES + 1)), ("a3", b"y")]))
    assert [list(places) for _, places in built] == [["a1"], ["a2"], ["a3"]]


def test_no_bundle_is_written_twice() -> None:
    """What is deleted cannot be what somebody else has just written again: not even of the same packets."""
    assert whole() != whole()


def test_nothing_becomes_no_bundle() -> None:
    assert list(bundles.build([])) == []


def test_neighbours_are_read_in_one_go_and_others_are_not() -> None:
    near = [Place("b", 0, 10, SHA), Place("b", 10, 10, SHA), Place("b", 20 + LARGEST_GAP_BYTES, 10, SHA)]
    far = Place("b", near[-1].start + 10 + LARGEST_GAP_BYTES + 1, 5, SHA)
    other = Place("c", 0, 10, SHA)
    assert bundles.runs([other, far, *near, near[0]]) == [near, [far], [other]]


def test_a_run_comes_apart_into_its_frames() -> None:
    bundle = whole()
    places = [Place("b", *place) for place in bundles.index(bundle).values()]
    ((*run,),) = bundles.runs(places)
    content = bundle[run[0].start : run[-1].start + run[-1].length]
    assert [bundles.packet(frame) for _, frame in bundles.split(run, content)] == list(PACKETS.values())


def test_a_place_is_written_and_read() -> None:
    place = Place("folder:///minds/m/bundles/ab.pak", 4096, 1830, SHA)
    assert Place.parse(str(place)) == place


@pytest.mark.parametrize(
    "location", ["", "x", "#1+2", f"#1+2+{SHA}", "b#1+2", f"b#-1+2+{SHA}", f"b#1+x+{SHA}", f"b#1+2+{SHA[1:]}", "b#++"]
)
def test_a_location_of_the_wrong_form_is_refused(location: str) -> None:
    with pytest.raises(PacketCorrupt):
        Place.parse(location)


def test_a_bundle_of_version_2_is_read_for_good() -> None:
    golden = Path(__file__).parents[2] / "contract" / "golden"
    bundle, content = (golden / "bundle-2.pak").read_bytes(), (golden / "packet-1.binpb").read_bytes()
    start, length, sha256 = bundles.index(bundle)["minds/old/agents/a1"]
    assert bundles.packet(bundle[start : start + length], sha256) == content
    packet = CognitivePacket.FromString(content)
    assert (packet.schema, packet.agent, packet.text) == (1, "minds/old/agents/a1", "The Moon is far off.")
