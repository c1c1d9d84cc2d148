"""
Texts: what a passage says and names, read into its packet.

This takes most of learning's time and needs nothing but the packet as it was begun, so that any process can do it
(`genesis.workers`); for that this module imports little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from language.english import concepts
from language.text import read
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from substrate import bundles


class Told(NamedTuple):
    """What a document tells that its passages are read with."""

    about: Sequence[str]
    """What it is called; nothing if it has no title but its file's name."""
    acronyms: Mapping[str, str]
    day_order: str


Begun: TypeAlias = "tuple[Told, Sequence[bytes]]"
"""Packets of one document without what their texts say, and what they are read with."""
Written: TypeAlias = "tuple[bytes, bytes]"
"""A packet as a frame, and what the graph is told of its agent."""


def read_into(packet: CognitivePacket, told: Told) -> CognitivePacket:
    """The same packet, with what its text says."""
    text, begun, subject = packet.text, packet.read, packet.subject
    spans = [(one.start, one.end) for one in packet.sentences]
    named = [subject] if subject and not subject.startswith("the ") else []
    # Without a title each passage is about what it names itself.
    about = told.about or concepts.subject("", text[slice(*spans[0])])
    found = concepts.concepts([*about[:1], *named, *about[1:]], packet.heading_path, text, spans)
    packet.concepts.extend(found.handled)
    packet.mentions.extend(found.mentioned)
    said = read(
        text,
        language=begun.language,
        path=[packet.title, *packet.heading_path],
        units=begun.units,
        pieces=spans,
        subject=subject,
        date=begun.date,
        acronyms=told.acronyms,
        day_order=told.day_order,
    )
    said.source_runs.extend(begun.source_runs)
    said.places.extend(begun.places)
    packet.read.CopyFrom(said)
    return packet


def written(told: Told, packets: Iterable[CognitivePacket]) -> Iterator[Written]:
    """Begun packets of one document, read."""
    for packet in packets:
        read_into(packet, told)
        yield bundles.frame(packet.SerializeToString()), record(packet).SerializeToString()


def all_written(begun: Sequence[Begun]) -> list[list[Written] | None]:
    """The same of several documents; None for one that fails."""
    return [_tried(told, packets) for told, packets in begun]


def _tried(told: Told, packets: Iterable[bytes]) -> list[Written] | None:
    try:
        return list(written(told, map(CognitivePacket.FromString, packets)))
    except Exception:  # it fails again where somebody can say so
        return None


def record(packet: CognitivePacket, location: str = "") -> AgentRecord:
    """What the graph is told of an agent whose packet lies, or is going to lie, at `location`."""
    return AgentRecord(
        agent=packet.agent,
        document=packet.document,
        heading_path=packet.heading_path,
        text=packet.text,
        packet_location=location,
        concepts=packet.concepts,
        mentions=packet.mentions,
        read=packet.read,
    )
