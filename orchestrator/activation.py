"""Activation: the first step of every plan, which agents a question wakes."""

from __future__ import annotations

from collections.abc import Iterable

from myriad.agent.v1.question_pb2 import Question
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse
from orchestrator.inquiry import Inquiry
from orchestrator.ports import Connectome


async def activate(
    connectome: Connectome, inquiry: Inquiry, asked: Question, exclude: Iterable[str] = ()
) -> ActivateResponse:
    """
    The agents that a question wakes, the inquiry's own or another one asked for its sake, best first.

    Within the tier's budget and the inquiry's number of agents, without those named in `exclude`.
    """
    budget = inquiry.tier.budget
    request = ActivateRequest(
        mind=inquiry.mind,
        question=asked.text,
        asked=asked,
        budget=Budget(max_agents=inquiry.max_agents, max_hops=budget.max_hops, max_pushes=budget.max_pushes),
        exclude=exclude,
        weights_as_of=inquiry.weights_as_of,
        model=inquiry.tier.id,
    )
    return await connectome.activate(request, inquiry.left)
