"""What is in an archive of a mind: checked, and as it is to be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from google.protobuf.message import DecodeError
from google.protobuf.timestamp_pb2 import Timestamp

from genesis.packets import SCHEMAS
from mesh import names
from mesh.connections import MESSAGE_BYTES
from mesh.errors import InvalidField
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.connectome.v1.mind_pb2 import Weight
from myriad.genesis.v1.archive_pb2 import ArchiveEntry, ArchiveWeight
from myriad.genesis.v1.document_pb2 import Document
from substrate import archive
from substrate.archive import ArchiveDamaged

BATCH_AGENTS = 1_000
BATCH_BYTES = 4 * 1024 * 1024
LARGEST_DOCUMENT_BYTES = 4 * MESSAGE_BYTES
LARGEST_RECORD_BYTES = 256 * 1024
"""What is kept of a document besides its packets."""


class Contents(NamedTuple):
    """An archive that is sound."""

    mind: str
    digest: bytes


@dataclass(slots=True)
class Archived:
    """A document with its packets, in order."""

    document: Document
    agents: list[str] = field(default_factory=list)
    packets: list[bytes] = field(default_factory=list)

    def parsed(self) -> Iterator[CognitivePacket]:
        return map(CognitivePacket.FromString, self.packets)


def check(file: BinaryIO) -> Contents:
    """Read an archive from its beginning to its end. ArchiveDamaged."""
    file.seek(0)
    entries = archive.read(file)
    checking = _Checking(_mind(next(entries, ArchiveEntry())))
    for entry in entries:
        kind = entry.WhichOneof("entry")
        if kind == "document":
            checking.document(entry.document)
        elif kind == "packet":
            checking.packet(entry.packet)
        elif kind == "weight":
            checking.weight(entry.weight)
        elif kind == "trailer":
            checking.end_document()
            return Contents(checking.mind, entry.trailer.sha256)
        else:
            raise ArchiveDamaged("the archive holds what this version does not know")
    raise ArchiveDamaged("the archive has no end")


def documents(file: BinaryIO, exported: str, mind: str) -> Iterator[Sequence[Archived]]:
    """The documents of an archive that was checked, for `mind`, in batches of bounded size."""
    batch: list[Archived] = []
    agents = size = 0
    for entry in _from_start(file):
        kind = entry.WhichOneof("entry")
        if kind == "packet":
            agent, packet = _moved(entry.packet, exported, mind)
            batch[-1].agents.append(agent)
            batch[-1].packets.append(packet)
            agents, size = agents + 1, size + len(packet)
        elif kind == "document":
            if batch and (agents + entry.document.agent_count > BATCH_AGENTS or size > BATCH_BYTES):
                yield batch
                batch, agents, size = [], 0, 0
            entry.document.name = mind + entry.document.name.removeprefix(exported)
            batch.append(Archived(entry.document))
        elif kind in ("weight", "trailer"):
            break
    if batch:
        yield batch


def weights(file: BinaryIO, exported: str, mind: str, most: int) -> Iterator[Sequence[Weight]]:
    """The weights of an archive that was checked, for `mind`, so many at once."""
    page: list[Weight] = []
    for entry in _from_start(file):
        if entry.WhichOneof("entry") == "weight":
            weight = Weight.FromString(entry.weight.SerializeToString())
            weight.agent = mind + weight.agent.removeprefix(exported)
            page.append(weight)
            if len(page) == most:
                yield page
                page = []
    if page:
        yield page


def _from_start(file: BinaryIO) -> Iterator[ArchiveEntry]:
    file.seek(0)
    return archive.read(file)


def _moved(packet: bytes, exported: str, mind: str) -> tuple[str, bytes]:
    """The agent of a packet, and the packet, for `mind`."""
    parsed = CognitivePacket.FromString(packet)
    if mind == exported:
        return parsed.agent, packet
    parsed.agent = mind + parsed.agent.removeprefix(exported)
    parsed.document = mind + parsed.document.removeprefix(exported)
    return parsed.agent, parsed.SerializeToString(deterministic=True)


def _mind(first: ArchiveEntry) -> str:
    try:
        if names.mind(first.header.mind) == first.header.mind:
            return first.header.mind
    except InvalidField:
        pass
    raise ArchiveDamaged("the archive does not say which mind it is of")


class _Checking:
    """What was read of an archive so far."""

    def __init__(self, mind: str) -> None:
        self.mind = mind
        self._current = Document()
        self._left = 0
        """How many packets of the current document are to come."""
        self._room = 0
        """How many bytes they may have."""
        self._documents: set[str] = set()
        self._agents: set[str] = set()
        self._weights = False

    def document(self, document: Document) -> None:
        self.end_document()
        self._once(self._documents, self._own(names.parse_document, document.name, "a document"))
        self._must(not self._weights, "a document comes after the weights")
        self._must(document.ByteSize() <= LARGEST_RECORD_BYTES, "a document is larger than any may be")
        self._time(document.create_time)
        self._time(document.update_time)
        self._current, self._left, self._room = document, document.agent_count, LARGEST_DOCUMENT_BYTES

    def packet(self, packet: bytes) -> None:
        try:
            parsed = CognitivePacket.FromString(packet)
        except DecodeError:
            raise ArchiveDamaged("a packet in the archive cannot be read") from None
        self._left -= 1
        self._room -= len(packet)
        self._must(self._left >= 0 and self._room >= 0, "a document has more packets than it says")
        self._must(parsed.schema in SCHEMAS, "a packet is of a version that is not known here")
        self._must(parsed.document == self._current.name, "a packet is another document's")
        length = len(parsed.text)
        self._must(len(parsed.sentences) <= length, "a packet has more sentences than its text has signs")
        self._must(
            all(one.start <= one.end <= length for one in parsed.sentences), "a packet's sentences are not in it"
        )
        self._once(self._agents, self._own(names.parse_agent, parsed.agent, "an agent"))

    def weight(self, weight: ArchiveWeight) -> None:
        self.end_document()
        self._weights = True
        self._must(weight.agent.rpartition("/")[2] in self._agents, "a weight is of no agent in the archive")
        self._own(names.parse_agent, weight.agent, "a weight")
        self._must(0.0 <= weight.weight <= 1.0, "a weight is none")
        self._time(weight.update_time)

    def end_document(self) -> None:
        self._must(self._left == 0, "a document has fewer packets than it says")

    def _own(self, parse: Callable[[str], tuple[str, str]], name: str, what: str) -> str:
        """The id in a name below the mind."""
        try:
            mind, bare = parse(name)
        except InvalidField:
            mind, bare = "", ""
        self._must(mind == self.mind and bool(bare), f"{what} in the archive is not this mind's")
        return bare

    def _once(self, known: set[str], bare: str) -> None:
        self._must(bare not in known, f"the archive holds {bare} twice")
        known.add(bare)

    def _time(self, time: Timestamp) -> None:
        try:
            time.ToDatetime()
        except (ValueError, OverflowError):
            raise ArchiveDamaged("a time in the archive is none") from None

    def _must(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise ArchiveDamaged(otherwise)
