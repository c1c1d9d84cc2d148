"""Feeds (RSS, Atom): each article under its title, with its date and who wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from genesis.readers.xml.markup import escaped
from genesis.readers.xml.tree import Element, Text, shown
from genesis.structure import Shown, joined, verbatim

_FEEDS = frozenset(("rss", "feed", "RDF"))
_ARTICLES = frozenset(("item", "entry"))
_TEXTS = ("encoded", "content", "description", "summary", "subtitle", "tagline")
"""Of which an article says the first that it has."""
_FACTS = {"pubDate": "Published", "published": "Published", "updated": "Updated", "date": "Date"} | {
    "creator": "Author",
    "author": "Author",
    "category": "Category",
}


def is_feed(root: Element) -> bool:
    """Whether it is one."""
    return root.name in _FEEDS


def articles(source: str, root: Element) -> Shown:
    """A page of HTML with all of them."""
    return joined(_page(source, root))


def _page(source: str, root: Element) -> Iterator[Shown]:
    channel = next((one for one in root.elements if one.name == "channel"), root)
    yield from _article(source, channel, 1)
    inside = [*channel.elements, *(root.elements if channel is not root else ())]
    for one in inside:
        if one.name in _ARTICLES:
            yield from _article(source, one, 2)


def _article(source: str, element: Element, level: int) -> Iterator[Shown]:
    told = {one.name: one for one in reversed([*element.elements])}
    if "title" in told:
        yield Shown(f"<h{level}>")
        yield from _html(source, told["title"])
        yield Shown(f"</h{level}>")
    facts = [(name, one) for one in element.elements if level > 1 and (name := _FACTS.get(one.name))]
    if facts:
        yield Shown("<dl>")
        for name, one in facts:
            said = next((each for each in one.elements if each.name == "name"), one).said(source)
            said = said or one.attributes.get("label") or one.attributes.get("term") or Shown()
            if said:
                yield from (Shown(f"<dt>{name}</dt><dd>"), escaped(said), Shown("</dd>"))
        yield Shown("</dl>")
    if text := next((told[one] for one in _TEXTS if one in told), None):
        yield Shown("<div>")
        yield from _html(source, text)
        yield Shown("</div>")


def _html(source: str, element: Element) -> Iterator[Shown]:
    """The HTML that an element holds: as text with its signs escaped, or as elements."""
    if any(True for _ in element.elements):
        yield from _markup(source, element)
        return
    for one in element.parts:
        if isinstance(one, Text):
            yield verbatim(source, one.start, one.end) if one.is_literal else shown(source, one.start, one.end)


def _markup(source: str, element: Element) -> Iterator[Shown]:
    for one in element.parts:
        if isinstance(one, Element):
            yield Shown(f"<{escape(one.name)}>")
            yield from _markup(source, one)
            yield Shown(f"</{escape(one.name)}>")
        else:
            text = verbatim(source, one.start, one.end)
            yield escaped(text) if one.is_literal else text
