"""Flights: one for each agent, and none that arrives after it was called off."""

from __future__ import annotations

import asyncio

import pytest

from dlm.errors import PutToSleep
from dlm.flights import Awake, Flights, Source

A, B, OTHER = "minds/m/agents/a", "minds/m/agents/b", "minds/n/agents/a"
HELD = Awake("h", Source.STORE)


async def test_a_flight_lands_once_for_all_who_wait() -> None:
    flights = Flights()
    flight = flights.start(A, "")
    assert flights.get(A, "") is flight
    assert flights.get(A, "h") is None
    assert A in flights
    flights.land(flight, HELD)
    assert flight.landed.result() == HELD
    assert A not in flights


@pytest.mark.parametrize("name", [A, "minds/m"])
async def test_closing_calls_off_what_is_under_way_and_waits_for_its_end(name: str) -> None:
    flights = Flights()
    flight, other = flights.start(A, ""), flights.start(OTHER, "")
    inside = asyncio.Event()

    async def close() -> None:
        async with flights.closed([name]):
            inside.set()

    closing = asyncio.create_task(close())
    await asyncio.sleep(0.01)
    assert flight.revoked
    assert not other.revoked
    assert not inside.is_set()
    flights.land(flight, HELD)
    await closing
    assert isinstance(flight.landed.result(), PutToSleep)


async def test_nothing_takes_off_while_closed_and_all_may_afterwards() -> None:
    flights = Flights()
    async with flights.closed(["minds/m"]), flights.closed([A]):
        for agent in (A, B):
            with pytest.raises(PutToSleep):
                flights.start(agent, "")
        flights.start(OTHER, "")
    flights.start(A, "")
    assert not flights._closed
