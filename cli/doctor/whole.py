"""The whole behind the edge, as `GetFleet` shows it: components, hosts, stores, packets, disks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus

from rich.filesize import decimal

from cli import troubles
from cli.doctor.asking import ask
from cli.doctor.check import Finding, Visit, ok, warning, wrong
from cli.doctor.local import log
from cli.render import counted
from cli.troubles import Fleet, Trouble

Find = Callable[[Fleet], Iterator[Trouble]]


def fleet(visit: Visit) -> Finding:
    """Whether the DLM tells how the whole is."""
    try:
        reply = ask(visit, "GET", "/v1/fleet")
        why = f"HTTP {reply.status} {reply.reason}".strip()
    except TimeoutError:
        reply, why = None, "no answer in time"
    if reply is None or reply.status != HTTPStatus.OK:
        return wrong(
            f"the state of the whole is not told: {why}",
            "the DLM does not answer: agents that sleep are not woken",
            f"it is started again by itself; if it stays away, its log says why{log(visit, 'dlm')}",
        )
    visit.fleet = reply.body
    return ok("the DLM tells how the whole is")


def components(visit: Visit) -> Iterator[Finding]:
    """Whether each component answers, and is of one version."""
    visit.silent = frozenset(troubles.silent(visit.fleet))
    names = sorted({str(one.get("name", "")) for one in visit.fleet.get("components", [])})
    yield from _told(visit, troubles.components, f"{', '.join(names)} answer")
    yield from _told(visit, troubles.versions, "")


def hosts(visit: Visit) -> Iterator[Finding]:
    """Whether there are agent hosts, and room in them."""
    found = troubles.present(visit.fleet)
    active = sum(host.get("phase") == "PHASE_ACTIVE" for host in found)
    used, room = (sum(int(host.get(field, 0)) for host in found) for field in ("usedBytes", "capacityBytes"))
    says = f"{counted(len(found), 'host')}, {active} active, {decimal(max(room - used, 0))} of {decimal(room)} left"
    yield from _told(visit, troubles.hosts, says)


def stores(visit: Visit) -> Iterator[Finding]:
    """Whether the stores answer that components depend on."""
    known = {
        str(one.get("store")) for each in visit.fleet.get("components", []) for one in each.get("dependencies", [])
    }
    answer = f"{', '.join(sorted(known))} answer" if known else "all is kept in the data folder"
    yield from _told(visit, troubles.stores, answer)


def packets(visit: Visit) -> Iterator[Finding]:
    """Whether agents were lost."""
    yield from _told(visit, troubles.packets, "no packet is missing or damaged, as far as any was wanted")


def disks(visit: Visit) -> Iterator[Finding]:
    """Whether there is room where components keep their data."""
    told = [
        int(one["standing"]["diskFreeBytes"])
        for one in visit.fleet.get("components", [])
        if (one.get("standing") or {}).get("diskFreeBytes")
    ]
    yield from _told(visit, troubles.disks, f"{decimal(min(told))} are free" if told else "nothing is kept on a disk")


def edge(visit: Visit) -> Iterator[Finding]:
    """Whether Envoys take what they are told."""
    count = int(visit.fleet.get("edge", {}).get("connectedCount", 0))
    yield from _told(
        visit, troubles.edge, "1 Envoy follows the DLM" if count == 1 else f"{count} Envoys follow the DLM"
    )


def _told(visit: Visit, find: Find, well: str) -> Iterator[Finding]:
    found = list(find(visit.fleet))
    for one in found:
        where = log(visit, one.component) if one.component else ""
        yield (wrong if one.wrong else warning)(one.what, one.means, f"{one.todo}{where}")
    if not found and well:
        yield ok(well)
