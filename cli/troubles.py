"""What is wrong with a fleet as `GetFleet` shows it, in plain words: for `myriad status` and `myriad doctor`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from rich.filesize import decimal

from cli.render import counted, minute
from cli.terminal import printable

Fleet: TypeAlias = Mapping[str, Any]
"""JSON as REST gives it: 64-bit numbers are strings."""
FULL_BYTES = 32 * 1024 * 1024
"""With less room than this a disk is full."""
LITTLE_BYTES = 1_000_000_000
LATELY = timedelta(minutes=15)
"""What went wrong longer ago may have been mended since; nobody tells."""
LOST = "STATE_LOST"
WITHOUT = {
    "orchestrator": "questions fail",
    "connectome": "questions, learning and forgetting fail",
    "genesis": "learning and forgetting fail; questions are answered",
    "synth": "questions fail",
    "gatekeeper": "keys cannot be checked, so nothing is answered",
    "dlm": "agents that sleep are not woken, and Envoy is told nothing new",
}
DEGRADED = {
    "graph": "answers go on with what is in memory, and nothing can be learned",
    "packets": "only agents that are awake or cached speak, and nothing can be learned",
    "state": "keys, traces and what replicas tell each other may be missing or old",
    "cache": "agents come from the packet store, which takes longer",
    "rates": "each Envoy holds keys to their rates alone",
    "kubernetes": "questions are answered; changes to Myriad's objects wait",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is not as it should be."""

    what: str
    means: str
    todo: str
    wrong: bool = True
    """Whether somebody is hurt by it now; else it is a warning."""
    component: str = ""
    """Whose log may say why."""

    def __str__(self) -> str:
        return f"{self.what}: {self.means}"


def every(fleet: Fleet) -> Iterator[Trouble]:
    """All there are, the worst kinds first."""
    for find in (components, hosts, stores, packets, disks, edge, versions):
        yield from find(fleet)


def components(fleet: Fleet) -> Iterator[Trouble]:
    """Those that do not answer."""
    for name, answers in _answers(fleet).items():
        if all(answers):
            continue
        todo = "it is started again by itself; if it stays away, its log says why"
        if any(answers):
            what = f"{answers.count(False)} of {len(answers)} replicas of {name} do not answer"
            yield Trouble(what, "the others answer for them", todo, wrong=False)
        else:
            yield Trouble(f"{name} does not answer", WITHOUT.get(name, "what needs it fails"), todo, component=name)


def silent(fleet: Fleet) -> Iterator[str]:
    """The names of those of which no replica answers."""
    return (name for name, answers in _answers(fleet).items() if not any(answers))


def _answers(fleet: Fleet) -> dict[str, list[bool]]:
    """Of each component by its name, whether its replicas answer."""
    states = defaultdict[str, list[bool]](list)
    for one in _components(fleet):
        states[one["name"]].append(one.get("state") == "STATE_SERVING")
    return states


def present(fleet: Fleet) -> list[dict[str, Any]]:
    """The hosts that there are: not those that are only shown to be lost."""
    return [host for host in _printable(fleet, "hosts") if host.get("state") != LOST]


def hosts(fleet: Fleet) -> Iterator[Trouble]:
    """Whether agents find a place."""
    for host in _printable(fleet, "hosts"):
        if host.get("state") == LOST:
            what = f"agent host {host.get('id', '')} at {host.get('address', '')} went without a word"
            todo = "it is started again by itself; if it stays away, its log says why"
            yield Trouble(what, "its agents are woken elsewhere", todo, wrong=False, component=str(host.get("id", "")))
    found = present(fleet)
    if not found:
        yield Trouble("there is no agent host", "no question is answered", "start agent hosts, or see why they ended")
        return
    ready = [host for host in found if host.get("phase") != "PHASE_DRAINING" and host.get("state") != "STATE_DRAINING"]
    if not ready:
        todo = "start others; a host that was told to drain comes back only when it is started again"
        yield Trouble("every host is draining", "agents that sleep find no place", todo)
    elif all(host.get("full") for host in ready):
        todo = "more hosts, or more memory for each (MYRIAD_CAPACITY_BYTES)"
        yield Trouble("every host is full", "agents are put to sleep to make room for others", todo, wrong=False)
    elif all(host.get("busy") for host in ready):
        yield Trouble("every host is busy", "questions take longer", "more hosts, or more cores for them", wrong=False)


def stores(fleet: Fleet) -> Iterator[Trouble]:
    """Stores that do not answer, each once, with who misses it, since when and why."""
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    said: dict[tuple[str, str], str] = {}
    for one in _components(fleet):
        for store in one.get("dependencies", []):
            if not store.get("available"):
                key = store.get("store", ""), store.get("address", "")
                users[key].add(one["name"])
                said.setdefault(key, f"since {minute(store.get('failureTime', ''))}: {store.get('failure', '')}")
    for (name, address), those in sorted(users.items()):
        what = f"{', '.join(sorted(those))} cannot use {name} at {address} {said[name, address]}"
        todo = "bring the store back; what depends on it goes on by itself"
        yield Trouble(what, DEGRADED.get(name, "what needs it fails"), todo)


def packets(fleet: Fleet) -> Iterator[Trouble]:
    """Agents that could not be brought in because what they know is gone."""
    hydration = fleet.get("hydration", {})
    if lost := int(hydration.get("lostCount", 0)):
        now = datetime.now(UTC)
        last = hydration.get("lastLostTime") or now.isoformat()  # a DLM of before does not say
        times = f"{counted(lost, 'time')}, last at {minute(last)}"
        what = f"packets are missing or damaged: an agent was wanted in vain {times}"
        todo = "`myriad repair MIND` says whose, and learns them again where it can"
        yield Trouble(
            what, "answers go on without these agents", todo, wrong=now - datetime.fromisoformat(last) < LATELY
        )


def disks(fleet: Fleet) -> Iterator[Trouble]:
    """Little room where components keep their data; several that share a disk are told once."""
    little: dict[int, list[str]] = defaultdict(list)
    for one in _components(fleet):
        free = one.get("standing", {}).get("diskFreeBytes")
        if free is not None and int(free) < LITTLE_BYTES:
            little[int(free) // FULL_BYTES].append(one["name"])
    for parts, names in sorted(little.items()):
        full = parts == 0
        left = "no" if full else f"about {decimal(parts * FULL_BYTES)} of"
        means = "nothing can be learned or kept" if full else "learning will stop when it is full; answers go on"
        yield Trouble(
            f"{left} room is left on the disk of {', '.join(sorted(set(names)))}", means, "make room", wrong=full
        )


def edge(fleet: Fleet) -> Iterator[Trouble]:
    """Envoys that refuse what they are told."""
    for envoy in printable(fleet.get("edge", {}).get("envoys", [])):
        if why := envoy.get("rejection"):
            what = f"Envoy {envoy.get('node', '')} refuses what it is told: {why}"
            yield Trouble(what, "it goes on with what it was told before", "see that its version fits the DLM's")


def versions(fleet: Fleet) -> Iterator[Trouble]:
    """Components of another version than the DLM that was asked."""
    ours = fleet.get("version", "")
    others = defaultdict[str, set[str]](set)
    for one in _components(fleet):
        if (version := one.get("standing", {}).get("version")) and version != ours:
            others[version].add(one["name"])
    for version, names in sorted(others.items()):
        what = f"{', '.join(sorted(names))} run {version}, and the DLM {ours}"
        yield Trouble(what, "well while an update is under way, and not for long", "end the update", wrong=False)


def _components(fleet: Fleet) -> Iterator[dict[str, Any]]:
    return (one for one in _printable(fleet, "components") if one.get("name"))


def _printable(fleet: Fleet, field: str) -> Iterator[dict[str, Any]]:
    return iter(printable(fleet.get(field, [])))
