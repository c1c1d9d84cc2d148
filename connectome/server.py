"""Wires the connectome."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from connectome import weights
from connectome.adapters.genesis import GrpcForgetting
from connectome.adapters.local_bookmarks import LocalBookmarks
from connectome.adapters.tantivy_index import FollowedTantivyIndex, TantivyLexicalIndex
from connectome.adapters.writer import until_serving
from connectome.dense import DenseSense, Filler, VectorStore, keep_filling, keep_following
from connectome.following import Following, KeptUp, let_go
from connectome.linking import Linker
from connectome.metrics import Figures
from connectome.ports import Bookmarks
from connectome.projection import Projection
from connectome.regions import Tie, keep_finding
from connectome.reinforce import settle
from connectome.remembering import Memories
from connectome.service import (
    ActivationServicer,
    AgentRecordServicer,
    LedgerServicer,
    MindServicer,
    RegistryServicer,
    WeightServicer,
)
from connectome.settings import Settings
from connectome.stores import FollowedGraph, followed, opened
from connectome.tidy import keep_tidy
from connectome.turn import Turn
from mesh.adapters.changes import GrpcChanges
from mesh.channels import channel
from mesh.folders import private
from mesh.listening import StartError
from mesh.server import Component, Service, run
from mesh.tasks import background, give_way
from myriad.connectome.v1 import (
    activation_service_pb2,
    agent_record_service_pb2,
    ledger_service_pb2,
    mind_service_pb2,
    registry_service_pb2,
    weight_service_pb2,
)
from myriad.connectome.v1.activation_service_pb2_grpc import add_ActivationServiceServicer_to_server
from myriad.connectome.v1.agent_record_service_pb2_grpc import add_AgentRecordServiceServicer_to_server
from myriad.connectome.v1.ledger_service_pb2_grpc import add_LedgerServiceServicer_to_server
from myriad.connectome.v1.mind_service_pb2_grpc import add_MindServiceServicer_to_server
from myriad.connectome.v1.registry_service_pb2_grpc import add_RegistryServiceServicer_to_server
from myriad.connectome.v1.weight_service_pb2_grpc import add_WeightServiceServicer_to_server


async def build(settings: Settings, stack: AsyncExitStack) -> Sequence[Service]:
    folder = private(settings.data / "connectome")
    if settings.writer_target:
        return await _follower(settings, folder, stack)
    return await _writer(settings, folder, stack)


def _divide(ties: Iterable[Tie]) -> Mapping[int, tuple[int, float]]:
    """See `Divide`."""
    from connectome.adapters.leiden import divide  # noqa: PLC0415  # half a second, when regions are found first

    return divide(ties)


async def _follower(settings: Settings, folder: Path, stack: AsyncExitStack) -> Sequence[Service]:
    writer = await stack.enter_async_context(channel(settings.writer_target, "connectome", settings.tls))
    await until_serving(writer)
    graph = await stack.enter_async_context(followed(settings, folder, await _bookmarks(settings, stack)))
    lexical, memories = FollowedTantivyIndex(folder / "lexical"), Memories()
    following = Following(graph, lexical)
    await stack.enter_async_context(background("connectome.memories", partial(let_go, graph, memories)))
    dense = await _dense_sense(settings, graph, None, stack)

    return [
        Service(
            activation_service_pb2.DESCRIPTOR.services_by_name["ActivationService"],
            add_ActivationServiceServicer_to_server,
            ActivationServicer(graph, lexical, memories, dense, following),
            metrics=Figures(memories, following).metrics,
        )
    ]


async def _bookmarks(settings: Settings, stack: AsyncExitStack) -> Bookmarks:
    """Of a graph on a server in Redis, if there is one. SettingError."""
    if not (settings.graph and settings.redis):
        return LocalBookmarks()
    from connectome.adapters.redis_bookmarks import RedisBookmarks  # noqa: PLC0415  # half a second
    from mesh.adapters.redis import open_redis  # noqa: PLC0415

    opened = open_redis("MYRIAD_REDIS", settings.redis, evictable=False)
    return RedisBookmarks(await stack.enter_async_context(opened))


async def _writer(settings: Settings, folder: Path, stack: AsyncExitStack) -> Sequence[Service]:
    store = await stack.enter_async_context(opened(settings, folder, await _bookmarks(settings, stack)))
    lexical = TantivyLexicalIndex(folder / "lexical")
    projection = Projection(store, lexical)
    await asyncio.to_thread(projection.catch_up_all, store)
    writer = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="writer"))

    async def settling() -> None:
        while True:
            await asyncio.get_running_loop().run_in_executor(writer, settle, store, store, time.time())
            await asyncio.sleep(weights.QUARTER - time.time() % weights.QUARTER)

    await stack.enter_async_context(background("connectome.weights", settling))
    await stack.enter_async_context(background("connectome.tidy", partial(keep_tidy, store, store, projection, writer)))
    turn = Turn(store, "background")
    await stack.enter_async_context(background("connectome.turn", turn.keep))
    dense = await _dense_sense(settings, store, (store, turn), stack)
    finder = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="regions", initializer=give_way))
    finding = partial(keep_finding, store, _divide, finder, turn)
    await stack.enter_async_context(background("connectome.regions", finding))
    memories = Memories()
    following = None
    if settings.graph:  # other replicas may write it too
        following = Following(store, KeptUp(store, lexical, projection))
        await stack.enter_async_context(background("connectome.memories", partial(let_go, store, memories)))
    genesis = await stack.enter_async_context(channel(settings.genesis_target, "genesis", settings.tls))
    gatekeeper = await stack.enter_async_context(channel(settings.gatekeeper_target, "gatekeeper", settings.tls))
    return [
        Service(
            activation_service_pb2.DESCRIPTOR.services_by_name["ActivationService"],
            add_ActivationServiceServicer_to_server,
            ActivationServicer(store, lexical, memories, dense, following),
            metrics=Figures(memories, following).metrics,
        ),
        Service(
            registry_service_pb2.DESCRIPTOR.services_by_name["RegistryService"],
            add_RegistryServiceServicer_to_server,
            RegistryServicer(store, store, store, projection, Linker(lexical), memories, writer),
        ),
        Service(
            agent_record_service_pb2.DESCRIPTOR.services_by_name["AgentRecordService"],
            add_AgentRecordServiceServicer_to_server,
            AgentRecordServicer(store, store),
        ),
        Service(
            ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"],
            add_LedgerServiceServicer_to_server,
            LedgerServicer(store, store),
        ),
        Service(
            weight_service_pb2.DESCRIPTOR.services_by_name["WeightService"],
            add_WeightServiceServicer_to_server,
            WeightServicer(store, store, writer),
        ),
        Service(
            mind_service_pb2.DESCRIPTOR.services_by_name["MindService"],
            add_MindServiceServicer_to_server,
            MindServicer(store, store, store, store, GrpcForgetting(genesis), GrpcChanges(gatekeeper), writer),
        ),
    ]


async def _dense_sense(
    settings: Settings, graph: FollowedGraph, filled: tuple[VectorStore, Turn] | None, stack: AsyncExitStack
) -> DenseSense | None:
    """
    The dense sense, if there is a model, by the vectors of a graph; those of a store are `filled` in, in a turn.

    StartError if the model cannot be used, or what runs it is not installed.
    """
    if not settings.dense_model:
        return None
    try:
        from connectome.adapters.onnx_encoder import OnnxEncoder  # noqa: PLC0415  # only with myriad[dense]

        encoder = await asyncio.to_thread(OnnxEncoder, Path(settings.dense_model))
        index = graph.vector_index(encoder.dimensions)
    except ImportError as error:
        raise StartError(f"MYRIAD_DENSE_MODEL needs more packages: install myriad[dense] ({error.name})") from None
    thread = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="dense", initializer=give_way))
    sense = DenseSense(encoder, graph, index)
    await stack.enter_async_context(background("connectome.dense", partial(keep_following, sense, thread)))
    if filled:
        store, turn = filled
        filler = await asyncio.to_thread(Filler, encoder, store, index)
        await stack.enter_async_context(background("connectome.vectors", partial(keep_filling, filler, turn, thread)))
    return sense


COMPONENT = Component("connectome", Settings, build)


def main() -> None:
    run(COMPONENT)
