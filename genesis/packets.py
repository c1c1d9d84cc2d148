"""Packets: from a passage to what sleeps in the packet store."""

from __future__ import annotations

from collections.abc import Iterator

from genesis.drafts import Draft, Part
from genesis.fairness import breathe
from genesis.passages import says_something
from genesis.places import placed
from genesis.texts import Told, Written, read_into, written
from genesis.units import units
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence
from myriad.agent.v1.text_pb2 import Text

SCHEMA = 2
"""Version of the packet's layout."""
SCHEMAS = (1, SCHEMA)
"""Versions that can be read."""


def packets(draft: Draft) -> Iterator[CognitivePacket]:
    """The packet of each passage of a document, in order."""
    return (read_into(packet, told(draft)) for packet in begun(draft))


def frames(draft: Draft) -> list[Written]:
    """The same as they lie in a bundle, each with its record."""
    return list(written(told(draft), begun(draft)))


def told(draft: Draft) -> Told:
    """What its passages are read with."""
    return Told(draft.about, draft.acronyms, draft.day_order)


def begun(draft: Draft) -> Iterator[CognitivePacket]:
    """The packets of a document's passages without what their texts say."""
    for agent, part in draft.passages.items():
        breathe()
        yield _begun(draft, agent, part)


def _begun(draft: Draft, agent: str, part: Part) -> CognitivePacket:
    passage, document = part.passage, draft.document
    text = passage.text.text
    return CognitivePacket(
        schema=SCHEMA,
        agent=agent,
        document=document.name,
        title=document.title,
        uri=document.uri,
        heading_path=[heading for heading in passage.path if heading != document.title],
        text=text,
        source_start=passage.source_start,
        sentences=[
            Sentence(start=first, end=last) for first, last in passage.sentences if says_something(text[first:last])
        ],
        subject=part.subject,
        read=Text(
            language=draft.language,
            units=units(passage),
            source_runs=[number for run in passage.text.runs for number in run],
            date=passage.pieces[0].block.date or draft.date,
            places=placed(passage, draft.places),
        ),
    )
