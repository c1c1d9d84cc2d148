"""Activation: the first step of every plan, which agents a question wakes."""

from __future__ import annotations

from mesh.call import outgoing
from myriad.connectome.v1.connectome_service_pb2 import ActivateRequest, ActivateResponse, Budget
from myriad.connectome.v1.connectome_service_pb2_grpc import ConnectomeServiceStub
from orchestrator.inquiry import Inquiry


async def activate(connectome: ConnectomeServiceStub, inquiry: Inquiry) -> ActivateResponse:
    """The agents, best first, within the tier's budget and the inquiry's number of agents."""
    budget = inquiry.tier.budget
    request = ActivateRequest(
        mind=inquiry.mind,
        question=inquiry.question,
        budget=Budget(max_agents=inquiry.max_agents, max_hops=budget.max_hops, max_pushes=budget.max_pushes),
    )
    return await connectome.Activate(request, **outgoing(inquiry.left))
