"""Changes: what learning a document again adds, keeps and loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from genesis.drafts import Draft
from genesis.errors import DocumentTooLarge
from genesis.packets import frames
from genesis.texts import Written
from mesh.connections import MESSAGE_BYTES
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import DocumentDifference, RegisteredDocument
from myriad.genesis.v1.document_pb2 import Document


@dataclass(frozen=True, slots=True)
class Before:
    """A document as the mind knows it, and those of its agents that may stay."""

    document: Document
    agents: Mapping[str, AgentRecord]


@dataclass(slots=True)
class Change:
    """A document that is new or differs, with its packets as frames."""

    draft: Draft
    registered: RegisteredDocument
    gained: int = 0
    lost: int = 0
    added: list[tuple[str, bytes]] = field(default_factory=list)
    moved: list[tuple[str, bytes]] = field(default_factory=list)
    """Agents that stay, with packets that say where their passage stands now."""
    left: list[str] = field(default_factory=list)
    """Where their packets lay."""


def change(
    draft: Draft, difference: DocumentDifference, before: Before | None, written: Sequence[Written] | None = None
) -> Change:
    """
    What becomes of a document's packets, which are made if they are not given. DocumentTooLarge if they cannot be
    registered at once.

    Where the title or the headings differ, an agent whose text is the same is about something else now: it is new.
    """
    made = Change(draft, RegisteredDocument(document=draft.document, agents=draft.passages))
    made.gained = len(difference.new_agents)
    stay: Mapping[str, AgentRecord] = {}
    if before is not None:
        made.lost = max(before.document.agent_count - (len(draft.passages) - made.gained), 0)
        if before.document.title == draft.document.title:
            stay = before.agents
    size = 0
    for packet, told in frames(draft) if written is None else written:
        record = AgentRecord.FromString(told)
        frame = (record.agent, packet)
        known = stay.get(record.agent)
        if known is not None and known.heading_path == record.heading_path:
            made.moved.append(frame)
            made.left.append(known.packet_location)
            continue
        made.added.append(frame)
        made.registered.new_agents.append(record)
        size += len(told)
        if size > MESSAGE_BYTES:
            raise DocumentTooLarge("the document makes more agents than can be registered at once; cut it into several")
    return made
