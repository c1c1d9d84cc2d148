"""The operator: works while it leads, on what it heard of, and finds again what it had no room for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from dlm.operator.leading import Leadership
from dlm.operator.operator import Operator
from dlm.operator.ports import Key, Notice, Tell
from dlm.operator.queue import WorkQueue
from mesh.cluster import MINDS, Object, Outdated, Resource
from mesh.tasks import background


class Cluster:
    """One that lists objects of these names, and takes no changes."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self.names = names

    async def each(self, resource: Resource, labels: str = "") -> AsyncIterator[Object]:
        for name in self.names:
            yield {"metadata": {"name": name}}

    async def watch(self, resource: Resource, labels: str = "") -> AsyncIterator[Object]:
        for name in self.names:
            yield {"metadata": {"name": name}}

    async def get(self, resource: Resource, name: str) -> Object | None:
        raise AssertionError

    async def create(self, resource: Resource, body: Object) -> Object:
        raise AssertionError

    async def replace(self, resource: Resource, body: Object) -> Object:
        raise AssertionError

    async def apply(self, resource: Resource, body: Object) -> Object:
        raise AssertionError

    async def patch(self, resource: Resource, name: str, body: Mapping[str, Any], part: str = "") -> Object | None:
        raise AssertionError

    async def delete(self, resource: Resource, name: str, uid: str) -> None:
        raise AssertionError


class Kind:
    """Objects that fail as often as is said, and take as long as they may."""

    resource = MINDS
    watched: Sequence[Resource] = (MINDS,)

    def __init__(self) -> None:
        self.fails: dict[str, int] = {}
        self.open = asyncio.Event()
        self.open.set()
        self.begun: list[str] = []
        self.done: list[str] = []

    def notice(self, resource: Resource, body: Object) -> Notice | None:
        return Notice(Key(resource, body["metadata"]["name"]))

    async def reconcile(self, name: str, failures: int) -> float | None:
        self.begun.append(name)
        await self.open.wait()
        if failures < self.fails.get(name, 0):
            raise Outdated("another by now") if failures % 2 else ZeroDivisionError
        self.done.append(name)
        return None


class Watch:
    """Tells of these at once, and of nothing more."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.runs = 0
        self.running = False

    async def run(self, resources: Sequence[Resource], tell: Tell) -> None:
        assert resources == [MINDS]
        self.runs += 1
        self.running = True
        for name in self.names:
            tell(MINDS, {"metadata": {"name": name}})
        try:
            await asyncio.Event().wait()
        finally:
            self.running = False


class Small(WorkQueue[Key]):
    """A queue that is soon full."""

    def __init__(self) -> None:
        super().__init__(most=2)


class World:
    def __init__(self, names: Sequence[str]) -> None:
        self.kind, self.watch, self.cluster = Kind(), Watch(names), Cluster(names)
        self.leadership = Leadership(self.cluster, "me")
        self.operator = Operator([self.kind], self.cluster, self.watch, self.leadership)

    def lead(self, seconds: float = 60.0) -> None:
        self.leadership._until = asyncio.get_running_loop().time() + seconds
        self.leadership._changed.set()

    def runs(self) -> AbstractAsyncContextManager[None]:
        return background("operator", self.operator.run)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  # what is awaited has no event
            await asyncio.sleep(0.01)


async def test_nothing_is_heard_or_done_before_it_leads() -> None:
    world = World(["a"])
    async with world.runs():
        await asyncio.sleep(0.05)
        assert (world.watch.runs, world.kind.begun) == (0, [])
        world.lead()
        await until(lambda: world.kind.done == ["a"])


async def test_what_is_under_way_ends_with_the_lease_and_is_done_anew_with_the_next() -> None:
    world = World(["a"])
    world.kind.open.clear()
    async with world.runs():
        world.lead(seconds=0.2)
        await until(lambda: world.kind.begun)
        await until(lambda: not world.watch.running)
        world.kind.open.set()
        await asyncio.sleep(0.05)
        assert world.kind.done == []
        world.lead()
        await until(lambda: world.kind.done == ["a"])
    assert world.watch.runs == 2


async def test_whatever_one_fails_with_it_is_tried_again_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlm.operator.queue.FIRST_WAIT_SECONDS", 0.01)
    world = World(["a", "b", "c"])
    world.kind.fails = {"b": 3}
    async with world.runs():
        world.lead()
        await until(lambda: world.kind.done == ["a", "c", "b"])
    assert world.operator.done == {("minds", "done"): 3, ("minds", "INTERNAL"): 2, ("minds", "CONFLICT"): 1}


async def test_what_found_no_room_is_listed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlm.operator.operator.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("dlm.operator.operator.WorkQueue", Small)
    names = ["a", "b", "c", "d", "e"]
    world = World(names)
    async with world.runs():
        world.lead()
        await until(lambda: set(world.kind.done) == set(names))
