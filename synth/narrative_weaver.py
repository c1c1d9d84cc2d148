"""The narrative weaver, the second stage: the chain that answers the question, then the themes, woven together."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from language.folding import fold
from synth.asked import names
from synth.formatter import Line, Section
from synth.opening import dangles, opened
from synth.selection import Supported
from synth.thematic_analyzer import Grouped, heading

_LONGEST_CHAIN = 5
_STRONG = 0.75
"""A sentence with this share of the best one's support may stand in the first paragraph beside the chain."""
_STRONG_ALONE = 0.4
"""And one with this share may stand in the answer though nothing links it to the chain."""
_FIRST_AGENTS = 3
_LEAST_FIRST = 2
_ADDITION, _CONTRAST, _TIME, _CAUSE = "Also: ", "By contrast: ", "Later: ", "The reason: "
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|as a result|therefore|caused by|led to|in order to|so that)\b", re.IGNORECASE
)
_WHY = re.compile(r"\s*(?:why|how come|what (?:caused|made|led))\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(1\d{3}|20\d{2})\b")
_TIMED = re.compile(r"\W*(?:in|on|after|before|since|by|from|later|then|during|as of|until)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Narrative:
    """The chain that answers the question, in the order of its hops, and all sections in their order."""

    chain: Sequence[Supported]
    first: Sequence[Section]
    themes: Sequence[Section]


def weave(
    question: str, chain: Sequence[Supported], taken: Sequence[Supported], themes: Sequence[Grouped]
) -> Narrative:
    """
    The first paragraph is the chain, each sentence as it can be understood there; the others follow by theme.

    A sentence of the chain that cannot be understood where it stands gets its title as a heading.
    """
    first: list[Section] = []
    lines: list[Line] = []
    used: set[tuple[str, int, str]] = set()
    at: dict[tuple[str, int, str], Supported] = {one.quote.place: one for one in taken}
    for one in chain:
        if one.quote.place in used:
            continue
        same = bool(lines) and lines[-1].quote.reply.agent == one.quote.reply.agent
        follows = same and lines[-1].quote.evidence.position + 1 == one.quote.evidence.position
        new = [Line(one.quote)] if follows else None if _needs_heading(one) else opened(one, taken)
        if new is None and same and not _needs_heading(one):
            new = [Line(one.quote)]
        if new is None:
            first += [Section("", lines)] if lines else []
            lines = []
            if first and first[-1].heading == heading(one):
                first[-1] = Section(heading(one), [*first[-1].lines, Line(one.quote)])
            else:
                first.append(Section(heading(one), [Line(one.quote)]))
        else:
            lines += [line for line in new if line.quote.place not in used]
        used.update(line.quote.place for line in new or [Line(one.quote)])
    if lines:
        first.append(Section("", _connected(question, lines, at)))
    return Narrative(chain, first, [_theme(question, theme, used, at) for theme in themes])


def _needs_heading(one: Supported) -> bool:
    """Whether a sentence stands under headings and does not itself name what it is about."""
    return bool(one.quote.reply.heading_path) and not any(name in one.said for name in one.about)


def chain(
    question: str, taken: Sequence[Supported], answer: Supported | None, needed: Sequence[Supported]
) -> list[Supported]:
    """
    The sentences that answer, in the order of the hops: from what the question names, over what links it, to `answer`.

    For a comparison they are the ones `needed`. Without links between them: the best sentences there are.
    """
    if not taken:
        return []
    best = answer or max(taken, key=lambda one: one.support)
    documents = _by_document(taken)
    found = sorted(needed, key=lambda one: _place(question, one))
    if not found:
        named = _named(question, documents)
        way = _way(documents, named, best.document)
        for here, there in pairwise(way):
            found += _link(documents[here], documents[there])
        if not way[1:]:
            found += [documents[name][0] for name in named[:2] if name != best.document]
        found.append(best)
    rest = sorted((one for one in taken if all(one is not other for other in found)), key=lambda one: -one.support)
    strong = [one for one in rest if one.support >= _STRONG * best.support]
    found += strong[: max(_LEAST_FIRST - len(found), 0)]
    return list({one.quote.place: one for one in found[-_LONGEST_CHAIN:]}.values())


def astray(question: str, chain: Sequence[Supported], taken: Sequence[Supported]) -> list[Supported]:
    """
    Sentences of `taken` that nothing links to the chain or to what the question names, and that are not strong, have
    none of its names, or cannot be understood alone.
    """
    documents = _by_document(taken)
    near = {one.document for one in chain} | set(_named(question, documents))
    inner = [one for one in taken if one.document in near]
    folded = [f" {fold(name)} " for name in names(question)]
    best = max((one.support for one in taken), default=0.0)
    return [
        one
        for one in taken
        if one.document not in near
        and not _stands_alone(one, folded, best)
        and not any(one.names(other) or other.names(one) for other in inner)
    ]


def _stands_alone(one: Supported, named: Sequence[str], best: float) -> bool:
    if one.support < _STRONG_ALONE * best or (dangles(one.quote.evidence) and not one.quote.evidence.edits):
        return False
    return not named or one.rank < _FIRST_AGENTS or any(name in one.said or name in one.context for name in named)


def _by_document(taken: Sequence[Supported]) -> dict[str, list[Supported]]:
    documents: dict[str, list[Supported]] = {}
    for one in taken:
        documents.setdefault(one.document, []).append(one)
    return documents


def _named(question: str, documents: Mapping[str, Sequence[Supported]]) -> list[str]:
    """The documents about what the question names, in its order; of several of one name the best supported."""
    folded = f" {fold(question)} "
    found: dict[int, str] = {}
    for document, quotes in sorted(documents.items(), key=lambda one: -max(quote.support for quote in one[1])):
        place = min((folded.find(name) for name in quotes[0].about if name in folded), default=-1)
        if place >= 0:
            found.setdefault(place, document)
    return [found[place] for place in sorted(found)]


def _place(question: str, one: Supported) -> int:
    """Where the question names what a sentence's passage is about; its end if it does not."""
    folded = f" {fold(question)} "
    return min((folded.find(name) for name in one.about if name in folded), default=len(folded))


def _way(documents: Mapping[str, Sequence[Supported]], starts: Sequence[str], end: str) -> list[str]:
    """The shortest way from one of `starts` to `end` over documents that name each other; `end` alone without one."""
    if end in starts:
        return [end]
    came: dict[str, str] = {end: ""}
    queue = deque([end])
    while queue:
        here = queue.popleft()
        if here in starts:
            way = [here]
            while came[way[-1]]:
                way.append(came[way[-1]])
            return way
        for there, quotes in documents.items():
            if there not in came and _link(quotes, documents[here]):
                came[there] = here
                queue.append(there)
    return [end]


def _link(here: Sequence[Supported], there: Sequence[Supported]) -> list[Supported]:
    """The sentence in which one names the other."""
    forth = next((one for one in here if one.names(there[0])), None)
    back = None if forth else next((one for one in there if one.names(here[0])), None)
    return [forth] if forth else [here[0], back] if back else []


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
        found.append(Line(line.quote, "" if words == last else words, line.edited))
        last = words or last
    return found


def _relation(question: str, one: Supported, other: Supported) -> str:
    """How a sentence relates to the one before it: cause, time or addition; nothing if it only goes on from it."""
    if one.document == other.document or one.names(other):
        return ""
    quote = other.quote.evidence.quote
    if _WHY.match(question) and _BECAUSE.search(quote):
        return _CAUSE
    if not one.about & other.about and not other.names(one):
        return ""
    years, later = _YEAR.findall(one.quote.evidence.quote), _YEAR.findall(quote)
    if years and later and min(later) > max(years) and not _TIMED.match(quote):
        return _TIME
    return _ADDITION


def contrasted(lines: Sequence[Line]) -> list[Line]:
    """Sides that differ: each after the first one set against the one before."""
    return [Line(line.quote, _CONTRAST if number else "", line.edited) for number, line in enumerate(lines)]
