"""Dependencies: which store does not answer, since when and why."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator
from contextvars import copy_context

import pytest

from mesh import dependencies
from mesh.dependencies import Dependency, component, states, watched


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    gc.collect()
    assert not states()
    yield
    gc.collect()


def test_what_was_not_used_yet_counts_as_available() -> None:
    graph = Dependency("graph", "127.0.0.1:7687")
    (state,) = states()
    assert (state.store, state.address, state.available, state.failure) == ("graph", graph.address, True, "")


def test_a_failure_is_stated_with_its_beginning_and_its_latest_reason_until_it_works_again() -> None:
    graph = Dependency("graph", "127.0.0.1:7687")
    began = time.time()
    graph.failed("it refuses connections")
    first = graph.state().failure_time.ToMilliseconds() / 1000
    graph.failed("it is\nstarting")
    (state,) = states()
    assert (state.available, state.failure) == (False, "it is starting")
    assert began - 1 <= first == state.failure_time.ToMilliseconds() / 1000 <= time.time()
    graph.works()
    (state,) = states()
    assert state.available
    assert not state.HasField("failure_time")


def test_of_several_components_in_a_process_each_states_what_it_uses_itself() -> None:
    context = copy_context()
    context.run(component.set, "connectome")
    graph, state = context.run(Dependency, "graph", "a:1"), Dependency("state", "a:1")
    assert [one.store for one in states("connectome")] == ["graph", "state"]
    assert [one.store for one in states("synth")] == ["state"]
    assert [one.store for one in states()] == ["graph", "state"]
    del graph, state


def test_a_reason_is_bounded_and_never_empty() -> None:
    graph = Dependency("graph", "a:1")
    graph.failed("x" * 10_000)
    assert len(graph.state().failure) == dependencies.MOST_SIGNS
    graph.failed(" ")
    assert not graph.available
    assert graph.state().failure == "it does not answer"


def test_a_store_that_two_parts_of_a_process_use_is_stated_once_and_fails_if_it_fails_for_one() -> None:
    first, second, third = Dependency("state", "a:1"), Dependency("state", "a:1"), Dependency("cache", "a:1")
    second.failed("gone")
    assert [(one.store, one.available) for one in states()] == [("cache", True), ("state", False)]
    second.works()
    assert all(one.available for one in states())
    del first, third


def test_what_was_closed_is_no_dependency_any_more() -> None:
    graph = Dependency("graph", "a:1")
    assert states()
    del graph
    gc.collect()
    assert not states()


async def test_a_store_that_is_watched_is_seen_to_fail_and_to_heal_though_nobody_uses_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dependencies, "ASK_SECONDS", 0.01)
    monkeypatch.setattr(dependencies, "ASK_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(dependencies, "ANSWER_SECONDS", 0.05)
    answer: list[str] = []

    async def ask() -> None:
        if answer == ["hangs"]:
            await asyncio.Event().wait()
        if answer:
            raise OSError(answer[0])

    async def until(why: str) -> None:
        async with asyncio.timeout(10):
            while graph.state().failure != why:  # noqa: ASYNC110  # the watch runs by itself
                await asyncio.sleep(0.005)

    graph = Dependency("graph", "a:1")
    async with watched(graph, ask):
        for said, why in (("refused", "refused"), ("hangs", "it does not answer in time")):
            answer[:] = [said]
            await until(why)
        answer.clear()
        await until("")
