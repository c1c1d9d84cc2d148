"""What the gatekeeper answers: keys for administrators, verdicts for Envoy."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from envoy.service.auth.v3.external_auth_pb2 import CheckRequest, CheckResponse
from google.protobuf.timestamp_pb2 import Timestamp

from gatekeeper.authentication import Authentication
from gatekeeper.keys import Keys
from gatekeeper.locator import Locator, agent_asked
from gatekeeper.ports import Key
from gatekeeper.verdict import allowed, denied
from mesh import call
from mesh.call import Context
from mesh.errors import InvalidField, MyriadError
from myriad.gatekeeper.v1 import key_service_pb2 as pb
from myriad.gatekeeper.v1.key_service_pb2_grpc import KeyServiceServicer

log = structlog.get_logger()


class KeyServicer(KeyServiceServicer):
    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def CreateKey(self, request: pb.CreateKeyRequest, _context: Context) -> pb.CreateKeyResponse:
        key, secret = await self._keys.create(
            call.caller.get(),
            display_name=request.display_name,
            role=request.role,
            minds=request.minds,
            expires=_time(request.expire_time) if request.HasField("expire_time") else None,
        )
        return pb.CreateKeyResponse(key=_message(key), secret=secret.reveal())

    async def GetKey(self, request: pb.GetKeyRequest, _context: Context) -> pb.GetKeyResponse:
        return pb.GetKeyResponse(key=_message(await self._keys.get(call.caller.get(), request.name)))

    async def ListKeys(self, request: pb.ListKeysRequest, _context: Context) -> pb.ListKeysResponse:
        keys, token = await self._keys.page(call.caller.get(), request.page_size, request.page_token)
        return pb.ListKeysResponse(keys=map(_message, keys), next_page_token=token)

    async def DeleteKey(self, request: pb.DeleteKeyRequest, _context: Context) -> pb.DeleteKeyResponse:
        await self._keys.delete(call.caller.get(), request.name)
        return pb.DeleteKeyResponse()


class AuthorizationServicer:
    """`envoy.service.auth.v3.Authorization`: Envoy asks it about every request before anything else happens."""

    def __init__(self, authentication: Authentication, locator: Locator) -> None:
        self._authentication = authentication
        self._locator = locator

    async def Check(self, request: CheckRequest, _context: Context) -> CheckResponse:
        http = request.attributes.request.http
        call.request_id.set(http.headers.get(call.REQUEST_ID) or call.request_id.get())
        try:
            key = await self._authentication.key(http.headers)
        except MyriadError as error:
            log.info("request.denied", reason=error.reason_name)
            return denied(error, grpc=http.headers.get("content-type", "").startswith("application/grpc"))
        agent = agent_asked(http.path, http.headers)
        return allowed(key, agent, self._locator.addresses(agent))


def _time(stamp: Timestamp) -> datetime:
    try:
        return stamp.ToDatetime(UTC)
    except (ValueError, OverflowError):
        raise InvalidField("expire_time", "is a time before the year 10000") from None


def _message(key: Key) -> pb.Key:
    message = pb.Key(name=f"keys/{key.id}", display_name=key.display_name, role=key.role, minds=sorted(key.minds))
    message.create_time.FromDatetime(key.created)
    if key.expires is not None:
        message.expire_time.FromDatetime(key.expires)
    return message
