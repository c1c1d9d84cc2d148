"""
The Socratic loop: an answer's doubts become questions, asked of agents that were not asked before.

A round is kept if the answer is the better for it (`doubts.better`); otherwise the answer stays as it was and the
loop ends. What is unsure even then gives way to the first answer: who asks often enough gets a guess that looks better
than the one before (measured on unanswerable questions). So an answer with rounds is never worse, by its own state and
confidence, than one without. Rounds are optional: they end with the tier's time budget, and one that fails costs
nothing but its time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import grpc
import structlog

from mesh.errors import MyriadError
from myriad.orchestrator.v1.answer_pb2 import SocraticRound
from myriad.synth.v1.synthesis_pb2 import AnswerState, Doubt
from myriad.synth.v1.synthesizer_service_pb2 import SynthesizeResponse
from orchestrator.doubts import ambiguities, better, change, gravest, unsure
from orchestrator.inquiry import Inquiry
from orchestrator.line import Line, Round
from orchestrator.steps import Steps

log = structlog.get_logger()
Stop: TypeAlias = SocraticRound.Stop.ValueType
GO_ON = SocraticRound.STOP_UNSPECIFIED


@dataclass(slots=True)
class Thought:
    """An answer as it stands, and the rounds that led to it."""

    synthesis: SynthesizeResponse
    kept: list[Round]
    """The rounds that the answer rests on, the question's own first."""
    discarded: list[Round] = field(default_factory=list)
    """What made nothing better."""
    turns: list[SocraticRound] = field(default_factory=list)

    @property
    def rounds(self) -> list[Round]:
        """All rounds, in order: only the last ones can have been discarded."""
        return [*self.kept, *self.discarded]

    def back_to(self, synthesis: SynthesizeResponse) -> None:
        """Return to the answer of the first round."""
        self.synthesis = synthesis
        self.kept, self.discarded = self.kept[:1], [*self.kept[1:], *self.discarded]


async def ask_oneself(line: Line, inquiry: Inquiry, steps: Steps, thought: Thought) -> None:
    """Ask further for as long as there is a doubt, it helps, and the tier's rounds and time last."""
    [first], limit = thought.kept, inquiry.tier.budget.socratic_rounds
    if not limit:
        return
    answered = thought.synthesis
    further = inquiry.further(first.asked, first.weights_as_of)
    ambiguous = list(ambiguities(inquiry.question, first.activation.ambiguous_names))
    asked, stop = set[str](), GO_ON
    while not stop:
        doubt = gravest(thought.synthesis, ambiguous, asked)
        if doubt is None:
            stop = SocraticRound.STOP_NO_DOUBT_LEFT
        elif len(thought.turns) == limit:
            stop = SocraticRound.STOP_ROUNDS_SPENT
        elif further.left <= 0:
            stop = SocraticRound.STOP_TIME_SPENT
        else:
            asked.add(doubt.question)
            stop = await _turn(line, further, steps, thought, doubt)
    if (
        unsure(thought.synthesis)
        and thought.synthesis.state != AnswerState.ANSWER_STATE_CONFLICTED
        and thought.kept[1:]
    ):
        thought.back_to(answered)
        stop = SocraticRound.STOP_NOTHING_LIKELY_FOUND
    if thought.turns:
        thought.turns[-1].stop = stop


async def _turn(line: Line, inquiry: Inquiry, steps: Steps, thought: Thought, doubt: Doubt) -> Stop:
    """One round: returns why it is the last, or that it is not."""
    number = len(thought.turns) + 1
    turn = SocraticRound(trigger=doubt.trigger, question=doubt.question)
    thought.turns.append(turn)
    woken = {agent.agent for one in thought.kept for agent in one.activation.agents}
    try:
        came = await line.ask(inquiry, steps, number, doubt.question, sorted(woken))
        turn.agents.extend(agent.agent for agent in came.activation.agents)
        thought.discarded.append(came)
        if not any(reply.evidence for reply in came.replies.values()):
            turn.change = "nobody else knows of this"
            return SocraticRound.STOP_NOTHING_CHANGED
        synthesis = await line.synthesize(inquiry, steps, thought.rounds)
    except MyriadError as error:
        log.warning("socratic.failed", round=number, reason=error.reason_name)
        turn.change = "the round was broken off"
        late = error.code is grpc.StatusCode.DEADLINE_EXCEEDED or inquiry.left <= 0
        return SocraticRound.STOP_TIME_SPENT if late else SocraticRound.STOP_NO_ANSWER
    if not better(thought.synthesis, synthesis, turn.agents):
        turn.change = "nothing better"
        return SocraticRound.STOP_NOTHING_CHANGED
    turn.change = change(thought.synthesis, synthesis)
    thought.synthesis = synthesis
    thought.kept.append(thought.discarded.pop())
    return GO_ON
