"""Pins that are declared, beside those that the connectome states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from dlm import pins
from dlm.adapters.memory_directory import MemoryDirectory
from dlm.fleet import Fleet
from dlm.others import Alone
from dlm.pins import Pins
from myriad.dlm.v1.host_pb2 import Host

A, B = "minds/m/agents/a", "minds/m/agents/b"


class Agents:
    """The connectome."""

    def __init__(self) -> None:
        self.stated: Mapping[str, str] = {}

    async def pinned(self, _most: int) -> Mapping[str, str]:
        return self.stated


class Hydrator:
    """Wakes nothing."""

    def __init__(self) -> None:
        self.pinned: frozenset[str] = frozenset()

    async def hydrate(self, *_: object) -> Mapping[str, object]:
        return {}


class Hosts:
    """Remembers what it was told to give up."""

    def __init__(self) -> None:
        self.released: list[str] = []

    async def release(self, _host: Host, agents: Sequence[str]) -> Sequence[str]:
        self.released += agents
        return agents


class Setting:
    """Pins among stand-ins, and one host that holds both agents."""

    def __init__(self) -> None:
        self.agents, self.hydrator, self.hosts = Agents(), Hydrator(), Hosts()
        self.fleet, self.directory = Fleet(), MemoryDirectory()
        agents, hydrator, hosts = (cast("Any", one) for one in (self.agents, self.hydrator, self.hosts))
        self.pins = Pins(self.fleet, self.directory, agents, hydrator, hosts, Alone())

    async def begin(self) -> None:
        self.fleet.join(Host(id="h", state=Host.STATE_READY))
        await self.directory.place("h", [A, B])


@pytest.fixture
async def setting() -> Setting:
    setting = Setting()
    await setting.begin()
    return setting


async def test_what_is_declared_is_pinned_at_once_beside_what_is_stated(setting: Setting) -> None:
    setting.agents.stated = {A: "x"}
    await setting.pins.look()
    setting.pins.declare("one", {B: "y"})
    assert setting.hydrator.pinned == {A, B}
    await setting.pins.look()
    assert setting.hydrator.pinned == {A, B}
    setting.pins.declare("one", {})
    assert setting.hydrator.pinned == {A}


async def test_what_is_declared_twice_stays_pinned_until_both_are_taken_back(setting: Setting) -> None:
    setting.pins.declare("one", {A: "x"})
    setting.pins.declare("two", {A: "x", B: "y"})
    setting.pins.declare("one", {})
    assert setting.hydrator.pinned == {A, B}
    setting.pins.declare("two", {B: "y"})
    assert setting.hydrator.pinned == {B}


async def test_a_declaration_that_is_not_said_again_lapses_and_no_host_is_told(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins, "DECLARED_SECONDS", 0.0)
    setting.pins.declare("one", {A: "x"})
    await setting.pins.look()
    assert setting.hydrator.pinned == frozenset()
    assert setting.hosts.released == []


async def test_what_the_connectome_states_no_more_is_let_go_unless_it_is_declared(setting: Setting) -> None:
    setting.agents.stated = {A: "x", B: "y"}
    await setting.pins.look()
    setting.pins.declare("one", {B: "y"})
    setting.agents.stated = {}
    await setting.pins.look()
    assert setting.hosts.released == [A]
