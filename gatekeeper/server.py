"""How the gatekeeper is put together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from gatekeeper import first_key
from gatekeeper.adapters.dlm import GrpcPlacing
from gatekeeper.adapters.sqlite import SqliteKeyStore
from gatekeeper.authentication import Authentication
from gatekeeper.check import Check
from gatekeeper.keys import Keys
from gatekeeper.locator import Locator
from gatekeeper.ports import KeyStore
from gatekeeper.service import AccessServicer, KeyServicer
from gatekeeper.settings import Settings
from mesh import tracing
from mesh.adapters.placements import placements
from mesh.channels import channel
from mesh.conversation import answering
from mesh.folders import private
from mesh.identity import ENVOY
from mesh.placements import PlacementView
from mesh.server import Component, Service, run
from mesh.tasks import background
from myriad.gatekeeper.v1 import access_service_pb2, access_service_pb2_grpc, key_service_pb2, key_service_pb2_grpc


async def build(settings: Settings, stack: AsyncExitStack) -> Sequence[Service]:
    store = await _keys(settings, stack)
    if settings.first_key_file:
        await first_key.provide(store, Path(settings.first_key_file))
    dlm = await stack.enter_async_context(channel(settings.dlm_target, "dlm", settings.tls))
    view = PlacementView()
    await stack.enter_async_context(background("placements", lambda: view.follow(placements(dlm))))
    authentication = Authentication(store)
    check = Check(authentication, Locator(view, GrpcPlacing(dlm)), tracing.tracer("gatekeeper", settings.otlp_endpoint))
    if settings.tls:
        envoys = frozenset((ENVOY,))
        checks = answering(
            "gatekeeper", "MYRIAD_CHECK_LISTEN", settings.check_listen, settings.tls, envoys, check.decide
        )
        await stack.enter_async_context(checks)
    return [
        Service(
            key_service_pb2.DESCRIPTOR.services_by_name["KeyService"],
            key_service_pb2_grpc.add_KeyServiceServicer_to_server,
            KeyServicer(Keys(store)),
            metrics=check.metrics,
        ),
        Service(
            access_service_pb2.DESCRIPTOR.services_by_name["AccessService"],
            access_service_pb2_grpc.add_AccessServiceServicer_to_server,
            AccessServicer(authentication),
        ),
    ]


async def _keys(settings: Settings, stack: AsyncExitStack) -> KeyStore:
    if not settings.keys:
        return await stack.enter_async_context(SqliteKeyStore.open(private(settings.data / "gatekeeper") / "keys.db"))
    from gatekeeper.adapters.redis import RedisNews  # noqa: PLC0415  # half a second
    from gatekeeper.adapters.s3 import S3KeyStore  # noqa: PLC0415
    from mesh.adapters.redis import open_redis  # noqa: PLC0415

    news = None
    if settings.redis:
        opened = open_redis("MYRIAD_REDIS", settings.redis, evictable=False)
        news = RedisNews(await stack.enter_async_context(opened))
    return await stack.enter_async_context(S3KeyStore.open(settings.keys, settings.s3_endpoint, news))


COMPONENT = Component("gatekeeper", Settings, build)


def main() -> None:
    run(COMPONENT)
