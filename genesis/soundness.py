"""Soundness: whether packets lie where the graph says, whole, and each its agent's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError

from myriad.agent.v1.packet_pb2 import CognitivePacket
from substrate import bundles
from substrate.bundles import Place
from substrate.errors import PacketCorrupt, PacketNotFound
from substrate.ports import PacketStore


@dataclass(frozen=True, slots=True)
class Inspected:
    """What became of packets, by agent."""

    frames: dict[str, bytes] = field(default_factory=dict)
    """Those that are sound, as they lie in their bundles."""
    lost: dict[str, PacketCorrupt | PacketNotFound] = field(default_factory=dict)


async def inspect(store: PacketStore, agents: Mapping[Place, str]) -> Inspected:
    """Read and check the packets of agents, by their places."""
    inspected = Inspected()
    for run in bundles.runs(agents):
        await _inspect(store, run, agents, inspected)
    return inspected


async def _inspect(store: PacketStore, run: Sequence[Place], agents: Mapping[Place, str], inspected: Inspected) -> None:
    first, last = run[0], run[-1]
    try:
        content = await store.read(first.bundle, first.start, last.start + last.length - first.start)
    except (PacketNotFound, PacketCorrupt) as error:
        if len(run) == 1:
            inspected.lost[agents[first]] = error
        else:  # the bundle may be shorter than it should be, or unreadable in parts
            for place in run:
                await _inspect(store, [place], agents, inspected)
    else:
        await asyncio.to_thread(_check, run, content, agents, inspected)


def _check(run: Sequence[Place], content: bytes, agents: Mapping[Place, str], inspected: Inspected) -> None:
    for place, frame in bundles.split(run, content):
        agent = agents[place]
        try:
            if CognitivePacket.FromString(bundles.packet(frame, place.sha256)).agent != agent:
                raise PacketCorrupt("a packet is another agent's")
        except (PacketCorrupt, DecodeError) as error:
            inspected.lost[agent] = error if isinstance(error, PacketCorrupt) else PacketCorrupt("a packet is none")
        else:
            inspected.frames[agent] = frame
