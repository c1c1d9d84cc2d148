"""Declared agents: somebody said how many hosts shall hold them, for as long as he says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from dlm.errors import NoHostReady
from dlm.fleet import Fleet, Member
from dlm.flights import Awake
from dlm.hydrate import Hydrator
from dlm.inject import Errand, Injector
from dlm.pins import Pins
from dlm.ports import AgentHosts, Directory
from dlm.residency import Residency
from dlm.states import States
from mesh.errors import MyriadError


class Declared:
    """
    Brings agents to so many hosts, and keeps these active; whoever declares them calls again and again.

    Nothing of it needs to be kept: an agent whose pin is not remembered is pinned again.
    """

    def __init__(
        self,
        fleet: Fleet,
        states: States,
        directory: Directory,
        residency: Residency,
        hydrator: Hydrator,
        injector: Injector,
        pins: Pins,
        hosts: AgentHosts,
    ) -> None:
        self._fleet = fleet
        self._states = states
        self._directory = directory
        self._residency = residency
        self._hydrator = hydrator
        self._injector = injector
        self._pins = pins
        self._hosts = hosts
        self._marked: dict[str, set[tuple[str, Member | None]]] = {}
        """By declaration: agents that are known to be pinned where they are, each with the stay of its host."""

    async def hold(
        self, name: str, mind: str, agents: Mapping[str, str], *, replicas: int, pinned: bool
    ) -> tuple[Mapping[str, Collection[str]], Sequence[MyriadError]]:
        """
        Have `replicas` hosts hold each agent of `minds/{mind}`, or all there are.

        Args:
            name: the declaration, which takes the place of what was declared by this name before.
            agents: packet locations by agent.

        Returns:
            The hosts that hold each now, and why more do not.
        """
        self._pins.declare(name, agents if pinned else {})
        errors = list[MyriadError]()
        for copies in range(replicas):
            held = await self._held(agents)
            short = [agent for agent in agents if len(held[agent]) <= copies]
            for target, some in (await self._targets(short, held)).items():
                errors += await self._bring(name, mind, {agent: agents[agent] for agent in some}, target)
        held = await self._held(agents)
        if pinned:
            for host, some in self._loose(name, held).items():
                errors += await self._bring(name, mind, {agent: agents[agent] for agent in some}, host)
        async with self._states.using({host for hosts in held.values() for host in hosts}):
            return held, errors

    async def release(self, name: str, agents: Iterable[str], *, keep: int = 0) -> None:
        """
        Let go of what was declared, but for `keep` copies of each; what is pinned otherwise stays as it is.

        CallFailed if a host does not confirm.
        """
        self._pins.declare(name, {})
        self._marked.pop(name, None)
        wanted = [agent for agent in agents if agent not in self._hydrator.pinned]
        extra = defaultdict[str, list[str]](list)
        for agent, hosts in (await self._held(wanted)).items():
            for host in sorted(hosts)[keep:]:
                extra[host].append(agent)
        for holder, some in extra.items():
            if there := self._fleet.host(holder):
                with self._residency.noting(holder) as newer:
                    await self._hosts.release(there, some)
                await self._residency.release(holder, [agent for agent in some if agent not in newer])

    async def _held(self, agents: Collection[str]) -> Mapping[str, Collection[str]]:
        """The hosts that hold each of the agents and take more."""
        ready = {host.id for host in self._fleet.ready() if not self._states.rests(host.id)}
        holders = await self._directory.hosts_of(agents)
        return {agent: ready.intersection(holders.get(agent, ())) for agent in agents}

    async def _targets(self, agents: Sequence[str], held: Mapping[str, Collection[str]]) -> Mapping[str, Sequence[str]]:
        """Where those go of which there are too few; empty: anywhere, for nobody holds them."""
        targets = defaultdict[str, list[str]](list)
        candidates = [*self._fleet.active(), *self._fleet.idle()]
        for agent in agents:
            others = [host for host in candidates if host.id not in held[agent]]
            if not held[agent]:
                targets[""].append(agent)
            elif others:
                targets[await self._injector.choose(agent, others)].append(agent)
        return targets

    def _loose(self, name: str, held: Mapping[str, Collection[str]]) -> Mapping[str, Sequence[str]]:
        """By host, the agents of which nobody knows that they are pinned there."""
        marked, loose = self._marked.setdefault(name, set()), defaultdict[str, list[str]](list)
        here = {(agent, self._fleet.member(host)) for agent, hosts in held.items() for host in hosts}
        marked &= here
        for agent, member in here - marked:
            if member:
                loose[member.host.id].append(agent)
        return loose

    async def _bring(self, name: str, mind: str, agents: Mapping[str, str], host: str) -> Sequence[MyriadError]:
        """Into a host, or any; why not, of those that are not there then."""
        try:
            results = await self._hydrator.hydrate(mind, agents, Errand(host))
        except NoHostReady as error:
            return [error]
        marked = self._marked.setdefault(name, set())
        marked |= {
            (agent, self._fleet.member(one.host))
            for agent, one in results.items()
            if isinstance(one, Awake) and agent in self._hydrator.pinned
        }
        return [one for one in results.values() if isinstance(one, MyriadError)]
