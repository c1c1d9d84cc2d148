"""Wiring of genesis."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

from genesis.adapters.connectome import GrpcConnectome, GrpcLedger, GrpcWeights
from genesis.adapters.dlm import GrpcResidents
from genesis.adapters.gatekeeper import GrpcKeys
from genesis.adapters.orchestrator import GrpcTraces
from genesis.export_mind import Exporter
from genesis.fairness import Turns
from genesis.forget import Forgetter
from genesis.forget_mind import MindForgetter
from genesis.import_mind import Importer
from genesis.jobs import Jobs
from genesis.learn import Learner
from genesis.locks import Locks
from genesis.metrics import Figures
from genesis.repair import Repairer
from genesis.service import ArchiveServicer, DocumentServicer, ForgettingServicer
from genesis.settings import Settings
from genesis.storage import Storage
from genesis.sweep import keep_sweeping
from genesis.workers import Workers
from mesh.adapters.access import GrpcAccess
from mesh.adapters.changes import GrpcChanges
from mesh.channels import channel
from mesh.revocation import keep_cutting
from mesh.server import Component, Service, run
from mesh.tasks import background
from myriad.genesis.v1 import archive_service_pb2, document_service_pb2, forgetting_service_pb2
from myriad.genesis.v1.archive_service_pb2_grpc import add_ArchiveServiceServicer_to_server
from myriad.genesis.v1.document_service_pb2_grpc import add_DocumentServiceServicer_to_server
from myriad.genesis.v1.forgetting_service_pb2_grpc import add_ForgettingServiceServicer_to_server
from substrate.stores import open_store


async def build(settings: Settings, stack: AsyncExitStack) -> Sequence[Service]:
    store = await stack.enter_async_context(open_store(settings))
    to_connectome = await stack.enter_async_context(channel(settings.connectome_target, "connectome", settings.tls))
    connectome, ledger, weights = GrpcConnectome(to_connectome), GrpcLedger(to_connectome), GrpcWeights(to_connectome)
    residents = GrpcResidents(await stack.enter_async_context(channel(settings.dlm_target, "dlm", settings.tls)))
    traces = GrpcTraces(
        await stack.enter_async_context(channel(settings.orchestrator_target, "orchestrator", settings.tls))
    )
    gatekeeper = await stack.enter_async_context(channel(settings.gatekeeper_target, "gatekeeper", settings.tls))
    keys, access, changes = GrpcKeys(gatekeeper), GrpcAccess(gatekeeper), GrpcChanges(gatekeeper)
    await stack.enter_async_context(background("genesis.revocation", lambda: keep_cutting(access.bad)))
    storage = Storage(store, connectome, residents)
    locks = Locks()
    turns = Turns()
    stack.callback(turns.close)
    workers = Workers()
    stack.callback(workers.close)
    learner = Learner(connectome, ledger, storage, residents, locks, turns, workers)
    forgetter = Forgetter(connectome, storage, residents, traces, locks)
    mind_forgetter = MindForgetter(connectome, storage, residents, traces)
    exporter = Exporter(connectome, weights, storage)
    importer = Importer(connectome, weights, ledger, storage, mind_forgetter)
    await stack.enter_async_context(background("sweep", lambda: keep_sweeping(store, storage)))
    repairer = Repairer(connectome, storage)
    servicer = DocumentServicer(learner, Jobs(ledger), forgetter, repairer, connectome, ledger, keys, changes)
    figures = Figures(learner, turns)
    return [
        Service(
            document_service_pb2.DESCRIPTOR.services_by_name["DocumentService"],
            add_DocumentServiceServicer_to_server,
            servicer,
            metrics=figures.metrics,
            tell=figures.tell,
        ),
        Service(
            forgetting_service_pb2.DESCRIPTOR.services_by_name["ForgettingService"],
            add_ForgettingServiceServicer_to_server,
            ForgettingServicer(mind_forgetter),
        ),
        Service(
            archive_service_pb2.DESCRIPTOR.services_by_name["ArchiveService"],
            add_ArchiveServiceServicer_to_server,
            ArchiveServicer(exporter, importer, keys, changes),
        ),
    ]


COMPONENT = Component("genesis", Settings, build)


def main() -> None:
    run(COMPONENT)
