"""Packets: from a passage to what sleeps in the packet store and what the graph is told."""

from __future__ import annotations

from collections.abc import Iterator

from genesis import concepts
from genesis.drafts import Draft, Part
from genesis.fairness import breathe
from genesis.passages import says_something
from genesis.units import units
from language.text import read
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence
from myriad.connectome.v1.agent_record_pb2 import AgentRecord

SCHEMA = 2
"""Version of the packet's layout."""
SCHEMAS = (1, SCHEMA)
"""Versions that can be read."""


def packets(draft: Draft) -> Iterator[CognitivePacket]:
    """The packet of each passage of a document, in order."""
    for agent, part in draft.passages.items():
        breathe()
        yield _packet(draft, agent, part)


def _packet(draft: Draft, agent: str, part: Part) -> CognitivePacket:
    passage, document = part.passage, draft.document
    text, path = passage.text.text, [heading for heading in passage.path if heading != document.title]
    spans = [span for span in passage.sentences if says_something(text[slice(*span)])]
    named = [part.subject] if part.subject and not part.subject.startswith("the ") else []
    # Without a title each passage is about what it names itself.
    about = draft.about or concepts.subject("", text[slice(*spans[0])])
    found = concepts.concepts([*about[:1], *named, *about[1:]], path, text, spans)
    return CognitivePacket(
        schema=SCHEMA,
        agent=agent,
        document=document.name,
        title=document.title,
        uri=document.uri,
        heading_path=path,
        text=text,
        source_start=passage.source_start,
        sentences=[Sentence(start=first, end=last) for first, last in spans],
        concepts=found.handled,
        mentions=found.mentioned,
        subject=part.subject,
        read=read(
            text,
            language=draft.language,
            path=[document.title, *path],
            units=units(passage),
            pieces=spans,
            source_runs=passage.text.runs,
            subject=part.subject,
            date=passage.pieces[0].block.date or draft.date,
            acronyms=draft.acronyms,
            day_order=draft.day_order,
        ),
    )


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
