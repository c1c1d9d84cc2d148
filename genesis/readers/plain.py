"""Plain text. Its headings are recognised by their form (see `genesis.headings`)."""

from __future__ import annotations

import re
from dataclasses import replace

from genesis.dates import DATE
from genesis.headings import headings
from genesis.reading import Heading, Reading, sections

_OPENING = re.compile(r"\s*+((?:[^\S\n]*+[^\s\n][^\n]{0,98}+\n){1,3})(?=[^\S\n]*+\n\s*+\S)")
_LINE = re.compile(r"(?<![^\S\n])[^\S\n]*+(\S[^\n]*+)")
_NO_TITLE = re.compile(r"[.!?:;,]$|\S[^\S\n]{2,}\S|^[\W_]|[|\t]")
_STATED = re.compile(r"^Title:[ \t]+(\S[^\n]{0,199})$", re.MULTILINE)
_CENTRED = re.compile(r"\n[^\S\n]*\n[ \t]{8,60}([A-Z](?: ?\S){3,90})[ \t]*\n[^\S\n]*\n")
_STATED_WITHIN = 3_000
"""Characters in which a text may state its title."""


def read(text: str) -> Reading:
    """
    The title is the one stated (`Title: …`), or else a short first line with a blank line after it, or else a first
    heading that stands above all others, or else a line in the middle of the page.
    """
    found = headings(text)
    begins = bool(found) and not text[: found[0].start].strip()
    if begins:
        titled = all(one.level > found[0].level for one in found[1:])
    else:
        opening = _opening(text)
        titled = bool(opening) and not (found and found[0].start < opening[0].end)
        if titled:
            level = next((one.level + 1 for one in found if DATE.search(one.title)), 2)
            dated = [replace(one, level=level) for one in opening[1:] if DATE.search(one.title)]
            found = [opening[0], *dated, *(replace(one, level=one.level + 1) for one in found)]
    stated = _STATED.search(text, 0, _STATED_WITHIN)
    if not stated and not titled:
        stated = _CENTRED.search(text, 0, _STATED_WITHIN)
    title = stated[1].strip() if stated else found[0].title if titled else ""
    return Reading(title, text, sections(found, text))


def _opening(text: str) -> list[Heading]:
    """The lines of a first paragraph that is a title: up to three, none of which ends as a sentence does."""
    match = _OPENING.match(text)
    if not match:
        return []
    lines = [
        Heading(1, line[1].rstrip(), line.start(1), line.start(1) + len(line[1].rstrip()))
        for line in _LINE.finditer(text, *match.span(1))
    ]
    several = len(lines) > 1
    if any(_NO_TITLE.search(one.title) or (several and not one.title[0].isupper()) for one in lines):
        return []
    return lines
