"""A passage: an agent's packet, and what scoring needs of it, worked out when it is first asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from google.protobuf.message import DecodeError

from agent_host.claims import Claimed, claims
from agent_host.coreference import resolve
from agent_host.errors import PacketCorrupt
from agent_host.form import joined, tables
from agent_host.sentence import Sentence
from agent_host.subject import Subject, content, subject
from myriad.agent.v1.packet_pb2 import CognitivePacket

SCHEMAS = (1, 2)
_LEAST_BYTES, _SHARE = 4_000, 11
"""What a passage takes in memory once it has been asked, besides so many sizes of its packet; measured."""


@dataclass(frozen=True, eq=False)
class Passage:
    """What one agent knows, ready to be asked."""

    packet: CognitivePacket
    size: int

    @property
    def bytes(self) -> int:
        """The memory it takes once it has been asked."""
        return _LEAST_BYTES + self.size * _SHARE

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        packet = self.packet
        text = packet.text
        headers = tables(text, "".join(packet.heading_path[-1:])) if "|" in text else {}
        whole = joined(text, [(one.start, one.end) for one in packet.sentences])
        resolved = resolve(self.subject, [text[start:end] for start, end in whole])
        return tuple(
            Sentence(text[start:end], start, headers.get(start, ""), one)
            for (start, end), one in zip(whole, resolved, strict=True)
        )

    @cached_property
    def subject(self) -> Subject:
        """Whom or what it is about."""
        packet = self.packet
        text = packet.text
        opening = text[packet.sentences[0].start : packet.sentences[0].end] if packet.sentences else ""
        return subject(packet.subject, packet.title, opening, text)

    @cached_property
    def title_terms(self) -> frozenset[str]:
        return content(self.packet.title)

    @cached_property
    def heading_terms(self) -> frozenset[str]:
        return content("\n".join(self.packet.heading_path))

    @cached_property
    def claims(self) -> tuple[Claimed, ...]:
        """What it states in a form that can be compared."""
        return tuple(claims(self.subject, self.title_terms, self.sentences))


def read(agent: str, content: bytes) -> Passage:
    """Parse `agent`'s packet. PacketCorrupt if it is none, another's, of an unknown schema, or out of shape."""
    try:
        packet = CognitivePacket.FromString(content)
    except DecodeError:
        raise PacketCorrupt({agent: "cannot be parsed"}) from None
    if packet.schema not in SCHEMAS:
        raise PacketCorrupt({agent: f"has schema {packet.schema}, this host knows {SCHEMAS[-1]}"})
    if packet.agent != agent:
        raise PacketCorrupt({agent: "is another agent's"})
    end, length = 0, len(packet.text)
    for sentence in packet.sentences:
        if not end <= sentence.start < sentence.end <= length:
            raise PacketCorrupt({agent: "has sentences outside its text or out of order"})
        end = sentence.end
    return Passage(packet, len(content))
