"""The elements of XML, each with where it stands. No declaration is obeyed: nothing is expanded, nothing loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from genesis.fairness import breathe
from genesis.readers import entries
from genesis.structure import Edit, Shown, joined, verbatim

_TAG = re.compile(
    r"""<(?:(?P<cdata>!\[CDATA\[)|(?P<comment>!--)|(?P<doctype>!DOCTYPE\b)|(?P<told>\?)"""
    r"""|(?P<closes>/?+)(?P<name>[^\s<>/!?"'=]{1,200}+)(?P<given>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>)""",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""(?<![^\s"'=/])([^\s"'=/]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{1,32});")
_CLOSED = {"<!--": "-->", "<?": "?>", '"': '"', "'": "'"}
"""What a declaration holds, and where that ends."""
_MARK = re.compile(r"""<!--|<\?|[\[\]>"']""")
_ENDS = {"cdata": "]]>", "comment": "-->", "told": "?>"}


class Text(NamedTuple):
    """A stretch of the source that is text; as it stands if it `is_literal`, or else with references."""

    start: int
    end: int
    is_literal: bool


@dataclass(slots=True)
class Element:
    """An element; `name` is without its prefix, as are those of attributes, of which none are that declare."""

    name: str
    key: Shown
    attributes: dict[str, Shown]
    parts: list[Element | Text] = field(default_factory=list)
    comment: Shown = field(default_factory=Shown)
    prefix: str = ""

    @property
    def elements(self) -> Iterator[Element]:
        return (one for one in self.parts if isinstance(one, Element))

    def every(self) -> Iterator[Element]:
        """It and all within it, in their order."""
        stack = [self]
        while stack:
            yield (one := stack.pop())
            stack.extend(reversed([*one.elements]))

    def given(self, name: str) -> str:
        """What an attribute says."""
        return self.attributes[name].text if name in self.attributes else ""

    def speaks(self, source: str) -> bool:
        """Whether text stands right in it."""
        return any(isinstance(one, Text) and source[one.start : one.end].strip() for one in self.parts)

    def said(self, source: str) -> Shown:
        """All that it says."""
        return joined(_texts(source, self)).folded()


def parsed(source: str) -> tuple[Element | None, list[tuple[int, int]]]:
    """
    The outermost element, or one without a name around several, and the stretches that are text outside of it or cannot
    be parsed. DocumentTooLarge.
    """
    outside = Element("", Shown(), {})
    opened = [outside]
    comments: list[Shown] = []
    at = count = 0
    while tag := _TAG.search(source, at):
        breathe()
        if tag.start() > at:
            opened[-1].parts.append(Text(at, tag.start(), is_literal=False))
        kind = tag.lastgroup or ""
        if kind in _ENDS or kind == "doctype":
            end = _end(source, tag.end(), kind)
            if end < 0:
                return _parts(outside, source, tag.start())
            if kind == "cdata":
                opened[-1].parts.append(Text(tag.end(), end - 3, is_literal=True))
            elif kind == "comment" and "<" not in source[tag.end() : end - 3]:
                comments.append(verbatim(source, tag.end(), end - 3).folded())
            at = end
            continue
        at = tag.end()
        if tag["closes"]:
            if len(opened) < 2 or opened[-1].prefix + opened[-1].name != tag["name"]:
                return _parts(outside, source, tag.start())
            opened.pop()
            continue
        count += 1
        if count > entries.MOST:
            raise entries.too_many()
        made = _element(source, tag)
        made.comment, comments = joined(comments, " "), []
        opened[-1].parts.append(made)
        if not tag["given"].endswith("/"):
            opened.append(made)
        if len(opened) > entries.DEEPEST:
            raise entries.too_deep()
    return _parts(outside, source, at)


def shown(source: str, start: int, end: int) -> Shown:
    """A stretch with its references to signs resolved; others stay as they are."""
    whole = verbatim(source, start, end)
    edits = [Edit(*one.span(), unescape(one[0])) for one in _REFERENCE.finditer(whole.text)]
    return whole.edited(edits) if edits else whole


def _parts(outside: Element, source: str, rest: int) -> tuple[Element | None, list[tuple[int, int]]]:
    texts = [(one.start, one.end) for one in outside.parts if isinstance(one, Text)]
    roots = [*outside.elements]
    outside.parts = [*roots]
    root = outside if len(roots) > 1 else next(iter(roots), None)
    return root, [*texts, (rest, len(source))]


def _end(source: str, at: int, kind: str) -> int:
    if kind == "doctype":
        return _declared(source, at)
    end = source.find(_ENDS[kind], at)
    return end + len(_ENDS[kind]) if end >= 0 else -1


def _declared(source: str, at: int) -> int:
    is_inner = False
    while mark := _MARK.search(source, at):
        breathe()
        at = mark.end()
        if mark[0] in "[]":
            is_inner = mark[0] == "["
        elif mark[0] in _CLOSED:
            end = source.find(_CLOSED[mark[0]], at)
            if end < 0:
                break
            at = end + len(_CLOSED[mark[0]])
        elif not is_inner:
            return at
    return -1


def _element(source: str, tag: re.Match[str]) -> Element:
    attributes: dict[str, Shown] = {}
    for one in _ATTRIBUTE.finditer(source, *tag.span("given")):
        prefix, _, name = one[1].rpartition(":")
        if name != "xmlns" and prefix not in ("xmlns", "xsi", "xml"):
            number = 2 if one[2] is not None else 3
            attributes.setdefault(name, shown(source, *one.span(number)).folded())
    prefix, mark, name = tag["name"].rpartition(":")
    end = tag.end("name")
    return Element(name, verbatim(source, end - len(name), end), attributes, prefix=prefix + mark)


def _texts(source: str, element: Element) -> Iterator[Shown]:
    for one in element.parts:
        if isinstance(one, Element):
            yield from _texts(source, one)
        elif one.is_literal:
            yield verbatim(source, one.start, one.end)
        else:
            yield shown(source, one.start, one.end)
