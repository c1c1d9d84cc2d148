"""How the gatekeeper is put together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from gatekeeper import first_key
from gatekeeper.adapters.dlm import GrpcPlacing
from gatekeeper.adapters.sqlite import SqliteKeyStore
from gatekeeper.adapters.sqlite_audit import SqliteAuditLog
from gatekeeper.adapters.sqlite_usage import SqliteUsageStore
from gatekeeper.audit import Audit
from gatekeeper.authentication import Authentication
from gatekeeper.changes import Changes
from gatekeeper.check import Check
from gatekeeper.keys import Keys
from gatekeeper.locator import Locator
from gatekeeper.ports import AuditLog, KeyStore, UsageStore
from gatekeeper.service import AccessServicer, AuditServicer, ChangeServicer, KeyServicer, UsageServicer
from gatekeeper.settings import Settings
from gatekeeper.usage import Bookkeeping, Budget
from mesh import tracing
from mesh.adapters.placements import placements
from mesh.channels import channel
from mesh.conversation import answering
from mesh.folders import private
from mesh.identity import ENVOY
from mesh.placements import PlacementView
from mesh.server import Component, Service, run
from mesh.tasks import background
from myriad.gatekeeper.v1 import (
    access_service_pb2,
    access_service_pb2_grpc,
    audit_service_pb2,
    audit_service_pb2_grpc,
    change_service_pb2,
    change_service_pb2_grpc,
    key_service_pb2,
    key_service_pb2_grpc,
    usage_service_pb2,
    usage_service_pb2_grpc,
)


async def build(settings: Settings, stack: AsyncExitStack) -> Sequence[Service]:
    store, used, log = await _stores(settings, stack)
    audit, budget = Audit(log), Budget(used)
    keys = Keys(store, audit)
    bookkeeping = Bookkeeping(used, keys)
    if settings.first_key_file:
        await first_key.provide(store, audit, Path(settings.first_key_file))
    dlm = await stack.enter_async_context(channel(settings.dlm_target, "dlm", settings.tls))
    view = PlacementView()
    await stack.enter_async_context(background("placements", lambda: view.follow(placements(dlm))))
    authentication = Authentication(store)
    tracer = tracing.tracer("gatekeeper", settings.otlp_endpoint)
    check = Check(authentication, budget, Locator(view, GrpcPlacing(dlm)), tracer)
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
            KeyServicer(keys),
            metrics=check.metrics,
        ),
        Service(
            access_service_pb2.DESCRIPTOR.services_by_name["AccessService"],
            access_service_pb2_grpc.add_AccessServiceServicer_to_server,
            AccessServicer(authentication, bookkeeping),
        ),
        Service(
            usage_service_pb2.DESCRIPTOR.services_by_name["UsageService"],
            usage_service_pb2_grpc.add_UsageServiceServicer_to_server,
            UsageServicer(bookkeeping),
        ),
        Service(
            audit_service_pb2.DESCRIPTOR.services_by_name["AuditService"],
            audit_service_pb2_grpc.add_AuditServiceServicer_to_server,
            AuditServicer(audit),
        ),
        Service(
            change_service_pb2.DESCRIPTOR.services_by_name["ChangeService"],
            change_service_pb2_grpc.add_ChangeServiceServicer_to_server,
            ChangeServicer(Changes(audit)),
        ),
    ]


async def _stores(settings: Settings, stack: AsyncExitStack) -> tuple[KeyStore, UsageStore, AuditLog]:
    """Keys and the audit log in a bucket, usage in Redis; each in a file where there is none."""
    keep, redis = stack.enter_async_context, None
    if settings.redis:
        from mesh.adapters.redis import open_redis  # noqa: PLC0415  # half a second

        redis = await keep(open_redis("MYRIAD_REDIS", settings.redis, evictable=False))
    used: UsageStore
    if redis:
        from gatekeeper.adapters.redis_usage import RedisUsageStore  # noqa: PLC0415

        used = await keep(RedisUsageStore.open(redis))
    else:
        used = await keep(SqliteUsageStore.open(private(settings.data / "gatekeeper") / "usage.db"))
    if not settings.keys:
        folder = private(settings.data / "gatekeeper")
        keys = await keep(SqliteKeyStore.open(folder / "keys.db"))
        return keys, used, await keep(SqliteAuditLog.open(folder / "audit.db"))
    from gatekeeper.adapters.redis import RedisNews  # noqa: PLC0415
    from gatekeeper.adapters.s3 import S3KeyStore  # noqa: PLC0415
    from gatekeeper.adapters.s3_audit import S3AuditLog  # noqa: PLC0415

    news = RedisNews(redis) if redis else None
    shared = await keep(S3KeyStore.open(settings.keys, settings.s3_endpoint, news))
    return shared, used, await keep(S3AuditLog.open(settings.keys, settings.s3_endpoint))


COMPONENT = Component("gatekeeper", Settings, build)


def main() -> None:
    run(COMPONENT)
