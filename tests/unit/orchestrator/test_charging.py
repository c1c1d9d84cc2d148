"""Charging: each answer once, however often the gatekeeper is away, and never while an answer waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

import pytest

from mesh import call
from mesh.access import Caller
from mesh.errors import ComponentUnavailable
from myriad.orchestrator.v1.trace_pb2 import Usage
from myriad.type.v1.access_pb2 import Role
from orchestrator import charging
from orchestrator.charging import Charging
from orchestrator.ports import Used
from orchestrator.units import spent


class Books:
    """A gatekeeper that is away for some calls, some of which it did."""

    def __init__(self, *away: str) -> None:
        self.away = list(away)
        self.batches: dict[str, Mapping[tuple[str, date], Used]] = {}

    async def charge(self, batch: str, used: Mapping[tuple[str, date], Used]) -> None:
        fails = self.away.pop(0) if self.away else ""
        if fails != "undone":
            self.batches.setdefault(batch, used)
        if fails:
            raise ComponentUnavailable("away")

    @property
    def units(self) -> Counter[str]:
        counted = Counter[str]()
        for used in self.batches.values():
            for (key, _), one in used.items():
                counted[key] += one.units
        return counted


@pytest.fixture(autouse=True)
def caller() -> Iterator[None]:
    token = call.caller.set(Caller("a", Role.ROLE_READER, frozenset()))
    yield
    call.caller.reset(token)


async def test_what_a_key_used_is_told_together() -> None:
    books = Books()
    one = Charging(books)
    one.query(5)
    one.query(6)
    one.recall(7)
    await one._send()
    await one._send()
    ((_, used),) = books.batches.items()
    assert used == {("a", datetime.now(UTC).date()): Used(queries=2, recalls=1, units=18)}


@pytest.mark.parametrize("away", ["undone", "done"])
async def test_while_the_gatekeeper_is_away_nothing_is_lost_and_nothing_counts_twice(away: str) -> None:
    books = Books(away, away)
    one = Charging(books)
    for units in (1, 2, 4):
        one.query(units)
        if books.away:
            with pytest.raises(ComponentUnavailable):
                await one._send()
    await one.finish()
    assert books.units == {"a": 7}


async def test_components_that_ask_for_themselves_are_not_charged() -> None:
    books = Books()
    one = Charging(books)
    call.caller.set(Caller.inside("genesis"))
    one.query(5)
    await one.finish()
    assert books.batches == {}


async def test_what_is_given_up_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charging, "MOST_CHARGES", 2)
    one = Charging(Books())
    for key in ("a", "b", "c", "a"):
        call.caller.set(Caller(key, Role.ROLE_READER, frozenset()))
        one.query(10)
    told = {metric.name: metric.samples[0].value for metric in one.metrics()}
    assert told == {"myriad_units_charged": 0, "myriad_units_uncharged": 30, "myriad_units_lost": 10}


def test_units_are_rounds_agents_and_what_a_model_judged() -> None:
    assert spent(Usage()) == 0
    assert spent(Usage(rounds=1, agents_activated=12)) == 16
    assert spent(Usage(rounds=3, agents_activated=20, units_judged=10)) == 112
