"""A gatekeeper that keeps the audit log for other components' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mesh.call import Context
from mesh.errors import ComponentUnavailable
from mesh.server import Service, serving
from myriad.gatekeeper.v1 import change_service_pb2 as pb
from myriad.gatekeeper.v1.change_service_pb2_grpc import ChangeServiceServicer, add_ChangeServiceServicer_to_server
from tests.identities import settings


class Written(ChangeServiceServicer):
    """What was written down, in order; nothing can be while it is `broken`."""

    def __init__(self) -> None:
        self.changes: list[pb.RecordChangeRequest] = []
        self.broken = False

    async def RecordChange(self, request: pb.RecordChangeRequest, context: Context) -> pb.RecordChangeResponse:
        if self.broken:
            raise ComponentUnavailable("the store of the audit log does not answer; try again")
        self.changes.append(request)
        return pb.RecordChangeResponse()

    @property
    def told(self) -> list[tuple[str, str, str]]:
        return [(one.actor, one.action, one.subject) for one in self.changes]

    @property
    def service(self) -> Service:
        described = pb.DESCRIPTOR.services_by_name["ChangeService"]
        return Service(described, add_ChangeServiceServicer_to_server, self)


@asynccontextmanager
async def gatekeeper(written: Written) -> AsyncIterator[str]:
    """Where it listens."""
    async with serving("gatekeeper", settings("gatekeeper"), [written.service]) as address:
        yield address
