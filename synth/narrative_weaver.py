"""The narrative weaver, the second stage: the chain that answers the question, then the themes, woven together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from myriad.agent.v1.evidence_pb2 import AgentReply
from synth.formatter import Line, Section
from synth.opening import dangles, opened
from synth.selection import Supported
from synth.thematic_analyzer import Grouped, heading

_ADDITION, _CONTRAST, _TIME, _CAUSE = "Also: ", "By contrast", "Later: ", "The reason: "
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|as a result|therefore|caused by|led to|in order to|so that)\b", re.IGNORECASE
)
_WHY = re.compile(r"^\s*+(?:why|how come|what (?:caused|made|led))\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(1\d{3}|20\d{2})\b")
_TIMED = re.compile(r"^\W*+(?:in|on|after|before|since|by|from|later|then|during|as of|until)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Narrative:
    """The lines that answer the question, in the order of the hops, what goes on from them, and the themes after it."""

    first: Sequence[Line]
    more: Sequence[Line]
    themes: Sequence[Section]


def weave(
    question: str, chain: Sequence[Supported], taken: Sequence[Supported], themes: Sequence[Grouped]
) -> Narrative:
    """
    The first paragraph is the chain, each sentence as it can be understood there; the others follow by theme.

    What stands under the heading of a line of the chain goes on from there.
    """
    lines: list[Line] = []
    used: set[tuple[str, int, str]] = set()
    at: dict[tuple[str, int, str], Supported] = {one.quote.place: one for one in taken}
    for one in chain:
        if one.quote.place in used:
            continue
        new = [line for line in _understood(one, lines, taken) if line.quote.place not in used]
        lines += new
        used.update(line.quote.place for line in new)
    sections = [_theme(question, theme, used, at) for theme in themes]
    labels = {line.label for line in lines}
    more = [replace(line, label=one.heading) for one in sections if one.heading in labels for line in one.lines]
    rest = [section for section in sections if section.heading not in labels]
    return Narrative(_connected(question, lines, at), more, rest)


def direct(answer: Supported, chain: Sequence[Supported]) -> list[Line]:
    """The sentence that answers, and after it the others of the chain, each as it can be understood alone."""
    found: list[Line] = []
    for one in (answer, *chain):
        if all(line.quote.place != one.quote.place for line in found):
            found.append(_alone(one))
    return found


def _understood(one: Supported, before: Sequence[Line], taken: Sequence[Supported]) -> list[Line]:
    """The lines by which `one` is understood after those `before` it."""
    if before and _place(before[-1].quote.reply) == _place(one.quote.reply):
        follows = before[-1].quote.evidence.position < one.quote.evidence.position
        if follows or not dangles(one.quote.evidence):
            return [Line(one.quote, label=before[-1].label)]
    return (None if _needs_heading(one) else opened(one, taken)) or [_alone(one)]


def _place(reply: AgentReply) -> tuple[str, ...]:
    return reply.agent, *reply.heading_path


def _alone(one: Supported) -> Line:
    """A sentence edited, or under its heading, if it does not tell by itself what it is about."""
    headless = dangles(one.quote.evidence)
    edited = headless and bool(one.quote.evidence.edits)
    label = heading(one) if _needs_heading(one) or (headless and not edited) else ""
    return Line(one.quote, edited=edited, label=label)


def _needs_heading(one: Supported) -> bool:
    """Whether a sentence stands under headings and does not itself name what it is about."""
    return bool(one.quote.reply.heading_path) and not any(name in one.said for name in one.about)


def _theme(
    question: str, theme: Grouped, used: Set[tuple[str, int, str]], at: Mapping[tuple[str, int, str], Supported]
) -> Section:
    lines: list[Line] = []
    for one in theme.quotes:
        if one.quote.place in used:
            continue
        same = bool(lines) and lines[-1].quote.reply.agent == one.quote.reply.agent
        lines.append(Line(one.quote, edited=not same and dangles(one.quote.evidence)))
    return Section(theme.heading, _connected(question, lines, at))


def _connected(question: str, lines: Sequence[Line], at: Mapping[tuple[str, int, str], Supported]) -> list[Line]:
    """Lines with connecting words where one begins to speak of another document; none twice in a row."""
    found: list[Line] = []
    last = ""
    for number, line in enumerate(lines):
        before = at.get(lines[number - 1].quote.place) if number else None
        here = at.get(line.quote.place)
        words = _relation(question, before, here) if before and here else ""
        found.append(replace(line, connective="" if words == last else words))
        last = words or last
    return found


def _relation(question: str, one: Supported, other: Supported) -> str:
    """How a sentence relates to the one before it: cause, time or addition; nothing if it only goes on from it."""
    if one.document == other.document:
        return ""
    quote = other.quote.evidence.quote
    if _WHY.match(question) and _BECAUSE.search(quote):
        return _CAUSE
    if not one.about & other.about:
        return ""
    years, later = _YEAR.findall(one.quote.evidence.quote), _YEAR.findall(quote)
    if years and later and min(later) > max(years) and not _TIMED.match(quote):
        return _TIME
    return _ADDITION


def contrasted(lines: Sequence[Line], dates: Sequence[str]) -> list[Line]:
    """Sides that differ, each with the date it is of, if it has one, and after the first one set against the others."""
    found: list[Line] = []
    for number, (line, date) in enumerate(zip(lines, dates, strict=True)):
        words = (_CONTRAST if number else "", f"as of {date}" if date else "")
        said = ", ".join(filter(None, words))
        found.append(replace(line, connective=f"{said[0].upper()}{said[1:]}: " if said else ""))
    return found
