"""Agents, one by one: what the connectome knows of them and where they live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlm.dehydrate import Dehydrator
from dlm.errors import AgentNotFound
from dlm.flights import Flights
from dlm.hydrate import Hydrator
from dlm.ports import Agents, Directory
from mesh import names
from mesh.errors import MyriadError
from myriad.agent.v1.agent_pb2 import Agent
from myriad.agent.v1.agent_service_pb2 import ListAgentsRequest, ListAgentsResponse
from myriad.connectome.v1.agent_record_pb2 import AgentRecord


class Dormitory:
    """Shows agents, wakes them and puts them to sleep."""

    def __init__(
        self, agents: Agents, directory: Directory, flights: Flights, hydrator: Hydrator, dehydrator: Dehydrator
    ) -> None:
        self._agents = agents
        self._directory = directory
        self._flights = flights
        self._hydrator = hydrator
        self._dehydrator = dehydrator

    async def get(self, name: str) -> Agent:
        """One agent. AgentNotFound."""
        record = await self._record(name)
        return self._agent(record, await self._directory.hosts_of([name]))

    async def list(self, request: ListAgentsRequest) -> ListAgentsResponse:
        """One page of a mind's agents. MIND_NOT_FOUND."""
        page = await self._agents.list(request)
        hosts = await self._directory.hosts_of([record.agent for record in page.agents])
        return ListAgentsResponse(
            agents=[self._agent(record, hosts) for record in page.agents], next_page_token=page.next_page_token
        )

    async def wake(self, name: str) -> Agent:
        """One agent, awake. AgentNotFound, NoHostReady, or what else kept it asleep."""
        record = await self._record(name)
        result = (await self._hydrator.hydrate(names.parent(name), {name: record.packet_location}))[name]
        if isinstance(result, MyriadError):
            raise result
        return self._agent(record, await self._directory.hosts_of([name]))

    async def sleep(self, name: str) -> Agent:
        """One agent, asleep. AgentNotFound, NotReleased."""
        record = await self._record(name)
        await self._dehydrator.dehydrate(names.parent(name), [name])
        return self._agent(record, await self._directory.hosts_of([name]))

    async def _record(self, name: str) -> AgentRecord:
        record = (await self._agents.get(names.parent(name), [name])).get(name)
        if record is None:
            raise AgentNotFound(name)
        return record

    def _agent(self, record: AgentRecord, hosts: Mapping[str, Sequence[str]]) -> Agent:
        state = Agent.STATE_HYDRATING if record.agent in self._flights else Agent.STATE_DORMANT
        return Agent(
            name=record.agent,
            document=record.document,
            title=record.title,
            heading_path=record.heading_path,
            packet_location=record.packet_location,
            state=Agent.STATE_ACTIVE if record.agent in hosts else state,
            hosts=hosts.get(record.agent, ()),
        )
