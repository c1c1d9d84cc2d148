"""Minds in this process: learned, woken and asked without servers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from google.protobuf.json_format import MessageToDict

from agent_host.asked import Asked
from agent_host.packet import held
from agent_host.reply import reply
from benchmarks.datasets import Case, Dataset
from benchmarks.instance import entitle
from cli.asking import Outcome
from connectome.activate import activate
from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.tantivy_index import TantivyLexicalIndex
from connectome.linking import Linker
from connectome.projection import Projection
from connectome.register import reading_of, register
from connectome.remembering import Memories
from genesis.drafts import JSONL, Draft, Drafter
from genesis.packets import packets
from genesis.texts import record
from language.question import read
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.agent.v1.question_pb2 import Question
from myriad.connectome.v1.activation_pb2 import Budget as Reach
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.registry_service_pb2 import RegisterAgentsRequest
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeRequest, SynthesizeResponse
from orchestrator.agents import Placed
from orchestrator.answer import Answered
from orchestrator.inquiry import Inquiry
from orchestrator.line import Line, Round
from orchestrator.query import answer
from orchestrator.steps import Steps
from orchestrator.tiers import Tier, Tiers
from synth.synthesize import synthesize

MIND = "minds/training"
_BATCH = 500
_SECONDS = 60.0
"""Time for a question: so much that none is broken off, and the same comes out on any machine."""


class Mind:
    """What documents say, in a folder of its own; one that learned before knows it still."""

    def __init__(self, folder: Path, documents: Iterable[DocumentInput] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._graph = SqliteGraphStore(folder / "graph.db")
        self._lexical = TantivyLexicalIndex(folder / "lexical")
        self._memories = Memories()
        self._kept = folder / "packets"
        self._kept.mkdir(exist_ok=True)
        self.failed: list[DocumentResult] = []
        self._packets: dict[str, bytes] = {file.name: file.read_bytes() for file in self._kept.iterdir()}
        linker, drafter = Linker(self._lexical), Drafter(MIND)
        projection = Projection(self._graph, self._lexical)
        drafts: list[Draft] = []
        for document in documents:
            for one in drafter.drafts(document):
                if isinstance(one, Draft):
                    drafts.append(one)
                else:
                    self.failed.append(one)
        for start in range(0, len(drafts), _BATCH):
            registered = [self._document(draft) for draft in drafts[start : start + _BATCH]]
            register(
                self._graph, projection, linker, reading_of(RegisterAgentsRequest(mind=MIND, documents=registered))
            )

    def _document(self, draft: Draft) -> RegisteredDocument:
        document = RegisteredDocument(document=draft.document, agents=list(draft.passages))
        for one in packets(draft):
            name = one.agent.rpartition("/")[2]
            self._packets[name] = held(one.agent, one.SerializeToString())
            (self._kept / name).write_bytes(self._packets[name])
            document.new_agents.append(record(one, "none"))
        return document

    def packet(self, agent: str) -> CognitivePacket:
        """What an agent knows."""
        return CognitivePacket.FromString(self._packets[agent.rpartition("/")[2]])

    def wake(self, asked: Question, reach: Reach, exclude: Iterable[str] = ()) -> ActivateResponse:
        """The agents that a question wakes."""
        request = ActivateRequest(mind=MIND, question=asked.text, asked=asked, budget=reach, exclude=exclude)
        return activate(self._graph, self._lexical, request, remembered=partial(self._memories.of, 0))

    def recall(self, question: str, most: int, tier: Tier) -> list[str]:
        """The texts of the first passages."""
        woken = self.wake(read(question), _reach(tier, most))
        return [self.packet(one.agent).text for one in woken.agents]

    def answer(self, question: str, tier: Tier) -> Answered:
        """What the whole line makes of a question."""
        budget = replace(tier.budget, budget_seconds=_SECONDS, deadline_seconds=_SECONDS)
        inquiry = Inquiry.begin(question, MIND, replace(tier, budget=budget), budget.max_agents)
        return asyncio.run(answer(InProcess(self), inquiry))


def _reach(tier: Tier, most: int) -> Reach:
    return Reach(max_agents=most, max_hops=tier.budget.max_hops, max_pushes=tier.budget.max_pushes)


class InProcess(Line):
    """The request line over a mind in this process."""

    def __init__(self, mind: Mind) -> None:
        self._mind = mind

    async def ask(
        self, inquiry: Inquiry, steps: Steps, number: int = 0, question: str = "", exclude: Collection[str] = ()
    ) -> Round:
        read_as = read(question) if question else inquiry.asked
        woken = self._mind.wake(read_as, _reach(inquiry.tier, inquiry.max_agents), exclude)
        asked = Asked(inquiry.asked if question else woken.asked)
        most = inquiry.tier.budget.max_evidence
        replies = {one.agent: reply(asked, self._mind.packet(one.agent), most, with_text=False) for one in woken.agents}
        return Round(number, woken.asked, woken, Placed(len(replies)), replies)

    async def synthesize(self, inquiry: Inquiry, steps: Steps, rounds: Sequence[Round]) -> SynthesizeResponse:
        request = SynthesizeRequest(asked=rounds[0].asked, detail=inquiry.tier.detail, format=inquiry.format)
        for one in rounds:
            one.add_ranked(request)
        return synthesize(request)


def documents_of(data: Dataset) -> Iterator[DocumentInput]:
    """The passages of a data set, as JSONL."""
    for start in range(0, len(data.passages), _BATCH):
        content = "\n".join(json.dumps(row) for row in data.passages[start : start + _BATCH]).encode()
        yield DocumentInput(content=content, media_type=JSONL)


def asked(mind: Mind, data: Dataset, model: str) -> list[Outcome]:
    """What comes back for each question with its trace, and the titles that the passages were learned without."""
    outcomes = [Outcome(_answered(mind, case, model)) for case in data.cases]
    for outcome in outcomes:
        for field in ("agents", "citations"):
            entitle(outcome.answer.get(field, ()), data.titles)
    return outcomes


def _answered(mind: Mind, case: Case, model: str) -> dict[str, object]:
    record = mind.answer(case["question"], Tiers().named(model)).record()
    return MessageToDict(record.answer) | {"trace": MessageToDict(record.trace)}
