"""The request line: a round wakes agents and asks them, synthesis makes an answer of what all rounds brought."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from google.protobuf.timestamp_pb2 import Timestamp

from language.question import read
from mesh.admission import breathe
from mesh.tracing import span
from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.agent.v1.question_pb2 import Question
from myriad.connectome.v1.activation_service_pb2 import ActivateResponse
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.trace_pb2 import Step
from myriad.synth.v1.synthesis_pb2 import AnswerState
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeRequest, SynthesizeResponse
from orchestrator.activation import activate
from orchestrator.agents import Agents, Placed
from orchestrator.inquiry import Inquiry
from orchestrator.ports import Connectome, Synthesizer
from orchestrator.steps import Steps


@dataclass(frozen=True, slots=True)
class Round:
    """Agents that a question woke, where they were, and what they said."""

    number: int
    """0 for the inquiry's own question, from 1 for Socratic ones."""
    asked: Question
    """With what its terms tell in the mind."""
    activation: ActivateResponse
    placed: Placed
    replies: Mapping[str, AgentReply]

    @property
    def weights_as_of(self) -> Timestamp | None:
        """As of when activation read the learned weights, if it said so."""
        return self.activation.weights_as_of if self.activation.HasField("weights_as_of") else None

    def add_ranked(self, request: SynthesizeRequest) -> None:
        """Add the replies in the order of the agents' ranks, whatever order they came in."""
        for agent in self.activation.agents:
            if reply := self.replies.get(agent.agent):
                ranked = request.replies.add(reply=reply, activation=agent.score, path=agent.path, round=self.number)
                ranked.lexical, ranked.linked = agent.lexical, agent.activation


class Line:
    """The components that a question goes through."""

    def __init__(self, connectome: Connectome, agents: Agents, synth: Synthesizer) -> None:
        self._connectome = connectome
        self._agents = agents
        self._synth = synth

    async def ask(
        self, inquiry: Inquiry, steps: Steps, number: int = 0, question: str = "", exclude: Collection[str] = ()
    ) -> Round:
        """
        Wake the agents for a question, the inquiry's own if left out, and ask them the inquiry's.

        ComponentUnavailable or DeadlineExceeded if agents were woken and none answered; else as calls fail.
        """
        await breathe()
        asked = read(question) if question else inquiry.asked
        with span("activate"):
            activation = await activate(self._connectome, inquiry, asked, exclude)
        asked = activation.asked
        steps.finished(Step.STEP_ACTIVATE, number, _woken(activation))
        with span("hydrate"):
            placed = await self._agents.place(inquiry, activation.agents)
        steps.finished(Step.STEP_HYDRATE, number, f"{placed.hydrated} brought in, {placed.cache_hits} at hand")
        await breathe()
        with span("ask"):
            replies = await self._agents.ask(inquiry if question else replace(inquiry, asked=asked), placed)
        steps.finished(Step.STEP_ASK, number, f"{len(replies)} of {placed.total} agents answered")
        return Round(number, asked, activation, placed, replies)

    async def synthesize(self, inquiry: Inquiry, steps: Steps, rounds: Sequence[Round]) -> SynthesizeResponse:
        """Make an answer of what the rounds brought. As the call fails."""
        request = SynthesizeRequest(
            asked=rounds[0].asked, detail=inquiry.tier.detail, format=inquiry.format, judging=inquiry.judging
        )
        for one in rounds:
            one.add_ranked(request)
        await breathe()
        with span("synthesize"):
            synthesis = await self._synth.synthesize(request, inquiry.left)
        steps.finished(Step.STEP_SYNTHESIZE, rounds[-1].number, _composed(synthesis))
        return synthesis


def state(given: SynthesizeResponse | Answer) -> str:
    """How an answer came out, for people."""
    return AnswerState.Name(given.state).removeprefix("ANSWER_STATE_").lower()


def _woken(activation: ActivateResponse) -> str:
    if not activation.agents:
        return "no agent knows of this"
    return f"{len(activation.agents)} agents woken, best: {activation.agents[0].title[:80]}"


def _composed(synthesis: SynthesizeResponse) -> str:
    documents = len({citation.document for citation in synthesis.citations})
    return f"{state(synthesis)}, {len(synthesis.citations)} quotes from {documents} documents"
