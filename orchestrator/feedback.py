"""Feedback: whether an answer, or some of its citations, helped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mesh.access import Caller
from mesh.errors import InvalidField
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse, GiveFeedbackRequest
from orchestrator import traces
from orchestrator.ports import Connectome, TraceStore

SECONDS = 5.0
UNSAID = GiveFeedbackRequest.VERDICT_UNSPECIFIED
HELPFUL = GiveFeedbackRequest.VERDICT_HELPFUL
UNHELPFUL = GiveFeedbackRequest.VERDICT_UNHELPFUL
STEPS = {
    (UNSAID, HELPFUL): (1, 0),
    (UNSAID, UNHELPFUL): (0, 1),
    (UNHELPFUL, HELPFUL): (3, 4),
    (HELPFUL, UNHELPFUL): (1, 6),
}
"""
By what was said before and is said now: how many successes and failures that makes.

A success adds 0.05 to a weight and a failure takes 0.02, so that who changes their mind leaves the weight as if they
had said the second thing only: 0.05 - 6 * 0.02 takes back 0.05 and takes 0.02.
"""


class Feedback:
    """Tells the connectome what helped, once for each key, answer and agent."""

    def __init__(self, connectome: Connectome, store: TraceStore) -> None:
        self._connectome = connectome
        self._store = store

    async def give(self, request: GiveFeedbackRequest, caller: Caller) -> int:
        """How many edges changed. InvalidField, AnswerNotFound."""
        verdict = request.verdict
        if verdict not in (HELPFUL, UNHELPFUL):
            raise InvalidField("verdict", "is VERDICT_HELPFUL or VERDICT_UNHELPFUL")
        record = await traces.read(self._store, request.name, caller)
        agents = cited(record.answer, _numbers(request, record.answer))
        before = await self._store.judge(request.name, caller.key, dict.fromkeys(agents, verdict))
        try:
            return await self._tell(record, agents, before, verdict)
        except BaseException:
            await self._store.judge(request.name, caller.key, {agent: before.get(agent, UNSAID) for agent in agents})
            raise

    async def _tell(
        self, record: GetTraceResponse, agents: Sequence[str], before: Mapping[str, int], verdict: int
    ) -> int:
        edges = 0
        for (said, says), (successes, failures) in STEPS.items():
            those = [agent for agent in agents if says == verdict and before.get(agent, UNSAID) == said]
            if not those:
                continue
            for success in (True,) * successes + (False,) * failures:
                request = reinforcement(record, those, success)
                changed = await self._connectome.reinforce(request, SECONDS)
            edges += changed
        return edges


def _numbers(request: GiveFeedbackRequest, answer: Answer) -> Collection[int]:
    """The citations that are meant. InvalidField."""
    if request.whole_answer is bool(request.citations):
        raise InvalidField("citations", "name some, or whole_answer is set: one of the two")
    if any(number >= len(answer.citations) for number in request.citations):
        raise InvalidField("citations", f"are numbers from 0 below {len(answer.citations)}")
    return range(len(answer.citations)) if request.whole_answer else sorted(request.citations)


def cited(answer: Answer, numbers: Collection[int]) -> list[str]:
    """The agents of these citations of an answer, each once."""
    return list(dict.fromkeys(answer.citations[number].agent for number in numbers))


def reinforcement(
    record: GetTraceResponse, agents: Collection[str], success: bool, deferred: bool = False
) -> ReinforceRequest:
    """What the connectome is told of agents: with the names in the question, and those on the ways to the agents."""
    rounds = record.trace.rounds
    seeds = [seed.concept for one in rounds for seed in one.seeds if seed.concept]
    paths = [name for one in rounds for agent in one.agents if agent.agent in agents for name in agent.path]
    concepts = list(dict.fromkeys(seeds + paths))
    return ReinforceRequest(
        mind=record.trace.mind, agents=list(agents), concepts=concepts, success=success, deferred=deferred
    )
