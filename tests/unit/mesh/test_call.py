"""The call under way: its id and its deadline go along."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from mesh import call
from mesh.call import Outgoing, outgoing
from mesh.errors import DeadlineExceeded


@pytest.fixture(autouse=True)
def fresh_call() -> Iterator[None]:
    tokens = call.deadline.set(None), call.request_id.set("")
    yield
    call.deadline.reset(tokens[0])
    call.request_id.reset(tokens[1])


def id_of(options: Outgoing) -> str:
    return dict(options["metadata"])[call.REQUEST_ID]


def test_without_a_deadline_a_call_may_take_what_it_asks_for() -> None:
    assert outgoing(2.0)["timeout"] == 2.0


def test_a_call_never_outlives_the_call_under_way() -> None:
    call.deadline.set(time.monotonic() + 0.5)
    assert 0 < outgoing(2.0)["timeout"] <= 0.5
    assert outgoing(0.1)["timeout"] == 0.1


@pytest.mark.parametrize("left", [0.0, -1.0])
def test_when_the_time_is_over_no_call_is_made(left: float) -> None:
    call.deadline.set(time.monotonic() + left)
    with pytest.raises(DeadlineExceeded):
        outgoing(2.0)


def test_the_request_id_goes_along_with_what_else_is_sent() -> None:
    call.request_id.set("r-1")
    assert outgoing(1.0, [("x-myriad-agent", "a")])["metadata"] == (("x-request-id", "r-1"), ("x-myriad-agent", "a"))


def test_a_call_that_nobody_asked_for_gets_an_id_of_its_own() -> None:
    assert id_of(outgoing(1.0))
    assert id_of(outgoing(1.0)) != id_of(outgoing(1.0))
