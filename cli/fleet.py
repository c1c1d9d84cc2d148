"""How the state of the whole looks: what is degraded first, then figures, components and hosts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Group, RenderableType
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from cli import troubles
from cli.render import enum, grid
from cli.terminal import printable

AWAY = ("unreachable", "not serving", "away", "lost")


def view(fleet: Mapping[str, Any], url: str) -> RenderableType:
    """The whole, for a terminal of any width."""
    fleet = printable(fleet)
    return Group(
        Text(f"{url}  {fleet.get('version', '')}", style="bold"),
        *_troubles(fleet),
        grid(*((name, Text(figures)) for name, figures in _figures(fleet))),
        Text(),
        _table(("component", "state", "up for", "address"), [*_components(fleet), ("envoy", "serving", "", url)]),
        Text(),
        _table(("host", "state", "agents", "memory", "found awake", "address"), map(_host, fleet.get("hosts", []))),
        *_stores(fleet),
    )


def _troubles(fleet: Mapping[str, Any]) -> Iterator[Text]:
    found = list(troubles.every(fleet))
    if not found:
        yield Text("all is well", style="green")
    for trouble in found:
        yield Text(str(trouble), style="red" if trouble.wrong else "yellow")


def _figures(fleet: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    standings = [one.get("standing") or {} for one in fleet.get("components", [])]
    if counted := [one["questions"] for one in standings if one.get("questions")]:
        yield "questions", str(Questions.of(counted))
    for standing in standings:
        for job in standing.get("learning", []):
            yield "learning", _learning(job)
    hydration, edge = fleet.get("hydration", {}), fleet.get("edge", {})
    wanted, awake, cached, fetched, failed = (
        int(hydration.get(f"{name}Count", 0)) for name in ("requested", "resident", "cacheHit", "fetched", "failed")
    )
    yield (
        "hydration",
        f"{wanted:,} agents wanted, {awake:,} awake already, {cached:,} cached, {fetched:,} fetched, {failed:,} failed",
    )
    connected, refused = edge.get("connectedCount", 0), int(edge.get("rejectedCount", 0))
    yield "edge", f"{connected} Envoy{'s' * (connected != 1)} connected" + (f", {refused} refusals" if refused else "")


@dataclass(frozen=True, slots=True)
class Questions:
    """What all orchestrators answered in the last minute; of their latencies the worst."""

    rate: float
    """Questions a second."""
    answered: int
    failed: int
    waiting: int
    median: float
    """In seconds, as the next."""
    percentile_95: float

    @classmethod
    def of(cls, figures: list[dict[str, Any]]) -> Questions:
        answered = sum(int(one.get("answeredCount", 0)) for one in figures)
        return cls(
            sum(int(one.get("answeredCount", 0)) / max(seconds(one.get("window")), 1.0) for one in figures),
            answered,
            sum(int(one.get("failedCount", 0)) for one in figures),
            sum(one.get("waitingCount", 0) for one in figures),
            max(seconds(one.get("median")) for one in figures),
            max(seconds(one.get("percentile95")) for one in figures),
        )

    def __str__(self) -> str:
        if not self.answered and not self.failed:
            return "none in the last minute"
        took = (
            f"; half within {span(self.median)}, 95 of 100 within {span(self.percentile_95)}" if self.answered else ""
        )
        return f"{self.rate:,.1f}/s, {self.failed:,} failed, {self.waiting:,} waiting{took} (last minute)"


def _learning(job: dict[str, Any]) -> str:
    took = seconds(job.get("elapsed"))
    documents, passages = int(job.get("documentCount", 0)), int(job.get("agentCount", 0))
    name = job.get("job", "").removeprefix("minds/").replace("/jobs/", ": job ")
    rate = passages / max(took, 1.0)
    return f"{name}, {documents:,} documents, {passages:,} passages, {rate:,.0f}/s, for {timedelta(seconds=int(took))}"


def _components(fleet: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    now = datetime.now(UTC)
    for one in fleet.get("components", []):
        started = (one.get("standing") or {}).get("startTime")
        lives = now - datetime.fromisoformat(started) if started else None
        since = str(timedelta(seconds=max(int(lives.total_seconds()), 0))) if lives else ""
        yield one.get("name", ""), enum(one.get("state", ""), "STATE_"), since, one.get("address", "")


def _host(host: dict[str, Any]) -> tuple[str, ...]:
    if host.get("state") == troubles.LOST:
        return host.get("id", ""), "lost", "", "", "", host.get("address", "")
    asked, missed = int(host.get("askedCount", 0)), int(host.get("missedCount", 0))
    used, room = int(host.get("usedBytes", 0)), int(host.get("capacityBytes", 0))
    state = (
        enum(host.get("phase", ""), "PHASE_") + ", busy" * bool(host.get("busy")) + ", full" * bool(host.get("full"))
    )
    return (
        host.get("id", ""),
        state,
        f"{int(host.get('agentCount', 0)):,}",
        f"{decimal(used)} of {decimal(room)}",
        f"{(asked - missed) / asked:.1%}" if asked else "–",
        host.get("address", ""),
    )


def _stores(fleet: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The stores that components depend on."""
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    away: set[tuple[str, str]] = set()
    for component in fleet.get("components", []):
        for one in component.get("dependencies", []):
            store = one.get("store", ""), one.get("address", "")
            users[store].add(component.get("name", ""))
            if not one.get("available"):
                away.add(store)
    if users:
        rows = ((*store, "away" if store in away else "answers", ", ".join(sorted(users[store]))) for store in users)
        yield Text()
        yield _table(("store", "address", "state", "used by"), sorted(rows))


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    """Where it is narrow the last column is cut first."""
    listed = list(rows)
    widths = [max(len(row[at]) for row in [columns, *listed]) for at in range(len(columns))]
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name, width in zip(columns, [*widths[:-1], None], strict=True):
        table.add_column(name, no_wrap=True, overflow="ellipsis", min_width=width)
    for row in listed:
        table.add_row(*(Text(cell, style="red" if cell in AWAY else "") for cell in row))
    return table


def seconds(duration: Any) -> float:
    """A duration as JSON has it: `1.5s`."""
    return float(str(duration).removesuffix("s")) if duration else 0.0


def span(time: float) -> str:
    """Seconds as people say them."""
    return f"{time:.1f} s" if time >= 1 else f"{time * 1_000:.0f} ms"
