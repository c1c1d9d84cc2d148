"""Usage: what keys used, by day, and whether a key has something left for today."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from gatekeeper.errors import BudgetExhausted
from gatekeeper.keys import Keys, key_id
from gatekeeper.ports import Key, Usage, UsageStore
from mesh import pages
from mesh.access import ALL_MINDS, Caller
from mesh.errors import InvalidField
from myriad.type.v1.access_pb2 import Role

DEFAULT_DAYS = 31
MOST_DAYS = 366
MOST_CHARGES = 10_000
LONGEST_BATCH = 64
COLUMNS = ("date", "key", "query_count", "recall_count", "cognitive_units")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_COSTS = re.compile(
    r"/v1/(query|query:stream|recall|chat/completions|responses|minds/[^/]+/answers/[^/]+:replay)|/mcp"
    r"|/myriad\.orchestrator\.v1\.(OrchestratorService/[A-Za-z]+|AnswerService/ReplayAnswer)"
)
"""The paths that cost units."""


class Budget:
    """What a key may spend in a day. It is charged when an answer is done: what is under way then goes on."""

    def __init__(self, store: UsageStore) -> None:
        self._store = store

    def check(self, key: Key, path: str) -> None:
        """BudgetExhausted if what `path` asks for costs units and the key has none left for today."""
        units = key.limits.daily_units
        if units and _COSTS.fullmatch(path.partition("?")[0]) and self._store.spent(key.id) >= units:
            now = datetime.now(UTC)
            tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
            raise BudgetExhausted(units, tomorrow, now)


class Bookkeeping:
    """Takes what keys used, and shows it to those who may see it."""

    def __init__(self, store: UsageStore, keys: Keys) -> None:
        self._store = store
        self._keys = keys

    async def charge(self, batch: str, charges: Sequence[Usage]) -> None:
        """InvalidField."""
        if not 0 < len(batch) <= LONGEST_BATCH:
            raise InvalidField("batch", f"has 1 to {LONGEST_BATCH} characters")
        if len(charges) > MOST_CHARGES:
            raise InvalidField("charges", f"are {MOST_CHARGES:,} at most")
        if any(min(one.queries, one.recalls, one.units) < 0 for one in charges):
            raise InvalidField("charges", "are not negative")
        await self._store.charge(batch, charges)

    async def found(self, caller: Caller, first: str, last: str, key: str) -> Sequence[Usage]:
        """What the keys that the caller may see used, in the order of days and keys. InvalidField, KeyNotFound."""
        until = parse_date("end_date", last) if last else datetime.now(UTC).date()
        since = parse_date("start_date", first) if first else until - timedelta(days=DEFAULT_DAYS - 1)
        if not timedelta() <= until - since < timedelta(days=MOST_DAYS):
            raise InvalidField("start_date", f"is not after end_date, and {MOST_DAYS} days before it at most")
        wanted = key_id(key, "key") if key else ""
        sees = await self._visible(caller)
        return [
            one
            for one in await self._store.list(since, until)
            if wanted in ("", one.key) and (sees is None or one.key in sees)
        ]

    async def page(
        self, caller: Caller, first: str, last: str, key: str, page_size: int, page_token: str
    ) -> tuple[Sequence[Usage], str]:
        size, after = pages.size(page_size), pages.after(page_token)
        found = [one for one in await self.found(caller, first, last, key) if place(one) > after]
        return found[:size], pages.token(place(found[size - 1])) if len(found) > size else ""

    async def _visible(self, caller: Caller) -> frozenset[str] | None:
        """The ids of the keys whose usage the caller may see; None: of all, those that are revoked too."""
        if caller.role is not None and caller.role < Role.ROLE_ADMIN:
            return frozenset((caller.key,))
        if ALL_MINDS in caller.minds:
            return None
        return frozenset(key.id for key in await self._keys.visible(caller))


def place(usage: Usage) -> str:
    """Where a usage is in the order of all."""
    return f"{usage.day.isoformat()} {usage.key}"


def parse_date(field: str, given: str) -> date:
    """A day. InvalidField."""
    try:
        if _DATE.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise InvalidField(field, "is a day, such as 2026-11-28")


def table(usage: Iterable[Usage]) -> str:
    """Usage as CSV with a header (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows((one.day.isoformat(), f"keys/{one.key}", one.queries, one.recalls, one.units) for one in usage)
    return text.getvalue()
