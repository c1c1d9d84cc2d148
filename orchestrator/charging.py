"""Charging: once a second the gatekeeper is told what keys used for answers that are done. No answer waits for it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

import structlog

from mesh import call
from mesh.errors import MyriadError
from mesh.metrics import Metric, counter, gauge
from orchestrator.ports import Ledger, Used

log = structlog.get_logger()
EVERY_SECONDS = 1.0
LAST_SECONDS = 2.0
"""So long a stop waits for what is left to be kept."""
MOST_CHARGES = 5_000
"""Keys and days of one batch: while the gatekeeper is away for long, what more keys use is given up, and counted."""


class Charging:
    """What is not kept yet: a batch on its way, which is sent until it arrives, and what came since."""

    def __init__(self, ledger: Ledger | None) -> None:
        """Without a ledger nothing is charged."""
        self._ledger = ledger
        self._name = ""
        self._batch: Mapping[tuple[str, date], Used] = {}
        self._since: dict[tuple[str, date], Used] = {}
        self._charged = 0
        self._lost = 0

    def query(self, units: int) -> None:
        """An answer, or a replay, for the caller's key is done."""
        if used := self._of_caller(units):
            used.queries += 1
            used.units += units

    def recall(self, units: int) -> None:
        if used := self._of_caller(units):
            used.recalls += 1
            used.units += units

    def _of_caller(self, units: int) -> Used | None:
        caller = call.caller.get()
        if self._ledger is None or not caller.key:  # components ask for themselves
            return None
        place = caller.key, datetime.now(UTC).date()
        if place not in self._since and len(self._since) >= MOST_CHARGES:
            self._lost += units
            log.error("usage.lost", key=caller.key, units=units)
            return None
        return self._since.setdefault(place, Used())

    async def keep_charging(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self._send()

    async def finish(self) -> None:
        """At the stop: send what there is, while that does not take long."""
        try:
            async with asyncio.timeout(LAST_SECONDS):
                while self._batch or self._since:
                    await self._send()
        except (MyriadError, TimeoutError):
            left = sum(used.units for some in (self._batch, self._since) for used in some.values())
            log.error("usage.lost", units=left)

    async def _send(self) -> None:
        """MyriadError; the same batch is sent again then, under the same name, and counts once."""
        if self._ledger is None:
            return
        if not self._batch:
            self._name, self._batch, self._since = secrets.token_hex(16), self._since, {}
        if self._batch:
            await self._ledger.charge(self._name, self._batch)
            self._charged += sum(used.units for used in self._batch.values())
            self._batch = {}

    def metrics(self) -> Iterator[Metric]:
        waiting = sum(used.units for some in (self._batch, self._since) for used in some.values())
        yield counter("myriad_units_charged", "Cognitive units that the gatekeeper has kept.", self._charged)
        yield gauge("myriad_units_uncharged", "Cognitive units that it has not been told of yet.", waiting)
        yield counter("myriad_units_lost", "Cognitive units that were given up: it was away for too long.", self._lost)
