"""An orchestrator among small stand-ins of the components it calls, over real gRPC."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import grpc
import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor import ServiceDescriptor
from google.rpc import error_details_pb2
from grpc_status import rpc_status

import orchestrator.server
from mesh import call
from mesh.access import MindNotFound
from mesh.call import Context
from mesh.errors import received
from mesh.server import Service, serving
from myriad.agent.v1 import agent_host_service_pb2 as host_pb
from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence
from myriad.connectome.v1 import activation_service_pb2, weight_service_pb2
from myriad.connectome.v1.activation_pb2 import ActivatedAgent, AmbiguousName, Seed
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest, ActivateResponse
from myriad.connectome.v1.weight_service_pb2 import ReinforceRequest, ReinforceResponse
from myriad.dlm.v1 import lifecycle_service_pb2 as dlm_pb
from myriad.dlm.v1.host_pb2 import Host
from myriad.orchestrator.v1 import orchestrator_service_pb2 as pb
from myriad.orchestrator.v1.answer_service_pb2_grpc import AnswerServiceStub
from myriad.orchestrator.v1.model_service_pb2_grpc import ModelServiceStub
from myriad.orchestrator.v1.orchestrator_service_pb2_grpc import OrchestratorServiceStub
from myriad.orchestrator.v1.trace_service_pb2_grpc import TraceServiceStub
from myriad.synth.v1 import synthesis_pb2
from myriad.synth.v1 import synthesizer_service_pb2 as synth_pb
from orchestrator.settings import Settings
from tests.identities import calling, identity, settings

MIND = "minds/m"
READER = (("x-myriad-key", "k1"), ("x-myriad-role", "ROLE_READER"), ("x-myriad-minds", MIND))
STRANGER = (("x-myriad-key", "k2"), ("x-myriad-role", "ROLE_READER"), ("x-myriad-minds", "minds/other"))


def fake(descriptor: ServiceDescriptor, **methods: Any) -> Service:
    """A service of which only some methods are there."""

    def add(_: object, server: grpc.aio.Server) -> None:
        handlers: dict[str, Any] = {}
        for name, behave in methods.items():
            method = descriptor.methods_by_name[name]
            make = (
                grpc.unary_stream_rpc_method_handler if method.server_streaming else grpc.unary_unary_rpc_method_handler
            )
            request = message_factory.GetMessageClass(method.input_type)
            handlers[name] = make(behave, request.FromString, lambda response: response.SerializeToString())
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(descriptor.full_name, handlers),))

    return Service(descriptor, add, object())


def name(number: int) -> str:
    return f"{MIND}/agents/a{number}"


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


async def never(*_: object) -> None:
    await asyncio.sleep(60)


class World:
    """A connectome that wakes the first agents, a DLM, hosts and a synthesizer, with what they were asked."""

    def __init__(self) -> None:
        self.known = 40
        self.held: defaultdict[str, set[str]] = defaultdict(set)
        """What each host really holds."""
        self.addresses: dict[str, str] = {}
        self.hydrate_on = "a"
        self.behave: dict[str, Callable[[], Awaitable[None]]] = {}
        """What a component or host does first."""
        self.activations: list[ActivateRequest] = []
        self.reinforced: list[ReinforceRequest] = []
        self.hydrations: list[dlm_pb.HydrateRequest] = []
        self.asks: list[tuple[str, host_pb.AskRequest]] = []
        self.synthesized: list[synth_pb.SynthesizeRequest] = []
        self.ambiguous: list[AmbiguousName] = []
        self.syntheses: list[synth_pb.SynthesizeResponse] = []
        """What the synthesizer makes of the first replies, of those with the first further ones, and so on."""
        self.seen: dict[str, tuple[float | None, str]] = {}
        """Time that was left and request id, by component."""
        self.watchers: list[asyncio.Queue[dlm_pb.WatchPlacementsResponse]] = []
        self._hosts: dict[str, AsyncExitStack] = {}

    async def _enter(self, who: str, context: Context) -> None:
        self.seen[who] = (context.time_remaining(), call.request_id.get())
        if who in self.behave:
            await self.behave[who]()

    async def activate(self, request: ActivateRequest, context: Context) -> ActivateResponse:
        await self._enter("connectome", context)
        self.activations.append(request)
        if request.mind != MIND:
            raise MindNotFound(request.mind)
        agents = [
            ActivatedAgent(
                agent=name(number),
                document=f"{MIND}/documents/d{number}",
                title=f"Title {number}",
                uri=f"file:d{number}",
                packet_location=f"folder:/b.pak#{number}+1",
                score=1 / (number + 1),
                path=["seed", f"c{number}"],
            )
            for number in self._best(request)
        ]
        seeds = [Seed(concept="seed", weight=1.0)]
        response = ActivateResponse(
            asked=request.asked,
            agents=agents,
            mind_version=7,
            seeds=seeds,
            considered_count=99,
            push_count=5,
            row_count=6,
            hops=2,
        )
        response.ambiguous_names.extend(self.ambiguous)
        response.weights_as_of.seconds = request.weights_as_of.seconds or 900
        return response

    def _best(self, request: ActivateRequest) -> list[int]:
        wanted = (number for number in range(self.known) if name(number) not in request.exclude)
        return list(islice(wanted, request.budget.max_agents))

    async def reinforce(self, request: ReinforceRequest, context: Context) -> ReinforceResponse:
        if "reinforce" in self.behave:
            await self.behave["reinforce"]()
        self.reinforced.append(request)
        return ReinforceResponse(edge_count=len(request.agents))

    async def hydrate(self, request: dlm_pb.HydrateRequest, context: Context) -> dlm_pb.HydrateResponse:
        await self._enter("dlm", context)
        self.hydrations.append(request)
        response = dlm_pb.HydrateResponse()
        host = request.host or self.hydrate_on
        for wanted in request.agents:
            if host in self.addresses:
                self.held[host].add(wanted.agent)
                response.placements.add(agent=wanted.agent, host=host)
                response.fetched_count += 1
            else:
                response.failures.add(agent=wanted.agent, reason="NO_HOST_READY")
        return response

    async def watch(
        self, request: dlm_pb.WatchPlacementsRequest, context: Context
    ) -> AsyncIterator[dlm_pb.WatchPlacementsResponse]:
        changes: asyncio.Queue[dlm_pb.WatchPlacementsResponse] = asyncio.Queue()
        self.watchers.append(changes)
        yield dlm_pb.WatchPlacementsResponse(
            hosts=[self._host(host) for host in self.addresses],
            placed=[dlm_pb.Placement(agent=agent, host=host) for host, agents in self.held.items() for agent in agents],
            synced=True,
        )
        while True:
            yield await changes.get()

    async def synthesize(self, request: synth_pb.SynthesizeRequest, context: Context) -> synth_pb.SynthesizeResponse:
        await self._enter("synth", context)
        self.synthesized.append(request)
        if not request.replies:
            return synth_pb.SynthesizeResponse(state=synthesis_pb2.ANSWER_STATE_ABSTAINED, text="I don't know.")
        citations = [
            synthesis_pb2.Citation(agent=one.reply.agent, document=one.reply.document) for one in request.replies
        ]
        made = synth_pb.SynthesizeResponse(
            state=synthesis_pb2.ANSWER_STATE_ANSWERED, text="So it is.", confidence=0.8, citations=citations
        )
        if self.syntheses:
            rounds = max(one.round for one in request.replies)
            made.MergeFrom(self.syntheses[min(rounds, len(self.syntheses) - 1)])
        return made

    def asking(self, id: str) -> Any:
        async def ask(request: host_pb.AskRequest, context: Context) -> host_pb.AskResponse:
            self.asks.append((id, request))
            await self._enter(id, context)
            response = host_pb.AskResponse()
            for asked in request.agents:
                if asked.agent in self.held[id]:
                    number = asked.agent.rsplit("a", 1)[-1]
                    response.replies.add().CopyFrom(
                        AgentReply(
                            agent=asked.agent,
                            document=f"{MIND}/documents/d{number}",
                            evidence=[Evidence(quote=f"Quote {number}.")],
                            text=f"Passage {number}." if request.include_text else "",
                        )
                    )
                else:
                    response.not_here.append(asked.agent)
            return response

        return ask

    async def start_host(self, id: str, agents: range = range(0)) -> None:
        stack = AsyncExitStack()
        host = fake(host_pb.DESCRIPTOR.services_by_name["AgentHostService"], Ask=self.asking(id))
        self.addresses[id] = await stack.enter_async_context(serving("agent_host", settings("agent_host"), [host]))
        self.held[id].update(map(name, agents))
        self._hosts[id] = stack

    async def stop_host(self, id: str) -> None:
        """The host goes, and the DLM tells nobody yet."""
        del self.addresses[id]
        await self._hosts.pop(id).aclose()

    async def stop_hosts(self) -> None:
        for host in list(self._hosts):
            await self.stop_host(host)

    def _host(self, id: str) -> Host:
        return Host(id=id, address=self.addresses[id], state=Host.STATE_READY)

    def asked(self) -> Counter[str]:
        return Counter(agent.agent for _, request in self.asks for agent in request.agents)


class Orchestrator:
    """Stubs of an orchestrator that is running."""

    def __init__(self, connection: grpc.aio.Channel) -> None:
        self.questions = OrchestratorServiceStub(connection)
        self.traces = TraceServiceStub(connection)
        self.answers = AnswerServiceStub(connection)
        self.models = ModelServiceStub(connection)

    async def query(self, question: str = "Who?", model: str = "base", **fields: Any) -> Any:
        request = pb.QueryRequest(question=question, model=model, **fields)
        return (await self.questions.Query(request, metadata=READER, timeout=10)).answer


class Components:
    """The stand-ins' servers, each of which can be stopped."""

    def __init__(self, world: World) -> None:
        services = {
            "connectome": [
                fake(activation_service_pb2.DESCRIPTOR.services_by_name["ActivationService"], Activate=world.activate),
                fake(weight_service_pb2.DESCRIPTOR.services_by_name["WeightService"], Reinforce=world.reinforce),
            ],
            "dlm": [
                fake(
                    dlm_pb.DESCRIPTOR.services_by_name["LifecycleService"],
                    Hydrate=world.hydrate,
                    WatchPlacements=world.watch,
                )
            ],
            "synth": [
                fake(synth_pb.DESCRIPTOR.services_by_name["SynthesizerService"], Synthesize=world.synthesize),
            ],
        }
        self._services = services
        self._stacks: dict[str, AsyncExitStack] = {}
        self.targets: dict[str, Any] = {}

    async def start(self) -> None:
        for who, services in self._services.items():
            self._stacks[who] = AsyncExitStack()
            self.targets[f"{who}_target"] = await self._stacks[who].enter_async_context(
                serving(who, settings(who), services)
            )

    async def stop(self, *which: str) -> None:
        for who in which or list(self._stacks):
            await self._stacks.pop(who).aclose()


@asynccontextmanager
async def running(components: Components, tiers: str = "", **told_more: Any) -> AsyncIterator[Orchestrator]:
    """An orchestrator that has just started, and so knows where agents are."""
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(TemporaryDirectory()))
        told = Settings(**components.targets, data=data, tiers=tiers, tls=identity("orchestrator"), **told_more)
        services = await orchestrator.server.build(told, stack)
        address = await stack.enter_async_context(serving("orchestrator", told, services))
        # Over a connection, as callers come from outside: `mesh.channels` would go straight to the servicer.
        yield Orchestrator(await stack.enter_async_context(calling(f"ipv4:{address}", "orchestrator")))


async def failure(awaitable: Any) -> tuple[grpc.StatusCode, str, list[str]]:
    """Code, reason and the names of the status's details."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await awaitable
    error = received(caught.value)
    status = rpc_status.from_call(caught.value)  # type: ignore[arg-type]  # an AioRpcError has what it reads
    details = [detail.TypeName() for detail in status.details] if status else []
    return error.code, error.reason, details


RETRY_INFO = error_details_pb2.RetryInfo.DESCRIPTOR.full_name
UNAVAILABLE = (grpc.StatusCode.UNAVAILABLE, "COMPONENT_UNAVAILABLE")
