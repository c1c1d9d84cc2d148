"""The opening of a plain text: what it is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from genesis.readers.plain.lines import lines
from genesis.reading import Heading
from language.dates import DAY

_OPENING = re.compile(r"\s*+((?:[^\S\n]*+[^\s\n][^\n]{0,98}+\n){1,3})(?=[^\S\n]*+\n\s*+\S)")
_NO_TITLE = re.compile(r"[.!?:;,]$|^\d{1,9}[.,]\d{1,9}\s[^\W\dA-Z_]|\S[^\S\n]{2,}\S|^[\W_]|[|\t]|^[^\W\d_][^:]{0,30}: ")
_FIELD = re.compile(r"[^\W\d_][^:]{0,30}: ")
_STATED = re.compile(r"^Title:[ \t]+(\S[^\n]{0,199})$", re.MULTILINE)
_CENTRED = re.compile(r"\n[^\S\n]*\n[ \t]{8,60}([A-Z](?: ?\S){3,90})[ \t]*\n[^\S\n]*\n")
_WITHIN = 3_000
"""Characters in which a text may state its title."""


def opened(text: str, found: Sequence[Heading]) -> tuple[str, Sequence[Heading]]:
    """
    What the text is called, if it says so, and its headings with those that it opens with.

    The title is the one stated (`Title: …`), or else a short first line with a blank line after it, or else a first
    heading, or else a line in the middle of the page.
    """
    stated = _STATED.search(text, 0, _WITHIN)
    if found and not text[: found[0].start].strip():
        return stated[1].strip() if stated else "", found
    own = _opening(text)
    if own and not (found and found[0].start < own[0].end):
        level = next((one.level + 1 for one in found if DAY.search(one.title)), 2)
        dated = [replace(one, level=level) for one in own[1:] if DAY.search(one.title)]
        found = [own[0], *dated, *(replace(one, level=one.level + 1) for one in found)]
    elif not stated:
        stated = _CENTRED.search(text, 0, _WITHIN)
    return stated[1].strip() if stated else "", found


def _opening(text: str) -> list[Heading]:
    """
    The lines of a first paragraph that is a title: up to three, none of which ends as a sentence does; or its first
    line, above such as `Present: Ann, Ben`.
    """
    match = _OPENING.match(text)
    if not match:
        return []
    found = [Heading(1, line.said(text), line.start, line.end) for line in lines(text, *match.span(1))]
    if len(found) > 1 and all(_FIELD.match(one.title) for one in found[1:]):
        del found[1:]
    several = len(found) > 1
    if any(_NO_TITLE.search(one.title) or (several and not one.title[0].isupper()) for one in found):
        return []
    return found
