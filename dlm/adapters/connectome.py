"""The connectome over gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import islice

import grpc
from google.protobuf.field_mask_pb2 import FieldMask

from mesh.access import MindNotFound
from mesh.call import calling, outgoing
from mesh.errors import CallFailed
from myriad.agent.v1.agent_service_pb2 import ListAgentsRequest
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest
from myriad.connectome.v1.activation_service_pb2_grpc import ActivationServiceStub
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.agent_record_service_pb2 import (
    BatchGetAgentRecordsRequest,
    GetNeighboursRequest,
    ListAgentRecordsRequest,
    ListAgentRecordsResponse,
    ListPinnedAgentsRequest,
)
from myriad.connectome.v1.agent_record_service_pb2_grpc import AgentRecordServiceStub
from myriad.connectome.v1.mind_pb2 import Mind
from myriad.connectome.v1.mind_service_pb2 import UpdateMindRequest
from myriad.connectome.v1.mind_service_pb2_grpc import MindServiceStub

SECONDS = 3.0
ACTIVATE_SECONDS = 10.0
MOST_HOPS, MOST_PUSHES = 4, 600
"""How far a question spreads: as far as for the tier that asks most."""
_AT_ONCE = 1000


class GrpcAgents:
    """The agents, read in calls of 1,000 at most."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = AgentRecordServiceStub(channel)

    async def get(self, mind: str, agents: Sequence[str]) -> Mapping[str, AgentRecord]:
        requests = (
            BatchGetAgentRecordsRequest(mind=mind, agents=agents[start : start + _AT_ONCE])
            for start in range(0, len(agents), _AT_ONCE)
        )
        with calling():
            responses = await asyncio.gather(
                *(self._stub.BatchGetAgentRecords(one, **outgoing(SECONDS)) for one in requests)
            )
        return {record.agent: record for response in responses for record in response.agents}

    async def pinned(self, most: int) -> Mapping[str, str]:
        found, token = dict[str, str](), ""
        while len(found) < most:
            request = ListPinnedAgentsRequest(page_size=_AT_ONCE, page_token=token)
            with calling():
                page = await self._stub.ListPinnedAgents(request, **outgoing(SECONDS))
            found |= {record.agent: record.packet_location for record in page.agents}
            if not (token := page.next_page_token):
                break
        return dict(islice(found.items(), most))

    async def neighbours(self, mind: str, agents: Sequence[str], most: int) -> Mapping[str, str]:
        request = GetNeighboursRequest(mind=mind, agents=agents, max_neighbours=most)
        with calling():
            response = await self._stub.GetNeighbours(request, **outgoing(SECONDS))
        return {record.agent: record.packet_location for record in response.agents}

    async def list(self, request: ListAgentsRequest) -> ListAgentRecordsResponse:
        page = ListAgentRecordsRequest(
            mind=request.parent, page_size=request.page_size, page_token=request.page_token, document=request.document
        )
        with calling():
            return await self._stub.ListAgentRecords(page, **outgoing(SECONDS))


class GrpcRestriction:
    """See `dlm.operator.ports.Restriction`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = MindServiceStub(channel)

    async def allow(self, mind: str, models: Sequence[str]) -> None:
        request = UpdateMindRequest(
            mind=Mind(name=mind, allowed_models=models),
            update_mask=FieldMask(paths=["allowed_models"]),
            allow_missing=bool(models),
        )
        try:
            with calling("connectome"):
                await self._stub.UpdateMind(request, **outgoing(SECONDS))
        except CallFailed as error:
            if models or error.reason != MindNotFound.reason:
                raise


class GrpcActivation:
    """See `dlm.operator.ports.Activation`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = ActivationServiceStub(channel)

    async def activate(self, mind: str, question: str, most: int) -> Mapping[str, str]:
        budget = Budget(max_agents=most, max_hops=MOST_HOPS, max_pushes=MOST_PUSHES)
        request = ActivateRequest(mind=mind, question=question, budget=budget)
        with calling():
            response = await self._stub.Activate(request, **outgoing(ACTIVATE_SECONDS))
        return {agent.agent: agent.packet_location for agent in response.agents}
