"""What the gatekeeper answers over gRPC: keys for administrators, and whether one is still good."""

from __future__ import annotations

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from gatekeeper.authentication import Authentication
from gatekeeper.keys import Keys
from gatekeeper.ports import Key
from mesh import call
from mesh.call import Context
from mesh.errors import InvalidField
from myriad.gatekeeper.v1 import access_service_pb2 as access_pb
from myriad.gatekeeper.v1 import key_service_pb2 as pb
from myriad.gatekeeper.v1.access_service_pb2_grpc import AccessServiceServicer
from myriad.gatekeeper.v1.key_pb2 import Key as KeyMessage
from myriad.gatekeeper.v1.key_service_pb2_grpc import KeyServiceServicer


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
            request_id=request.request_id,
        )
        return pb.CreateKeyResponse(key=_message(key), secret=secret.reveal() if secret else "")

    async def GetKey(self, request: pb.GetKeyRequest, _context: Context) -> pb.GetKeyResponse:
        return pb.GetKeyResponse(key=_message(await self._keys.get(call.caller.get(), request.name)))

    async def ListKeys(self, request: pb.ListKeysRequest, _context: Context) -> pb.ListKeysResponse:
        keys, token = await self._keys.page(call.caller.get(), request.page_size, request.page_token)
        return pb.ListKeysResponse(keys=map(_message, keys), next_page_token=token)

    async def DeleteKey(self, request: pb.DeleteKeyRequest, _context: Context) -> pb.DeleteKeyResponse:
        await self._keys.delete(call.caller.get(), request.name)
        return pb.DeleteKeyResponse()


class AccessServicer(AccessServiceServicer):
    def __init__(self, authentication: Authentication) -> None:
        self._authentication = authentication

    async def CheckKey(self, request: access_pb.CheckKeyRequest, _context: Context) -> access_pb.CheckKeyResponse:
        await self._authentication.check(request.key)
        return access_pb.CheckKeyResponse()


def _time(stamp: Timestamp) -> datetime:
    try:
        return stamp.ToDatetime(UTC)
    except (ValueError, OverflowError):
        raise InvalidField("key.expire_time", "is a time before the year 10000") from None


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
    return message
