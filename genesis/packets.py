"""Packets: from a passage to what sleeps in the packet store and what the graph is told."""

from __future__ import annotations

from collections.abc import Iterator

from genesis import concepts, sentences
from genesis.drafts import Draft
from genesis.fairness import breathe
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence
from myriad.connectome.v1.agent_record_pb2 import AgentRecord

SCHEMA = 1
"""Version of the packet's layout."""


def packets(draft: Draft) -> Iterator[CognitivePacket]:
    """The packet of each passage of a document, in order."""
    text, document = draft.text, draft.document
    for agent, part in draft.passages.items():
        breathe()
        passage = part.passage
        start, end = passage.start, passage.end
        words = text[start:end]
        spans = [(first - start, last - start) for first, last in passage.sentences]
        spans = [span for span in spans if sentences.says_something(words, span)]
        path = [heading for heading in passage.heading_path if heading != document.title]
        named = [part.subject] if part.subject and not part.subject.startswith("the ") else []
        # Without a title each passage is about what it names itself.
        about = draft.about or concepts.subject("", words[slice(*spans[0])])
        found = concepts.concepts([*about[:1], *named, *about[1:]], path, words, spans)
        yield CognitivePacket(
            schema=SCHEMA,
            agent=agent,
            document=document.name,
            title=document.title,
            uri=document.uri,
            heading_path=[*path, passage.lead] if passage.lead else path,
            text=words,
            source_start=start,
            sentences=[Sentence(start=first, end=last) for first, last in spans],
            concepts=found.handled,
            mentions=found.mentioned,
            subject=part.subject,
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
    )
