"""States of hosts: whatever happens to them, Envoy knows each host that anybody is told of, and no question is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlm import resting, states
from dlm.adapters.memory_directory import MemoryDirectory
from dlm.errors import NoHostReady
from dlm.fleet import Fleet, Member
from dlm.flights import Awake, Flights
from dlm.forgotten import Forgotten
from dlm.hydrate import Hydrator
from dlm.inject import Errand, Injector
from dlm.locate import Locator
from dlm.others import Alone
from dlm.packets import Loaded, PacketLoader
from dlm.placement import in_turn
from dlm.ports import Agents, Packet, Taken
from dlm.residency import Residency
from dlm.resting import Resting
from dlm.states import States, phase
from dlm.watch import Watchers
from dlm.xds.endpoints import assignment
from mesh.errors import CallFailed
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import WatchPlacementsResponse

MIND = "minds/m"
AGENTS = [f"{MIND}/agents/{letter}" for letter in "abcd"]
LOCATION = f"folder:/b#0+1+{'0' * 64}"
HOSTS = ("h1", "h2", "h3")


class Envoy:
    """Has the endpoints of a moment ago."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self.known: set[int] = set()
        """Ports of the hosts that it sends requests to."""
        self.answers = True
        fleet.subscribe(self._lag)

    async def reached(self) -> bool:
        for _ in range(3):
            await asyncio.sleep(0)
        return self.answers

    def _lag(self) -> None:
        asyncio.get_running_loop().call_soon(self._take)

    def _take(self) -> None:
        [locality] = assignment(self._fleet.hosts()).endpoints
        self.known = {one.endpoint.address.socket_address.port_value for one in locality.lb_endpoints}


class Told(Watchers):
    """Those who are told where agents are send requests there at once."""

    envoy: Envoy
    members: Fleet

    def publish(self, change: WatchPlacementsResponse) -> None:
        for placed in change.placed:
            host = self.members.host(placed.host)
            assert host is None or port(host) in self.envoy.known, f"{placed.host} is told of, and Envoy knows it not"


def port(host: Host) -> int:
    return int(host.address.rpartition(":")[2])


class Loader:
    """Has every packet."""

    async def load(self, locations: Mapping[str, str]) -> Loaded:
        await asyncio.sleep(0)
        return Loaded(dict.fromkeys(locations, b"packet"))


class World:
    """A DLM with hosts that do as they are told, after a moment, and an Envoy that lags."""

    def __init__(self, idle_seconds: float = 1e-9, pinned: Sequence[str] = ()) -> None:
        self.fleet, self.directory = Fleet(), MemoryDirectory()
        self.fleet._settled_at = 0.0
        self.envoy = Envoy(self.fleet)
        watchers = Told(self.fleet, self.directory)
        watchers.envoy, watchers.members = self.envoy, self.fleet
        self.residency = Residency(self.directory, watchers)
        self.states = States(self.fleet, self.residency, self.envoy.reached, Alone())
        self.injector = Injector(self.fleet, self.states, self.directory, self.residency, self)
        self.hydrator = Hydrator(
            self.fleet,
            self.states,
            self.directory,
            Flights(),
            Forgotten(),
            cast("Agents", None),
            cast("PacketLoader", Loader()),
            self.injector,
            Alone(),
        )
        self.locator = Locator(self.fleet, self.states, self.directory, self.injector)
        self.resting = Resting(
            self.fleet, self.states, self.directory, self.residency, self, lambda: pinned, idle_seconds
        )
        self.looking = asyncio.Lock()
        self.rested = 0
        """How often a host began to rest."""
        turn = self.states.turn

        def counted(member: Member, phase: Host.Phase.ValueType) -> None:
            self.rested += phase == Host.PHASE_DRAINING
            turn(member, phase)

        self.states.turn = counted  # type: ignore[method-assign]
        self.releasing, self.may_release = asyncio.Event(), asyncio.Event()
        self.may_release.set()
        self.held: dict[str, set[str]] = {}
        self.asked: dict[str, int] = {}

    # The hosts.

    async def inject(self, host: Host, packets: Mapping[str, Packet], spare: bool = False) -> Taken:
        await asyncio.sleep(0)
        if host.id not in self.held:
            raise CallFailed.__new__(CallFailed)
        assert port(host) in self.envoy.known, "agents come to a host that Envoy does not know"
        self.held[host.id] |= packets.keys()
        return Taken()

    async def release(self, host: Host, agents: Sequence[str]) -> Sequence[str]:
        await asyncio.sleep(0)
        released = [agent for agent in agents if agent in self.held[host.id]]
        await asyncio.sleep(0.0003)
        self.releasing.set()
        await self.may_release.wait()
        self.held[host.id] -= set(released)
        self.report(host.id)
        return released

    async def serves(self, host: Host) -> bool:
        raise AssertionError

    async def is_over(self, host: Host) -> bool:
        raise AssertionError

    def join(self, name: str) -> Member:
        host = Host(id=name, address=f"127.0.0.1:{1 + HOSTS.index(name)}", state=Host.STATE_READY)
        host.phase = phase(host, ())
        self.held[name], self.asked[name] = set(), 0
        return self.fleet.join(host)

    def report(self, name: str, state: Host.State.ValueType = Host.STATE_READY) -> None:
        """What the registry does with a host's word."""
        member = self.fleet.member(name)
        assert member
        host = Host(id=name, address=member.host.address, state=max(state, member.host.state))
        host.asked_count, host.agent_count = self.asked[name], len(self.held[name])
        host.phase = phase(host, (), member.host.phase)
        self.fleet.update(member, host)

    # Who asks.

    async def ask(self, agent: str, host: str = "") -> None:
        """A question: the agent is woken, and its host asked."""
        rested = self.rested
        try:
            result = (await self.hydrator.hydrate(MIND, {agent: LOCATION}, Errand(host)))[agent]
        except NoHostReady:
            return
        assert isinstance(result, Awake), result
        for _ in range(3):
            await asyncio.sleep(0)  # on its way
        held = agent in self.held[result.host]
        assert held or self.rested > rested, "its host has given it up, and did not begin to just now"
        self.asked[result.host] += 1
        self.report(result.host)

    async def find(self, agent: str) -> None:
        """What the gatekeeper does with a question for one agent."""
        try:
            host = await self.locator.locate(agent)
        except NoHostReady:
            return
        assert port(host) in self.envoy.known

    async def work(self, kind: str, agent: str, host: str) -> None:
        match kind:
            case "ask":
                await self.ask(agent)
            case "ask there":
                await self.ask(agent, host)
            case "find":
                await self.find(agent)
            case "rest":
                async with self.looking:  # as there is one that looks
                    await self.rest()

    async def rest(self) -> None:
        for _ in range(2):
            await self.resting.look()

    def state(self, name: str) -> str:
        host = self.fleet.host(name)
        assert host
        return states.named(host.phase)


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting, "LINGER_SECONDS", 0.001)
    monkeypatch.setattr(resting, "PINS_SECONDS", 0.05)


steps = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "ask there", "find", "rest", "rest", "report", "drain"]),
        st.sampled_from(AGENTS),
        st.sampled_from(HOSTS),
        st.sampled_from([0.0, 0.0, 0.0003, 0.0007, 0.002]),
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=150)
@given(steps)
async def test_envoy_knows_whoever_is_told_of_and_no_question_is_lost(
    steps: list[tuple[str, str, str, float]],
) -> None:
    world, tasks = World(), list[asyncio.Task[None]]()
    for name in HOSTS:
        world.join(name)
    for kind, agent, host, pause in steps:
        if kind in ("report", "drain"):
            world.report(host, Host.STATE_DRAINING if kind == "drain" else Host.STATE_READY)
        else:
            tasks.append(asyncio.create_task(world.work(kind, agent, host)))
        await asyncio.sleep(pause)
    await asyncio.gather(*tasks)
    for _ in range(3):
        for host in HOSTS:
            world.report(host)
        await world.resting.look()
    for host in HOSTS:
        assert world.state(host) in ("idle", "draining")
        assert world.state(host) == "draining" or not world.held[host], "who is idle holds nothing"
        assert set(await world.directory.agents_on(host)) == world.held[host]


@pytest.mark.parametrize("host", ["", "h1"])
async def test_who_wants_an_agent_that_its_host_is_just_giving_up_gets_it_when_that_is_over(host: str) -> None:
    world = World()
    world.join("h1")
    await world.ask(AGENTS[0])
    world.may_release.clear()
    rests = asyncio.create_task(world.rest())
    await world.releasing.wait()
    asked = asyncio.create_task(world.ask(AGENTS[0], host))
    await asyncio.sleep(0.02)
    assert not asked.done()
    world.may_release.set()
    await asyncio.gather(rests, asked)


async def test_agents_go_to_the_host_that_is_active_and_all_activate_the_same() -> None:
    world = World()
    for name in HOSTS:
        world.join(name)
    await asyncio.gather(*map(world.ask, AGENTS))
    first, *_ = in_turn(HOSTS)
    assert [name for name in HOSTS if world.state(name) == "active"] == [first]
    assert world.states.counts() == {"idle": 2, "active": 1, "draining": 0}


async def test_a_host_that_an_envoy_does_not_take_is_used_all_the_same_and_counted() -> None:
    world = World()
    world.join("h1")
    world.envoy.answers = False
    await world.ask(AGENTS[0])
    assert (world.states.activations, world.states.unreached) == (1, 1)


async def test_a_host_that_is_reserved_is_not_activated_until_it_is_released_or_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    for name in ("h1", "h2"):
        world.join(name)
    assert world.states.reserve(["h1", "none"]) == ["h1"]
    await world.ask(AGENTS[0])
    assert (world.state("h1"), world.state("h2")) == ("idle", "active")
    assert world.states.reserve(["h1", "h2"]) == ["h1"], "who is active is not"
    with pytest.raises(NoHostReady):
        await world.hydrator.hydrate(MIND, {AGENTS[1]: LOCATION}, Errand("h1"))
    world.states.release(["h1"])
    await world.hydrator.hydrate(MIND, {AGENTS[1]: LOCATION}, Errand("h1"))
    assert world.state("h1") == "active"
    monkeypatch.setattr(states, "RESERVED_SECONDS", 0.01)
    world.join("h3")
    assert world.states.reserve(["h3"]) == ["h3"]
    await asyncio.sleep(0.02)
    assert [host.id for host in world.fleet.idle()] == ["h3"]


async def test_where_nothing_is_given_up_only_a_host_that_holds_nothing_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting, "EMPTY_SECONDS", 0.0)
    world = World(idle_seconds=0)
    world.join("h1")
    await world.ask(AGENTS[0])
    await world.rest()
    assert world.state("h1") == "active"
    await world.residency.release("h1", await world.release(Host(id="h1"), AGENTS))
    world.report("h1")
    await world.rest()
    assert world.state("h1") == "idle"


async def test_one_host_stays_active_for_what_is_pinned_and_others_rest_when_it_holds_that_too() -> None:
    world = World(pinned=AGENTS[:1])
    for name in ("h1", "h2"):
        world.join(name)
    await world.ask(AGENTS[0], "h1")
    await world.ask(AGENTS[1], "h2")
    stays, rests = in_turn(("h1", "h2"))
    await world.rest()
    assert world.state(stays) == "active"
    assert world.state(rests) == ("active" if rests == "h1" else "idle"), "nobody else holds what is pinned yet"
    await world.ask(AGENTS[0], stays)
    await world.rest()
    assert (world.state(stays), world.state(rests)) == ("active", "idle")
