"""
The outline of a Markdown document: its headings as CommonMark has them, found without parsing all the rest.

Only lines that begin like a heading, a fence or HTML are looked at, so that a list of a million items costs nothing
here. What stands at the margin is the document's own; of what is indented the lines above tell whether a list holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from genesis.fairness import breathe

Found: TypeAlias = tuple[int, str, int, int]
"""A heading: its level, what it says with its marks, where its first line begins and its last one ends."""

LONGEST = 1_000
"""Characters of a heading."""
_MOST_LINES = 20
"""Lines of an underlined heading."""
_FARTHEST = 200
"""Lines above an indented one that tell whether it is in a list."""
_HTML_BLOCKS = """
address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset
figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main menu
menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead title tr track ul
"""
_ATTRIBUTE = r"[ \t]+[a-zA-Z_:][\w.:-]*+(?:[ \t]*+=[ \t]*+(?:[^\s\"'=<>`]++|'[^'\n]*+'|\"[^\"\n]*+\"))?+"
_MARK = re.compile(
    rf"""^(?P<indent>[ ]{{0,3}})(?:
      (?P<fence>`{{3,}}+(?![^\n]*`)|~{{3,}}+)
    | (?P<hashes>\#{{1,6}}+)(?=[ \t\n]|\Z)
    | (?P<rule>=++|-++)(?=[ \t]*+(?:\n|\Z))
    | (?P<raw><(?:(?:script|pre|style|textarea)(?=[\s>]|\Z)|!--|\?|!\[CDATA\[|![a-z]))
    | (?P<html></?(?:{"|".join(_HTML_BLOCKS.split())})(?=[\s>]|/>|\Z))
    | (?P<tag><(?:[a-z][a-z0-9-]*+(?:{_ATTRIBUTE})*+[ \t]*+/?|/[a-z][a-z0-9-]*+[ \t]*+)>)(?=[ \t]*+(?:\n|\Z))
    )""",
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
_ENDS_OF_RAW = {
    "<!--": re.compile(r"-->"),
    "<?": re.compile(r"\?>"),
    "<![cdata[": re.compile(r"\]\]>"),
    "<!": re.compile(r">"),
    "<": re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE),
}
_BLANK = re.compile(r"\n[ \t]*+(?:\n|\Z)")
_ITEM = re.compile(r"([ ]{0,3}(?:[-*+]|\d{1,9}[.)]))(?:([ \t]+)[^ \t\n]|[ \t]*\n)")
_QUOTE = re.compile(r"[ ]{0,3}>")
_BREAK = re.compile(r"[ ]{0,3}(?:(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,})(?:\n|\Z)")
_COLUMNS = re.compile(r"[ ]{0,3}(?=[^\n]*\|)[|: \t-]++(?:\n|\Z)")
_DEFINITION = re.compile(r"[ ]{0,3}\[[^\[\]\n]{1,999}+\]:")


def outline(text: str, start: int = 0) -> Iterator[Found]:
    """The headings of `text[start:]` in order."""
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")  # as long as before
    floor = at = start
    """Where the last heading, rule, fence or page ends: above it there is no paragraph or list that goes on."""
    while mark := _MARK.search(text, at):
        breathe()
        end = text.find("\n", mark.end()) + 1 or len(text)
        at = end
        kind, first = mark.lastgroup, mark.start()
        if kind == "rule":
            if paragraph := _paragraph(text, floor, first):
                yield 1 if mark["rule"][0] == "=" else 2, text[slice(*paragraph)], paragraph[0], end
                floor = end
            elif len(mark["rule"]) > 2 and mark["rule"][0] == "-":
                floor = floor if mark["indent"] else end
            continue
        if mark["indent"] and _listed(text, floor, first, len(mark["indent"])):
            continue
        if kind == "hashes":
            said = _closed(text[mark.end() : end])
            if len(said) <= LONGEST:
                yield len(mark["hashes"]), said, first, end
        elif kind == "fence":
            closing = re.compile(rf"^ {{0,3}}{re.escape(mark['fence'])}{mark['fence'][0]}*[ \t]*$", re.MULTILINE)
            closed = closing.search(text, end)
            end = _line_end(text, closed.end()) if closed else len(text)
        elif kind == "raw":
            opening = mark["raw"].lower()
            opening = opening if opening in _ENDS_OF_RAW else opening[: 2 if opening[1] == "!" else 1]
            closed = _ENDS_OF_RAW[opening].search(text, mark.end())
            end = _line_end(text, closed.end()) if closed else len(text)
        elif kind == "html" or not _says_something(text, floor, first):
            blank = _BLANK.search(text, end - 1)
            end = blank.start() + 1 if blank else len(text)
        else:
            continue
        floor = at = end


def _line_end(text: str, at: int) -> int:
    return text.find("\n", at) + 1 or len(text)


def _closed(said: str) -> str:
    """A heading without the marks that may close it."""
    said = said.strip()
    bare = said.rstrip("#")
    return bare.rstrip() if bare != said and (not bare or bare[-1] in " \t") else said


def _lines_above(text: str, floor: int, at: int) -> Iterator[tuple[int, str]]:
    """The lines between `floor` and `at`, the last one first, each with where it begins."""
    while at > floor:
        first = max(text.rfind("\n", floor, at - 1) + 1, floor)
        yield first, text[first : min(at, first + LONGEST)]
        at = first


def _says_something(text: str, floor: int, at: int) -> bool:
    """Whether the line above is part of a paragraph."""
    return any(line.strip() and not _BREAK.match(line) for _, line in _first(_lines_above(text, floor, at), 1))


def _paragraph(text: str, floor: int, at: int) -> tuple[int, int] | None:
    """The paragraph of the document itself that ends at `at`, if one does."""
    begins = None
    for number, (first, line) in enumerate(_lines_above(text, floor, at)):
        if not line.strip() or _BREAK.match(line):
            break
        if number == _MOST_LINES or at - first > LONGEST:
            return None
        if _QUOTE.match(line) or _ITEM.match(line) or _COLUMNS.match(line):
            return None
        if not line.startswith(("    ", "\t")):
            begins = first
    if begins is None or _DEFINITION.match(text, begins):
        return None
    indent = len(text[begins:at]) - len(text[begins:at].lstrip(" "))
    return None if indent and _listed(text, floor, begins, indent) else (begins, at)


def _listed(text: str, floor: int, at: int, indent: int) -> bool:
    """Whether a list holds the line at `at`."""
    for _, line in _first(_lines_above(text, floor, at), _FARTHEST):
        if item := _ITEM.match(line):
            space = len(item[2] or " ")
            if len(item[1]) + (space if space < 5 else 1) <= indent:
                return True
        if line[0] not in " \t\n":
            return False
    return False


def _first(lines: Iterator[tuple[int, str]], most: int) -> Iterator[tuple[int, str]]:
    return (line for _, line in zip(range(most), lines, strict=False))
