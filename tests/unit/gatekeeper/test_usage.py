"""What keys used: whose a caller sees, and when a budget is spent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gatekeeper.errors import BudgetExhausted
from gatekeeper.keys import Keys
from gatekeeper.ports import Limits, Usage
from gatekeeper.usage import Bookkeeping, Budget, table
from mesh.access import Caller
from mesh.errors import InvalidField
from myriad.type.v1.access_pb2 import Role
from tests.unit.gatekeeper.test_keys import ADMIN, ADMIN_OF_A, create
from tests.unit.test_contracts import RPCS

TODAY = datetime.now(UTC).date()
COSTLY = (
    "OrchestratorService.Query",
    "OrchestratorService.StreamQuery",
    "OrchestratorService.Recall",
    "AnswerService.ReplayAnswer",
)


class Used:
    """A store in which each key has used the same, on each day."""

    def __init__(self, *keys: str, units: int = 0) -> None:
        self.keys = keys
        self.units = units
        self.charged: list[Any] = []

    async def charge(self, batch: str, charges: Sequence[Usage]) -> None:
        self.charged.append((batch, charges))

    def spent(self, key_id: str) -> int:
        return self.units

    async def list(self, first: date, last: date) -> Sequence[Usage]:
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return [Usage(day, key, 1, 2, 3) for day in days for key in sorted(self.keys)]


async def test_a_spent_budget_lets_no_question_through_and_all_else(keys: Keys) -> None:
    limited, _ = await create(keys, limits=Limits(daily_units=10))
    free, _ = await create(keys)
    for path in ("/v1/query", "/v1/query:stream?x=1", "/v1/recall", "/v1/chat/completions", "/mcp"):
        Budget(Used(units=9)).check(limited, path)
        Budget(Used(units=10)).check(free, path)
        with pytest.raises(BudgetExhausted, match="10 cognitive units") as caught:
            Budget(Used(units=10)).check(limited, path)
        assert 0 < (caught.value.retry_seconds or 0) <= 86_400
        assert caught.value.metadata["reset_time"].endswith("T00:00:00Z")
    for path in ("/v1/models", "/v1/usage", "/v1/minds/a/documents", "/v1/minds/a/answers/b"):
        Budget(Used(units=10)).check(limited, path)


@pytest.mark.parametrize("rpc", RPCS.values(), ids=lambda rpc: rpc.name)
async def test_what_is_charged_is_what_a_budget_stops(keys: Keys, rpc: Any) -> None:
    if rpc.name.startswith("OrchestratorService.") and rpc.name not in COSTLY:
        pytest.skip("what is added there is said to cost, or not, when it is")
    limited, _ = await create(keys, limits=Limits(daily_units=1))
    rest = rpc.path.replace("{name=minds/*/answers/*}", "minds/a/answers/b")
    for path in filter(None, (rpc.method, rest)):
        try:
            Budget(Used(units=1)).check(limited, path)
            stopped = False
        except BudgetExhausted:
            stopped = True
        assert stopped == (rpc.name in COSTLY)


async def test_an_admin_sees_its_keys_and_another_itself(keys: Keys) -> None:
    of_a, of_b = (await create(keys, minds=["a"]))[0].id, (await create(keys, minds=["b"]))[0].id
    books = Bookkeeping(Used(of_a, of_b, "revoked"), keys)

    async def seen(caller: Caller, key: str = "") -> set[str]:
        return {one.key for one in await books.found(caller, "", "", key)}

    assert await seen(ADMIN) == {of_a, of_b, "revoked"}
    assert await seen(ADMIN_OF_A) == {of_a}
    assert await seen(ADMIN_OF_A, f"keys/{of_b}") == set()
    for role in (Role.ROLE_READER, Role.ROLE_TEACHER):
        assert await seen(Caller(of_b, role, frozenset({"*"}))) == {of_b}


async def test_pages_hold_every_day_and_key_once_in_order(keys: Keys) -> None:
    books, token, found = Bookkeeping(Used("a", "b", "c"), keys), "", list[Usage]()
    while True:
        page, token = await books.page(ADMIN, "2026-11-01", "2026-11-10", "", 7, token)
        found += page
        if not token:
            break
    assert found == await books.found(ADMIN, "2026-11-01", "2026-11-10", "")
    assert len(found) == 30


@pytest.mark.parametrize(
    "days",
    [
        ("2026-13-01", ""),
        ("", "yesterday"),
        ("2026-11-02", "2026-11-01"),
        ("2024-01-01", "2026-01-01"),
        ("20261101", ""),
    ],
)
async def test_days_that_are_none_or_too_many_are_named(keys: Keys, days: tuple[str, str]) -> None:
    with pytest.raises(InvalidField, match=r"(start|end)_date"):
        await Bookkeeping(Used("a"), keys).found(ADMIN, *days, "")


def test_a_table_has_a_header_and_a_line_for_each_day_and_key() -> None:
    written = table([Usage(date(2026, 11, 28), "ab", 1, 2, 3)])
    assert written == "date,key,query_count,recall_count,cognitive_units\r\n2026-11-28,keys/ab,1,2,3\r\n"


async def test_charges_are_named_and_never_negative(keys: Keys) -> None:
    store = Used()
    books = Bookkeeping(store, keys)
    for batch, charges in (("", []), ("x" * 65, []), ("x", [Usage(TODAY, "a", units=-1)])):
        with pytest.raises(InvalidField):
            await books.charge(batch, charges)
    await books.charge("x", [Usage(TODAY, "a", units=1)])
    assert len(store.charged) == 1
