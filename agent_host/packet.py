"""Packets as they are held: of the schema that is asked, sound, so that whoever asks need look at nothing twice."""

from __future__ import annotations

from itertools import pairwise

from google.protobuf.message import DecodeError

from agent_host.errors import PacketCorrupt
from language.text import read_schema_1
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.agent.v1.text_pb2 import Text

SCHEMA = 2
_READ_FROM = 1
"""From this schema on packets are read; what an older one does not say is worked out."""


def held(agent: str, content: bytes) -> bytes:
    """`agent`'s packet as it is held. PacketCorrupt if it is none, another's, of an unknown schema, or out of shape."""
    try:
        packet = CognitivePacket.FromString(content)
    except DecodeError:
        raise PacketCorrupt({agent: "cannot be parsed"}) from None
    if not _READ_FROM <= packet.schema <= SCHEMA:
        raise PacketCorrupt({agent: f"has schema {packet.schema}, this host knows {_READ_FROM} to {SCHEMA}"})
    if packet.agent != agent:
        raise PacketCorrupt({agent: "is another agent's"})
    if packet.schema == SCHEMA and packet.HasField("read"):
        if not _in_shape(packet.read, len(packet.text)):
            raise PacketCorrupt({agent: "says of its text what cannot be"})
        return content
    end, length = 0, len(packet.text)
    for sentence in packet.sentences:
        if not end <= sentence.start < sentence.end <= length:
            raise PacketCorrupt({agent: "has sentences outside its text or out of order"})
        end = sentence.end
    packet.read.CopyFrom(read_schema_1(packet))
    packet.schema = SCHEMA
    return packet.SerializeToString()


def _in_shape(text: Text, length: int) -> bool:
    """Whether all that it points to is there."""
    starts = text.token_starts
    return (
        len(text.token_terms) == len(starts)
        and all(number < len(text.terms) for number in text.token_terms)
        and all(one <= other for one, other in pairwise(starts))
        and all(len(unit.parts) % 2 == 0 and all(at <= length for at in unit.parts) for unit in text.units)
        and all(one.start <= one.end <= length for one in text.spans)
        and all(one.start <= one.end <= length for one in text.references)
        and all(one.start <= one.end <= length for one in text.statements)
        and len(text.source_runs) % 4 == 0
    )
