"""Packets to test with."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence

MakePacket = Callable[..., CognitivePacket]


@pytest.fixture
def packet() -> MakePacket:
    def make(
        text: str,
        title: str = "",
        agent: str = "minds/m/agents/a1",
        source_start: int = 0,
        heading_path: Sequence[str] = (),
        subject: str = "",
    ) -> CognitivePacket:
        return CognitivePacket(
            schema=1,
            agent=agent,
            document="minds/m/documents/d1",
            title=title,
            heading_path=heading_path,
            subject=subject,
            text=text,
            source_start=source_start,
            sentences=[Sentence(start=one.start(), end=one.end()) for one in re.finditer(r"\S[^.?!]*[.?!]?", text)],
        )

    return make
