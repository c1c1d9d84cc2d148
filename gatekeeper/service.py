"""What the gatekeeper answers over gRPC: keys, what they used and who changed them; and to components about keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from gatekeeper.audit import Audit
from gatekeeper.authentication import Authentication
from gatekeeper.changes import Changes
from gatekeeper.keys import UPDATABLE, Keys, key_id
from gatekeeper.ports import Key, Limits, Usage
from gatekeeper.usage import Bookkeeping, parse_date, table
from mesh import call
from mesh.audit import Entry
from mesh.call import Context
from mesh.errors import InvalidField
from myriad.gatekeeper.v1 import access_service_pb2 as access_pb
from myriad.gatekeeper.v1 import audit_service_pb2 as audit_pb
from myriad.gatekeeper.v1 import change_service_pb2 as change_pb
from myriad.gatekeeper.v1 import key_service_pb2 as pb
from myriad.gatekeeper.v1 import usage_service_pb2 as usage_pb
from myriad.gatekeeper.v1.access_service_pb2_grpc import AccessServiceServicer
from myriad.gatekeeper.v1.audit_service_pb2_grpc import AuditServiceServicer
from myriad.gatekeeper.v1.change_service_pb2_grpc import ChangeServiceServicer
from myriad.gatekeeper.v1.key_pb2 import Key as KeyMessage
from myriad.gatekeeper.v1.key_service_pb2_grpc import KeyServiceServicer
from myriad.gatekeeper.v1.usage_service_pb2_grpc import UsageServiceServicer


class KeyServicer(KeyServiceServicer):
    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def CreateKey(self, request: pb.CreateKeyRequest, _context: Context) -> pb.CreateKeyResponse:
        wanted = request.key
        key, secret = await self._keys.create(
            call.caller.get(),
            display_name=wanted.display_name,
            role=wanted.role,
            minds=wanted.minds,
            all_minds=wanted.all_minds,
            expires=_time(wanted.expire_time) if wanted.HasField("expire_time") else None,
            limits=_limits(wanted),
            request_id=request.request_id,
        )
        return pb.CreateKeyResponse(key=_message(key), secret=secret.reveal() if secret else "")

    async def GetKey(self, request: pb.GetKeyRequest, _context: Context) -> pb.GetKeyResponse:
        return pb.GetKeyResponse(key=_message(await self._keys.get(call.caller.get(), request.name)))

    async def GetOwnKey(self, _request: pb.GetOwnKeyRequest, _context: Context) -> pb.GetOwnKeyResponse:
        caller = call.caller.get()
        return pb.GetOwnKeyResponse(key=_message(await self._keys.get(caller, f"keys/{caller.key}")))

    async def ListKeys(self, request: pb.ListKeysRequest, _context: Context) -> pb.ListKeysResponse:
        keys, token = await self._keys.page(call.caller.get(), request.page_size, request.page_token)
        return pb.ListKeysResponse(keys=map(_message, keys), next_page_token=token)

    async def UpdateKey(self, request: pb.UpdateKeyRequest, _context: Context) -> pb.UpdateKeyResponse:
        wanted = request.key
        changed = Key(
            id="",
            display_name=wanted.display_name,
            role=wanted.role,
            minds=frozenset(wanted.minds),
            all_minds=wanted.all_minds,
            created=datetime.now(UTC),
            expires=_time(wanted.expire_time) if wanted.HasField("expire_time") else None,
            limits=_limits(wanted),
        )
        key = await self._keys.update(call.caller.get(), wanted.name, changed, _paths(request))
        return pb.UpdateKeyResponse(key=_message(key))

    async def RotateKey(self, request: pb.RotateKeyRequest, _context: Context) -> pb.RotateKeyResponse:
        key, secret = await self._keys.rotate(call.caller.get(), request.name, _span(request.overlap))
        return pb.RotateKeyResponse(key=_message(key), secret=secret.reveal())

    async def DeleteKey(self, request: pb.DeleteKeyRequest, _context: Context) -> pb.DeleteKeyResponse:
        await self._keys.delete(call.caller.get(), request.name)
        return pb.DeleteKeyResponse()


class UsageServicer(UsageServiceServicer):
    def __init__(self, bookkeeping: Bookkeeping) -> None:
        self._bookkeeping = bookkeeping

    async def ListUsage(self, request: usage_pb.ListUsageRequest, _context: Context) -> usage_pb.ListUsageResponse:
        asked = request.start_date, request.end_date, request.key
        paged = request.page_size, request.page_token
        page, token = await self._bookkeeping.page(call.caller.get(), *asked, *paged)
        return usage_pb.ListUsageResponse(usage=map(_usage, page), next_page_token=token)

    async def ExportUsage(
        self, request: usage_pb.ExportUsageRequest, _context: Context
    ) -> usage_pb.ExportUsageResponse:
        asked = request.start_date, request.end_date, request.key
        written = table(await self._bookkeeping.found(call.caller.get(), *asked))
        return usage_pb.ExportUsageResponse(
            table=HttpBody(content_type="text/csv; charset=utf-8", data=written.encode())
        )


class AuditServicer(AuditServiceServicer):
    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def ListAuditEntries(
        self, request: audit_pb.ListAuditEntriesRequest, _context: Context
    ) -> audit_pb.ListAuditEntriesResponse:
        entries, token = await self._audit.page(call.caller.get(), request.page_size, request.page_token)
        return audit_pb.ListAuditEntriesResponse(entries=map(_entry, entries), next_page_token=token)


class ChangeServicer(ChangeServiceServicer):
    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    async def RecordChange(
        self, request: change_pb.RecordChangeRequest, _context: Context
    ) -> change_pb.RecordChangeResponse:
        await self._changes.record(request)
        return change_pb.RecordChangeResponse()


class AccessServicer(AccessServiceServicer):
    def __init__(self, authentication: Authentication, bookkeeping: Bookkeeping) -> None:
        self._authentication = authentication
        self._bookkeeping = bookkeeping

    async def CheckKeys(self, request: access_pb.CheckKeysRequest, _context: Context) -> access_pb.CheckKeysResponse:
        return access_pb.CheckKeysResponse(bad_keys=await self._authentication.bad(request.keys))

    async def ChargeUsage(
        self, request: access_pb.ChargeUsageRequest, _context: Context
    ) -> access_pb.ChargeUsageResponse:
        charges = [
            Usage(
                parse_date("charges.date", one.date),
                key_id(one.key, "charges.key"),
                one.query_count,
                one.recall_count,
                one.cognitive_units,
            )
            for one in request.charges
        ]
        await self._bookkeeping.charge(request.batch, charges)
        return access_pb.ChargeUsageResponse()

    async def CheckKey(self, request: access_pb.CheckKeyRequest, _context: Context) -> access_pb.CheckKeyResponse:
        await self._authentication.check(request.key)
        return access_pb.CheckKeyResponse()


def _time(stamp: Timestamp) -> datetime:
    try:
        return stamp.ToDatetime(UTC)
    except (ValueError, OverflowError):
        raise InvalidField("key.expire_time", "is a time before the year 10000") from None


def _span(duration: Duration) -> timedelta:
    try:
        return duration.ToTimedelta()
    except (ValueError, OverflowError):
        return timedelta.max  # longer than any that is taken


def _limits(key: KeyMessage) -> Limits:
    limits = key.limits
    return Limits(limits.requests_per_minute, limits.max_concurrent_queries, limits.daily_units)


def _paths(request: pb.UpdateKeyRequest) -> Sequence[str]:
    """What to change, field by field (AIP-134). InvalidField."""
    key = request.key
    given = list(request.update_mask.paths) or [
        *(name for name in ("display_name",) if key.display_name),
        *(name for name in ("minds", "all_minds") if key.minds or key.all_minds),
        *(name for name in ("expire_time",) if key.HasField("expire_time")),
        *(f"limits.{field.name}" for field, _ in key.limits.ListFields()),
    ]
    paths = [path for one in given for path in UPDATABLE if path == one or path.startswith(f"{one}.")]
    if unknown := [one for one in given if not any(f"{path}.".startswith(f"{one}.") for path in UPDATABLE)]:
        raise InvalidField("update_mask", f"names what may be changed, {', '.join(UPDATABLE)}; not {unknown[0]!r}")
    return paths


def _usage(usage: Usage) -> usage_pb.KeyUsage:
    return usage_pb.KeyUsage(
        key=f"keys/{usage.key}",
        date=usage.day.isoformat(),
        query_count=usage.queries,
        recall_count=usage.recalls,
        cognitive_units=usage.units,
    )


def _entry(entry: Entry) -> audit_pb.AuditEntry:
    message = audit_pb.AuditEntry(
        number=entry.number,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        details=entry.details,
        previous_hash=entry.previous_hash,
        hash=entry.hash,
    )
    message.time.FromDatetime(entry.time)
    return message


def _message(key: Key) -> KeyMessage:
    message = KeyMessage(
        name=f"keys/{key.id}",
        display_name=key.display_name,
        role=key.role,
        minds=sorted(key.minds),
        all_minds=key.all_minds,
    )
    message.create_time.FromDatetime(key.created)
    if key.expires is not None:
        message.expire_time.FromDatetime(key.expires)
    if key.former_expires is not None and key.former_expires > datetime.now(UTC):
        message.former_secret_expire_time.FromDatetime(key.former_expires)
    if key.limits != Limits():
        message.limits.requests_per_minute = key.limits.requests_per_minute
        message.limits.max_concurrent_queries = key.limits.at_once
        message.limits.daily_units = key.limits.daily_units
    return message
