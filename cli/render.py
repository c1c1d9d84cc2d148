"""How answers, tables and trees look to people. Each takes JSON as REST gave it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Column, Table
from rich.text import Text
from rich.tree import Tree

from cli import places, terminal
from cli.terminal import printable

if TYPE_CHECKING:
    from cli.supervisor.fleet import Running

Json: TypeAlias = dict[str, Any]
SHOWN_FAILURES = 10
SHOWN_EVIDENCE = 3
SHOWN_DROPPED = 10
SHOWN_GONE = 5


def running(myriad: Running) -> RenderableType:
    """What is where, and what to type next."""
    addresses = {
        name: address for one in myriad.programs for name, address in (one.serves or {one.name: one.address}).items()
    }
    ports = (f"{name} {address.rpartition(':')[2]}" for name, address in addresses.items())
    where = _grid(
        ("URL", Text(myriad.endpoint.url, style="bold")),
        ("key", Text(str(myriad.folder.admin_key))),
        ("data", Text(str(myriad.folder.path))),
        ("ports", Text(", ".join(ports))),
        ("next", Text("myriad learn FOLDER\nmyriad ask 'A question?'")),
    )
    return Panel(where, title="Myriad is running", subtitle="Ctrl-C stops it", border_style="green", expand=False)


def answer(given: Json) -> RenderableType:
    """An answer: the text with its numbers, the sources behind them, and how sure it is."""
    given = printable(given)
    parts: list[RenderableType] = []
    if short := given.get("shortAnswer"):
        parts.append(Text(short, style="bold green"))
    parts.append(_text(given.get("text", "")))
    if citations := given.get("citations"):
        parts.append(Padding(_sources(citations), (1, 0, 0, 0)))
    for conflict in given.get("conflicts", []):
        claims = "; ".join(claim.get("value", "") for claim in conflict.get("claims", []))
        parts.append(Text(f"The sources disagree about {conflict.get('about', '')}: {claims}", style="yellow"))
    parts.append(Text(_how(given), style="dim"))
    return Group(*parts)


def _text(markdown: str) -> RenderableType:
    """For a terminal, Markdown is laid out; imported here only, for it takes a fifth of a second."""
    if not terminal.out.is_terminal:
        return Text(markdown)
    laid_out: RenderableType = importlib.import_module("rich.markdown").Markdown(markdown)
    return laid_out


def _how(given: Json) -> str:
    usage, confidence = given.get("usage", {}), given.get("confidence", 0.0)
    abstained = given.get("state") == "ABSTAINED"
    parts = (
        given.get("model", ""),
        f"{usage.get('elapsedMs', 0.0):.0f} ms",
        f"{usage.get('agentsActivated', 0)} agents asked",
        "abstained" if abstained else f"{wording(confidence)} ({confidence:.2f})",
        given.get("answerId", ""),
    )
    return " · ".join(filter(None, parts))


def wording(confidence: float) -> str:
    """Confidence in words."""
    if confidence > 0.9:
        return "sure"
    return "likely" if confidence >= 0.7 else "unsure"


def _sources(citations: Iterable[Json]) -> Table:
    """Each source once: quotes of one document share its number."""
    by_number = {citation.get("number", 0): citation for citation in reversed(list(citations))}
    rows = ((Text(f"[{number}]", style="cyan"), _title(by_number[number])) for number in sorted(by_number))
    return _grid(*rows)


def _title(of: Json) -> Text:
    title, uri = of.get("title", ""), printable(places.shown(of.get("uri", "")))
    return Text(title or uri or of.get("document", "")).append(f"  {uri}" if title else "", style="dim")


def passages(found: list[Json]) -> RenderableType:
    """Passages for a question, best first."""
    if not found:
        return Text("nothing in this mind has to do with it")
    parts = []
    for number, passage in enumerate(printable(found), 1):
        head = Text(f"{number}. ", style="cyan").append_text(_title(passage))
        head.append(f"  {passage.get('score', 0.0):.3f}", style="dim")
        by = Text("by " + " → ".join(passage.get("path", [])), style="dim")
        parts.append(Padding(Group(head, Text(passage.get("text", "")), by), (0, 0, 1, 0)))
    return Group(*parts)


def learned(summary: Json) -> RenderableType:
    """What became of the documents, and the first failures."""
    summary = printable(summary)
    rate = summary["agents_added"] / summary["seconds"] if summary["seconds"] else 0.0
    head = f"{summary['learned']} learned, {summary['unchanged']} unchanged, {summary['failed']} failed in mind"
    head += f" {summary['mind']} at {summary['url']}: {summary['agents_added']} agents more,"
    head += f" {summary['agents_removed']} less"
    parts = [Text(f"{head} ({summary['seconds']:.1f} s, {rate:,.0f} passages/s)", style="bold")]
    if summary["skipped"]:
        counts = ", ".join(f"{n} {why}" for why, n in summary["skipped"].items())
        parts.append(Text(f"skipped: {counts} (--json names them)", style="dim"))
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


def _gone(missing: list[Json], pruned: bool) -> Text:
    names = ", ".join(printable(places.shown(one["uri"])) for one in missing[:SHOWN_GONE])
    more = f" and {len(missing) - SHOWN_GONE:,} more" if len(missing) > SHOWN_GONE else ""
    count = f"{len(missing):,} document{'s' * (len(missing) > 1)}"
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
            str(one.get("agents", 0)),
            printable(places.shown(one.get("uri", ""))),
        )
        for one in printable(found)
    )
    return _table(("id", "title", "agents", "from"), rows)


def minds(found: list[Json]) -> RenderableType:
    """The minds, and how much they hold."""
    rows = (
        (one.get("name", "").removeprefix("minds/"), str(one.get("documents", 0)), str(one.get("agents", 0)))
        for one in printable(found)
    )
    return _table(("mind", "documents", "agents"), rows)


def receipt(removed: Json, url: str) -> RenderableType:
    """What forgetting removed, store by store."""
    removed = printable(removed)
    rows = (
        ("agents", len(removed.get("agents", []))),
        ("concepts", len(removed.get("concepts", []))),
        ("links", removed.get("links", 0)),
        ("bundles written anew", len(removed.get("bundles", []))),
        ("hosts that gave agents up", len(removed.get("hosts", []))),
        ("traces", removed.get("traces", 0)),
    )
    return Group(
        Text(f"forgot {removed.get('document', '')} at {url}", style="bold"),
        _grid(*((f"  {what}", str(count)) for what, count in rows)),
    )


def new_key(made: Json) -> RenderableType:
    """A new key's secret, this once."""
    made = printable(made)
    key = made.get("key", {})
    about = f"{key.get('name', '')}: {enum(key.get('role', ''), 'ROLE_')} of {_minds(key)}. Shown this once."
    return Group(Text(made.get("secret", ""), style="bold green"), Text(about, style="dim"))


def keys(found: list[Json]) -> RenderableType:
    """The keys, without their secrets."""
    rows = (
        (
            key.get("name", "").removeprefix("keys/"),
            key.get("displayName", ""),
            enum(key.get("role", ""), "ROLE_"),
            _minds(key),
            _minute(key.get("createTime") or ""),
            _minute(key.get("expireTime") or "never"),
        )
        for key in printable(found)
    )
    return _table(("key", "name", "role", "minds", "made", "expires"), rows)


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")


def _minds(key: Json) -> str:
    return ", ".join(mind.removeprefix("minds/") for mind in key.get("minds", [])) or "all minds"


def fleet(state: Json, url: str) -> RenderableType:
    """The whole: components, hosts, hydration, edge."""
    state = printable(state)
    components = (
        (component.get("name", ""), enum(component.get("state", ""), "STATE_"), component.get("address", ""))
        for component in state.get("components", [])
    )
    # That this came back at all says how these two are.
    answered = (("dlm", "serving", ""), ("envoy", "serving", url))
    return Group(
        Text(f"{url}  {state.get('version', '')}", style="bold"),
        _table(("component", "state", "address"), (*components, *answered)),
        _table(("host", "state", "agents", "MiB", "hit rate", "address"), map(_host, state.get("hosts", []))),
        *_counts(state),
    )


def _host(host: Json) -> tuple[str, ...]:
    # 64-bit numbers are strings in JSON (ProtoJSON).
    asked, missed = int(host.get("asked", 0)), int(host.get("missed", 0))
    return (
        host.get("id", ""),
        enum(host.get("state", ""), "STATE_"),
        str(host.get("agents", 0)),
        f"{int(host.get('bytes', 0)) / 2**20:.1f} of {int(host.get('capacityBytes', 0)) / 2**20:.0f}",
        f"{(asked - missed) / asked:.1%}" if asked else "–",
        host.get("address", ""),
    )


def _counts(state: Json) -> Iterator[Text]:
    hydration, edge = state.get("hydration", {}), state.get("edge", {})
    counts = ("requested", "resident", "cacheHits", "fetched", "failed", "storeReads")
    yield Text("hydration: " + ", ".join(f"{_words(count)} {hydration.get(count, 0)}" for count in counts))
    yield Text("edge: " + ", ".join(f"{count} {edge.get(count, 0)}" for count in ("connected", "accepted", "rejected")))
    if refusal := edge.get("lastRejection"):
        yield Text(f"last refusal: {refusal}", style="red")


def report(measured: Json, meanings: Mapping[str, str], errors: list[str]) -> RenderableType:
    """An evaluation's measures, what they say, and why questions failed."""
    rows = ((name, _figure(value), meanings.get(name, "")) for name, value in measured.items())
    failures = [Text(f"failed: {error}", style="red") for error in printable(errors[:SHOWN_FAILURES])]
    return Group(_table(("measure", "value", "what it says"), rows), *failures)


def _figure(value: Any) -> str:
    """A share to three places; a count or a name as it is; a dash for what no question asks for."""
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) and value <= 1 else str(value)


def trace(of: Json) -> RenderableType:
    """How an answer came about, as a tree."""
    of = printable(of)
    root = Tree(Text(of.get("question", ""), style="bold"))
    root.add(Text(f"{of.get('model', '')} on {of.get('mind', '')}, version {of.get('mindVersion', 0)}", style="dim"))
    for number, step in enumerate(of.get("rounds", []), 1):
        _round(root.add(Text(f"round {number}: {step.get('question', '')}")), step)
    if dropped := of.get("dropped"):
        branch = root.add(f"evidence not used: {len(dropped)} sentences")
        for evidence in dropped[:SHOWN_DROPPED]:
            branch.add(Text(f"{evidence.get('cause', '')}: {_folded(evidence)}", style="dim"))
    times = (f"{step.get('name', '')} {step.get('elapsedMs', 0.0):.1f} ms" for step in of.get("steps", []))
    root.add(Text("time: " + ", ".join(times), style="dim"))
    return root


def _round(branch: Tree, step: Json) -> None:
    seeds = branch.add(f"seeds: {step.get('pushes', 0)} pushes, {step.get('rowsRead', 0)} rows read")
    for seed in step.get("seeds", []):
        seeds.add(Text(f"{seed.get('weight', 0.0):.3f} {seed.get('concept') or seed.get('agent', '')}"))
    agents = branch.add("agents")
    replies = {reply.get("agent"): reply for reply in step.get("replies", [])}
    for agent in step.get("agents", []):
        head = Text(f"{agent.get('score', 0.0):.3f} ").append(agent.get("title", ""), style="cyan")
        leaf = agents.add(head.append("  " + " → ".join(agent.get("path", [])), style="dim"))
        for evidence in replies.get(agent.get("agent"), {}).get("evidence", [])[:SHOWN_EVIDENCE]:
            leaf.add(Text(f"{evidence.get('score', 0.0):.2f} {_folded(evidence)}"))


def _folded(evidence: Json) -> str:
    return " ".join(evidence.get("quote", "").split())


def enum(value: str, prefix: str) -> str:
    """An enum value's name as people say it."""
    return value.removeprefix(prefix).replace("_", " ").lower()


def _words(camel: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in camel)


def _grid(*rows: tuple[RenderableType, RenderableType]) -> Table:
    grid = Table.grid(Column(no_wrap=True), Column(overflow="fold"), padding=(0, 2))
    for what, value in rows:
        grid.add_row(Text(what) if isinstance(what, str) else what, value)
    return grid


def _table(columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Table:
    """The first column tells the rows apart, and is what people copy: it is never broken."""
    first, *others = columns
    table = Table(Column(first, no_wrap=True), *(Column(name, overflow="fold") for name in others))
    for row in rows:
        table.add_row(*map(Text, row))
    return table
