"""Tags of a page, in order, without a tree; each one that opens knows its closing one."""

from __future__ import annotations

import re
from collections import defaultdict
from html import unescape
from typing import NamedTuple

from genesis.fairness import breathe

TAG = re.compile(
    r"""<(?:!--|(/?)([a-zA-Z][\w:-]{0,60}+)((?:[^<>"']++|"[^"]{0,20000}+"|'[^']{0,20000}+')*+)>|[!?][^<>]{0,2000}+>)"""
)
_ATTRIBUTE = re.compile(
    r"""([a-zA-Z-]+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++)))?+""",
)
_RAW = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style", "textarea", "title")}
_BLOCKS = """
address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5
h6 header hr legend li main menu ol p pre section summary table tbody td tfoot th thead tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
HEADINGS = {f"h{level}": level for level in range(1, 7)}


class Tag(NamedTuple):
    """A tag; `closed` is the number of the tag that closes it, or 0."""

    start: int
    end: int
    name: str
    closes: bool
    attributes: str
    closed: int

    def given(self) -> dict[str, str]:
        """The tag's attributes."""
        found = _ATTRIBUTE.finditer(self.attributes)
        return {one[1].lower(): unescape(one[2] or one[3] or one[4] or "") for one in found}


def tags(source: str) -> list[Tag]:
    """All that stand in a page; comments and declarations have no name."""
    found: list[Tag] = []
    at = 0
    while match := TAG.search(source, at):
        breathe()
        at = match.end()
        if match[0] == "<!--":
            closed = source.find("-->", at)
            end = closed + 3 if closed >= 0 else len(source)
            found.append(Tag(match.start(), end, "", False, "", 0))
            at = end
            continue
        name = (match[2] or "").lower()
        if name:
            found.append(Tag(match.start(), at, name, bool(match[1]), match[3], 0))
        else:
            found.append(Tag(match.start(), at, "", False, "", 0))
        if name in _RAW and not match[1]:
            closing = _RAW[name].search(source, at)
            if not closing:
                found[-1] = found[-1]._replace(end=len(source))
                break
            at = closing.start()
    opened: defaultdict[str, list[int]] = defaultdict(list)
    for number, tag in enumerate(found):
        if not tag.closes:
            opened[tag.name].append(number)
        elif opened[tag.name]:
            first = opened[tag.name].pop()
            found[first] = found[first]._replace(closed=number)
    return found


def said(source: str) -> str:
    """What stands in a stretch of a page, without its tags."""
    return " ".join(unescape(TAG.sub(" ", source)).split())


def number(given: str | None) -> int:
    """What an attribute counts, 1 if it does not."""
    return int(given) if given and given.isdecimal() and len(given) < 6 and int(given) else 1
