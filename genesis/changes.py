"""Changes: what learning a document again adds, keeps and loses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from genesis.drafts import Draft
from genesis.errors import DocumentTooLarge
from genesis.packets import packets, record
from mesh.channels import MESSAGE_BYTES
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import DocumentDifference, RegisteredDocument
from myriad.genesis.v1.document_pb2 import Document
from substrate import bundles


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


def change(draft: Draft, difference: DocumentDifference, before: Before | None) -> Change:
    """
    Make a document's packets. DocumentTooLarge if they cannot be registered at once.

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
    for packet in packets(draft):
        frame = (packet.agent, bundles.frame(packet.SerializeToString()))
        known = stay.get(packet.agent)
        if known is not None and known.heading_path == packet.heading_path:
            made.moved.append(frame)
            made.left.append(known.packet_location)
            continue
        made.added.append(frame)
        made.registered.new_agents.append(record(packet))
        size += made.registered.new_agents[-1].ByteSize()
        if size > MESSAGE_BYTES:
            raise DocumentTooLarge("the document makes more agents than can be registered at once; cut it into several")
    return made
