"""How tables look to people. Each takes JSON as REST gave it."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

from rich.console import Group, RenderableType
from rich.filesize import decimal
from rich.panel import Panel
from rich.table import Column, Table
from rich.text import Text

from cli import places
from cli.state import DEFAULT_DATA, Endpoint
from cli.terminal import printable

if TYPE_CHECKING:
    from cli.supervisor.fleet import Running

Json: TypeAlias = dict[str, Any]
SHOWN_FAILURES = 10
SHOWN_GONE = 5
SHOWN_SKIPPED = 3
SHOWN_HASHES = 5
PORTS_COLUMNS = 80


def running(myriad: Running) -> RenderableType:
    """What is where, and what to type next."""
    addresses = {
        name: address for one in myriad.programs for name, address in (one.serves or {one.name: one.address}).items()
    }
    ports = ", ".join(f"{name} {address.rpartition(':')[2]}" for name, address in addresses.items())
    where = grid(
        ("URL", Text(myriad.endpoint.url, style="bold")),
        ("key", Text(str(myriad.folder.admin_key))),
        ("data", Text(str(myriad.folder.path))),
        ("ports", Text(textwrap.fill(ports, PORTS_COLUMNS))),
        ("next", Text("myriad learn FOLDER\nmyriad ask 'A question?'")),
    )
    stops = "Ctrl-C or SIGTERM stops it"
    panel = Panel(where, title="Myriad is running", subtitle=stops, border_style="green", expand=False)
    if myriad.folder.path == DEFAULT_DATA.resolve():
        return panel
    exports = "\n".join(_exports(myriad.endpoint, myriad.folder.admin_key))
    return Group(panel, Text("so that commands elsewhere find it:", style="dim"), Text(exports))


def _exports(endpoint: Endpoint, key: Path) -> Iterator[str]:
    """What to paste into a shell; without a box around it."""
    yield f"export MYRIAD_URL={shlex.quote(endpoint.url)}"
    yield f'export MYRIAD_API_KEY="$(cat {shlex.quote(str(key))})"'
    if endpoint.authority:
        yield f"export MYRIAD_CA={shlex.quote(endpoint.authority)}"


def learned(summary: Json) -> RenderableType:
    """What became of the documents, and the first failures."""
    summary = printable(summary)
    rate = summary["agents_added"] / summary["seconds"] if summary["seconds"] else 0.0
    head = f"{summary['learned']} learned, {summary['unchanged']} unchanged, {summary['failed']} failed in mind"
    head += f" {summary['mind']} at {summary['url']}: {counted(summary['agents_added'], 'agent')} more,"
    head += f" {summary['agents_removed']} less"
    parts = [Text(f"{head} ({summary['seconds']:.1f} s, {rate:,.0f} passages/s)", style="bold")]
    if summary["skipped"]:
        skipped = (_skipped(why, n, summary["skipped_files"].get(why, [])) for why, n in summary["skipped"].items())
        parts.append(Text(f"skipped: {', '.join(skipped)} (--json names them)", style="dim"))
    if missing := summary.get("gone"):
        parts.append(_gone(missing, summary["pruned"]))
    for failure in summary["failures"][:SHOWN_FAILURES]:
        where = printable(places.shown(failure.get("uri", ""))) or failure.get("document") or "stdin"
        line = f" line {failure['line']}" if failure.get("line") else ""
        parts.append(Text(f"{where}{line}: {failure['message']} ({failure['reason']})", style="red"))
    if summary["failed"] > SHOWN_FAILURES:
        rest = summary["failed"] - SHOWN_FAILURES
        parts.append(Text(f"… and {rest} more: learn again with --json to see all of them", style="red"))
    return Group(*parts)


def _skipped(why: str, count: int, files: list[str]) -> str:
    names = ", ".join(printable(PurePath(one).name) for one in files[:SHOWN_SKIPPED])
    return f"{count} {why} ({names}{', …' if count > SHOWN_SKIPPED else ''})" if names else f"{count} {why}"


def _gone(missing: list[Json], pruned: bool) -> Text:
    names = ", ".join(printable(places.shown(one["uri"])) for one in missing[:SHOWN_GONE])
    more = f" and {len(missing) - SHOWN_GONE:,} more" if len(missing) > SHOWN_GONE else ""
    count = counted(len(missing), "document")
    if pruned:
        return Text(f"forgot {count} whose files are gone: {names}{more}", style="yellow")
    are = "are" if len(missing) > 1 else "is"
    text = f"{count} learned from here {are} no longer here: {names}{more}; --prune forgets what is gone"
    return Text(text, style="yellow")


def documents(found: list[Json]) -> RenderableType:
    """A mind's documents, and where they are from."""
    rows = (
        (
            one.get("name", "").rpartition("/")[2],
            one.get("title", ""),
            str(one.get("agentCount", 0)),
            printable(places.shown(one.get("uri", ""))),
        )
        for one in printable(found)
    )
    return table(("id", "title", "agents", "from"), rows) if found else Text("this mind has no documents")


def jobs(found: list[Json], more: int = 0) -> RenderableType:
    """Learning jobs, the latest first, and how far each is; `more` are not shown."""
    rows = (
        (
            one.get("name", "").rpartition("/")[2],
            enum(one.get("state", ""), "STATE_"),
            *(str(one.get(count, 0)) for count in ("learnedCount", "unchangedCount", "failedCount", "addedAgentCount")),
            minute(one.get("createTime") or ""),
            minute(one.get("updateTime") or ""),
        )
        for one in printable(found)
    )
    if not found:
        return Text("this mind has learned nothing in the last week")
    columns = ("job", "state", "learned", "unchanged", "failed", "agents", "begun", "went on")
    rest = [Text(f"… and {more:,} before (--json has all)", style="dim")] if more > 0 else []
    return Group(table(columns, rows), *rest)


def minds(found: list[Json]) -> RenderableType:
    """The minds, and how much they hold."""
    rows = (
        (
            one.get("name", "").removeprefix("minds/"),
            str(one.get("documents", 0)),
            str(one.get("agents", 0)),
            ", ".join(one.get("allowedModels", [])) or "all",
        )
        for one in printable(found)
    )
    return table(("mind", "documents", "agents", "models"), rows) if found else Text("there are no minds yet")


def weights(found: list[Json]) -> RenderableType:
    """What was learned from use, link by link."""
    rows = (
        (
            f"{one.get('weight', 0.0):.3f}",
            one.get("concept", ""),
            one.get("agent", "").rpartition("/")[2],
            minute(one.get("updateTime", "")),
        )
        for one in printable(found)
    )
    return (
        table(("weight", "concept", "agent", "changed"), rows)
        if found
        else Text("use has taught this mind nothing yet")
    )


def regions(found: list[Json]) -> RenderableType:
    """What a mind knows of, region by region."""
    rows = ((str(one.get("conceptCount", 0)), ", ".join(one.get("concepts", []))) for one in printable(found))
    return (
        table(("concepts", "the strongest"), rows)
        if found
        else Text("no regions yet: they are found a while after a mind has learned much")
    )


def receipt(removed: Json, url: str) -> RenderableType:
    """What forgetting removed, store by store."""
    removed = printable(removed)
    rows = (
        *((("documents", removed.get("documentCount", 0)),) if "mind" in removed else ()),
        ("agents", removed.get("agentCount", len(removed.get("agents", [])))),
        ("concepts", removed.get("conceptCount", len(removed.get("concepts", [])))),
        ("links", removed.get("linkCount", 0)),
        ("bundles deleted or written anew", len(removed.get("bundles", []))),
        ("packets in the cache", removed.get("cachedCount", 0)),
        ("hosts that gave agents up", len(removed.get("hosts", []))),
        ("traces", removed.get("traceCount", 0)),
        ("entries of jobs", removed.get("jobEntryCount", 0)),
    )
    hashes = [(one.get("agent", "").rpartition("/")[2], one.get("sha256", "")) for one in removed.get("packets", [])]
    more = len(hashes) - SHOWN_HASHES
    return Group(
        Text(f"forgot {removed.get('document') or removed.get('mind', '')} at {url}", style="bold"),
        grid(*((f"  {what}", str(count)) for what, count in rows)),
        *(Text(f"  packet of {agent}: SHA-256 {sha256}") for agent, sha256 in hashes[:SHOWN_HASHES]),
        *((Text(f"  and {more:,} packets more: --json lists them"),) if more > 0 else ()),
        *((Text(f"  all packets: SHA-256 {removed['packetsSha256']}"),) if "packetsSha256" in removed else ()),
        Text(f"  from {removed.get('startTime', '')} to {removed.get('endTime', '')}"),
        *map(_retained, removed.get("retained", [])),
    )


def _retained(kept: Json) -> Text:
    """What lies somewhere for longer than the forgetting took."""
    longest = f", for {kept['longest'].removesuffix('s')} s at most" if "longest" in kept else ""
    setting = f" ({kept['setting']})" if kept.get("setting") else ""
    return Text(f"  not at once: {kept.get('store', '')}: {kept.get('what', '')}{longest}{setting}", style="dim")


def repaired(report: Json) -> RenderableType:
    """What looking at every packet brought to light, and what came of it."""
    report = printable(report)
    rows = (
        (
            one.get("document", "").rpartition("/")[2],
            one.get("title", ""),
            str(one.get("lostAgentCount", 0)),
            one.get("reason", "").removeprefix("ERROR_REASON_"),
            places.shown(one.get("uri", "")),
        )
        for one in report["lost"]
    )
    lines = [
        Text(
            f"{counted(report['packets'], 'packet')} of {counted(report['documents'], 'document')} at {report['url']}",
            style="bold",
        ),
        *(Text(f"brought back: {one['document'].rpartition('/')[2]}") for one in report["broughtBack"]),
    ]
    if not report["lost"]:
        return Group(*lines, Text("all of them are sound", style="green"))
    return Group(
        *lines,
        table(("document", "title", "lost", "why", "from"), rows),
        Text("what these documents have lost is nowhere else: learn them again, or forget them", style="red"),
    )


def counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def minute(time: str) -> str:
    return time[:16].replace("T", " ")


def report(measured: Json, meanings: Mapping[str, str], errors: list[str]) -> RenderableType:
    """An evaluation's measures, what they say, and why questions failed."""
    rows = ((name, _figure(value), meanings.get(name, "")) for name, value in measured.items())
    failures = [Text(f"failed: {error}", style="red") for error in printable(errors[:SHOWN_FAILURES])]
    return Group(table(("measure", "value", "what it says"), rows), *failures)


def _figure(value: Any) -> str:
    """A share to three places; a count or a name as it is; a dash for what no question asks for."""
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) and value <= 1 else str(value)


def enum(value: str, prefix: str) -> str:
    """An enum value's name as people say it."""
    return value.removeprefix(prefix).replace("_", " ").lower()


def grid(*rows: tuple[RenderableType, RenderableType]) -> Table:
    grid = Table.grid(Column(no_wrap=True), Column(overflow="fold"), padding=(0, 2))
    for what, value in rows:
        grid.add_row(Text(what) if isinstance(what, str) else what, value)
    return grid


def table(columns: Sequence[str], rows: Iterable[tuple[str | Text, ...]]) -> Table:
    """The first column tells the rows apart, and is what people copy: it is never broken."""
    first, *others = columns
    table = Table(Column(first, no_wrap=True), *(Column(name, overflow="fold") for name in others))
    for row in rows:
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    return table


def archived(report: Mapping[str, Any], done: str) -> RenderableType:
    """What was exported or imported."""
    held = f"{counted(report['documents'], 'document')}, {counted(report['agents'], 'agent')}"
    return Text(
        f"{done} {printable(report['mind'])} at {printable(report['url'])}: {held}; "
        f"{decimal(report['bytes'])} in {report['file']}, {report['seconds']:.1f} s"
    )
