"""The gatekeeper, which keeps what keys use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import grpc

from mesh.call import calling, outgoing
from myriad.gatekeeper.v1.access_service_pb2 import Charge, ChargeUsageRequest
from myriad.gatekeeper.v1.access_service_pb2_grpc import AccessServiceStub
from orchestrator.ports import Used

CHARGE_SECONDS = 2.0


class GrpcLedger:
    """See `orchestrator.ports.Ledger`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = AccessServiceStub(channel)

    async def charge(self, batch: str, used: Mapping[tuple[str, date], Used]) -> None:
        charges = (
            Charge(
                key=f"keys/{key}",
                date=day.isoformat(),
                query_count=one.queries,
                recall_count=one.recalls,
                cognitive_units=one.units,
            )
            for (key, day), one in used.items()
        )
        with calling():
            await self._stub.ChargeUsage(ChargeUsageRequest(batch=batch, charges=charges), **outgoing(CHARGE_SECONDS))
