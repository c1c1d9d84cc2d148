"""Minds in this process: learned, woken and asked without servers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from google.protobuf.json_format import MessageToDict

from agent_host import passage
from agent_host.passage import Passage
from agent_host.question import analyse
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
from genesis.drafts import JSONL, Draft, Drafter
from genesis.packets import packets, record
from language.question import read
from myriad.connectome.v1.activation_pb2 import Budget as Reach
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.connectome.v1.registry_service_pb2 import RegisterAgentsRequest
from myriad.genesis.v1.document_pb2 import DocumentInput
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeRequest, SynthesizeResponse
from orchestrator.agents import Placed
from orchestrator.inquiry import Inquiry
from orchestrator.line import Line, Round
from orchestrator.query import answer
from orchestrator.steps import Steps
from orchestrator.tiers import Tiers
from synth.synthesize import synthesize

MIND = "minds/training"
_BATCH = 500
_SECONDS = 60.0
"""Time for a question: so much that none is broken off, and the same comes out on any machine."""


class Mind:
    """What a data set's passages say, in a folder of its own."""

    def __init__(self, folder: Path, data: Dataset) -> None:
        self._graph = SqliteGraphStore(folder / "graph.db")
        self._lexical = TantivyLexicalIndex(folder / "lexical")
        self.passages: dict[str, Passage] = {}
        linker, drafter = Linker(self._lexical), Drafter(MIND)
        projection = Projection(self._graph, self._lexical)
        for start in range(0, len(data.passages), _BATCH):
            content = "\n".join(json.dumps(row) for row in data.passages[start : start + _BATCH]).encode()
            drafts = drafter.drafts(DocumentInput(content=content, media_type=JSONL))
            documents = [self._document(draft) for draft in drafts if isinstance(draft, Draft)]
            reading = reading_of(RegisterAgentsRequest(mind=MIND, documents=documents))
            register(self._graph, projection, linker, reading)

    def _document(self, draft: Draft) -> RegisteredDocument:
        document = RegisteredDocument(document=draft.document, agents=list(draft.passages))
        for one in packets(draft):
            self.passages[one.agent] = passage.read(one.agent, one.SerializeToString())
            document.new_agents.append(record(one, "none"))
        return document

    def wake(self, question: str, reach: Reach, exclude: Iterable[str] = ()) -> ActivateResponse:
        """The agents that a question wakes."""
        request = ActivateRequest(mind=MIND, question=question, budget=reach, exclude=exclude)
        return activate(self._graph, self._lexical, request)


class InProcess(Line):
    """The request line over a mind in this process, that never abstains from an answer however unsure."""

    def __init__(self, mind: Mind) -> None:
        self._mind = mind

    async def ask(
        self, inquiry: Inquiry, steps: Steps, number: int = 0, question: str = "", exclude: Collection[str] = ()
    ) -> Round:
        budget = inquiry.tier.budget
        reach = Reach(max_agents=inquiry.max_agents, max_hops=budget.max_hops, max_pushes=budget.max_pushes)
        read_as = read(question) if question else inquiry.asked
        woken = self._mind.wake(read_as.text, reach, exclude)
        asked = analyse(inquiry.question)
        replies = {
            one.agent: reply(asked, self._mind.passages[one.agent], one.path, budget.max_evidence, with_text=False)
            for one in woken.agents
        }
        return Round(number, read_as, woken, Placed(len(replies)), replies)

    async def synthesize(
        self, inquiry: Inquiry, steps: Steps, rounds: Sequence[Round], nearest: int | None = None
    ) -> SynthesizeResponse:
        request = SynthesizeRequest(question=inquiry.question, detail=inquiry.tier.detail, format=inquiry.format)
        for one in rounds:
            one.add_ranked(request, None if one.number else nearest)
        return synthesize(request, abstain_below=0.0)


def asked(mind: Mind, data: Dataset, model: str) -> list[Outcome]:
    """What comes back for each question with its trace, and the titles that the passages were learned without."""
    outcomes = [Outcome(_answered(mind, case, model)) for case in data.cases]
    for outcome in outcomes:
        for field in ("agents", "citations"):
            entitle(outcome.answer.get(field, ()), data.titles)
    return outcomes


def _answered(mind: Mind, case: Case, model: str) -> dict[str, object]:
    tier = Tiers().named(model)
    tier = replace(tier, budget=replace(tier.budget, budget_seconds=_SECONDS, deadline_seconds=_SECONDS))
    inquiry = Inquiry.begin(case["question"], MIND, tier, tier.budget.max_agents)
    record = asyncio.run(answer(InProcess(mind), inquiry)).record()
    return MessageToDict(record.answer) | {"trace": MessageToDict(record.trace)}
