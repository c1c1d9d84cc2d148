"""The agent host's services."""

from __future__ import annotations

from agent_host.ask import Asking
from agent_host.inject import Given, inject
from agent_host.membership import Lease
from agent_host.residents import Residents
from language.question import read
from mesh import call, names, questions
from mesh.access import AGENT_HEADER
from mesh.admission import Admission
from mesh.call import Context
from mesh.errors import InvalidField
from myriad.agent.v1 import agent_host_service_pb2 as host_pb
from myriad.agent.v1.agent_ask_service_pb2 import AskAgentRequest, AskAgentResponse
from myriad.agent.v1.agent_ask_service_pb2_grpc import AgentAskServiceServicer
from myriad.agent.v1.agent_host_service_pb2_grpc import AgentHostServiceServicer

_MOST_AGENTS = 1_000
_MOST_EVIDENCE = 50


class AgentHostServicer(AgentHostServiceServicer):
    """For the DLM and the orchestrator."""

    def __init__(self, residents: Residents, asking: Asking, lease: Lease) -> None:
        self._residents = residents
        self._asking = asking
        self._lease = lease

    async def Inject(self, request: host_pb.InjectRequest, context: Context) -> host_pb.InjectResponse:
        packets = {one.agent: Given(one.packet, one.packet_sha256, one.pinned) for one in request.packets}
        taken = await inject(self._residents, packets, spare=request.spare)
        return host_pb.InjectResponse(evicted=taken.evicted, refused=taken.refused)

    async def Ask(self, request: host_pb.AskRequest, context: Context) -> host_pb.AskResponse:
        question = questions.checked(request.question)
        if len(request.agents) > _MOST_AGENTS:
            raise InvalidField("agents", f"{_MOST_AGENTS} at most")
        if request.max_evidence > _MOST_EVIDENCE:
            raise InvalidField("max_evidence", f"{_MOST_EVIDENCE} at most")
        mind = names.mind(request.mind)
        if not all(one.agent.startswith(f"{mind}/agents/") for one in request.agents):
            raise InvalidField("agents", "are all of the mind that is asked")
        asked = request.asked if request.HasField("asked") else read(question)
        return await self._asking.batch(asked, request.agents, request.max_evidence, with_text=request.include_text)

    async def Release(self, request: host_pb.ReleaseRequest, context: Context) -> host_pb.ReleaseResponse:
        released = [one for one in request.agents if self._residents.release(one)]
        return host_pb.ReleaseResponse(released=released, lapsed=not self._lease.held)


class AgentAskServicer(AgentAskServiceServicer):
    """For keys: Envoy sends a question for one agent to the host that holds it."""

    def __init__(self, host: str, asking: Asking, admission: Admission) -> None:
        self._host = host
        self._asking = asking
        self._admission = admission

    async def AskAgent(self, request: AskAgentRequest, context: Context) -> AskAgentResponse:
        mind, bare = names.parse_agent(request.name)
        name = names.agent(call.caller.get().mind(mind), bare)
        routed = dict(context.invocation_metadata() or ()).get(AGENT_HEADER, name)
        if routed != name:
            raise InvalidField("name", f"is the agent that the header {AGENT_HEADER} names")
        question = read(questions.checked(request.question))
        reply = await self._admission.run(lambda: self._asking.one(name, question))
        return AskAgentResponse(reply=reply, host=self._host)
