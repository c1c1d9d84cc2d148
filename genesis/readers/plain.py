"""Plain text. Underlined lines are headings, as in the standard library's documentation."""

from __future__ import annotations

import re

from genesis.reading import Heading, Reading, sections

_UNDERLINED = re.compile(
    r"^(?P<title>[^\s\W_][^|\t\n]{0,118})\n(?P<rule>(?P<mark>[=\-*~^\"#+])(?P=mark){2,118})[ \t]*$", re.MULTILINE
)
_OVERLINE = re.compile(r"(?:^|\n)([=\-*~^\"#+])\1{2,118}[ \t]*\n\Z")
_FIRST_LINE = re.compile(r"\s*([^\s\W_].{0,98}[^\s.!?:;,])[ \t]*\r?\n[ \t]*\r?\n\s*\S")
_DEEPEST = 6


def read(text: str) -> Reading:
    """A short first line with a blank line after it, or else the first underlined one, is the title."""
    headings = _underlined(text)
    opening = None if headings and not text[: headings[0].start].strip() else _FIRST_LINE.match(text)
    if opening and not (headings and headings[0].start < opening.end(1)):
        title = Heading(1, opening[1], opening.start(1), opening.end(1))
        headings = [title, *(Heading(other.level + 1, *_rest(other)) for other in headings)]
    return Reading(headings[0].title if headings else "", text, sections(headings, text))


def _underlined(text: str) -> list[Heading]:
    """A mark's level is the order in which it first appears, as in reStructuredText."""
    marks: list[str] = []
    found = []
    for match in _UNDERLINED.finditer(text):
        title = match["title"].rstrip()
        if len(match["rule"]) < 0.7 * len(title) or "  " in title:
            continue
        if match["mark"] not in marks:
            marks.append(match["mark"])
        over = _OVERLINE.search(text, max(match.start() - 121, 0), match.start())
        start = match.start() if over is None else over.start()
        found.append(Heading(min(marks.index(match["mark"]) + 1, _DEEPEST), title, start, match.end()))
    return found


def _rest(heading: Heading) -> tuple[str, int, int]:
    return heading.title, heading.start, heading.end
