"""The request line in one process, without servers: documents are learned, questions are answered."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from agent_host.asked import Asked
from agent_host.packet import held
from agent_host.reply import reply
from connectome.activate import activate
from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.tantivy_index import TantivyLexicalIndex
from connectome.linking import Linker
from connectome.projection import Projection
from connectome.register import reading_of, register
from genesis.drafts import Draft, Drafter
from genesis.packets import packets
from genesis.texts import record
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.registry_service_pb2 import RegisterAgentsRequest
from myriad.genesis.v1.document_pb2 import DocumentInput
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply, SynthesizeRequest, SynthesizeResponse
from orchestrator.tiers import Tiers
from synth.synthesize import synthesize

MIND = "minds/m"


class LineInProcess:
    """A mind that has learned documents."""

    def __init__(self, folder: Path, documents: Iterable[tuple[str, str, str]]) -> None:
        self._store = SqliteGraphStore(folder / "graph.db")
        self._lexical = TantivyLexicalIndex(folder / "lexical")
        self._packets: dict[str, CognitivePacket] = {}
        drafter = Drafter(MIND)
        registered = []
        for uri, text, media_type in documents:
            for draft in drafter.drafts(DocumentInput(content=text.encode(), uri=uri, media_type=media_type)):
                assert isinstance(draft, Draft)
                registered.append(self._registered(draft))
        request = RegisterAgentsRequest(mind=MIND, documents=registered)
        register(self._store, Projection(self._store, self._lexical), Linker(self._lexical), reading_of(request))

    def _registered(self, draft: Draft) -> RegisteredDocument:
        document = RegisteredDocument(document=draft.document, agents=list(draft.passages))
        for packet in packets(draft):
            self._packets[packet.agent] = CognitivePacket.FromString(held(packet.agent, packet.SerializeToString()))
            document.new_agents.append(record(packet, "x"))
        return document

    def answer(self, question: str, tier: str = "base") -> SynthesizeResponse:
        """The answer of one round, as `orchestrator.query` plans it."""
        named = Tiers().named(tier)
        budget = Budget(
            max_agents=named.budget.max_agents, max_hops=named.budget.max_hops, max_pushes=named.budget.max_pushes
        )
        request = ActivateRequest(mind=MIND, question=question, budget=budget)
        activation = activate(self._store, self._lexical, request)
        asked = activation.asked
        ranked = [
            RankedReply(
                reply=reply(Asked(asked), self._packets[agent.agent], named.budget.max_evidence, with_text=False),
                activation=agent.score,
                path=agent.path,
                lexical=agent.lexical,
                linked=agent.activation,
            )
            for agent in activation.agents
        ]
        return synthesize(SynthesizeRequest(asked=asked, detail=named.detail, replies=ranked))

    def close(self) -> None:
        self._store.close()
