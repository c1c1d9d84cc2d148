"""The orchestrator's wiring."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

import grpc

from mesh import tracing
from mesh.adapters.access import GrpcAccess
from mesh.adapters.placements import placements
from mesh.admission import Admission
from mesh.channels import channel
from mesh.folders import private
from mesh.identity import ENVOY
from mesh.metrics import Collect
from mesh.placements import PlacementView
from mesh.revocation import keep_cutting
from mesh.server import Component, Service, run
from mesh.settings import SettingError
from mesh.tasks import background
from myriad.orchestrator.v1 import answer_service_pb2, model_service_pb2, orchestrator_service_pb2, trace_service_pb2
from myriad.orchestrator.v1.answer_service_pb2_grpc import add_AnswerServiceServicer_to_server
from myriad.orchestrator.v1.model_service_pb2_grpc import add_ModelServiceServicer_to_server
from myriad.orchestrator.v1.orchestrator_service_pb2_grpc import add_OrchestratorServiceServicer_to_server
from myriad.orchestrator.v1.trace_service_pb2_grpc import add_TraceServiceServicer_to_server
from orchestrator import tiers
from orchestrator.adapters.connectome import GrpcConnectome, GrpcMinds
from orchestrator.adapters.dlm import GrpcHydration
from orchestrator.adapters.gatekeeper import GrpcLedger
from orchestrator.adapters.genesis import GrpcDocuments
from orchestrator.adapters.health import GrpcHealth
from orchestrator.adapters.hosts import HostLines
from orchestrator.adapters.hydration_requests import HydrationRequests
from orchestrator.adapters.sqlite import SqliteTraceStore
from orchestrator.adapters.synth import GrpcSynthesizer
from orchestrator.agents import Agents
from orchestrator.charging import Charging
from orchestrator.coactivation import Coactivation
from orchestrator.feedback import Feedback
from orchestrator.gathering import Gathering
from orchestrator.line import Line
from orchestrator.metrics import Figures
from orchestrator.ports import Hydration, Minds, TraceStore
from orchestrator.readiness import Readiness
from orchestrator.recall import Recall
from orchestrator.service import AnswerServicer, ModelServicer, OrchestratorServicer, TraceServicer
from orchestrator.settings import Settings
from orchestrator.telemetry import Telemetry
from orchestrator.tiers import Tiers

COMPLETE_SECONDS = 1.0
"""At the start, how long to wait to be told where agents are, before the first question is let in."""


async def build(settings: Settings, stack: AsyncExitStack) -> Sequence[Service]:
    table = tiers.load(settings.tiers)
    reader = await stack.enter_async_context(channel(settings.connectome_target, "connectome", settings.tls))
    writer = reader
    if settings.writer_target:
        writer = await stack.enter_async_context(channel(settings.writer_target, "connectome", settings.tls))
    connectome = GrpcConnectome(reader, writer)
    dlm = await stack.enter_async_context(channel(settings.dlm_target, "dlm", settings.tls))
    synth = await stack.enter_async_context(channel(settings.synth_target, "synth", settings.tls))
    gatekeeper = None
    if settings.gatekeeper_target:
        gatekeeper = await stack.enter_async_context(channel(settings.gatekeeper_target, "gatekeeper", settings.tls))
    lines = await stack.enter_async_context(HostLines(settings.tls))
    await stack.enter_async_context(background("orchestrator.lines", lines.sweep))
    view = PlacementView()
    await stack.enter_async_context(background("orchestrator.placements", lambda: view.follow(placements(dlm))))
    await view.complete(COMPLETE_SECONDS)

    hydration, store = await _hydration(settings, stack, dlm), await _traces(settings, stack)
    gathering = Gathering(GrpcHydration(dlm))  # which host shall have copies cannot be said in a HydrationRequest
    await stack.enter_async_context(background("orchestrator.gathering", gathering.gather))
    agents = Agents(view, hydration, lines, gathering)
    coactivation = Coactivation(connectome)
    await stack.enter_async_context(background("orchestrator.coactivation", coactivation.tell))
    line, recall = Line(connectome, agents, GrpcSynthesizer(synth)), Recall(connectome, agents)
    admission, charging = Admission(settings), await _charging(stack, gatekeeper)
    telemetry = Telemetry(settings.slow_query_seconds, texts=settings.trace_texts)
    figures = Figures(admission, store, charging, telemetry)
    orchestrator = OrchestratorServicer(
        table, line, recall, store, coactivation, admission, charging, figures, telemetry
    )
    answers = AnswerServicer(table, line, store, Feedback(connectome, store), admission, charging)
    models = ModelServicer(table)
    if settings.http_listen and settings.tls:
        needed = {
            "connectome": GrpcHealth(reader, "graph"),
            "dlm": GrpcHealth(dlm),
            "synth": GrpcHealth(synth),
            **({"gatekeeper": GrpcHealth(gatekeeper)} if gatekeeper else {}),
        }
        readiness = Readiness(needed, view)
        minds = GrpcMinds(reader)
        figures.http = await _http(settings, stack, table, models, orchestrator, answers, store, minds, readiness)
    return [
        Service(
            orchestrator_service_pb2.DESCRIPTOR.services_by_name["OrchestratorService"],
            add_OrchestratorServiceServicer_to_server,
            orchestrator,
            metrics=figures.metrics,
            tell=figures.tell,
        ),
        Service(
            answer_service_pb2.DESCRIPTOR.services_by_name["AnswerService"],
            add_AnswerServiceServicer_to_server,
            answers,
        ),
        Service(
            model_service_pb2.DESCRIPTOR.services_by_name["ModelService"],
            add_ModelServiceServicer_to_server,
            models,
        ),
        Service(
            trace_service_pb2.DESCRIPTOR.services_by_name["TraceService"],
            add_TraceServiceServicer_to_server,
            TraceServicer(store),
        ),
    ]


async def _http(
    settings: Settings,
    stack: AsyncExitStack,
    table: Tiers,
    models: ModelServicer,
    orchestrator: OrchestratorServicer,
    answers: AnswerServicer,
    store: TraceStore,
    minds: Minds,
    readiness: Readiness,
) -> Collect:
    """Answer over HTTP too; returns what that counts."""
    from mesh.asgi import answering  # noqa: PLC0415  # a fifth of a second
    from orchestrator.http import chat, front, reference, responses  # noqa: PLC0415
    from orchestrator.http import models as listed  # noqa: PLC0415
    from orchestrator.http.app import application  # noqa: PLC0415
    from orchestrator.http.asking import Asking  # noqa: PLC0415
    from orchestrator.http.mcp import Mcp  # noqa: PLC0415

    if not settings.genesis_target:
        raise SettingError("MYRIAD_GENESIS_TARGET is not set, where MYRIAD_HTTP_LISTEN is")
    genesis = await stack.enter_async_context(channel(settings.genesis_target, "genesis", settings.tls))
    mcp = Mcp(orchestrator, store, GrpcDocuments(genesis), minds)
    await stack.enter_async_context(background("orchestrator.mcp", mcp.serve))
    asks = Asking(orchestrator, table)
    routes = [*listed.routes(models), *chat.routes(asks), *responses.routes(asks, answers), *mcp.routes()]
    keyless = [*front.routes(readiness), *reference.routes()]
    app = application(routes, keyless, tracing.tracer("orchestrator", settings.otlp_endpoint))
    where = "orchestrator", "MYRIAD_HTTP_LISTEN", settings.http_listen
    await stack.enter_async_context(
        answering(*where, settings.tls, frozenset((ENVOY,)), app, stop_seconds=settings.stop_seconds)
    )
    return app.metrics


async def _charging(stack: AsyncExitStack, gatekeeper: grpc.aio.Channel | None) -> Charging:
    if not gatekeeper:
        return Charging(None)
    access = GrpcAccess(gatekeeper)
    await stack.enter_async_context(background("orchestrator.revocation", lambda: keep_cutting(access.bad)))
    charging = Charging(GrpcLedger(gatekeeper))
    stack.push_async_callback(charging.finish)
    await stack.enter_async_context(background("orchestrator.charging", charging.keep_charging))
    return charging


async def _hydration(settings: Settings, stack: AsyncExitStack, dlm: grpc.aio.Channel) -> Hydration:
    if not settings.hydration:
        return GrpcHydration(dlm)
    if settings.hydration != "crd":
        raise SettingError("MYRIAD_HYDRATION is empty or `crd`")
    if not settings.namespace:
        raise SettingError("MYRIAD_NAMESPACE is not set, where MYRIAD_HYDRATION is `crd`")
    from mesh.adapters.kubernetes import open_cluster  # noqa: PLC0415  # a second, and 30 MB

    opened = open_cluster(settings.namespace, "myriad-orchestrator")
    requests = HydrationRequests(await stack.enter_async_context(opened))
    await stack.enter_async_context(background("orchestrator.requests", requests.follow))
    return requests


async def _traces(settings: Settings, stack: AsyncExitStack) -> TraceStore:
    if not settings.redis:
        store = SqliteTraceStore(private(settings.data / "orchestrator") / "traces.db")
        stack.callback(store.close)
        await stack.enter_async_context(background("orchestrator.traces", store.keep_tidy))
        return store
    from mesh.adapters.redis import open_redis  # noqa: PLC0415  # a third of a second
    from orchestrator.adapters.redis import RedisTraceStore  # noqa: PLC0415

    opened = open_redis("MYRIAD_REDIS", settings.redis, evictable=False)
    return RedisTraceStore(await stack.enter_async_context(opened))


COMPONENT = Component("orchestrator", Settings, build)


def main() -> None:
    run(COMPONENT)
