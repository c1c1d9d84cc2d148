"""The audit log, over gRPC."""

from __future__ import annotations

from collections.abc import Collection

import grpc

from mesh import call
from mesh.call import calling, outgoing
from mesh.errors import CallFailed, ComponentUnavailable
from myriad.gatekeeper.v1.change_service_pb2 import RecordChangeRequest
from myriad.gatekeeper.v1.change_service_pb2_grpc import ChangeServiceStub

RECORD_SECONDS = 5.0


class GrpcChanges:
    """See `mesh.changes.Changes`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = ChangeServiceStub(channel)

    async def record(
        self,
        action: str,
        subject: str,
        *,
        fields: Collection[str] = (),
        source_count: int = 0,
        documents: Collection[str] = (),
    ) -> None:
        caller = call.caller.get()
        change = RecordChangeRequest(
            actor=f"keys/{caller.key}" if caller.key else caller.component,
            action=action,
            subject=subject,
            fields=fields,
            source_count=source_count,
            documents=documents,
        )
        try:
            with calling():
                await self._stub.RecordChange(change, **outgoing(RECORD_SECONDS))
        except CallFailed as error:
            if not error.silent:
                raise
            raise ComponentUnavailable(
                "the audit log cannot be written, and nothing changes without an entry in it; try again",
                component="gatekeeper",
            ) from error
