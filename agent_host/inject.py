"""Taking packets in."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agent_host.errors import HostFull, PacketCorrupt
from agent_host.packet import held
from agent_host.residents import Residents


class Given(NamedTuple):
    """A packet as it came, and its SHA-256 as the connectome knows it."""

    packet: bytes
    sha256: bytes
    pinned: bool = False


class Taken(NamedTuple):
    """What came of packets."""

    evicted: list[str]
    """Agents given up to make room."""
    refused: list[str]
    """Agents for which there was no room."""


async def inject(residents: Residents, packets: Mapping[str, Given], *, spare: bool = False) -> Taken:
    """
    Hold the agents of `packets`; none is given up for them if they shall have spare room only.

    Each packet is taken or refused by itself: the good ones are held when PacketCorrupt names the others. HostFull if
    there is room for none.
    """
    new = [(agent, content) for agent, content in packets.items() if agent not in residents]
    sound, causes = await asyncio.to_thread(_sound, new)
    evicted: list[str] = []
    refused: list[str] = []
    for agent, packet in sound:
        victims = residents.admit_ahead(agent, packet) if spare else residents.admit(agent, packet, packets)
        if victims is None:
            refused.append(agent)
        else:
            evicted += victims
    for agent, given in packets.items():
        if given.pinned:
            residents.pin(agent)
    residents.refused[PacketCorrupt.name()] += len(causes)
    residents.refused[HostFull.name()] += len(refused)
    if causes:
        raise PacketCorrupt(causes)
    if refused and len(refused) == len(packets):
        raise HostFull(refused)
    return Taken(evicted, refused)


def _sound(packets: Iterable[tuple[str, Given]]) -> tuple[list[tuple[str, bytes]], dict[str, str]]:
    sound: list[tuple[str, bytes]] = []
    causes: dict[str, str] = {}
    for agent, given in packets:
        try:
            if hashlib.sha256(given.packet).digest() != given.sha256:
                raise PacketCorrupt({agent: "does not match its checksum"})
            sound.append((agent, held(agent, given.packet)))
        except PacketCorrupt as error:
            causes.update(error.causes)
    return sound, causes
