"""Archives are whole and what they were, or they are refused; whatever they claim, little is taken in."""

from __future__ import annotations

import hashlib
import struct
import time
from io import BytesIO
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from genesis.archived import check
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence
from myriad.genesis.v1.archive_pb2 import ArchiveChunk, ArchiveEntry, ArchiveHeader, ArchiveTrailer, ArchiveWeight
from myriad.genesis.v1.document_pb2 import Document
from substrate import archive
from substrate.archive import ArchiveDamaged

MIND = "minds/old"
GOLDEN = Path(__file__).parents[2] / "contract" / "golden"


def header(mind: str = MIND) -> ArchiveEntry:
    return ArchiveEntry(header=ArchiveHeader(mind=mind))


def document(bare: str, count: int = 1, mind: str = MIND) -> ArchiveEntry:
    made = Document(name=f"{mind}/documents/{bare}", title="Moon", content_hash="ab", agent_count=count)
    made.create_time.seconds = 1_700_000_000
    made.update_time.seconds = 1_700_000_001
    return ArchiveEntry(document=made)


def packet(bare: str, of: str, mind: str = MIND, end: int = 20) -> ArchiveEntry:
    made = CognitivePacket(
        schema=1,
        agent=f"{mind}/agents/{bare}",
        document=f"{mind}/documents/{of}",
        title="Moon",
        text="The Moon is far off.",
        sentences=[Sentence(start=0, end=end)],
        concepts=["Moon"],
    )
    return ArchiveEntry(packet=made.SerializeToString(deterministic=True))


def weight(bare: str, value: float = 0.6) -> ArchiveEntry:
    made = ArchiveWeight(agent=f"{MIND}/agents/{bare}", concept="Moon", weight=value)
    made.update_time.seconds = 1_700_000_002
    return ArchiveEntry(weight=made)


SOUND = [header(), document("one"), packet("a1", "one"), document("two", 2), packet("a2", "two"), packet("a3", "two")]


def written(*entries: ArchiveEntry) -> bytes:
    writer = archive.Writer()
    return archive.MAGIC + b"".join(map(writer.add, entries)) + writer.end()


def chunked(content: bytes) -> bytes:
    return struct.pack(">I32s", len(content), hashlib.sha256(content).digest()) + content


def refused(content: bytes) -> str:
    with pytest.raises(ArchiveDamaged) as raised:
        check(BytesIO(content))
    return raised.value.message


WHOLE = written(*SOUND, weight("a3"))
BEGUN = archive.MAGIC + chunked(zstandard.compress(ArchiveChunk(entries=[header()]).SerializeToString()))


def test_a_whole_archive_is_read_as_it_was_written() -> None:
    assert check(BytesIO(WHOLE)).mind == MIND
    assert list(archive.read(BytesIO(WHOLE)))[:-1] == [*SOUND, weight("a3")]


def test_the_archive_of_version_1_is_read_for_good() -> None:
    with (GOLDEN / "archive-1.myriad").open("rb") as file:
        assert check(file).mind == MIND
        file.seek(0)
        assert list(archive.read(file))[:-1] == [*SOUND, weight("a3")]


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_an_archive_with_any_byte_changed_is_refused(at: int, by: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[at] ^= by
    refused(bytes(damaged))


@given(st.integers(0, len(WHOLE) - 1))
def test_an_archive_that_ends_anywhere_before_its_end_is_refused(at: int) -> None:
    refused(WHOLE[:at])


def test_an_archive_with_something_after_its_end_is_refused() -> None:
    refused(WHOLE + b"\0")


def test_pieces_that_are_taken_out_or_change_places_are_noticed() -> None:
    big = [document(f"d{number}") for number in range(9)]
    parts = []
    for number, one in enumerate(big):
        one.document.metadata["noise"] = hashlib.shake_256(bytes([number])).hexdigest(100_000)
        parts += [one, packet(f"a{number}", f"d{number}")]
    whole = written(header(), *parts)
    assert check(BytesIO(whole)).mind == MIND
    (length,) = struct.unpack_from(">I", whole, len(archive.MAGIC))
    first = len(archive.MAGIC) + 36 + length
    (length,) = struct.unpack_from(">I", whole, first)
    assert first + 36 + length < len(whole), "of several pieces"
    refused(whole[:first] + whole[first + 36 + length :])


def test_a_piece_that_claims_to_be_large_is_not_read() -> None:
    assert "larger" in refused(archive.MAGIC + struct.pack(">I32s", 2**32 - 1, b"") + b"x")


def test_a_piece_that_explodes_is_not_unpacked() -> None:
    bomb = zstandard.compress(bytes(1 << 30))
    assert "unpacks" in refused(archive.MAGIC + chunked(bomb))


def test_millions_of_empty_entries_in_a_small_piece_cost_no_more_than_to_unpack_them() -> None:
    entries = b"\x0a\x00" * 2_000_000
    began = time.process_time()
    ArchiveChunk.FromString(entries)
    parsed = time.process_time()
    assert "does not know" in refused(BEGUN + chunked(zstandard.compress(entries)))
    assert time.process_time() - parsed < 10 * (parsed - began) + 1


def test_millions_of_sentences_of_a_short_text_are_refused() -> None:
    many = CognitivePacket.FromString(packet("a1", "one").packet)
    many.sentences.extend([Sentence()] * len(many.text))
    entries = [header(), document("one"), ArchiveEntry(packet=many.SerializeToString())]
    assert "more sentences" in refused(written(*entries))


def test_millions_of_packets_claimed_and_not_there_are_refused() -> None:
    assert "fewer" in refused(written(header(), document("one", 4_000_000_000)))


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([document("one", 0)], "which mind"),
        ([header("minds/../etc")], "which mind"),
        ([header("old")], "which mind"),
        ([header(), document("one", 0, "minds/other")], "not this mind's"),
        ([header(), document("../../etc", 0)], "not this mind's"),
        ([header(), document("one"), packet("a1", "one", "minds/other")], "another document's"),
        ([header(), document("one"), packet("../x", "one")], "not this mind's"),
        ([header(), document("one"), packet("a1", "two")], "another document's"),
        ([header(), document("one"), packet("a1", "one", end=21)], "not in it"),
        ([header(), document("one"), packet("a1", "one"), packet("a2", "one")], "more packets"),
        ([header(), document("one", 2), packet("a1", "one"), document("two", 0)], "fewer packets"),
        ([header(), document("one", 0), document("one", 0)], "twice"),
        ([header(), document("one"), packet("a1", "one"), document("two"), packet("a1", "two")], "twice"),
        ([header(), packet("a1", "one")], "more packets"),
        ([header(), document("one"), ArchiveEntry(packet=b"\xff\xff")], "cannot be read"),
        ([header(), weight("a1")], "no agent"),
        ([*SOUND, weight("a1", float("nan"))], "none"),
        ([*SOUND, weight("a1", 1.5)], "none"),
        ([*SOUND, weight("a1"), document("three", 0)], "after the weights"),
        ([header(), header()], "does not know"),
    ],
)
def test_an_archive_that_holds_what_it_should_not_is_refused(entries: list[ArchiveEntry], why: str) -> None:
    assert why in refused(written(*entries))


def test_an_end_that_says_more_than_there_is_is_refused() -> None:
    body = zstandard.compress(ArchiveChunk(entries=SOUND).SerializeToString())
    digest = hashlib.sha256(hashlib.sha256(body).digest()).digest()
    trailer = ArchiveTrailer(document_count=2, agent_count=10**9, sha256=digest)
    end = zstandard.compress(ArchiveChunk(entries=[ArchiveEntry(trailer=trailer)]).SerializeToString())
    assert "its end" in refused(archive.MAGIC + chunked(body) + chunked(end))
