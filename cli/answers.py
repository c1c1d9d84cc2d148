"""How answers and passages look to people. Each takes JSON as REST gave it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli import places, terminal
from cli.render import Json, enum, grid
from cli.terminal import printable


def answer(given: Json, *, markdown: bool = True) -> RenderableType:
    """An answer: the text with its numbers, what it rests on, what is unsure, and how sure it is."""
    given = printable(given)
    text = given.get("text", "")
    parts: list[RenderableType] = []
    if short := given.get("shortAnswer"):
        parts.append(Text(short, style="bold green"))
    parts.append(_laid_out(text) if markdown and terminal.out.is_terminal else Text(text))
    sums = (calculation.get("text", "") for calculation in given.get("calculations", []))
    parts += (Text(shown, style="green") for shown in sums if shown not in text)
    parts += (Padding(_conflict(one, given.get("citations", [])), (1, 0, 0, 0)) for one in given.get("conflicts", []))
    if citations := given.get("citations"):
        parts.append(Padding(_sources(citations), (1, 0, 0, 0)))
    parts += _further(given)
    parts.append(Text(_how(given), style="dim"))
    return Group(*parts)


def _laid_out(markdown: str) -> RenderableType:
    """For a terminal, Markdown is laid out; imported here only, for it takes a fifth of a second."""
    laid_out: RenderableType = importlib.import_module("rich.markdown").Markdown(markdown)
    return laid_out


def _conflict(conflict: Json, citations: list[Json]) -> RenderableType:
    """What the sources disagree about, side by side: the value, its date, who says so."""
    head = Text(f"The sources disagree about {conflict.get('about', '')}:", style="yellow")
    return Group(head, grid(*(_side(claim, citations) for claim in conflict.get("claims", []))))


def _side(claim: Json, citations: list[Json]) -> tuple[RenderableType, RenderableType]:
    place = claim.get("citation", 0)
    citation = citations[place] if place < len(citations) else {}
    value = Text(f"  {claim.get('value', '')}", style="bold")
    if date := claim.get("date"):
        value.append(f" ({date})", style="not bold dim")
    source = Text(f"[{citation.get('number', 0)}] ", style="cyan").append_text(_title(citation)) if citation else Text()
    return value, source


def _further(given: Json) -> Iterator[RenderableType]:
    """What was asked besides, and what one can ask next."""
    for turn in given.get("socraticRounds", []):
        line = Text(f"asked further, {enum(turn.get('trigger', ''), 'TRIGGER_')}: ", style="dim")
        yield line.append(turn.get("question", ""), style="italic").append(f" {turn_result(turn)}")
    if topics := given.get("relatedTopics"):
        yield Text("related: " + " · ".join(topics), style="dim")


def turn_result(turn: Json) -> str:
    """What a Socratic round changed and why it was the last, if it was."""
    stop = enum(turn.get("stop", ""), "STOP_")
    return "→ " + ", ".join(one for one in (turn.get("change"), stop) if one and one != "unspecified")


def _how(given: Json) -> str:
    usage, confidence = given.get("usage", {}), given.get("confidence", 0.0)
    asked = usage.get("agentsActivated", 0)
    abstained = given.get("state") == "ANSWER_STATE_ABSTAINED"
    parts = (
        given.get("model", ""),
        f"{usage.get('elapsedMs', 0.0):.0f} ms",
        f"{asked} agent{'s' * (asked != 1)} asked",
        "abstained" if abstained else f"{wording(confidence)} ({confidence:.2f})",
        given.get("name", ""),
    )
    return " · ".join(filter(None, parts))


def wording(confidence: float) -> str:
    """Confidence in words."""
    if confidence > 0.9:
        return "sure"
    return "likely" if confidence >= 0.7 else "unsure"


def _sources(citations: Iterable[Json]) -> Table:
    """Each source once: quotes of one document share its number."""
    by_number: dict[int, list[Json]] = {}
    for citation in citations:
        by_number.setdefault(citation.get("number", 0), []).append(citation)
    rows = (
        (Text(f"[{number}]", style="cyan"), _title(cited[0], "; ".join(dict.fromkeys(filter(None, map(place, cited))))))
        for number, cited in sorted(by_number.items())
    )
    return grid(*rows)


def place(of: Json) -> str:
    """The page, slide, sheet or chapter on which something stands; empty if its document has no such."""
    found = of.get("place", {})
    kind, number, title = enum(found.get("kind", ""), "PLACE_KIND_"), found.get("number", 0), found.get("title", "")
    if kind == "sheet":
        return f"sheet {title}"
    return f"{kind} {number}{f', {title}' if title else ''}" if number else ""


def _title(of: Json, where: str = "") -> Text:
    title, uri = of.get("title", ""), printable(places.shown(of.get("uri", "")))
    shown = Text(title or uri or of.get("document", "")).append(f", {where}" if where else "")
    return shown.append(f"  {uri}" if title else "", style="dim")


def passages(found: list[Json]) -> RenderableType:
    """Passages for a question, best first."""
    if not found:
        return Text("nothing in this mind has to do with it")
    parts = []
    for number, passage in enumerate(printable(found), 1):
        head = Text(f"{number}. ", style="cyan").append_text(_title(passage, place(passage)))
        head.append(f"  {passage.get('score', 0.0):.3f}", style="dim")
        by = Text("by " + " → ".join(passage.get("path", [])), style="dim")
        parts.append(Padding(Group(head, Text(passage.get("text", "")), by), (0, 0, 1, 0)))
    return Group(*parts)
