"""A passage: an agent's packet, parsed once, with all that scoring needs worked out."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.message import DecodeError

from agent_host.claims import Claimed, claims
from agent_host.errors import PacketCorrupt
from agent_host.form import joined, tables
from agent_host.sentence import Sentence, analyse
from agent_host.words import STOP_WORDS, tokens
from myriad.agent.v1.packet_pb2 import CognitivePacket

SCHEMA = 1
_PACKET_FACTOR = 4
"""What a parsed packet takes, in packets: its own memory, names and claims; measured."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What one agent knows, ready to be asked."""

    packet: CognitivePacket
    title_terms: frozenset[str]
    heading_terms: frozenset[str]
    sentences: tuple[Sentence, ...]
    claims: tuple[Claimed, ...]
    bytes: int


def read(agent: str, content: bytes) -> Passage:
    """Parse `agent`'s packet. PacketCorrupt if it is none, another's, of an unknown schema, or out of shape."""
    try:
        packet = CognitivePacket.FromString(content)
    except DecodeError:
        raise PacketCorrupt({agent: "cannot be parsed"}) from None
    if packet.schema != SCHEMA:
        raise PacketCorrupt({agent: f"has schema {packet.schema}, this host knows {SCHEMA}"})
    if packet.agent != agent:
        raise PacketCorrupt({agent: "is another agent's"})
    end, length = 0, len(packet.text)
    for sentence in packet.sentences:
        if not end <= sentence.start < sentence.end <= length:
            raise PacketCorrupt({agent: "has sentences outside its text or out of order"})
        end = sentence.end
    headers = tables(packet.text)
    whole = joined(packet.text, [(one.start, one.end) for one in packet.sentences])
    sentences = tuple(analyse(packet.text[start:end], start, headers.get(start, "")) for start, end in whole)
    title_terms = _content(packet.title)
    return Passage(
        packet=packet,
        title_terms=title_terms,
        heading_terms=_content("\n".join(packet.heading_path)),
        sentences=sentences,
        claims=tuple(claims(title_terms, sentences)) if packet.title else (),
        bytes=_PACKET_FACTOR * len(content) + sum(sentence.bytes for sentence in sentences),
    )


def _content(text: str) -> frozenset[str]:
    return frozenset(term for term, _ in tokens(text) if term not in STOP_WORDS)
