"""A directory in this process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from mesh import names


class MemoryDirectory:
    """Kept both ways: hosts by agent, and agents by host and mind."""

    def __init__(self) -> None:
        self._hosts: dict[str, tuple[str, ...]] = {}
        self._agents: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._counts: dict[str, int] = defaultdict(int)

    async def hosts_of(self, agents: Collection[str]) -> Mapping[str, Sequence[str]]:
        return {agent: self._hosts[agent] for agent in agents if agent in self._hosts}

    async def agents_on(self, host: str) -> Sequence[str]:
        return [agent for agents in self._agents.get(host, {}).values() for agent in agents]

    async def agents_of(self, mind: str) -> Sequence[str]:
        return list({agent for minds in self._agents.values() for agent in minds.get(mind, ())})

    async def counts(self) -> Mapping[str, int]:
        return dict(self._counts)

    async def place(self, host: str, agents: Iterable[str]) -> Sequence[str]:
        new = []
        for agent in agents:
            before = self._hosts.get(agent, ())
            if host not in before:
                self._hosts[agent] = tuple(sorted((*before, host)))
                self._agents[host][names.parent(agent)].add(agent)
                new.append(agent)
        if new:
            self._counts[host] += len(new)
        return new

    async def release(self, host: str, agents: Iterable[str]) -> Sequence[str]:
        gone = []
        for agent in agents:
            if host in self._hosts.get(agent, ()):
                self._forget(host, agent)
                self._agents[host][names.parent(agent)].discard(agent)
                gone.append(agent)
        if gone:
            self._counts[host] -= len(gone)
        return gone

    async def drop(self, host: str) -> None:
        for agents in self._agents.pop(host, {}).values():
            for agent in agents:
                self._forget(host, agent)
        self._counts.pop(host, None)

    def _forget(self, host: str, agent: str) -> None:
        if left := tuple(other for other in self._hosts[agent] if other != host):
            self._hosts[agent] = left
        else:
            del self._hosts[agent]
