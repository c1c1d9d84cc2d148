"""What the DLM serves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping

from dlm.agents import Dormitory
from dlm.dehydrate import Dehydrator
from dlm.drain import Drains
from dlm.flights import Awake, Result, Source
from dlm.hosts import Registry
from dlm.hydrate import Hydrator
from dlm.inject import Errand
from dlm.locate import Locator
from dlm.status import Status
from dlm.watch import Watchers
from mesh import call, names, pages
from mesh.call import Context
from mesh.changes import Changes
from mesh.errors import InvalidField
from mesh.scope import some_or_all
from myriad.agent.v1 import agent_service_pb2 as agent_pb
from myriad.agent.v1.agent_service_pb2_grpc import AgentServiceServicer
from myriad.dlm.v1 import fleet_service_pb2 as fleet_pb
from myriad.dlm.v1 import lifecycle_service_pb2 as pb
from myriad.dlm.v1.fleet_service_pb2_grpc import FleetServiceServicer
from myriad.dlm.v1.lifecycle_service_pb2_grpc import LifecycleServiceServicer

MOST_AGENTS = 10_000
LONGEST_LOCATION = 2_000


class Lifecycle(LifecycleServiceServicer):
    def __init__(
        self,
        hydrator: Hydrator,
        dehydrator: Dehydrator,
        locator: Locator,
        watchers: Watchers,
        registry: Registry,
        woken: Callable[[str, Mapping[str, Result]], None],
    ) -> None:
        """`woken(mind, results)` hears of what became of agents that were wanted."""
        self._hydrator = hydrator
        self._dehydrator = dehydrator
        self._locator = locator
        self._watchers = watchers
        self._registry = registry
        self._woken = woken

    async def Hydrate(self, request: pb.HydrateRequest, _context: Context) -> pb.HydrateResponse:
        errand = Errand(request.host, request.beside[:MOST_AGENTS])
        results = await self._hydrator.hydrate(request.mind, _wanted(request), errand)
        self._woken(request.mind, results)
        awake = {agent: result for agent, result in results.items() if isinstance(result, Awake)}
        sources = [result.source for result in awake.values()]
        return pb.HydrateResponse(
            placements=[pb.Placement(agent=agent, host=result.host) for agent, result in awake.items()],
            failures=[
                pb.HydrateFailure(agent=agent, reason=result.reason, message=result.message)
                for agent, result in results.items()
                if not isinstance(result, Awake)
            ],
            fetched_count=sources.count(Source.STORE),
            cache_hit_count=sources.count(Source.CACHE),
            resident_count=sources.count(Source.HOST),
        )

    async def Dehydrate(self, request: pb.DehydrateRequest, _context: Context) -> pb.DehydrateResponse:
        agents = some_or_all(request.agents, request.all_agents, "agents")
        for agent in agents or ():
            _check_agent(request.mind, agent)
        done = await self._dehydrator.dehydrate(names.mind(request.mind), agents)
        return pb.DehydrateResponse(hosts=done.hosts, cached_count=done.cached, retained=done.retained)

    async def LocateAgent(self, request: pb.LocateAgentRequest, _context: Context) -> pb.LocateAgentResponse:
        agent = names.agent(*names.parse_agent(request.agent, "agent")) if request.agent else ""
        return pb.LocateAgentResponse(host=await self._locator.locate(agent))

    async def WatchPlacements(
        self, _request: pb.WatchPlacementsRequest, _context: Context
    ) -> AsyncIterator[pb.WatchPlacementsResponse]:
        async for change in self._watchers.watch():
            yield change

    async def RegisterHost(
        self, request_iterator: AsyncIterator[pb.RegisterHostRequest], _context: Context
    ) -> AsyncIterator[pb.RegisterHostResponse]:
        async for lease in self._registry.register(request_iterator):
            yield lease

    async def drain(self) -> None:
        """End the streams, so that the stop need not wait for them: watchers first, who keep the hosts they know."""
        self._watchers.close()
        self._registry.close()


class AgentsOneByOne(AgentServiceServicer):
    def __init__(self, dormitory: Dormitory) -> None:
        self._dormitory = dormitory

    async def GetAgent(self, request: agent_pb.GetAgentRequest, _context: Context) -> agent_pb.GetAgentResponse:
        return agent_pb.GetAgentResponse(agent=await self._dormitory.get(_visible(request.name)))

    async def ListAgents(self, request: agent_pb.ListAgentsRequest, _context: Context) -> agent_pb.ListAgentsResponse:
        mind = call.caller.get().mind(request.parent)
        if request.document and names.parse_document(request.document, "document")[0] != mind:
            raise InvalidField("document", "is of the request's mind")
        page = agent_pb.ListAgentsRequest(
            parent=mind,
            page_size=pages.size(request.page_size),
            page_token=request.page_token,
            document=request.document,
        )
        return await self._dormitory.list(page)

    async def HydrateAgent(
        self, request: agent_pb.HydrateAgentRequest, _context: Context
    ) -> agent_pb.HydrateAgentResponse:
        return agent_pb.HydrateAgentResponse(agent=await self._dormitory.wake(_visible(request.name)))

    async def DehydrateAgent(
        self, request: agent_pb.DehydrateAgentRequest, _context: Context
    ) -> agent_pb.DehydrateAgentResponse:
        return agent_pb.DehydrateAgentResponse(agent=await self._dormitory.sleep(_visible(request.name)))


class Fleets(FleetServiceServicer):
    def __init__(self, status: Status, drains: Drains, changes: Changes) -> None:
        self._status = status
        self._drains = drains
        self._changes = changes

    async def GetFleet(self, _request: fleet_pb.GetFleetRequest, _context: Context) -> fleet_pb.GetFleetResponse:
        return await self._status.fleet()

    async def DrainHost(self, request: fleet_pb.DrainHostRequest, _context: Context) -> fleet_pb.DrainHostResponse:
        host = self._drains.known(request.host).host.id
        await self._changes.record("host.drain", f"hosts/{host}")
        return fleet_pb.DrainHostResponse(host=self._drains.drain(host))


def _wanted(request: pb.HydrateRequest) -> Mapping[str, str]:
    if len(request.agents) > MOST_AGENTS:
        raise InvalidField("agents", f"names {MOST_AGENTS:,} agents at most")
    for wanted in request.agents:
        _check_agent(request.mind, wanted.agent)
        if len(wanted.packet_location) > LONGEST_LOCATION:
            raise InvalidField("agents.packet_location", f"has {LONGEST_LOCATION:,} characters at most")
    return {wanted.agent: wanted.packet_location for wanted in request.agents}


def _check_agent(mind: str, agent: str) -> None:
    if names.parse_agent(agent, "agents")[0] != mind:
        raise InvalidField("agents", "are all of the request's mind")


def _visible(agent: str) -> str:
    """The name of an agent whose mind the caller may see. InvalidField, MindNotFound."""
    call.caller.get().mind(names.parse_agent(agent)[0])
    return agent
