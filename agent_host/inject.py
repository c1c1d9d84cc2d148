"""Taking packets in."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agent_host import passage
from agent_host.errors import HostFull, PacketCorrupt
from agent_host.passage import Passage
from agent_host.residents import Residents


class Given(NamedTuple):
    """A packet as it came, and its SHA-256 as the connectome knows it."""

    packet: bytes
    sha256: bytes


async def inject(residents: Residents, packets: Mapping[str, Given]) -> list[str]:
    """
    Hold the agents of `packets`; returns those given up to make room.

    Each packet is taken or refused by itself: the good ones are held when PacketCorrupt or HostFull names the others.
    """
    new = [(agent, content) for agent, content in packets.items() if agent not in residents]
    read, causes = await asyncio.to_thread(_read, new)
    evicted: list[str] = []
    refused: list[str] = []
    for agent, one in read:
        victims = residents.admit(agent, one, packets)
        if victims is None:
            refused.append(agent)
        else:
            evicted += victims
    residents.refused[PacketCorrupt.name()] += len(causes)
    residents.refused[HostFull.name()] += len(refused)
    if causes:
        raise PacketCorrupt(causes)
    if refused:
        raise HostFull(refused)
    return evicted


def _read(packets: Iterable[tuple[str, Given]]) -> tuple[list[tuple[str, Passage]], dict[str, str]]:
    read: list[tuple[str, Passage]] = []
    causes: dict[str, str] = {}
    for agent, given in packets:
        try:
            if hashlib.sha256(given.packet).digest() != given.sha256:
                raise PacketCorrupt({agent: "does not match its checksum"})
            read.append((agent, passage.read(agent, given.packet)))
        except PacketCorrupt as error:
            causes.update(error.causes)
    return read, causes
